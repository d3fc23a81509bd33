#!/usr/bin/env python3
"""Draws docs/terminal.svg, a picture of a terminal, from a real run of the demonstration.

Tests/EndToEnd/picture.py               builds first
Tests/EndToEnd/picture.py --no-build    with the programs that are already built
"""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
PICTURE = HERE.parents[1] / "docs" / "terminal.svg"
# The commands that are shown: how each begins, what is said of it, and how many lines of its output are shown (all
# without a number).
SHOWN = [
    ("grep", "a plain URL, without a credential", None),
    ("poetry install", "before", None),
    ("./install.sh", "once", 1),
    ("poetry install", "after", None),
]
COLUMNS, LINE, LEFT, TOP = 98, 19, 16, 50
STYLE = """
  .window { fill: #f6f8fa; stroke: #d1d9e0 }
  .button { fill: #d1d9e0 }
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
  .command { font-weight: bold }
  .comment { fill: #59636e }
  .bad { fill: #d1242f }
  .good { fill: #1a7f37 }
  @media (prefers-color-scheme: dark) {
    .window { fill: #151b23; stroke: #3d444d }
    .button { fill: #3d444d }
    text { fill: #f0f6fc }
    .comment { fill: #9198a1 }
    .bad { fill: #f85149 }
    .good { fill: #3fb950 }
  }
"""


def commands(shown: str) -> list[tuple[str, list[str]]]:
    """What the demonstration printed, as commands with the lines of their output. What differs from run to run is
    replaced: directories, the commit, times."""
    shown = re.sub(r"/\S*/tmp\.\w+/home(?=/)", "~", shown)
    shown = re.sub(r"(codeartifact-keyring \S+) \([0-9a-f]+\+?\)", r"\1", shown)
    shown = re.sub(r" \(\d+\.\d+s\)", "", shown)
    found = []
    for part in shown.split("\n$ ")[1:]:
        command, *output = part.rstrip("\n").split("\n")
        found.append((command, [line for line in output if line]))
    return found


def lines(shown: str) -> list[tuple[str, str]]:
    """The lines of the picture, each with the class of its words."""
    every, drawn = commands(shown), []
    for start, remark, limit in SHOWN:
        command, output = next(item for item in every if item[0].startswith(start))
        every = every[every.index((command, output)) + 1 :]
        drawn.append(("command", f"$ {command.partition(' && ')[0]}   # {remark}"))
        for line in output[:limit]:
            kind = "bad" if "rror" in line or "failed" in line else "good" if "Installing" in line else ""
            parts = textwrap.wrap(line, COLUMNS, subsequent_indent="  ", break_long_words=True, break_on_hyphens=False)
            drawn += [(kind, part) for part in parts]
        drawn.append(("", ""))
    return drawn[:-1]


def svg(shown: str) -> str:
    """The picture of what the demonstration printed; readable on light and on dark ground."""
    drawn = lines(shown)
    width, height = LEFT * 2 + COLUMNS * 8, TOP + len(drawn) * LINE + 6
    parts = [f'<rect class="window" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8"/>']
    parts += [f'<circle class="button" cx="{LEFT + 6 + 20 * n}" cy="18" r="6"/>' for n in range(3)]
    for number, (kind, line) in enumerate(drawn):
        if not line:
            continue
        text, separator, remark = line.partition("   # ") if kind == "command" else (line, "", "")
        words = escape(text, quote=False)
        if separator:
            words += f'<tspan class="comment" font-weight="normal">   # {escape(remark, quote=False)}</tspan>'
        of = f' class="{kind}"' if kind else ""
        parts.append(f'<text{of} x="{LEFT}" y="{TOP + number * LINE}">{words}</text>')
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    label = "poetry install fails with an authorization error; after ./install.sh it installs the private package"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} xml:space="preserve" role="img" aria-label="{label}">'
    return f"{head}\n  <style>{STYLE}  </style>\n  " + "\n  ".join(parts) + "\n</svg>\n"


def main() -> int:
    done = subprocess.run([HERE / "demo", *sys.argv[1:]], stdout=subprocess.PIPE, encoding="utf-8")
    if done.returncode == 0:
        PICTURE.write_text(svg(done.stdout))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())

"""A bar for each way of getting a password, on a logarithmic scale; readable on light and on dark ground."""

from __future__ import annotations

import math
from html import escape

from rows import Row

# The rows that are shown, by what they are called in the table, with the words they bear in the chart.
SHOWN = {
    "a process that does nothing (/bin/true)": "a process that does nothing",
    "warm lookup": "codeartifact-keyring",
    "warm lookup without the fast path": "codeartifact-keyring, after a change of settings",
    "warm lookup from Secret Service only": "codeartifact-keyring, after a reboot (GNOME Keyring)",
    "cold lookup": "codeartifact-keyring, a new token (AWS: a stand-in)",
    "docker-credential-ecr-login, file cache": "docker-credential-ecr-login",
    "secret-tool lookup": "secret-tool (GNOME Keyring)",
    "keyrings.codeartifact in Python's keyring": "keyring with keyrings.codeartifact",
}
WIDTH, LEFT, BAR, GAP, TOP = 840, 370, 20, 12, 44
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .small { font-size: 11px; fill: #59636e }
  .ours { fill: #0969da }
  .theirs { fill: #9198a1 }
  line { stroke: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc }
    .small { fill: #9198a1 }
    .ours { fill: #4493f8 }
    .theirs { fill: #656c76 }
    line { stroke: #3d444d }
  }
"""


def svg(table: list[Row], machine: str) -> str:
    """The chart of these rows; each row once."""
    times: dict[str, float] = {}
    for row in table:
        if row.what in SHOWN:
            times.setdefault(SHOWN[row.what], row.minimum)
    bars = sorted(times.items(), key=lambda bar: bar[1])
    low, high = 10 ** math.floor(math.log10(bars[0][1])), bars[-1][1] * 2.5
    scale = (WIDTH - LEFT) / math.log10(high / low)

    def x(milliseconds: float) -> float:
        return LEFT + scale * math.log10(milliseconds / low)

    bottom = TOP + len(bars) * (BAR + GAP)
    parts = ['<text x="0" y="16">One lookup, in milliseconds (logarithmic; the best of many)</text>']
    tick = low
    while tick < bars[-1][1]:
        parts.append(f'<line x1="{x(tick):.1f}" y1="{TOP - 8}" x2="{x(tick):.1f}" y2="{bottom}"/>')
        parts.append(f'<text class="small" x="{x(tick):.1f}" y="{bottom + 14}" text-anchor="middle">{tick:g}</text>')
        tick *= 10
    for number, (name, time) in enumerate(bars):
        y = TOP + number * (BAR + GAP)
        kind = "ours" if name.startswith("codeartifact-keyring") else "theirs"
        label = f"{time:.2g}" if time < 10 else f"{time:.0f}"
        parts.append(f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{x(time) - LEFT:.1f}" height="{BAR}" rx="3"/>')
        parts.append(f'<text x="{x(time) + 6:.1f}" y="{y + 15}">{label}</text>')
    parts.append(f'<text class="small" x="0" y="{bottom + 38}">{escape(machine)}</text>')
    body = "\n  ".join(parts)
    size = f'viewBox="0 0 {WIDTH} {bottom + 46}" width="{WIDTH}" height="{bottom + 46}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="Time of one lookup">'
    return f"{head}\n  <style>{STYLE}  </style>\n  {body}\n</svg>\n"

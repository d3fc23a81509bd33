"""What users read: README.md and the pages in docs, and the fenced blocks in them."""

from __future__ import annotations

import re
from pathlib import Path

from .environments import ROOT

README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
TEXT = "\n".join(page.read_text() for page in PAGES)
_FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    """The text of a page in docs."""
    return (ROOT / "docs" / f"{name}.md").read_text()


def blocks(language: str, *words: str, text: str = TEXT) -> list[str]:
    """The blocks of a language that have these words in them. One that is on two pages is in both word for word, and
    here once."""
    found = [block for kind, block in _FENCED.findall(text) if kind == language]
    return [block for block in dict.fromkeys(found) if all(word in block for word in words)]


def section(name: str, heading: str) -> str:
    """A section of a page in docs."""
    return page(name).split(f"\n## {heading}\n")[1].split("\n## ")[0]


def without_blocks(path: Path) -> str:
    """A page without its fenced blocks."""
    return _FENCED.sub("", path.read_text())

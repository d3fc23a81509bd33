"""Texts for users are in plain English: the program has a name, and no figure of speech stands for a plain word."""

from __future__ import annotations

import re

import pytest
from harness import literals
from harness.documents import PAGES
from harness.environments import ROOT
from harness.literals import Text

WORDS = re.compile(r"\b(us(?!-)|we|ours?|mend(?:s|ed|ing)?|rests?|hides?|anew)\b", re.IGNORECASE)
# Where such a word is meant as a word, or is a term.
EXCEPTIONS = (
    'never "us", "we" or "our"',
    'not "mend", "rest", "lead", "hide"',
    "encrypted at rest",
)
OTHER_PAGES = [ROOT / f"{name}.md" for name in ("CHANGELOG", "CONTRIBUTING", "SECURITY")]
SOURCES = ROOT / "Sources"


def findings(texts: list[Text]) -> list[str]:
    """Each such word, with its place."""
    found = []
    for text in texts:
        words = text.words
        for exception in EXCEPTIONS:
            words = words.replace(exception, "")
        for match in WORDS.finditer(words):
            line = text.line + words.count("\n", 0, match.start())
            near = " ".join(words[max(0, match.start() - 40) : match.end() + 30].split())
            found.append(f"{text.path.relative_to(ROOT)}:{line}: {match[0]}: {near}")
    return found


@pytest.mark.parametrize("path", [*PAGES, *OTHER_PAGES], ids=lambda path: path.name)
def test_of_a_page(path):
    assert findings([Text(path, 1, path.read_text())]) == []


@pytest.mark.parametrize(
    "path",
    [*sorted((SOURCES / "python").rglob("*.py")), *sorted((SOURCES / "packaging").glob("*.py"))],
    ids=lambda path: path.name,
)
def test_of_python(path):
    assert findings(literals.of_python(path)) == []


SCRIPTS = [
    ROOT / "install.sh",
    ROOT / "Tests" / "run",
    *(path for path in sorted((SOURCES / "packaging").glob("[!.]*")) if path.is_file() and path.suffix in ("", ".sh")),
]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_of_a_script(path):
    assert findings([Text(path, 1, path.read_text())]) == []


@pytest.fixture(scope="module")
def swift():
    return [text for path in sorted(SOURCES.rglob("*.swift")) for text in literals.of_swift(path)]


def test_of_what_swift_prints(swift):
    texts = [text for text in swift if not text.is_comment]
    assert len(texts) > 1000
    assert findings(texts) == []


def test_of_doc_comments_in_swift(swift):
    texts = [text for text in swift if text.is_comment]
    assert len(texts) > 1000
    assert findings(texts) == []


def test_of_the_map():
    path = SOURCES / "README.md"
    assert findings([Text(path, 1, path.read_text())]) == []


def test_literals_are_found():
    """As Swift writes them."""
    path = ROOT / "Tests/EndToEnd/documentation/words.swift.txt"
    found = {text.words for text in literals.of_swift(path)}
    assert found == {"A doc comment.", "it…ends in a tab\t", "inner", "one line and another", 'raw "…"', "two\nlines\n"}

"""The map of the sources and CONTRIBUTING.md name files, types and tests that exist."""

from __future__ import annotations

import re

import pytest
from harness.environments import ROOT

SOURCES = ROOT / "Sources"
PAGES = {"map": (SOURCES / "README.md").read_text(), "contributing": (ROOT / "CONTRIBUTING.md").read_text()}
# Where a path in one of them begins: the folder of a step of the chain is named within its module.
BASES = [ROOT, SOURCES, SOURCES / "AWSCredentials", ROOT / "Tests", ROOT / "Tests/EndToEnd"]
CODE = {path: path.read_text() for folder in (SOURCES, ROOT / "Tests") for path in folder.rglob("*.swift")}


def section(title: str) -> str:
    return PAGES["map"].partition(f"## {title}\n")[2].partition("\n## ")[0]


def named(pattern: str) -> list[tuple[str, str]]:
    """What is in backticks and has this form, with its page."""
    return sorted({(page, name) for page, text in PAGES.items() for name in re.findall(f"`({pattern})`", text)})


FILES = named(r"[\w.-]+/[\w./*-]*")
# But for the operations of AWS's API.
TYPES = [(page, name) for page, name in named(r"[A-Z][a-z]+[A-Z]\w+") if name != "GetAuthorizationToken"]
TESTS = sorted(set(re.findall(r"`(test_[a-z_*]+|[A-Z]\w+Tests)`", section("What must hold"))))


def test_something_is_named():
    assert len(FILES) > 50 and len(TYPES) > 10 and len(TESTS) > 20


@pytest.mark.parametrize(("page", "name"), FILES)
def test_a_file_exists(page, name):
    paths = [name.rstrip("/"), f"{name}.swift"]
    assert any(list(base.glob(path)) for base in BASES for path in paths), f"{page}: {name}"


@pytest.mark.parametrize(("page", "name"), TYPES)
def test_a_type_exists(page, name):
    declared = re.compile(rf"\b(struct|class|enum|protocol|case|func|var|let) {name}\b")
    folders = [base / name for base in BASES if (base / name).is_dir()]
    assert folders or any(declared.search(text) for text in CODE.values()), f"{page}: {name}"


@pytest.mark.parametrize("name", TESTS)
def test_a_test_exists(name):
    python = list((ROOT / "Tests/EndToEnd").glob(f"*/{name}.py"))
    swift = any(f"struct {name}" in text for text in CODE.values())
    directory = (ROOT / "Tests" / name).is_dir()
    in_python = any(f"def {name}(" in path.read_text() for path in (ROOT / "Tests/EndToEnd").glob("*/test_*.py"))
    assert python or swift or directory or in_python, f"{name} is in no file"

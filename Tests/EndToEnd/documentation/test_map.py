"""The map of the sources names files and tests that exist."""

from __future__ import annotations

import re

import pytest
from harness.environments import ROOT

SOURCES = ROOT / "Sources"
MAP = (SOURCES / "README.md").read_text()


def section(title: str) -> str:
    return MAP.partition(f"## {title}\n")[2].partition("\n## ")[0]


FILES = sorted(set(re.findall(r"`([A-Za-z-]+/[A-Za-z/-]+\.swift)`", section("The path of a lookup"))))
TESTS = sorted(set(re.findall(r"`(test_[a-z_*]+|[A-Z]\w+Tests)`", section("What must hold"))))


def test_something_is_named():
    assert len(FILES) > 10 and len(TESTS) > 20


@pytest.mark.parametrize("name", FILES)
def test_a_file_exists(name):
    assert (SOURCES / name).is_file()


@pytest.mark.parametrize("name", TESTS)
def test_a_test_exists(name):
    python = list((ROOT / "Tests/EndToEnd").glob(f"*/{name}.py"))
    swift = [path for path in (ROOT / "Tests").glob("*Tests/*.swift") if f"struct {name}" in path.read_text()]
    directory = (ROOT / "Tests" / name).is_dir()
    in_python = any(f"def {name}(" in path.read_text() for path in (ROOT / "Tests/EndToEnd").glob("*/test_*.py"))
    assert python or swift or directory or in_python, f"{name} is in no file"

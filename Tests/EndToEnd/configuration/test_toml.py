"""The TOML reader reads each valid case of toml-test to the right values, and rejects each invalid one.

Of a number or a date it gives the text alone, since no setting of interest is one."""

from __future__ import annotations

import datetime
import json
import math
import re
import subprocess
import tarfile
from pathlib import Path

import pytest
from harness.environments import TESTS, python
from harness.probe import probe


tomllib = pytest.importorskip("tomllib")


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> Path:
    """The directory of toml-test's cases."""
    directory = tmp_path_factory.mktemp("toml-test")
    pins = TESTS / "requirements" / "toml-test.txt"
    words = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", directory, "-r", pins]
    subprocess.run([python(), *words], check=True, timeout=300)
    [archive] = directory.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        opened.extractall(directory, filter="data")
    [found] = directory.glob("*/tests/toml-test/tests")
    return found


def value(tagged):
    """A value as toml-test writes it, made comparable."""
    if isinstance(tagged, list):
        return [value(item) for item in tagged]
    if set(tagged) != {"type", "value"} or not isinstance(tagged["value"], str):
        return {key: value(item) for key, item in tagged.items()}
    kind, text = tagged["type"], tagged["value"]
    if kind in ("string", "bool"):
        return kind, text
    if kind == "other":
        return plain(tomllib.loads(f"x = {with_seconds(text)}")["x"])
    if kind == "float":
        return plain(float(text))
    if kind == "integer":
        return plain(int(text))
    types = {"date-local": datetime.date, "time-local": datetime.time}
    return plain(types.get(kind, datetime.datetime).fromisoformat(text.upper().replace(" ", "T")))


def with_seconds(text: str) -> str:
    """A time as TOML 1.0 wants it: 1.1 lets its seconds out."""
    return re.sub(r"((?:^|[T ])\d\d:\d\d)(?![\d:])", r"\1:00", text, flags=re.IGNORECASE)


def plain(found):
    """A number or a date with its type, made comparable."""
    return type(found).__name__, "nan" if isinstance(found, float) and math.isnan(found) else found


def listed(cases: Path, version: str) -> list[str]:
    names = (cases / f"files-toml-{version}.0").read_text().split()
    return [name for name in names if name.endswith(".toml")]


def test_all_cases_of_toml_test(cases):
    """What TOML 1.0 allows, 1.1 allows too."""
    names = listed(cases, "1.1")
    names += [name for name in listed(cases, "1.0") if name.startswith("valid/") and name not in names]
    assert len(names) > 600
    replies = probe([{"work": "toml", "path": str(cases / name)} for name in names])
    wrong = []
    for name, reply in zip(names, replies, strict=True):
        if name.startswith("invalid/"):
            is_right = reply.get("failure", "").startswith("line ")
        else:
            expected = json.loads((cases / name).with_suffix(".json").read_text())
            is_right = "answer" in reply and value(json.loads(reply["answer"])) == value(expected)
        if not is_right:
            wrong.append((name, reply))
    assert wrong == []


def test_values_are_those_of_pythons_own_reader(cases):
    def tagged(found):
        if isinstance(found, dict):
            return {key: tagged(item) for key, item in found.items()}
        if isinstance(found, list):
            return [tagged(item) for item in found]
        if isinstance(found, bool):
            return "bool", str(found).lower()
        return ("string", found) if isinstance(found, str) else plain(found)

    paths = [cases / name for name in listed(cases, "1.0") if name.startswith("valid/")]
    replies = probe([{"work": "toml", "path": str(path)} for path in paths])
    for path, reply in zip(paths, replies, strict=True):
        assert value(json.loads(reply["answer"])) == tagged(tomllib.loads(path.read_bytes().decode())), path

"""The TOML reader reads each valid case of toml-test to the right values, and rejects each invalid one."""

from __future__ import annotations

import datetime
import json
import math
import subprocess
import tarfile
from pathlib import Path

import pytest
from harness.environments import TESTS, python
from harness.probe import probe


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
    if kind == "float":
        return kind, "nan" if math.isnan(float(text)) else float(text)
    if kind == "integer":
        return kind, int(text)
    if kind in ("string", "bool"):
        return kind, text
    types = {"date-local": datetime.date, "time-local": datetime.time}
    return kind, types.get(kind, datetime.datetime).fromisoformat(text.upper().replace(" ", "T"))


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_all_cases_of_toml_test(cases, version):
    names = [name for name in (cases / f"files-toml-{version}.0").read_text().split() if name.endswith(".toml")]
    assert len(names) > 600
    replies = probe([{"work": f"toml {version}", "path": str(cases / name)} for name in names])
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
    tomllib = pytest.importorskip("tomllib")

    def tagged(found):
        if isinstance(found, dict):
            return {key: tagged(item) for key, item in found.items()}
        if isinstance(found, list):
            return [tagged(item) for item in found]
        if isinstance(found, bool):
            return "bool", str(found).lower()
        if isinstance(found, float):
            return "float", "nan" if math.isnan(found) else found
        kinds = {int: "integer", str: "string", datetime.date: "date-local", datetime.time: "time-local"}
        if isinstance(found, datetime.datetime):
            return "datetime" if found.tzinfo else "datetime-local", found
        return kinds[type(found)], found

    paths = [cases / name for name in (cases / "files-toml-1.0.0").read_text().split() if name.startswith("valid/")]
    paths = [path for path in paths if path.suffix == ".toml"]
    replies = probe([{"work": "toml 1.0", "path": str(path)} for path in paths])
    for path, reply in zip(paths, replies, strict=True):
        assert value(json.loads(reply["answer"])) == tagged(tomllib.loads(path.read_bytes().decode())), path

"""`doctor`: INI files that Python's configparser refuses. `--fix` cannot repair them, and does not offer to."""

from __future__ import annotations

import pytest
from harness.doctor_env import PIP_CONF, Finding, only

KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
BACKEND = "codeartifact_keyring.backend.Keyring"


@pytest.mark.parametrize("text", ["a = b\n[backend]\n", f"[backend]\nx\ndefault-keyring = {BACKEND}\n"])
def test_a_choice_that_python_cannot_read(doctor_env, home, text):
    """Every use of Python's keyring fails then, and `configure` writes nothing into such a file."""
    doctor_env.with_clients("python", "poetry")
    path = home.write(KEYRINGRC, text)
    line = text.splitlines().index("x") + 1 if "x" in text.splitlines() else 1
    assert only(doctor_env, "keyring") == [
        Finding(
            "keyring",
            "problem",
            "Python's configparser cannot read this file: every tool that uses Python's keyring fails",
            f"~/{KEYRINGRC}:{line}",
            f"${{EDITOR:-vi}} ~/{KEYRINGRC}",
        )
    ]
    assert doctor_env.report("--fix")["fixed"] == []
    assert path.read_text() == text


def test_a_pip_conf_that_pip_cannot_read(doctor_env, home):
    path = home.write(PIP_CONF, "timeout = 60\n")
    doctor_env.with_clients("pip")
    finding = Finding(
        "pip",
        "problem",
        "Python's configparser cannot read this file: pip fails",
        f"~/{PIP_CONF}:1",
        f"${{EDITOR:-vi}} ~/{PIP_CONF}",
    )
    assert only(doctor_env, "pip") == [finding]
    assert doctor_env.report("--fix")["fixed"] == []
    assert path.read_text() == "timeout = 60\n"


@pytest.mark.parametrize(
    ("name", "text", "area"),
    [
        (".config/uv/uv.toml", "index =\n", "project"),
        ("project/pyproject.toml", "[[tool.codeartifact-keyring.domain]\n", "configuration"),
    ],
)
def test_toml_that_is_not_valid_is_one_finding(doctor_env, home, name, text, area):
    """`--fix` says that it cannot fix it, and does not promise it again."""
    doctor_env.with_clients("uv")
    path = doctor_env.folder / "pyproject.toml" if area == "configuration" else home.write(name, text)
    path.write_text(text)
    for options in ([], ["--fix"], ["--fix"]):
        report = doctor_env.report(*options)
        found = [item for item in report["findings"] if item.get("file") == str(path)]
        assert [(item["area"], item["severity"], item["line"], item["fixable"]) for item in found] == [
            (area, "problem", 1, False)
        ]
        assert [item["area"] for item in report["findings"] if item["severity"] == "problem"] == [area]
        assert report["fixed"] == []
    shown = doctor_env.doctor("--fix").stdout
    assert (
        "\n1 problem that doctor --fix cannot fix\nNext: run this command, then codeartifact-keyring doctor again:\n"
        in shown
    )


def test_no_repair_of_a_file_that_cannot_be_read_is_promised(doctor_env, home):
    """The project's source is found and its repository tried all the same."""
    doctor_env.with_clients("python", "uv").with_source()
    for name in (KEYRINGRC, ".config/uv/uv.toml"):
        path = home.directory / name
        path.unlink()
        path.mkdir()
    report = doctor_env.report()
    assert [item for item in report["findings"] if item["fixable"]] == []
    assert {item["area"] for item in report["findings"] if item["severity"] == "problem"} >= {"keyring", "uv"}
    assert [item["severity"] for item in report["findings"] if item["area"] == "repository"] == ["ok"]
    assert doctor_env.report("--fix")["fixed"] == []

"""`doctor`: INI files that Python's configparser refuses. `--fix` cannot repair them, and does not offer to."""

from __future__ import annotations

import pytest
from harness.doctor_env import PIP_CONF, Finding, only

KEYRINGRC = ".config/python_keyring/keyringrc.cfg"
OURS = "codeartifact_keyring.backend.Keyring"


@pytest.mark.parametrize("text", ["a = b\n[backend]\n", f"[backend]\nx\ndefault-keyring = {OURS}\n"])
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

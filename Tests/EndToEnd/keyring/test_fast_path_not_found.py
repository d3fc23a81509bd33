"""Secrets of other services: if nothing can have one the fast path says so at once; in doubt it starts the main executable."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from harness.fast_path import TOO_SMALL

CONFIG = ".config/codeartifact-keyring/config.toml"


PLAIN = [
    ["get", "example.org", "anna"],
    ["get", "https://pypi.example/simple/", ""],
    ["get", "https://pypi.example/simple/", "--mode", "creds"],
    ["--mode=creds", "--output=json", "get", "https://pypi.example/simple/"],
]


@pytest.mark.parametrize("words", PLAIN, ids=" ".join)
def test_where_no_keyring_can_have_it_the_answer_is_no(fast_path, words):
    alone, program = fast_path.alone(*words), fast_path.program(*words)
    assert (alone.returncode, alone.stdout, alone.stderr) == (1, "", "")
    assert (program.returncode, program.stdout, program.stderr) == (1, "", "")


FOR_THE_PROGRAM = [
    ["get", "example.org"], ["get", "example.org", "-x"], ["get", "--mode", "anna"], ["get", "-x", "anna"],
    ["get", "example.org", "anna", "more"], ["set", "example.org", "anna"], ["get", "example.org", "--output", "creds"],
    ["get", "poetry-repository-artifact", "aws"], ["get", "https://CodeArtifact.example", "aws"], ["diagnose"],
    ["get", "http://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/x/", "aws"], [], ["get"],
]  # fmt: skip


@pytest.mark.parametrize("words", FOR_THE_PROGRAM, ids=" ".join)
def test_in_doubt_the_main_executable_is_asked(fast_path, home, installed, words):
    assert home.run(*TOO_SMALL, installed.keyring, *words).returncode not in (0, 1, 2)


def another_keyring(home):
    home.write("bin/keyring", "#!/bin/sh\necho secret\n", mode=0o755)
    home.env["PATH"] += f":{home.directory / 'bin'}"


PRESENCES = {
    "a bus": lambda home: home.env.update(DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere"),
    "the runtime's bus": lambda home: (home.runtime / "bus").write_text(""),
    "hosts of the user's own": lambda home: home.write(CONFIG, ""),
    "another keyring": another_keyring,
    "the working directory": lambda home: home.env.update(PATH=home.env["PATH"] + ":"),
    "no PATH": lambda home: home.env.pop("PATH"),
    "debugging": lambda home: home.env.update(CODEARTIFACT_KEYRING_DEBUG="1"),
}


@pytest.mark.parametrize("presence", PRESENCES)
def test_where_a_keyring_may_have_it_the_main_executable_is_asked(fast_path, home, presence):
    PRESENCES[presence](home)
    limited = subprocess.run(
        [shutil.which("prlimit"), *TOO_SMALL[1:], fast_path.installed.keyring, "get", "example.org", "anna"],
        env=home.env,
        cwd=home.directory,
        capture_output=True,
    )
    assert limited.returncode not in (0, 1)


def test_copies_of_the_program_on_path_are_not_other_keyrings(fast_path, home, installed, tmp_path):
    for name, program in {"fast path": installed.keyring, "program": installed.program}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "keyring").symlink_to(program)
        home.env["PATH"] += f":{tmp_path / name}"
    assert fast_path.alone("get", "example.org", "anna").returncode == 1


def test_the_other_keyring_is_found(fast_path, home):
    another_keyring(home)
    assert fast_path.ask("get", "example.org", "anna").ok().stdout == "secret\n"

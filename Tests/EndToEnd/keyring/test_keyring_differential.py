"""Every command line, with Python's keyring 25.7 and with codeartifact-keyring, over the same secrets.

Exit code and both streams must be equal to the byte. Where this program differs on purpose, the case names the reason, and it is an
error if it does not differ there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness import fixed_keyring
from harness.keyring_command_lines import CASES, DIFFERENCES, REDIRECTIONS, Case, case
from harness.desktop import gnome_keyring
from harness.environments import program, python
from harness.fixed_keyring import SECRETS, TOKEN
from harness.home import Home

# The argparse that is compared with.
REFERENCE = sys.version_info[:2]


@dataclass(frozen=True)
class World:
    """Both keyrings in one home, and Python's answers to all cases."""

    home: Home
    program: Path
    expected: list[tuple[int, str, str]]

    def ours(self, case: Case) -> tuple[int, str, str]:
        done = subprocess.run(
            [str(self.program), *(os.fsencode(word) for word in case.argv)],
            env=self.home.env,
            cwd=self.home.directory,
            input=(case.stdin or "").encode(),
            capture_output=True,
            start_new_session=True,
            timeout=60,
        )
        return (done.returncode, *(text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr)))


@pytest.fixture(scope="module")
def world(tmp_path_factory, installed):
    home = Home.make(tmp_path_factory.mktemp("differential"))
    # No system directory: nobody else's keyring is to be found.
    (home.directory / "bin").mkdir()
    home.env |= {"CODEARTIFACT_TOKEN": TOKEN, "COLUMNS": "80"}
    asked = json.dumps([{"argv": case.argv, "stdin": case.stdin} for case in CASES])
    done = subprocess.run(
        [python(), fixed_keyring.__file__],
        env=home.env,
        cwd=home.directory,
        input=asked,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        check=True,
        timeout=120,
    )
    with gnome_keyring(home):
        home.env["PATH"] = str(home.directory / "bin")
        running = World(home, installed.keyring, [tuple(answer) for answer in json.loads(done.stdout)])
        for (service, username), password in SECRETS.items():
            assert running.ours(case("set", "--", service, username, stdin=password + "\n")) == (0, "", "")
        yield running


def test_there_are_enough_of_them():
    assert len(CASES) >= 300
    named = {case.differs for case in CASES} | {why for _, _, why in REDIRECTIONS} | {"80 columns"}
    assert named - {None} == set(DIFFERENCES)


# In the order in which Python was asked: a later case may ask for what an earlier one stored.
@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name for case in CASES])
def test_both_say_the_same(world, number):
    case, theirs = CASES[number], world.expected[number]
    if REFERENCE != (3, 11) and (theirs[0] == 2 or case.differs):
        pytest.skip("the usage errors are those of Python 3.11's argparse")
    ours = world.ours(case)
    if case.differs is None:
        assert ours == theirs
        return
    assert ours != theirs, "they no longer differ here"
    code, stdout, stderr = ours
    assert (code, stdout, (stderr.splitlines() or [""])[-1]) == case.ours


@pytest.mark.parametrize(("words", "where", "why"), REDIRECTIONS)
def test_streams_that_are_closed_or_full(world, words, where, why):
    """Here Python's keyring is a process of its own, too."""
    python_alone = {"PYTHONPATH": str(Path(fixed_keyring.__file__).parent)}
    python_alone["PYTHON_KEYRING_BACKEND"] = "fixed_keyring.Keyring"
    ends = []
    for keyring, more in ((world.program, {}), (program("keyring", "harness"), python_alone)):
        done = subprocess.run(
            ["/bin/bash", "-c", f'exec "{keyring}" {words} {where}'],
            env=world.home.env | more,
            cwd=world.home.directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            start_new_session=True,
        )
        ends.append((done.returncode, done.stdout, done.stderr))
    ours, theirs = ends
    if why is None:
        assert ours == theirs
    else:
        assert ours != theirs, "they no longer differ here"
        assert ours[:2] == (1 if why == "unwritten answer" else 2, b"")


def test_usage_is_laid_out_for_80_columns(world):
    world.home.env["COLUMNS"] = "40"
    try:
        narrow = world.ours(case("get"))
    finally:
        world.home.env["COLUMNS"] = "80"
    assert narrow == world.ours(case("get"))

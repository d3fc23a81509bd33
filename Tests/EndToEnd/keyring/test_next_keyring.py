"""Other services: the next `keyring` on PATH answers as if codeartifact-keyring were not installed, and none is skipped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from harness import fixed_keyring
from harness.environments import program
from harness.fake_keyring import FakeKeyring

GUARD = b"_CODEARTIFACT_KEYRING_HANDED_ON"
FROM_FAKE_KEYRING = b"from fake_keyring\n\xff"


@pytest.fixture
def call(home, installed):
    """Runs `keyring` with bytes for streams; `path` is what follows it on PATH."""

    def run(*arguments, path=(), stdin=b"", env=None, cwd=None, **more):
        folders = [installed.bin, *path, "/usr/bin", "/bin"]
        environment = {os.fsencode(name): os.fsencode(value) for name, value in home.env.items()}
        environment |= {b"PATH": b":".join(os.fsencode(folder) for folder in folders)} | (env or {})
        return subprocess.run(
            [os.fsencode(installed.keyring), *(os.fsencode(word) for word in arguments)],
            env=environment,
            cwd=cwd or home.directory,
            input=stdin,
            capture_output=True,
            timeout=60,
            **more,
        )

    return run


@pytest.fixture
def fake_keyring(tmp_path):
    return FakeKeyring.make(tmp_path)


COMMANDS = [
    ["get", "example.org", "anna"],
    ["--mode=creds", "--output=json", "get", "https://pypi.example/simple/"],
    ["set", "example.org", "anna"],
    ["del", "example.org", "anna"],
    ["get", b"odd \xff\xfe", b"\x80"],
    ["get", "x" * 100_000, ""],
    ["get", "--", "--mode", "-x"],
    ["-p", "/somewhere", "-b", "some.Keyring", "get", "example.org", "anna"],
    ["diagnose"],
    ["--list-backends"],
    ["--disable"],
    ["--print-completion=bash"],
    ["-b", "some.Keyring", "get", "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/", "aws"],
    ["--an-option-of-tomorrow", "get", "example.org"],
    ["an-operation-of-tomorrow", "example.org"],
    ["--mode=of-tomorrow", "get", "example.org"],
    ["get", "poetry-repository-artifact", "aws"],
]


@pytest.mark.parametrize(
    "arguments", COMMANDS, ids=lambda words: b" ".join(map(os.fsencode, words))[:40].decode("ascii", "replace")
)
def test_the_next_keyring_gets_the_same_input(call, fake_keyring, home, standin, arguments):
    folder = home.directory / "a folder"
    folder.mkdir()
    odd = {b"ODD\xff": b"\xfe=\x80", b"EMPTY": b""}
    result = call(*arguments, path=[fake_keyring.folder], stdin=b"secret\r\n\0\xff\n\n", env=odd, cwd=folder)
    assert (result.returncode, result.stdout, result.stderr) == (0, FROM_FAKE_KEYRING, b"a line of its own\n")
    assert fake_keyring.arguments == [os.fsencode(word) for word in arguments]
    assert fake_keyring.read("stdin") == b"secret\r\n\0\xff\n\n"
    assert fake_keyring.read("cwd") == os.fsencode(folder) + b"\n"
    given = {os.fsencode(name): os.fsencode(value) for name, value in home.env.items()} | odd
    seen = fake_keyring.environ
    assert seen.pop(GUARD)
    # The shell that is the fake_keyring sets PWD and its like only for itself: /proc shows what it was started with.
    assert {name: value for name, value in seen.items() if name != b"PATH"} == {
        name: value for name, value in given.items() if name != b"PATH"
    }
    assert standin.connections == []


def test_its_exit_code_is_returned(call, tmp_path):
    other = FakeKeyring.make(tmp_path, code=77)
    assert call("get", "example.org", "anna", path=[other.folder]).returncode == 77


def test_it_replaces_the_process(home, installed, fake_keyring):
    home.env["PATH"] = f"{installed.bin}:{fake_keyring.folder}:/usr/bin:/bin"
    process = subprocess.Popen(
        [installed.keyring, "get", "a", "b"], env=home.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    process.wait(60)
    assert int(fake_keyring.read("pid")) == process.pid


@pytest.mark.parametrize("ignored", [False, True])
def test_signals_are_unchanged(call, fake_keyring, ignored):
    # Python itself ignores SIGPIPE, and restores it for its children unless told not to.
    call("get", "a", "b", path=[fake_keyring.folder], restore_signals=not ignored)
    assert bool(fake_keyring.ignored_signals & 1 << (signal.SIGPIPE - 1)) is ignored


CODEARTIFACT_URL = "https://acme-111122223333.d.codeartifact.us-east-1.amazonaws.com/pypi/internal/simple/"


# Threats: Another `keyring` on `PATH`
@pytest.mark.parametrize(
    "arguments",
    [
        ["get", CODEARTIFACT_URL, "aws"],
        ["--mode=creds", "--output=json", "get", CODEARTIFACT_URL],
        ["-p", "/somewhere", "get", CODEARTIFACT_URL, ""],
        ["get", CODEARTIFACT_URL, "__token__"],
        ["set", CODEARTIFACT_URL, "aws"],
        ["del", CODEARTIFACT_URL, "aws"],
        ["get", "pypi.acme.example", "aws"],
        ["-h"],
        ["get", "example.org"],
        ["--mode"],
        [],
    ],
)
def test_codeartifact_services_are_never_passed_on(call, fake_keyring, home, arguments):
    home.env["CODEARTIFACT_TOKEN"] = "given"
    home.write(
        ".config/codeartifact-keyring/config.toml",
        '[[host]]\nname = "pypi.acme.example"\ndomain = "acme"\nowner = "111122223333"\nregion = "us-east-1"\n',
    )
    result = call(*arguments, path=[fake_keyring.folder])
    assert not fake_keyring.called
    if arguments[-1:] == ["aws"] and "get" in arguments:
        assert result.stdout == b"given\n"


def test_a_broken_configuration_does_not_affect_other_services(call, fake_keyring, home):
    home.write(".config/codeartifact-keyring/config.toml", "nonsense\n")
    assert call("get", "example.org", "anna", path=[fake_keyring.folder]).stdout == FROM_FAKE_KEYRING
    assert call("get", CODEARTIFACT_URL, "aws", path=[fake_keyring.folder]).returncode == 1


# What may stand on PATH before the one that works.


def _not_executable(folder: Path, installed) -> None:
    (folder / "keyring").write_text("#!/bin/sh\necho wrong\n")


def _directory(folder: Path, installed) -> None:
    (folder / "keyring").mkdir()


def _no_program(folder: Path, installed) -> None:
    (folder / "keyring").write_bytes(b"\x7fELF, but no more than that")
    (folder / "keyring").chmod(0o755)


def _no_interpreter(folder: Path, installed) -> None:
    (folder / "keyring").write_text("#!/no/such/python\n")
    (folder / "keyring").chmod(0o755)


def _dangling(folder: Path, installed) -> None:
    (folder / "keyring").symlink_to(folder / "gone")


def _link(folder: Path, installed) -> None:
    (folder / "keyring").symlink_to(installed.program)


def _link_to_the_fast_path(folder: Path, installed) -> None:
    (folder / "keyring").symlink_to(installed.keyring)


def _wrapper(folder: Path, installed) -> None:
    (folder / "keyring").write_text(f'#!/bin/sh\nexec "{installed.program}" keyring "$@"\n')
    (folder / "keyring").chmod(0o755)


def _copy(folder: Path, installed) -> None:
    shutil.copy(installed.program, folder / "keyring")


def _copy_of_both(folder: Path, installed) -> None:
    """In a directory with another name: the copies cannot be recognized, and still do not call each other for ever."""
    for file in installed.libexec.iterdir():
        shutil.copy(file, folder / file.name)


def _nothing(folder: Path, installed) -> None:
    pass


OBSTACLES = [
    _not_executable,
    _directory,
    _no_program,
    _no_interpreter,
    _dangling,
    _link,
    _link_to_the_fast_path,
    _wrapper,
]
OBSTACLES += [_copy, _copy_of_both, _nothing]


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_what_cannot_answer_is_skipped(call, fake_keyring, installed, tmp_path, obstacle):
    folder = tmp_path / "before"
    folder.mkdir()
    obstacle(folder, installed)
    result = call("get", "example.org", "anna", path=[folder, folder, fake_keyring.folder], stdin=b"kept")
    assert (result.returncode, result.stdout) == (0, FROM_FAKE_KEYRING)
    assert fake_keyring.read("stdin") == b"kept"


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_no_endless_loop(call, installed, tmp_path, obstacle):
    folder = tmp_path / "before"
    folder.mkdir()
    obstacle(folder, installed)
    result = call("get", "example.org", "anna", path=[folder])
    assert (result.returncode, result.stdout, result.stderr) == (1, b"", b"")


def test_all_obstacles_at_once(call, fake_keyring, installed, tmp_path):
    folders = []
    for obstacle in OBSTACLES * 2:
        folder = tmp_path / f"before-{len(folders)}"
        folder.mkdir()
        obstacle(folder, installed)
        folders.append(folder)
    assert call("get", "a", "b", path=[*folders, fake_keyring.folder]).stdout == FROM_FAKE_KEYRING


# Threats: Another user of the machine
@pytest.mark.parametrize("entry", ["fake_keyring", "", "."])
def test_nothing_is_run_out_of_the_working_directory(call, fake_keyring, entry):
    """Unlike execvp, which takes an empty entry for that: a project could have a `keyring` of its own there."""
    folder = fake_keyring.folder.parent if entry == "fake_keyring" else fake_keyring.folder
    assert call("get", "a", "b", path=[entry], cwd=folder).stdout == b""
    assert not fake_keyring.called


def test_the_virtual_environment_comes_first(call, home, installed, fake_keyring, tmp_path):
    environment = FakeKeyring.make(tmp_path, "venv")
    path = os.fsencode(f"{environment.folder}:{installed.bin}:{fake_keyring.folder}:/usr/bin:/bin")
    variables = {b"PATH": path, b"VIRTUAL_ENV": os.fsencode(environment.folder.parent)}
    assert call("get", "a", "b", env=variables).stdout == b"from venv\n\xff"
    assert not fake_keyring.called


# Python's own keyring as the next one on PATH: the same to the byte as without codeartifact-keyring.


@pytest.fixture
def python_keyring(home, tmp_path):
    """A directory with nothing but Python's `keyring` in it, which has fixed answers."""
    folder = tmp_path / "python-keyring"
    folder.mkdir()
    (folder / "keyring").symlink_to(program("keyring", "harness"))
    home.env |= {
        "PYTHONPATH": str(Path(fixed_keyring.__file__).parent),
        "PYTHON_KEYRING_BACKEND": "fixed_keyring.Keyring",
        "COLUMNS": "80",
    }
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["get", "example.org", "anna"],
        ["--mode=creds", "--output=json", "get", "https://pypi.example/simple/"],
        ["get", "example.org", "nobody"],
        ["set", "example.org", "anna"],
        ["del", "example.org", "anna"],
        ["del", "example.org", "nobody"],
        ["get", b"odd \xff", "anna"],
        ["--list-backends"],
        ["diagnose"],
        ["-b", "keyring.backends.null.Keyring", "get", "example.org", "anna"],
        ["-b", "no.such.Keyring", "get", "example.org", "anna"],
        ["--print-completion", "bash"],
        ["--version"],
        ["bogus"],
    ],
    ids=lambda words: str(words[:2]),
)
def test_python_keyring_answers_as_before(call, home, python_keyring, arguments):
    through = call(*arguments, path=[python_keyring], stdin=b"new\n")
    alone = subprocess.run(
        [python_keyring / "keyring", *arguments], env=home.env, cwd=home.directory, input=b"new\n", capture_output=True
    )
    # Python lists its backends in no order.
    assert sorted(through.stdout.splitlines()) == sorted(alone.stdout.splitlines())
    assert (through.returncode, through.stderr) == (alone.returncode, alone.stderr)


def test_disable_goes_to_pythons_keyring(call, home, python_keyring):
    assert call("--disable", path=[python_keyring]).returncode == 0
    file = home.directory / ".config/python_keyring/keyringrc.cfg"
    assert file.read_text() == "[backend]\ndefault-keyring=keyring.backends.null.Keyring"
    again = call("--disable", path=[python_keyring])
    assert again.returncode == 1
    assert b"RuntimeError: Refusing to overwrite" in again.stderr

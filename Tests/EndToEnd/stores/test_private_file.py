"""The private file: refused where others could have touched it, and not needed for an answer."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

NAME = "codeartifact-keyring"


def token_file(folder: Path) -> Path:
    (found,) = folder.glob("*.json")
    return found


def directory_is_a_link(folder: Path) -> None:
    elsewhere = folder.with_name("elsewhere")
    folder.rename(elsewhere)
    folder.symlink_to(elsewhere)


def file_is_a_link(folder: Path) -> None:
    file = token_file(folder)
    elsewhere = folder.with_name("elsewhere")
    file.rename(elsewhere)
    file.symlink_to(elsewhere)


def file_is_a_directory(folder: Path) -> None:
    file = token_file(folder)
    file.unlink()
    file.mkdir(mode=0o700)


def file_is_a_pipe(folder: Path) -> None:
    """Reading one would wait for ever."""
    file = token_file(folder)
    file.unlink()
    os.mkfifo(file, 0o600)


SPOILED = {
    "directory is a link": directory_is_a_link,
    "directory can be read by others": lambda folder: folder.chmod(0o755),
    "directory can be written by the group": lambda folder: folder.chmod(0o720),
    "directory can be searched by others": lambda folder: folder.chmod(0o701),
    "directory belongs to another": lambda folder: os.chown(folder, 65534, 65534),
    "file is a link": file_is_a_link,
    "file can be read by the group": lambda folder: token_file(folder).chmod(0o640),
    "file can be written by others": lambda folder: token_file(folder).chmod(0o602),
    "file belongs to another": lambda folder: os.chown(token_file(folder), 65534, 65534),
    "file is a directory": file_is_a_directory,
    "file is a pipe": file_is_a_pipe,
}


@pytest.mark.parametrize("place", ["runtime", "cache"])
@pytest.mark.parametrize("kind", SPOILED)
def test_what_others_could_touch_is_refused(home, lookup, standin, kind, place):
    if place == "cache":
        del home.env["XDG_RUNTIME_DIR"]
    folder = (home.runtime if place == "runtime" else home.directory / ".cache") / NAME
    lookup().ok()
    SPOILED[kind](folder)
    # What is in a file's place, in a directory that no other user can write to, is replaced; a directory stays as it is until its owner
    # has looked.
    stays = kind.startswith("directory")
    for mints in (2, 3) if stays else (2,):
        answer = lookup().ok()
        assert standin.mint_count == mints, "what is in it is not read"
        assert answer.fingerprint == standin.mints[-1].fingerprint
        assert answer.stderr.startswith("codeartifact-keyring: the private file was refused: ")
        assert answer.stderr.count("\n") == 1, "said once"
        assert str(folder) in answer.stderr
    if not stays:
        answer = lookup().ok()
        assert (answer.stderr, standin.mint_count) == ("", 2)
        assert token_file(folder).lstat().st_mode == stat.S_IFREG | 0o600
        assert token_file(folder).lstat().st_uid == os.geteuid()


@pytest.mark.parametrize("kind", [kind for kind in SPOILED if kind.startswith("directory")])
def test_pinned_it_fails_loudly(home, lookup, kind):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    lookup().ok()
    SPOILED[kind](home.runtime / NAME)
    failed = lookup()
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("codeartifact-keyring: the private file was refused: ")
    assert failed.stderr.count("\n") == 1


# Threats: An entry under its name in a store
@pytest.mark.parametrize("kind", [kind for kind in SPOILED if kind.startswith("file")])
def test_pinned_an_entry_that_others_could_touch_is_replaced(home, lookup, standin, kind):
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    lookup().ok()
    SPOILED[kind](home.runtime / NAME)
    answer = lookup().ok()
    assert answer.fingerprint == standin.mints[1].fingerprint, "what is in it is not read"
    assert answer.stderr.startswith("codeartifact-keyring: the private file was refused: ")
    assert answer.stderr.endswith(", and was removed\n") and answer.stderr.count("\n") == 1
    assert (lookup().ok().stderr, standin.mint_count) == ("", 2)


@pytest.mark.parametrize("umask", ["777", "077", "000", "277"])
@pytest.mark.parametrize("place", ["runtime", "cache"])
def test_whatever_the_umask(other_user, repository, standin, umask, place):
    """Not as root, whom no mode keeps out."""
    if place == "cache":
        del other_user.home.env["XDG_RUNTIME_DIR"]
    other_user.home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    words = ["sh", "-c", f'umask {umask}; exec "$@"', "sh", other_user.keyring, "get", repository.index_url, "aws"]
    for _ in range(2):
        answer = other_user.run(*words).ok()
        assert (answer.stdout, answer.stderr) == ("<token>\n", "")
    assert standin.mint_count == 1
    folder = (other_user.home.runtime if place == "runtime" else other_user.home.directory / ".cache") / NAME
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


# Threats: Another user of the machine
@pytest.mark.parametrize("mode", [0o700, 0o755, 0o777, 0o1777], ids=oct)
@pytest.mark.parametrize("planted", ["nothing", "folders", "links"])
def test_directories_of_another_user(other_user, repository, standin, mode, planted):
    """As below `su` and `sudo -E`: nothing is made there, and no link is followed from there."""
    base, env = other_user.base, other_user.home.env
    elsewhere = base / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    os.chown(elsewhere, other_user.uid, other_user.uid)
    places = {name: base / name for name in ("HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME")}
    for name, place in places.items():
        env[name] = str(place)
        place.mkdir()
        for inner in (place / NAME, place / ".cache") if planted != "nothing" else ():
            if planted == "links":
                inner.symlink_to(elsewhere)
            else:
                inner.mkdir(mode=0o777)
        place.chmod(mode)
    before = entries(base)
    # The kernel keyring of this user answers from the second time on.
    for _ in range(2):
        answer = other_user.run(other_user.keyring, "get", repository.index_url, "aws").ok()
        assert (answer.stdout, answer.stderr) == ("<token>\n", "")
    assert standin.mint_count == 1
    env["CODEARTIFACT_KEYRING_STORE"] = "file"
    pinned = other_user.run(other_user.keyring, "get", repository.index_url, "aws")
    assert (pinned.returncode, pinned.stdout) == (1, "")
    assert "neither XDG_RUNTIME_DIR nor HOME is a directory of this user" in pinned.stderr
    assert entries(base) == before, "nothing was made there"


def test_home_is_taken_from_the_password_file_if_HOME_belongs_to_another_user(
    other_user, repository, standin, tmp_path
):
    """As in a job of GitHub's that runs in a container as root: its home belongs to the runner."""
    home = other_user.base / "own"
    home.mkdir()
    os.chown(home, other_user.uid, other_user.uid)
    known = tmp_path / "passwd"
    known.write_text(
        f"{Path('/etc/passwd').read_text()}other_user:x:{other_user.uid}:{other_user.uid}::{home}:/bin/sh\n"
    )
    del other_user.home.env["XDG_RUNTIME_DIR"]
    os.chown(other_user.home.directory, 0, 0)
    other_user.home.directory.chmod(0o777)
    other_user.home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    before = entries(other_user.home.directory)
    bound = ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/passwd && exec "$@"', known]
    for _ in range(2):
        words = [*bound, *other_user.as_user(), other_user.keyring, "get", repository.index_url, "aws"]
        other_user.home.run(*words, timeout=25).ok()
    assert standin.mint_count == 1
    assert token_file(home / ".cache" / NAME).stat().st_uid == other_user.uid
    assert entries(other_user.home.directory) == before


@pytest.fixture
def small_disk(home, tmp_path):
    """HOME and the runtime directory on a disk of 64 kB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,mode=755", "none", disk], capture_output=True, stdin=subprocess.DEVNULL
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        for name in ("home", "run"):
            (disk / name).mkdir(mode=0o700)
        home.env |= {"HOME": str(disk / "home"), "XDG_RUNTIME_DIR": str(disk / "run")}
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True, stdin=subprocess.DEVNULL)


def entries(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != "filler")


def fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass


@pytest.mark.parametrize("made_before", [True, False], ids=["directory there", "directory not there"])
def test_a_full_disk(small_disk, home, lookup, standin, made_before):
    if made_before:
        (small_disk / "run" / NAME).mkdir(mode=0o700)
    fill(small_disk)
    for mints in (1, 2):
        answer = lookup().ok()
        assert (answer.stdout, answer.stderr) == ("<token>\n", "")
        assert standin.mint_count == mints
    assert content(small_disk) == b"", "not even a part of a token"
    assert {Path(name).suffix for name in entries(small_disk)} <= {"", ".lock"}, "no temporary file is left"
    (small_disk / "filler").unlink()
    lookup().ok()
    lookup().ok()
    assert standin.mint_count == 3, "with room again it is kept again"


# Threats: A full disk, `kill -9`, too few descriptors, a clock set back
def test_a_full_disk_keeps_the_old_entry_whole(small_disk, lookup, installed, repository, standin):
    lookup().ok()
    fill(small_disk)
    before = content(small_disk)
    answer = lookup(installed.program, "token", "--refresh", repository.index_url).ok()
    assert answer.fingerprint == standin.mints[1].fingerprint
    assert content(small_disk) == before


def test_a_disk_that_cannot_be_written(small_disk, home, lookup, standin):
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True, stdin=subprocess.DEVNULL)
    before = entries(small_disk)
    for mints in (1, 2):
        answer = lookup().ok()
        assert (answer.stdout, answer.stderr) == ("<token>\n", "")
        assert standin.mint_count == mints
    assert entries(small_disk) == before


def test_pinned_to_a_full_disk(small_disk, home, lookup):
    fill(small_disk)
    home.env["CODEARTIFACT_KEYRING_STORE"] = "file"
    failed = lookup()
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "No space left on device" in failed.stderr


def test_an_ordinary_user_whose_home_cannot_be_written(other_user, repository, standin):
    for folder in (other_user.home.directory, other_user.home.runtime):
        folder.chmod(0o550)
        os.chown(folder, 0, other_user.uid)
    before = entries(other_user.base)
    answer = other_user.run(other_user.keyring, "get", repository.index_url, "aws").ok()
    assert (answer.stdout, answer.stderr) == ("<token>\n", "")
    assert entries(other_user.base) == before


@pytest.mark.parametrize("runtime", [True, False], ids=["with a runtime directory", "without"])
def test_no_home_at_all(other_user, repository, standin, runtime):
    """No HOME, and no password file that knows one."""
    del other_user.home.env["HOME"]
    if not runtime:
        del other_user.home.env["XDG_RUNTIME_DIR"]
    before = entries(other_user.base)
    answer = other_user.run(other_user.keyring, "get", repository.index_url, "aws").ok()
    assert (answer.stdout, answer.stderr) == ("<token>\n", "")
    left = {name for name in entries(other_user.base) - before if not name.startswith(f"run/{NAME}")}
    assert left == set()


def test_a_runtime_directory_that_is_not_there(home, lookup, standin):
    """It is the session's to make."""
    shutil.rmtree(home.runtime)
    lookup().ok()
    lookup().ok()
    assert standin.mint_count == 1
    assert not home.runtime.exists()
    assert token_file(home.directory / ".cache" / NAME).stat().st_mode & 0o777 == 0o600


def test_it_survives_being_killed_while_it_is_written(home, lookup, standin):
    """A temporary file that a killed process left is not taken for an entry."""
    lookup().ok()
    file = token_file(home.runtime / NAME)
    (file.parent / f"{file.name}.AbCdEf").write_bytes(b"{")
    assert lookup().ok().fingerprint == standin.mints[0].fingerprint

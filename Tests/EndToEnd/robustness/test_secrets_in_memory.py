"""A token does not leave the process by a core dump or another process's eyes."""

from __future__ import annotations

import fcntl
import os
import re
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness.secret_service import until

_F_SETPIPE_SZ = 1031


@contextmanager
def about_to_answer(command, env, folder: Path = Path("/")) -> Iterator[subprocess.Popen]:
    """A command that has its answer, and waits for a pipe that is full."""
    read, write = os.pipe()
    os.write(write, b"x" * fcntl.fcntl(write, _F_SETPIPE_SZ, 4096))
    process = subprocess.Popen(
        [str(word) for word in command],
        env=env,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=write,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)),
    )
    try:
        until(lambda: "pipe_w" in Path(f"/proc/{process.pid}/wchan").read_text(), "it writes its answer")
        yield process
    finally:
        process.kill()
        process.wait()
        os.close(read)
        os.close(write)


def crash(command, env, folder: Path) -> int:
    """Makes a command crash when it is about to answer."""
    with about_to_answer(command, env, folder) as process:
        process.send_signal(signal.SIGABRT)
        return process.wait(20)


def memory(pid: int) -> bytes:
    """All that another process has in its memory."""
    parts = []
    try:
        image = open(f"/proc/{pid}/mem", "rb", buffering=0)
    except PermissionError:
        pytest.skip("only root may look into the program's memory")
    with image:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            start, end = (int(word, 16) for word in span.split("-"))
            if "r" in rights and "[v" not in line:
                image.seek(start)
                parts.append(image.read(end - start))
    return b"".join(parts)


def cores(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.startswith("core")]


@pytest.fixture
def crashes(tmp_path):
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if not pattern.startswith("core"):
        pytest.skip(f"core dumps go elsewhere here: {pattern}")
    folder = tmp_path / "crashes"
    folder.mkdir()
    return folder


def test_no_core_dump(home, installed, repository, crashes):
    """Made to crash while it holds a token; another program leaves a dump in the same place."""
    secret = home.write("secret", "eyJ2ZXIiOj" * 200)
    assert crash(["cat", secret], home.env, crashes) == -signal.SIGABRT
    (dumped,) = cores(crashes)
    assert b"eyJ2ZXIiOj" in dumped.read_bytes()
    dumped.unlink()

    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert crash([installed.keyring, "get", repository.index_url, "aws"], home.env, crashes) == -signal.SIGABRT
    assert cores(crashes) == []


def test_what_held_a_token_is_overwritten(home, installed, repository):
    """A new token came in a body, through libraries' buffers; when it is answered there is itself, and the answer."""
    home.env["CODEARTIFACT_KEYRING_STORE"] = "none"
    command = [installed.program, "keyring", "get", repository.index_url, "aws"]
    head = home.run(*command).ok().raw_stdout[:12].encode()
    with about_to_answer(command, home.env) as process:
        image = memory(process.pid)
    # Counted first: what a failure shows holds no secret.
    bodies = len(re.findall(rb'"authorizationToken": *"eyJ', image))
    tokens = image.count(head)
    assert (bodies, tokens) == (0, 2)


def test_the_fast_path_overwrites_too(home, installed, repository):
    """It has the token from the kernel, and answers: only that is left."""
    command = [installed.keyring, "get", repository.index_url, "aws"]
    home.env["CODEARTIFACT_KEYRING_STORE"] = "kernel"
    for _ in range(20):
        head = home.run(*command).ok().raw_stdout[:12].encode()
    with about_to_answer(command, home.env) as process:
        image = memory(process.pid)
        ran = Path(f"/proc/{process.pid}/comm").read_text().strip()
    assert (ran, image.count(head)) == ("keyring", 1)


def test_the_next_keyring_is_not_affected(other_user):
    """The keyring that a request is passed on to, even as an ordinary user, who may not look at their own image then."""
    other = other_user.base / "bin" / "keyring"
    other.parent.mkdir(mode=0o755)
    other.write_text('#!/bin/sh\nstat -c %U:%u /proc/self/stat\necho "$@"\n')
    other.chmod(0o755)
    other_user.home.env["PATH"] = f"{other_user.base}:{other.parent}:/usr/bin:/bin"
    answer = other_user.run(other_user.keyring, "get", "example.org", "anna").ok()
    assert answer.stdout == f"UNKNOWN:{other_user.uid}\nget example.org anna\n"

"""A token does not leave the process by a core dump or another process's eyes."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
from pathlib import Path

import pytest
from harness.secret_service import until

_F_SETPIPE_SZ = 1031


def crash(command, env, folder: Path, size: int) -> int:
    """Runs a command until it writes into a pipe that is full, and makes it crash there."""
    read, write = os.pipe()
    capacity = fcntl.fcntl(write, _F_SETPIPE_SZ, 4096)
    os.write(write, b"x" * (capacity - size))
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
        process.send_signal(signal.SIGABRT)
        return process.wait(20)
    finally:
        process.kill()
        process.wait()
        os.close(read)
        os.close(write)


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
    assert crash(["cat", secret], home.env, crashes, 0) == -signal.SIGABRT
    (dumped,) = cores(crashes)
    assert b"eyJ2ZXIiOj" in dumped.read_bytes()
    dumped.unlink()

    home.run(installed.keyring, "get", repository.index_url, "aws").ok()
    assert crash([installed.keyring, "get", repository.index_url, "aws"], home.env, crashes, 0) == -signal.SIGABRT
    assert cores(crashes) == []


def test_the_next_program_is_not_concerned(somebody):
    """One that we hand a question over to, even as an ordinary user, whose own image we may not look at then."""
    other = somebody.base / "bin" / "keyring"
    other.parent.mkdir(mode=0o755)
    other.write_text('#!/bin/sh\nstat -c %U:%u /proc/self/stat\necho "$@"\n')
    other.chmod(0o755)
    somebody.home.env["PATH"] = f"{somebody.base}:{other.parent}:/usr/bin:/bin"
    answer = somebody.run(somebody.keyring, "get", "example.org", "anna").ok()
    assert answer.stdout == f"UNKNOWN:{somebody.uid}\nget example.org anna\n"

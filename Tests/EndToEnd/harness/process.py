"""Runs commands as a user's shell would, and keeps tokens out of everything that tests print."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .tokens import fingerprints, redact


@dataclass(frozen=True)
class Result:
    """How a command ended. `stdout` and `stderr` have tokens hidden; `fingerprint` tells which token stdout held."""

    argv: tuple[str, ...]
    returncode: int
    raw_stdout: str = field(repr=False)
    raw_stderr: str = field(repr=False)

    @property
    def stdout(self) -> str:
        return redact(self.raw_stdout)

    @property
    def stderr(self) -> str:
        return redact(self.raw_stderr)

    @property
    def output(self) -> str:
        """Both streams, with white space as single spaces, so that wrapped messages can be looked for."""
        return " ".join((self.stdout + " " + self.stderr).split())

    @property
    def fingerprint(self) -> str:
        """The digest of the one token on stdout; empty when there is none or more than one kind."""
        found = fingerprints(self.raw_stdout.encode(errors="replace"))
        return found.pop() if len(found) == 1 else ""

    def ok(self) -> Result:
        """Itself, or an error that shows what the command said."""
        if self.returncode != 0:
            raise AssertionError(f"{self.describe()}")
        return self

    def describe(self) -> str:
        return f"{redact(' '.join(self.argv))}\nexit {self.returncode}\n{self.stdout}\n{self.stderr}"


def start(
    argv: Sequence[str | Path], env: Mapping[str, str], cwd: Path | None = None, stdin: int = subprocess.DEVNULL
) -> subprocess.Popen[str]:
    """Starts a command in a process group of its own, with this environment and no other."""
    return subprocess.Popen(
        [str(word) for word in argv],
        env=dict(env),
        cwd=cwd,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="backslashreplace",
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str], timeout: float = 120, text: str | None = None) -> Result:
    """Waits for a started command; when it takes too long its whole group is killed and that is an error."""
    argv = tuple(str(word) for word in process.args)  # type: ignore[union-attr]
    try:
        stdout, stderr = process.communicate(text, timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        stdout, stderr = process.communicate()
        result = Result(argv, process.returncode, stdout, stderr)
        raise AssertionError(f"still running after {timeout:g} s: {result.describe()}") from None
    # A stream that is a terminal's has nothing to be collected.
    return Result(argv, process.returncode, stdout or "", stderr or "")


def run(
    argv: Sequence[str | Path],
    env: Mapping[str, str],
    cwd: Path | None = None,
    text: str | None = None,
    timeout: float = 120,
) -> Result:
    """Runs a command to its end. `text` goes to its standard input, which is empty otherwise."""
    stdin = subprocess.DEVNULL if text is None else subprocess.PIPE
    return finish(start(argv, env, cwd, stdin), timeout, text)

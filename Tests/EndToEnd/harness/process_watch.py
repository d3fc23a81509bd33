"""Watches the argument lists and the environments of all processes that come, for tokens in them.

As a program it looks again and again until its standard input ends, and writes each finding as a line of JSON: where,
the digest of the token, and the command without it. For a line of input it writes an empty line, after one more look.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .tokens import fingerprints, redact

# Short against what a client takes; long against what a look costs.
_PAUSE = 0.01


@dataclass(frozen=True)
class Finding:
    """A token that somebody could have read."""

    where: str
    fingerprint: str
    command: str


class ProcessWatch:
    """The watcher, in a process of its own: the stand-in's threads shall not wait for it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def findings(self) -> list[Finding]:
        """What was found since this was asked last."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        found = []
        while line := self._process.stdout.readline().strip():
            found.append(Finding(**json.loads(line)))
        assert self._process.poll() is None, "the watcher has ended"
        return found


@contextmanager
def process_watch() -> Iterator[ProcessWatch]:
    process = subprocess.Popen(
        [sys.executable, "-m", "harness.process_watch"],
        cwd=Path(__file__).resolve().parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    watch = ProcessWatch(process)
    try:
        # What ran before is not looked at: this waits for the first look.
        watch.findings()
        yield watch
    finally:
        process.stdin.close()
        process.wait()


class _Look:
    """What is known of every process: a program that is executed later has another argument list."""

    def __init__(self) -> None:
        self._before = {entry for entry in os.listdir("/proc") if entry.isdigit()}
        self._known: dict[str, bytes] = {}

    def again(self) -> Iterator[Finding]:
        here = {entry for entry in os.listdir("/proc") if entry.isdigit()}
        self._before &= here
        self._known = {process: arguments for process, arguments in self._known.items() if process in here}
        for process in here - self._before:
            arguments = _read(process, "cmdline")
            if arguments and self._known.get(process) != arguments:
                environment = _read(process, "environ")
                # Both come to be while a program is being executed.
                if environment:
                    self._known[process] = arguments
                command = redact(arguments.replace(b"\0", b" ").decode(errors="replace")).strip()
                for where, content in (("arguments", arguments), ("environment", environment)):
                    for digest in fingerprints(content):
                        yield Finding(where, digest, command)


def _read(process: str, name: str) -> bytes:
    try:
        with open(f"/proc/{process}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


def _main() -> None:
    look = _Look()
    asked = False
    while True:
        for finding in look.again():
            print(json.dumps(vars(finding)), flush=True)
        if asked:
            print(flush=True)
        asked = bool(select.select([sys.stdin], [], [], _PAUSE)[0])
        if asked and not sys.stdin.readline():
            return


if __name__ == "__main__":
    _main()

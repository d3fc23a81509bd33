"""How often the program was started, and what it was asked: a recorder stands in front of it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .installation import Installation

_WITH_A_VALUE = ("-p", "--keyring-path", "-b", "--keyring-backend", "--mode", "--output")


@dataclass(frozen=True)
class Call:
    """One start of the program: the name it was called by, and the arguments behind it."""

    name: str
    arguments: tuple[str, ...]

    @property
    def is_lookup(self) -> bool:
        """Whether it was called as `keyring`, by whatever name."""
        return self.name == "keyring" or self.arguments[:1] == ("keyring",)

    @property
    def _positionals(self) -> list[str]:
        words = list(self.arguments)
        if self.name != "keyring":
            words = words[1:]
        found = []
        while words:
            word = words.pop(0)
            if word in _WITH_A_VALUE:
                words[:1] = []
            elif word == "--":
                return found + words
            elif not word.startswith("-"):
                found.append(word)
        return found

    @property
    def operation(self) -> str:
        return next(iter(self._positionals), "")

    @property
    def service(self) -> str:
        return next(iter(self._positionals[1:]), "")

    @property
    def username(self) -> str | None:
        return next(iter(self._positionals[2:]), None)

    def __str__(self) -> str:
        return " ".join([self.name, *(word or "''" for word in self.arguments)])


class Recorder:
    """What was noted since it was made, or since `forget`. Calls of the commands for people are not counted."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / ".calls"
        self.path.write_bytes(b"")
        self._start = 0

    def forget(self) -> None:
        """Starts counting again."""
        self._start = len(self.record)

    @property
    def record(self) -> bytes:
        """Everything noted in this test, as it was written."""
        return self.path.read_bytes()

    @property
    def calls(self) -> list[Call]:
        words = self.record[self._start :].decode("utf-8", "surrogateescape").split("\0")[:-1]
        calls = []
        while words:
            count = int(words[0])
            calls.append(Call(words[1].rsplit("/", 1)[-1], tuple(words[2 : 1 + count])))
            words = words[1 + count :]
        return [call for call in calls if call.is_lookup]

    @property
    def count(self) -> int:
        """How many processes were started to ask for something."""
        return len(self.calls)

    def about_others(self, *hosts: str) -> list[str]:
        """The calls about anything but these hosts; empty is what is wanted."""
        return [str(call) for call in self.calls if not any(host in call.service for host in hosts)]


def compiled(folder: Path) -> Path:
    """The recorder itself: in C, so that it costs what it measures next to nothing."""
    program = folder / "recorder"
    subprocess.run(["cc", "-O1", "-o", program, Path(__file__).with_suffix(".c")], check=True)
    return program


@contextmanager
def recording(installation: Installation, recorder: Path) -> Iterator[Recorder]:
    """The installed program with the recorder in its place, and itself beside it under another name.

    What is replaced is the file behind `keyring`: every client comes by it, Python's backend too.
    """
    program = installation.keyring.resolve()
    hidden = program.with_name(f".{program.name}")
    program.rename(hidden)
    try:
        program.write_bytes(recorder.read_bytes())
        program.chmod(0o755)
        yield Recorder(program.parent)
    finally:
        hidden.replace(program)

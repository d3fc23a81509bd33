"""A command with a terminal of its own: a person may be asked on /dev/tty, whatever the standard streams are."""

from __future__ import annotations

import fcntl
import os
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from .process import Result, finish


class Terminal:
    """A running command. Its standard streams are pipes (input: /dev/null), and the terminal is beside them; with
    `watched`, input and standard error are the terminal, as where a person sits."""

    def __init__(
        self, argv: Sequence[str | Path], env: Mapping[str, str], cwd: Path, watched: bool = False, columns: int = 80
    ) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.shown = ""
        self.process = subprocess.Popen(
            [str(word) for word in argv],
            env=dict(env),
            cwd=cwd,
            stdin=slave if watched else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=slave if watched else subprocess.PIPE,
            text=True,
            errors="backslashreplace",
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
            pass_fds=[slave],
        )
        # Kept open, or what the command showed last would be lost with its end.
        self._slave = slave

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
        os.close(self._master)
        os.close(self._slave)

    def wait_for(self, text: str, deadline: float = 30) -> None:
        """Returns when the terminal has shown the text; an error when the command ends or the time is up."""
        end = time.monotonic() + deadline
        while text not in self.shown:
            self._read(0.05)
            assert time.monotonic() < end, f"not shown in {deadline:g} s: {text!r}; shown: {self.shown!r}"
            if self.process.poll() is not None:
                self._read(0.05)
                assert text in self.shown, f"ended without showing {text!r}; shown: {self.shown!r}"

    def wait_until(self, reached: Callable[[], object], deadline: float = 30) -> None:
        """Returns when something has come about; an error when the command ends or the time is up."""
        end = time.monotonic() + deadline
        while not reached():
            self._read(0.02)
            assert time.monotonic() < end, f"not reached in {deadline:g} s; shown: {self.shown!r}"
            assert self.process.poll() is None, f"ended before; shown: {self.shown!r}"

    @property
    def echoes(self) -> bool:
        """Whether the terminal shows what is typed."""
        return bool(termios.tcgetattr(self._slave)[3] & termios.ECHO)

    @property
    def screen(self) -> str:
        """What the terminal shows in the end: lines that were wiped away are gone."""
        lines = [line.split("\x1b[K")[-1].rstrip("\r") for line in self.shown.split("\n")]
        return "\n".join(lines)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def finish(self, timeout: float = 60) -> Result:
        """How the command ended; `shown` then holds all that the terminal showed."""
        result = finish(self.process, timeout)
        self._read(0.05)
        return result

    def _read(self, patience: float) -> None:
        while select.select([self._master], [], [], patience)[0]:
            data = os.read(self._master, 65536)
            if not data:
                return
            self.shown += data.decode(errors="backslashreplace")
            patience = 0

"""Starts the strict mock of Secret Service, and listens in on a real one."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .home import Home

_PYTHON = "/usr/bin/python3"  # the one that Debian's python3-dbus and python3-gi belong to
# No lookup, store or deletion by codeartifact-keyring may make any of these calls.
FORBIDDEN = {"Prompt", "Unlock", "Dismiss", "CreateCollection", "Lock", "SetAlias", "LockService"}


def until(condition, what: str, deadline: float = 20):
    """The first true value of the condition."""
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.01)
    raise AssertionError(f"it did not come to pass: {what}")


class MockSecretService:
    """The mock, and what it was asked."""

    def __init__(self, directory: Path) -> None:
        self.mode_file, self.log = directory / "mock-mode.json", directory / "mock-log.jsonl"
        self.log.touch()
        self._mode = {"default": "unlocked", "session": True}
        self.set()

    def set(self, **mode: object) -> None:
        """Changes what the mock does wrong; the rest stays."""
        self._mode |= mode
        new = self.mode_file.with_suffix(".new")
        new.write_text(json.dumps(self._mode))
        os.replace(new, self.mode_file)

    def notes(self) -> list[dict]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def calls(self) -> list[str]:
        """The names of all calls so far."""
        return [note["call"] for note in self.notes() if "call" in note]

    def created(self) -> list[dict]:
        """What each new item was made of, its secret left out."""
        return [note["created"] for note in self.notes() if "created" in note]

    def most_sessions_at_once(self) -> int:
        return max((note["open_sessions"] for note in self.notes() if "open_sessions" in note), default=0)

    def was_asked_nothing_forbidden(self) -> bool:
        notes = self.notes()
        assert not [note for note in notes if "mistake" in note], "the mock itself is wrong"
        return not FORBIDDEN & set(self.calls())


@contextmanager
def mock_secret_service(home: Home, directory: Path) -> Iterator[MockSecretService]:
    """The mock on the home's session bus."""
    mock = MockSecretService(directory)
    script = Path(__file__).with_name("mock_secret_service.py")
    with (directory / "mock-errors.txt").open("wb") as errors:
        process = subprocess.Popen(
            [_PYTHON, script, mock.mode_file, mock.log], env=home.env, stdin=subprocess.DEVNULL, stderr=errors
        )
    try:
        until(lambda: any("ready" in note for note in mock.notes()) or process.poll() is not None, "the mock is ready")
        assert process.poll() is None, (directory / "mock-errors.txt").read_text()
        yield mock
    finally:
        process.kill()
        process.wait()


class Monitor:
    """Every call made on a session bus, as its daemon saw them."""

    def __init__(self, home: Home, log: Path) -> None:
        self._home, self._log = home, log

    def calls(self) -> list[str]:
        """The names of the calls so far."""
        mark = f"Sentinel{time.monotonic_ns()}"
        self._home.run(
            *"gdbus call --session -d org.freedesktop.DBus -o /org/freedesktop/DBus -m".split(),
            f"org.freedesktop.DBus.{mark}",
        )
        until(lambda: mark in self._log.read_text(), "the monitor sees a call")
        lines = (line.split("\t") for line in self._log.read_text().splitlines() if line.startswith("mc\t"))
        return [line[-1] for line in lines if "Sentinel" not in line[-1]]

    def most_sessions_at_once(self) -> int:
        """How many sessions of Secret Service were open at one time, at most."""
        calls, open_now, most = self.calls(), 0, 0
        for call in calls:
            open_now += (call == "OpenSession") - (call == "Close")
            most = max(most, open_now)
        return most

    def saw_nothing_forbidden(self) -> bool:
        calls = self.calls()
        assert calls, "the monitor is blind"
        return not FORBIDDEN & set(calls)


@contextmanager
def monitor(home: Home, directory: Path) -> Iterator[Monitor]:
    """Listens in on the home's session bus."""
    log = directory / "bus-calls.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["dbus-monitor", "--session", "--profile", "type='method_call'"],
            env=home.env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
    listening = Monitor(home, log)
    try:
        until(lambda: "NameAcquired" in log.read_text() or "#type" in log.read_text(), "the monitor listens")
        yield listening
    finally:
        process.kill()
        process.wait()

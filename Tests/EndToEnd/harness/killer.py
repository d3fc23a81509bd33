"""Kills a command at instants that are spread over the time it takes."""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path


class Killer:
    """Runs a command, with all that it starts, until an instant; the instants are the same in every run of the tests."""

    def __init__(self, argv: Sequence[str | Path], env: dict[str, str], cwd: Path) -> None:
        self.argv = [str(word) for word in argv]
        self.env, self.cwd = env, cwd

    def start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.argv,
            env=self.env,
            cwd=self.cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def duration(self, prepare: Callable[[], object]) -> float:
        """Seconds that it takes undisturbed."""
        taken = []
        for _ in range(3):
            prepare()
            begin = time.monotonic()
            assert self.start().wait(60) == 0
            taken.append(time.monotonic() - begin)
        return statistics.median(taken)

    def instants(self, count: int, prepare: Callable[[], object]) -> Iterator[int]:
        """Prepares and kills, until so many were killed before their end. Yields their number, after each."""
        length = self.duration(prepare)
        chosen = random.Random(20260101)
        # One in each of as many equal parts of the time, in any order.
        parts = [(index + chosen.random()) / count for index in range(count)]
        chosen.shuffle(parts)
        attempts = killed = 0
        while killed < count:
            attempts += 1
            assert attempts <= 3 * count, f"of {attempts - 1} only {killed} could be killed"
            prepare()
            process = self.start()
            time.sleep(parts[killed] * length)
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            code = process.wait(60)
            # What it takes changes with what else the machine is doing.
            if code == -signal.SIGKILL:
                killed += 1
                length *= 1.01
                yield killed
            else:
                assert code == 0
                length *= 0.95

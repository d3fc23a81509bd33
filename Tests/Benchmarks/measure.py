"""Runs commands by turns and takes their time: what disturbs the machine disturbs all of them alike."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from harness.secret_service import until


@dataclass
class Command:
    """What is run, and how it must end."""

    argv: Sequence[str | Path]
    env: Mapping[str, str]
    cwd: Path = Path("/")
    stdin: Path = Path("/dev/null")
    code: int = 0
    # Runs before each round, off the clock.
    prepare: Callable[[], object] = lambda: None
    # Several of it at once: the time is for each of them.
    at_once: int = 1


@dataclass
class Sample:
    """The times of one command, in milliseconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def minimum(self) -> float:
        return min(self.wall)

    @property
    def median(self) -> float:
        return statistics.median(self.wall)


def by_turns(rounds: int, commands: Mapping[str, Command]) -> dict[str, Sample]:
    """Runs all the commands, round after round, every second round backwards: none is always the one after another."""
    samples = {name: Sample() for name in commands}
    turns = list(commands.items())
    for _ in range(rounds):
        turns.reverse()
        for name, command in turns:
            command.prepare()
            _once(name, command, samples[name])
    return samples


def _once(name: str, command: Command, sample: Sample) -> None:
    argv = [str(word) for word in command.argv]
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, str(command.stdin), os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0),
    ]
    os.chdir(command.cwd)
    env = dict(command.env)
    started = time.perf_counter()
    running = [
        os.posix_spawnp(argv[0], argv, env, file_actions=actions, setsigdef=[13]) for _ in range(command.at_once)
    ]
    ends = [os.wait4(pid, 0) for pid in running]
    wall = time.perf_counter() - started
    for _, status, usage in ends:
        code = os.waitstatus_to_exitcode(status)
        if code != command.code:
            raise SystemExit(f"{name}: exit {code} instead of {command.code}: {' '.join(argv)[:200]}")
        sample.cpu.append((usage.ru_utime + usage.ru_stime) * 1000)
    sample.wall.append(wall * 1000 / command.at_once)


def figures(rounds: int, command: Command) -> list[list[float]]:
    """What a command that takes its own time prints, a column for each of its figures."""
    rows = []
    for _ in range(rounds):
        done = subprocess.run(
            [str(word) for word in command.argv], env=dict(command.env), cwd=command.cwd, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(map(str, command.argv))[:200]}\n{done.stderr}")
        rows.append([float(word) for word in done.stdout.split()])
    return [list(column) for column in zip(*rows)]


def instructions(command: Command) -> int:
    """How many instructions a command takes, by callgrind."""
    words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *map(str, command.argv)]
    done = subprocess.run(words, env=dict(command.env), cwd=command.cwd, capture_output=True, text=True)
    if done.returncode != command.code:
        raise SystemExit(done.stderr)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def peak_memory(command: Command) -> float:
    """The most memory that a command ever has in use until it writes its answer, in megabytes. It is looked at while it
    waits for a reader: what the system says after its end counts the process that started it."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    try:
        while True:
            os.write(write, b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(write, True)
    process = subprocess.Popen(
        [str(word) for word in command.argv], env=dict(command.env), cwd=command.cwd, stdout=write
    )
    try:
        until(lambda: "pipe_w" in Path(f"/proc/{process.pid}/wchan").read_text(), "it writes its answer")
        status = Path(f"/proc/{process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
    finally:
        process.kill()
        process.wait()
        os.close(read)
        os.close(write)

"""What each client did, in one table at the end of the run."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import astuple, dataclass

from standin import StandIn

from .recorder import Recorder

HEADINGS = ("client", "version", "operation", "works", "mints cold", "warm", "starts cold", "warm", "at most", "note")


def threads(tasks: int) -> int:
    """How many of so many tasks Python's pool of threads begins at once on this machine."""
    return min(tasks, 32, (os.cpu_count() or 1) + 4)


@dataclass(frozen=True)
class Row:
    """One client at one task. A figure that was not measured is None."""

    client: str
    version: str
    operation: str
    works: bool
    mints_cold: int | None = None
    mints_warm: int | None = None
    # Processes of codeartifact-keyring, and how many the client itself starts or would start for the same task.
    processes_cold: int | None = None
    processes_warm: int | None = None
    limit: int | None = None
    note: str = ""

    def check(self) -> None:
        """What holds of every client: it works, one mint at most, none when there is a token, few processes."""
        task = f"{self.client} {self.version} {self.operation}"
        assert self.works, f"{task} does not work"
        assert (self.mints_cold or 0) <= 1, f"{task}: {self.mints_cold} mints"
        assert (self.mints_warm or 0) == 0, f"{task}: {self.mints_warm} mints with a token at hand"
        if self.limit is not None:
            for count in (self.processes_cold, self.processes_warm):
                assert (count or 0) <= self.limit, f"{task}: {count} processes, {self.limit} at most"


class ClientReport:
    """The rows so far."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        """Notes a row, then asserts that it is as it should be: what is wrong is in the table too."""
        self.rows.append(row)
        row.check()

    def table(self) -> list[str]:
        """The rows as lines of text, in the order of the clients' names."""
        rows = sorted(self.rows, key=lambda row: (row.client, row.version))
        cells = [HEADINGS, *(tuple(_shown(value) for value in astuple(row)) for row in rows)]
        widths = [max(len(row[column]) for row in cells) for column in range(len(HEADINGS))]
        return ["  ".join(word.ljust(width) for word, width in zip(row, widths)).rstrip() for row in cells]


class Measure:
    """Runs a client's task with no token cached, again with one, and adds the row."""

    def __init__(self, client_report: ClientReport, standin: StandIn, recorder: Recorder) -> None:
        self.client_report, self.standin, self.recorder = client_report, standin, recorder

    def __call__(
        self,
        client: str,
        version: str,
        operation: str,
        run: Callable[[int], object],
        limit: int | None = None,
        note: str = "",
    ) -> None:
        """`run` does the task; it is given 1, then 2, and raises AssertionError when the task fails.

        The domain is each test's own, so the first run is a cold one unless the test has asked before.
        """
        try:
            cold, warm = self._counted(run, 1), self._counted(run, 2)
        except AssertionError:
            self.client_report.rows.append(Row(client, version, operation, False, limit=limit, note=note))
            raise
        self.client_report.add(Row(client, version, operation, True, cold[0], warm[0], cold[1], warm[1], limit, note))

    def _counted(self, run: Callable[[int], object], attempt: int) -> tuple[int, int]:
        """How many mints and how many processes a run took."""
        mints = self.standin.mint_count
        self.recorder.forget()
        run(attempt)
        return self.standin.mint_count - mints, self.recorder.count


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return "-" if value is None else str(value)

"""Measures, prints the table, keeps the figures."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import report
import rows
from stage import Stage


def main() -> int:
    quick = "--quick" in sys.argv
    # No path of the user's to be long, so that all that is measured is the same elsewhere.
    with tempfile.TemporaryDirectory(prefix="speed-") as folder, Stage(Path(folder)) as stage:
        table = []
        for measure in rows.ALL:
            for row in measure(stage, 0.1 if quick else 1.0):
                table.append(row)
                print(report.line(row), flush=True)
    missed = [row for row in table if not row.is_met]
    print(f"\n{report.machine()}")
    if not quick:
        report.keep(table)
    for row in missed:
        print(f"Missed: {row.what}: {row.value:.2f} {row.judged}, the goal is {row.goal:g}")
    return 1 if missed else 0


sys.exit(main())

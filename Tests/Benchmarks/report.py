"""The figures as a table, as JSON, as a chart and as a page."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
from dataclasses import asdict
from pathlib import Path

import chart
from rows import Row

HERE = Path(__file__).parent
DOCUMENTS = HERE.parents[1] / "docs"
# Between these lines of docs/speed.md stand the figures.
BEGIN, END = "<!-- Figures of Tests/Benchmarks/run -->\n", "<!-- End of the figures -->\n"


def line(row: Row) -> str:
    """A row of the table: what, minimum, median, what is held against the goal, the goal, met or not."""
    figures = f"{row.what:50} {_short(row.minimum):>8} {_short(row.median):>8} {row.unit:2}"
    if row.goal is None or row.value is None:
        return figures
    sign = "≥" if row.at_least else "≤"
    return (
        f"{figures}  {_short(row.value):>7} {row.judged:30} {sign} {row.goal:<5g} {'met' if row.is_met else 'MISSED'}"
    )


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def machine() -> str:
    """The machine, named."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    release = re.search(r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text())
    cores = f"{os.cpu_count()} cores"
    return ", ".join([model[1] if model else platform.machine(), cores, release[1] if release else platform.system()])


def section(table: list[Row], where: str, date: str) -> str:
    """The figures as Markdown."""
    lines = [f"On {where}, {date}. Times are the best and the median of many runs.", ""]
    lines += ["| what | best | median | compared with the goal |", "|---|---|---|---|"]
    for row in table:
        goal = ""
        if row.goal is not None and row.value is not None:
            goal = f"{_short(row.value)} {row.judged} (goal: {'≥' if row.at_least else '≤'} {row.goal:g})"
        lines.append(f"| {row.what} | {_short(row.minimum)} {row.unit} | {_short(row.median)} {row.unit} | {goal} |")
    return "\n".join(lines) + "\n"


def keep(table: list[Row]) -> None:
    """Writes results.json, docs/speed.svg and the figures in docs/speed.md."""
    where, today = machine(), datetime.date.today().isoformat()
    figures = {"machine": where, "date": today, "rows": [asdict(row) | {"met": row.is_met} for row in table]}
    (HERE / "results.json").write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n")
    (DOCUMENTS / "speed.svg").write_text(chart.svg(table, where))
    page = DOCUMENTS / "speed.md"
    before, _, more = page.read_text().partition(BEGIN)
    page.write_text(before + BEGIN + section(table, where, today) + END + more.partition(END)[2])

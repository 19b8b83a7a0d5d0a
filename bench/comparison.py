"""What every benchmark ends with: rows of ours beside a baseline, the ratio and the goal, as a table and as JSON.

`python bench` runs all of them and prints one table; a script finds the file for its rows in `WORKBENCH_BENCH_ROWS`.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROWS_VARIABLE = "WORKBENCH_BENCH_ROWS"


@dataclass(frozen=True)
class Row:
    """One figure: what was measured, ours and the baseline's as text with units, and whether the goal was met.

    `ratio` is ours over the baseline's in the sense that `goal` words; None where there is only a goal.
    """

    what: str
    ours: str
    baseline: str = ""
    ratio: float | None = None
    goal: str = ""
    met: bool | None = None


def paired_ratio(ours: Sequence[float], baseline: Sequence[float]) -> float:
    """The median of ours over the baseline's, round by round: both sides of a round met the machine at one speed."""
    return statistics.median(mine / other for mine, other in zip(ours, baseline, strict=True))


def report(rows: Sequence[Row]) -> None:
    """Print rows as a table, and add them to the file that a run of all benchmarks collects them in."""
    print(table(rows), flush=True)
    collected = os.environ.get(ROWS_VARIABLE)
    if collected:
        with Path(collected).open("a", encoding="utf-8") as stream:
            stream.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def table(rows: Sequence[Row]) -> str:
    """Return rows as text in columns; a goal that was missed is marked."""
    head = ("what", "ours", "baseline", "ratio", "goal", "")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in (1, 2, 3) else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    verdict = {True: "met", False: "MISSED", None: ""}[row.met]
    return (row.what, row.ours, row.baseline, ratio, row.goal, verdict)

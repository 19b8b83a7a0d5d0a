"""How results look on a terminal: aligned tables and one JSON document."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

_ON_A_LINE = 12
"""Most parts of a mapping that are printed on one line."""


def as_json_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json`, which the command gets as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")(command)


def emit(as_json: bool, data: Any, text: str) -> None:
    """Print a result: `data` as JSON where that was asked for, `text` otherwise."""
    click.echo(json.dumps(data, indent=2, default=str) if as_json else text)


def theme_head(data: dict[str, Any]) -> str:
    """Word a theme's counts on one line, with its description below."""
    line = f"{data['theme']}: {data['samples']:,} samples, {data['labeled']:,} labeled, {data['unlabeled']:,} unlabeled"
    line += f" ({data['skipped']:,} skipped)" if data["skipped"] else ""
    if data.get("task") == "boxes":
        line += f", {sum(sum(row.values()) for row in data['boxes'].values()):,} boxes by the splits of their images:"
    return f"{line}\n{data['description']}" if data["description"] else line


def counts_table(counts: dict[str, dict[str, int]]) -> str:
    """Lay out the counts per label and split."""
    return table([{"label": label, **row} for label, row in counts.items()]) if counts else "no labels"


def table(rows: list[dict[str, Any]]) -> str:
    """Lay out rows of the same names in aligned columns, numbers to the right; there must be at least one."""
    names = list(rows[0])
    cells = [[shown(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[i]) for line in cells)) for i, name in enumerate(names)]
    numeric = [all(isinstance(row[name], int | float) for row in rows) for name in names]

    def line(values: list[str]) -> str:
        parts = zip(values, widths, numeric, strict=True)
        return "  ".join(value.rjust(width) if right else value.ljust(width) for value, width, right in parts).rstrip()

    return "\n".join([line(names), *(line(row) for row in cells)])


def local_time(at: datetime | str) -> str:
    """Word a time as the clock on the wall shows it; JSON has it with its zone."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def metrics_line(metrics: dict[str, Any]) -> str:
    """Word the metrics that tell two models apart; `--json` has them all."""
    wanted = ("best_valid_accuracy", "test_accuracy", "test_f1", "test_loss")
    return " ".join(f"{name}={metrics[name]:.4f}" for name in wanted if isinstance(metrics.get(name), float))


def brief(value: Any) -> str:
    """Word a part of a result on one line; empty for what only `--json` is the place for."""
    if isinstance(value, dict):
        plain = len(value) <= _ON_A_LINE and all(isinstance(each, int | float | str) for each in value.values())
        return " ".join(f"{name}={shown(each)}" for name, each in value.items()) if plain else ""
    if isinstance(value, list):
        return ", ".join(map(str, value)) if all(isinstance(each, int | float | str) for each in value) else ""
    return shown(value)


def shown(value: Any) -> str:
    """Word one value: numbers with thousands separators or four digits, nothing for None."""
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    return value if isinstance(value, str) else json.dumps(value, default=str)


def counted(number: int, one: str, many: str | None = None) -> str:
    """Write a number with what it counts: "1 image", "1,204 images"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

"""The rows of a training, one per epoch: their file, and the best of them. Quick to import, for panels and results."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path

Epoch = dict[str, float]
Listener = Callable[[Epoch], None]
Send = Callable[[Mapping[str, float], int], None]


def read_history(file: Path) -> list[Epoch]:
    """Return the epochs of a history file, none when there is no file."""
    if not file.is_file():
        return []
    rows: list[Epoch] = json.loads(file.read_text(encoding="utf-8"))
    return rows


def write_history(file: Path, epochs: list[Epoch]) -> None:
    """Write all epochs, in one step, so that a crash leaves the former file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(epochs), encoding="utf-8")
    os.replace(partial, file)


def best_epoch(epochs: list[Epoch], monitor: str, mode: str) -> Epoch | None:
    """Return the row in which `monitor` is the best, the first of equals; None when no epoch has it."""
    rows = [row for row in epochs if not math.isnan(row.get(monitor, math.nan))]
    if not rows:
        return None
    return min(rows, key=lambda row: row[monitor]) if mode == "min" else max(rows, key=lambda row: row[monitor])

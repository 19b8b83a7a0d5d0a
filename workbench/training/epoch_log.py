"""The log of a training: one row an epoch, in a file, in MLflow and for listeners; and the best of the rows."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from workbench.paths import atomic_write

Epoch = dict[str, float]
Listener = Callable[[Epoch], None]
Send = Callable[[Mapping[str, float], int], None]


class EpochLog:
    """Collects metrics into one row per epoch (`epoch` counts from 1, `seconds` is its duration).

    A row is complete when the training metrics arrive, which Lightning sends last. Unless `keep` is false, it is then
    written to `file`, which a resumed training reads first, passed to `send(metrics, epoch)` and to every listener.
    """

    def __init__(self, file: Path, send: Send | None = None) -> None:
        self.file = file
        self.epochs: list[Epoch] = read_epochs(file)
        self.listeners: list[Listener] = []
        self.keep = True
        self._send = send
        self._row: Epoch = {}
        self._started = time.perf_counter()

    def start_epoch(self) -> None:
        """Begin to measure an epoch's duration."""
        self._row = {}
        self._started = time.perf_counter()

    def add(self, metrics: Mapping[str, float]) -> None:
        """Add metrics as Lightning names them; `epoch` among them counts from 0."""
        if not self._row:
            self._started = time.perf_counter()
        self._row.update({_plain(name): float(value) for name, value in metrics.items()})
        if "train_loss" in metrics:
            self._finish()

    def _finish(self) -> None:
        number = int(self._row.pop("epoch")) + 1
        row: Epoch = {"epoch": number, **self._row, "seconds": round(time.perf_counter() - self._started, 3)}
        self._row = {}
        if not self.keep:
            return
        self.epochs = [*(epoch for epoch in self.epochs if epoch["epoch"] < number), row]
        _write(self.file, self.epochs)
        if self._send is not None:
            self._send({name: value for name, value in row.items() if name != "epoch"}, number)
        for listener in self.listeners:
            listener(row)


def read_epochs(file: Path) -> list[Epoch]:
    """Return the rows of a log's file, none when there is no file."""
    if not file.is_file():
        return []
    rows: list[Epoch] = json.loads(file.read_text(encoding="utf-8"))
    return rows


def best_epoch(epochs: list[Epoch], monitor: str, mode: str) -> Epoch | None:
    """Return the row in which `monitor` is the best, the first of equals; None when no epoch has it."""
    rows = [row for row in epochs if not math.isnan(row.get(monitor, math.nan))]
    if not rows:
        return None
    return min(rows, key=lambda row: row[monitor]) if mode == "min" else max(rows, key=lambda row: row[monitor])


def _write(file: Path, epochs: list[Epoch]) -> None:
    with atomic_write(file, durable=False) as part:
        part.write_text(json.dumps(epochs), encoding="utf-8")


def _plain(name: str) -> str:
    """Lightning's `lr-AdamW/head` as `learning_rate_head`."""
    if not name.startswith("lr-"):
        return name
    _, _, group = name.partition("/")
    return f"learning_rate_{group}" if group else "learning_rate"

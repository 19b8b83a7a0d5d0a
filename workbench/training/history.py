"""The record of a training, epoch by epoch: kept, sent to MLflow, and handed to whoever listens."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from lightning.pytorch.loggers.logger import Logger
from lightning.pytorch.utilities.rank_zero import rank_zero_only

from workbench.training.epochs import Epoch, Listener, Send, read_history, write_history


class History(Logger):
    """Collects what Lightning logs into one row per epoch (`epoch` counts from 1, `seconds` is its duration).

    A row is complete when the training metrics arrive, which Lightning sends last. Unless `keep` is false, it is then
    written to `file`, which a resumed training reads first, passed to `send(metrics, epoch)` and to every listener.
    """

    def __init__(self, file: Path, send: Send | None = None) -> None:
        super().__init__()
        self.file = file
        self.epochs: list[Epoch] = read_history(file)
        self.listeners: list[Listener] = []
        self.keep = True
        self._send = send
        self._row: Epoch = {}
        self._started = time.perf_counter()

    @property
    def name(self) -> str:
        return "history"

    @property
    def version(self) -> str:
        return ""

    def log_hyperparams(self, *args: Any, **kwargs: Any) -> None:
        """The parameters are logged by whoever opened the run."""

    @rank_zero_only
    def log_metrics(self, metrics: dict[str, float], step: int | None = None) -> None:
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
        write_history(self.file, self.epochs)
        if self._send is not None:
            self._send({name: value for name, value in row.items() if name != "epoch"}, number)
        for listener in self.listeners:
            listener(row)

    def start_epoch(self) -> None:
        """Begin to measure an epoch's duration."""
        self._row = {}
        self._started = time.perf_counter()


def _plain(name: str) -> str:
    """Lightning's `lr-AdamW/head` as `learning_rate_head`."""
    if not name.startswith("lr-"):
        return name
    _, _, group = name.partition("/")
    return f"learning_rate_{group}" if group else "learning_rate"

"""Tells the progress file how far the training is, and its loss from the first step on."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from typing import Any

import lightning.pytorch as lightning
from lightning.pytorch.callbacks import Callback

from workbench.training.progress_file import ProgressFile

_EVERY_S = 0.5
_MOST_STEPS = 400


class ProgressWriter(Callback):
    """Writes epoch, batch and loss, at most twice a second so that it costs nothing.

    Of a long training every second step is dropped whenever there are too many.
    """

    def __init__(self, file: ProgressFile) -> None:
        self._file = file
        self._last = 0.0
        self._steps: list[tuple[int, float]] = list(file.state["steps"])

    def on_train_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._report(trainer, 0)

    def on_train_batch_end(
        self,
        trainer: lightning.Trainer,
        pl_module: lightning.LightningModule,
        outputs: Any,
        batch: Any,
        batch_idx: int,
    ) -> None:
        if time.monotonic() - self._last > _EVERY_S or not self._steps:
            self._add(trainer.global_step, outputs)
            self._report(trainer, batch_idx + 1)

    def _add(self, step: int, outputs: Any) -> None:
        if outputs is None:
            return
        loss = float(outputs["loss"] if isinstance(outputs, Mapping) else outputs)
        if math.isfinite(loss):
            self._steps.append((step, loss))
        if len(self._steps) > _MOST_STEPS:
            self._steps = self._steps[::2]

    def _report(self, trainer: lightning.Trainer, batch: int) -> None:
        self._last = time.monotonic()
        if trainer.is_global_zero:
            batches = int(trainer.num_training_batches)
            epoch = trainer.current_epoch + 1
            self._file.update(state="training", epoch=epoch, batch=batch, batches=batches, steps=self._steps)

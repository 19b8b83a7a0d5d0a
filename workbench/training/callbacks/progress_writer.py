"""Tells the progress file how far the training is."""

from __future__ import annotations

import time
from typing import Any

import lightning.pytorch as lightning
from lightning.pytorch.callbacks import Callback

from workbench.training.progress_file import ProgressFile

_EVERY_S = 0.5


class ProgressWriter(Callback):
    """Writes epoch and batch, at most twice a second so that it costs nothing."""

    def __init__(self, file: ProgressFile) -> None:
        self._file = file
        self._last = 0.0

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
        if time.monotonic() - self._last > _EVERY_S:
            self._report(trainer, batch_idx + 1)

    def _report(self, trainer: lightning.Trainer, batch: int) -> None:
        self._last = time.monotonic()
        if trainer.is_global_zero:
            batches = int(trainer.num_training_batches)
            self._file.update(state="training", epoch=trainer.current_epoch + 1, batch=batch, batches=batches)

"""When an epoch began, and whether it was run to its end."""

from __future__ import annotations

import lightning.pytorch as lightning
from lightning.pytorch.callbacks import Callback

from workbench.training.epoch_log import EpochLog


class EpochTimer(Callback):
    """Tells the log when an epoch begins, so that its row says how long it took, and to drop half an epoch."""

    def __init__(self, log: EpochLog) -> None:
        self._log = log

    def on_train_epoch_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._log.start_epoch()

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._log.keep = trainer.is_last_batch

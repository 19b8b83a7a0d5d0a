"""When an epoch began, and whether it was run to its end."""

from __future__ import annotations

import lightning.pytorch as lightning
from lightning.pytorch.callbacks import Callback

from workbench.training.history import History


class EpochTimer(Callback):
    """Tells the history when an epoch begins, so that its row says how long it took, and to drop half an epoch."""

    def __init__(self, history: History) -> None:
        self._history = history

    def on_train_epoch_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._history.start_epoch()

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._history.keep = trainer.is_last_batch

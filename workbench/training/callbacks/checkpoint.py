"""Two checkpoints: the weights of the best epoch, and everything that a resume needs from the last finished one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import lightning.pytorch as lightning
from lightning.pytorch.callbacks import ModelCheckpoint

BEST = "best"
LAST = "last"


class WholeEpochs(ModelCheckpoint):
    """Saves only at the end of an epoch that was run to its last batch.

    An epoch that was stopped halfway leaves the checkpoint of the epoch before in place, so that a resume repeats the
    epoch as a whole and comes to the same numbers as a training without a stop.
    """

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        if trainer.is_last_batch:
            super().on_train_epoch_end(trainer, pl_module)

    def on_validation_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        """Nothing is saved before the epoch's end."""

    def on_exception(self, *args: Any, **kwargs: Any) -> None:
        """What the last whole epoch left is what a resume begins with."""


def best_checkpoint(folder: Path, monitor: str, mode: str, *, averaged: bool) -> WholeEpochs:
    """Keep the weights of the epoch in which `monitor` is the best.

    Averaged weights come into a checkpoint only when it is a whole one.
    """
    return WholeEpochs(
        dirpath=folder,
        filename=BEST,
        monitor=monitor,
        mode=mode,
        save_weights_only=not averaged,
        enable_version_counter=False,
        save_on_train_epoch_end=True,
    )


def last_checkpoint(folder: Path) -> WholeEpochs:
    """Keep weights, optimizer, scheduler and progress of the last whole epoch."""
    return WholeEpochs(dirpath=folder, filename=LAST, enable_version_counter=False, save_on_train_epoch_end=True)

"""A training that can be asked to end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lightning.pytorch as lightning
from lightning.pytorch.callbacks import Callback


class StopAfterBatch(Callback):
    """Asks `wanted` after every batch; once it says yes, the training ends there and goes on to its test."""

    def __init__(self, wanted: Callable[[], bool]) -> None:
        self._wanted = wanted

    def on_train_batch_end(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, *args: Any, **kwargs: Any
    ) -> None:
        wanted = self._wanted()
        if trainer.world_size > 1:
            # All processes must leave after the same batch, or those that stay wait for the others forever.
            wanted = trainer.strategy.reduce_boolean_decision(wanted, all=False)
        if wanted:
            trainer.should_stop = True
            if not trainer.is_last_batch:
                # Half an epoch is not validated: its metrics would not compare with those of whole ones.
                trainer.limit_val_batches = 0

"""Stop when a metric gets no better."""

from __future__ import annotations

from lightning.pytorch.callbacks import EarlyStopping

from workbench.training.params import EarlyStoppingParams


def early_stopping(settings: EarlyStoppingParams, mode: str) -> EarlyStopping:
    """Stop after `patience` epochs in which the monitored metric did not improve by `min_delta`."""
    return EarlyStopping(
        monitor=settings.monitor,
        mode=mode,
        patience=settings.patience,
        min_delta=settings.min_delta,
        check_on_train_epoch_end=True,
    )

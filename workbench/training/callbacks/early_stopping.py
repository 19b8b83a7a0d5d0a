"""Early stopping, and the direction in which a monitored metric is better."""

from __future__ import annotations

from lightning.pytorch.callbacks import EarlyStopping

from workbench.training.params import EarlyStoppingParams

MINIMIZED = ("loss", "calibration_error")


def resolve_mode(monitor: str, mode: str) -> str:
    """Return `min` or `max`; `auto` is `min` for a loss or an error and `max` for anything else."""
    if mode != "auto":
        return mode
    return "min" if monitor.endswith(MINIMIZED) else "max"


def early_stopping(settings: EarlyStoppingParams) -> EarlyStopping:
    """Stop after `patience` epochs in which the monitored metric did not improve by `min_delta`."""
    return EarlyStopping(
        monitor=settings.monitor,
        mode=resolve_mode(settings.monitor, settings.mode),
        patience=settings.patience,
        min_delta=settings.min_delta,
        check_on_train_epoch_end=True,
    )

"""The callbacks of a training, from the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lightning.pytorch.callbacks import Callback, LearningRateMonitor

from workbench.training.callbacks.checkpoint import best_checkpoint, last_checkpoint
from workbench.training.callbacks.custom import load_custom
from workbench.training.callbacks.early_stopping import early_stopping
from workbench.training.callbacks.ema import weight_average
from workbench.training.callbacks.gradient_norm import GradientNorm
from workbench.training.callbacks.progress import progress
from workbench.training.callbacks.stopping import StopAfterBatch
from workbench.training.callbacks.timing import EpochTimer
from workbench.training.history import History
from workbench.training.params import Params

MINIMIZED = ("loss", "calibration_error")


def resolve_mode(monitor: str, mode: str) -> str:
    """Return `min` or `max`; `auto` is `min` for a loss or an error and `max` for anything else."""
    if mode != "auto":
        return mode
    return "min" if monitor.endswith(MINIMIZED) else "max"


def build_callbacks(
    params: Params, folder: Path, history: History, *, stop: Callable[[], bool] | None = None, quiet: bool = False
) -> list[Callback]:
    """Build all callbacks; checkpoints go to `folder`, `stop` is asked after each batch whether to end.

    `quiet` leaves progress out, for a caller that shows its own.
    """
    settings = params.callbacks
    callbacks: list[Callback] = [EpochTimer(history)]
    if stop is not None:
        callbacks.append(StopAfterBatch(stop))
    if settings.lr_monitor:
        callbacks.append(LearningRateMonitor(logging_interval="epoch"))
    if settings.gradient_norm:
        callbacks.append(GradientNorm())
    if params.training.ema_decay:
        callbacks.append(weight_average(params.training.ema_decay))
    if settings.early_stopping.enabled:
        stopping = settings.early_stopping
        callbacks.append(early_stopping(stopping, resolve_mode(stopping.monitor, stopping.mode)))
    if not quiet:
        callbacks += progress(settings.progress, params.training.num_epochs, history)
    callbacks += [load_custom(custom) for custom in settings.custom]
    monitor = settings.checkpoint.monitor
    mode = resolve_mode(monitor, settings.checkpoint.mode)
    callbacks.append(best_checkpoint(folder, monitor, mode, averaged=bool(params.training.ema_decay)))
    callbacks.append(last_checkpoint(folder))
    return callbacks

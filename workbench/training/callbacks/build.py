"""The callbacks of a training, from the settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lightning.pytorch.callbacks import Callback, EMAWeightAveraging, LearningRateMonitor

from workbench.training.callbacks.checkpoint import best_checkpoint, last_checkpoint
from workbench.training.callbacks.custom import load_custom
from workbench.training.callbacks.early_stopping import early_stopping, resolve_mode
from workbench.training.callbacks.epoch_timer import EpochTimer
from workbench.training.callbacks.gradient_norm import GradientNorm
from workbench.training.callbacks.progress_bar import progress
from workbench.training.callbacks.stop_request import StopAfterBatch
from workbench.training.epoch_log import EpochLog
from workbench.training.params import Params


def build_callbacks(
    params: Params, folder: Path, log: EpochLog, *, stop: Callable[[], bool] | None = None, quiet: bool = False
) -> list[Callback]:
    """Build all callbacks; checkpoints go to `folder`, `stop` is asked after each batch whether to end.

    `quiet` leaves progress out, for a caller that shows its own.
    """
    settings = params.callbacks
    callbacks: list[Callback] = [EpochTimer(log)]
    if stop is not None:
        callbacks.append(StopAfterBatch(stop))
    if settings.lr_monitor:
        callbacks.append(LearningRateMonitor(logging_interval="epoch"))
    if settings.gradient_norm:
        callbacks.append(GradientNorm())
    if params.training.ema_decay:
        # After every step: average = decay * average + (1 - decay) * weight, of norm statistics too. The average is
        # what gets validated, tested and kept.
        callbacks.append(EMAWeightAveraging(decay=params.training.ema_decay, use_buffers=True))
    if settings.early_stopping.enabled:
        callbacks.append(early_stopping(settings.early_stopping))
    if not quiet:
        callbacks += progress(settings.progress, params.training.num_epochs, log)
    callbacks += [load_custom(custom) for custom in settings.custom]
    monitor = settings.checkpoint.monitor
    mode = resolve_mode(monitor, settings.checkpoint.mode)
    callbacks.append(best_checkpoint(folder, monitor, mode, averaged=bool(params.training.ema_decay)))
    callbacks.append(last_checkpoint(folder))
    return callbacks

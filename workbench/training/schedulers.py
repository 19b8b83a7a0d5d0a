"""Learning-rate schedules, all stepped once per optimizer step so that they move smoothly and resume exactly."""

from __future__ import annotations

import torch
from torch.optim import lr_scheduler as torch_schedulers

from workbench.training.params import TrainingParams

Scheduler = torch_schedulers.LRScheduler
_WARMUP_START = 0.01


def build_scheduler(optimizer: torch.optim.Optimizer, settings: TrainingParams, total_steps: int) -> Scheduler | None:
    """Build the schedule for `total_steps` optimizer steps, with a linear warmup before it when asked for.

    Returns None when the rate stays constant. ReduceLROnPlateau follows a metric instead and is built by
    `build_plateau`; its warmup is built here.
    """
    warmup = round(settings.warmup_epochs * total_steps / settings.num_epochs)
    main = _main(optimizer, settings, total_steps, warmup)
    if not warmup:
        return main
    rising = torch_schedulers.LinearLR(optimizer, start_factor=_WARMUP_START, total_iters=warmup)
    return rising if main is None else torch_schedulers.SequentialLR(optimizer, [rising, main], milestones=[warmup])


def build_plateau(
    optimizer: torch.optim.Optimizer, settings: TrainingParams
) -> torch_schedulers.ReduceLROnPlateau | None:
    """Build ReduceLROnPlateau, which is stepped once an epoch with the validation loss; None for other schedules."""
    if settings.scheduler != "ReduceLROnPlateau":
        return None
    options = settings.scheduler_options
    return torch_schedulers.ReduceLROnPlateau(
        optimizer, mode="min", factor=options.factor, patience=options.patience, min_lr=options.min_lr
    )


def _main(
    optimizer: torch.optim.Optimizer, settings: TrainingParams, total_steps: int, warmup: int
) -> Scheduler | None:
    options = settings.scheduler_options
    steps_per_epoch = max(1, total_steps // settings.num_epochs)
    if settings.scheduler == "StepLR":
        return torch_schedulers.StepLR(optimizer, options.step_size * steps_per_epoch, options.gamma)
    if settings.scheduler == "CosineAnnealingLR":
        return torch_schedulers.CosineAnnealingLR(optimizer, max(1, total_steps - warmup), options.min_lr)
    if settings.scheduler == "OneCycleLR":
        peaks = [group["lr"] for group in optimizer.param_groups]
        # Beta cycling is left out: it changes Adam's momentum, which surprises who asked for a schedule of the rate.
        return torch_schedulers.OneCycleLR(
            optimizer, peaks, total_steps=max(1, total_steps), pct_start=options.pct_start, cycle_momentum=False
        )
    return None

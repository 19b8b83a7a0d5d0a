"""How a network is optimized: optimizer, learning-rate schedule, loss, and the mixing of images that goes with it.

Schedules are stepped once per optimizer step, so that they move smoothly and resume exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn
from torch.optim import lr_scheduler as torch_schedulers

from workbench.training.networks.surgery import backbone_parameters, head_parameters
from workbench.training.params import TrainingParams

Scheduler = torch_schedulers.LRScheduler
Mix = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]

_WARMUP_START = 0.01
_SAME_STEP = 1e-6


def build_optimizer(network: nn.Module, settings: TrainingParams, rate: float) -> torch.optim.Optimizer:
    """Build Adam, AdamW or SGD over the network's parameters, frozen ones among them.

    The whole step is one call of torch (`fused`) where it can be, which saves several milliseconds a step on a CPU.
    `rate` is the head's learning rate. With `backbone_lr_factor` other than 1 there are two groups, named `backbone`
    and `head`; otherwise one.
    """
    groups: list[dict[str, Any]]
    if settings.backbone_lr_factor == 1:
        groups = [{"params": list(network.parameters()), "lr": rate}]
    else:
        groups = [
            {
                "params": list(backbone_parameters(network)),
                "lr": rate * settings.backbone_lr_factor,
                "name": "backbone",
            },
            {"params": list(head_parameters(network)), "lr": rate, "name": "head"},
        ]
        groups = [group for group in groups if group["params"]]
    decay = settings.weight_decay
    fused = _can_fuse(network, settings)
    if settings.optimizer == "SGD":
        # Nesterov's form is only defined with momentum; without it there is nothing to look ahead along.
        nesterov = settings.nesterov and settings.momentum > 0
        return torch.optim.SGD(
            groups, lr=rate, momentum=settings.momentum, nesterov=nesterov, weight_decay=decay, fused=fused
        )
    kind = {"Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW}[settings.optimizer]
    return kind(groups, lr=rate, weight_decay=decay, fused=fused)


def _can_fuse(network: nn.Module, settings: TrainingParams) -> bool:
    """Whether torch has the fused form here; Lightning cannot clip the gradients of one in mixed precision."""
    parameters = list(network.parameters())
    known = all(each.is_floating_point() and each.device.type in ("cpu", "cuda") for each in parameters)
    return known and not settings.precision.endswith("-mixed")


def build_scheduler(optimizer: torch.optim.Optimizer, settings: TrainingParams, total_steps: int) -> Scheduler | None:
    """Build the schedule for `total_steps` optimizer steps, with a linear warmup before it when asked for.

    Returns None when the rate stays constant. ReduceLROnPlateau follows a metric instead and is built by
    `build_plateau`; its warmup is built here.
    """
    warmup = round(settings.warmup_epochs * total_steps / settings.num_epochs)
    main = _after_warmup(optimizer, settings, total_steps, warmup)
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


def _after_warmup(
    optimizer: torch.optim.Optimizer, settings: TrainingParams, total_steps: int, warmup: int
) -> Scheduler | None:
    options = settings.scheduler_options
    steps_per_epoch = max(1, total_steps // settings.num_epochs)
    if settings.scheduler == "StepLR":
        return torch_schedulers.StepLR(optimizer, options.step_size * steps_per_epoch, options.gamma)
    if settings.scheduler == "CosineAnnealingLR":
        return torch_schedulers.CosineAnnealingLR(optimizer, max(1, total_steps - warmup), options.min_lr)
    if settings.scheduler == "OneCycleLR":
        if total_steps <= 1:
            return None  # a cycle of one step is its end, where nothing is learned
        rising = options.pct_start
        if abs(rising * total_steps - 1) < _SAME_STEP:
            rising -= _SAME_STEP  # torch divides by the steps between the first one and the peak
        peaks = [group["lr"] for group in optimizer.param_groups]
        # Beta cycling is left out: it changes Adam's momentum, which surprises who asked for a schedule of the rate.
        return torch_schedulers.OneCycleLR(
            optimizer, peaks, total_steps=total_steps, pct_start=rising, cycle_momentum=False
        )
    return None


def build_loss(settings: TrainingParams, train_counts: Sequence[int]) -> nn.CrossEntropyLoss:
    """Cross entropy, with label smoothing and, when asked for, weights inverse to the classes' frequencies.

    `train_counts` is the number of training samples per class, in the order of the classes.
    """
    weights = balanced_weights(train_counts) if settings.class_weights == "balanced" else None
    return nn.CrossEntropyLoss(weight=weights, label_smoothing=settings.label_smoothing)


def balanced_weights(train_counts: Sequence[int]) -> torch.Tensor:
    """n / (classes * count) per class: the weights average to 1 over the samples (King and Zeng, 2001)."""
    counts = torch.tensor([float(count) for count in train_counts])
    return counts.sum() / (len(counts) * counts.clamp(min=1))


def build_mix(settings: TrainingParams, num_classes: int) -> Mix | None:
    """Mixup (Zhang et al., 2017), cutmix (Yun et al., 2019), one of both at random for each batch, or None.

    The function takes images (N, C, H, W) and class indices (N,) and returns mixed images and soft targets
    (N, num_classes).
    """
    from torchvision.transforms import v2

    mixes: list[nn.Module] = []
    if settings.mixup:
        mixes.append(v2.MixUp(alpha=settings.mixup, num_classes=num_classes))
    if settings.cutmix:
        mixes.append(v2.CutMix(alpha=settings.cutmix, num_classes=num_classes))
    if not mixes:
        return None
    return v2.RandomChoice(mixes) if len(mixes) > 1 else mixes[0]

"""The loss, and the mixing of images that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from workbench.training.params import TrainingParams

Mix = Callable[[torch.Tensor, torch.Tensor], tuple[torch.Tensor, torch.Tensor]]


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

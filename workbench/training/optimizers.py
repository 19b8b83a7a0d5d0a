"""Optimizers, with a learning rate of its own for the backbone."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from workbench.training.networks.surgery import backbone_parameters, head_parameters
from workbench.training.params import TrainingParams


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

"""Batch norm over the whole batch of several processes.

torch's own `SyncBatchNorm` works on GPUs alone. What it computes (mean and variance over all processes' shares, the
gradient included) is written here with an all-reduce that gradients pass through, for any device.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.distributed
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm


class _Sum(torch.autograd.Function):
    """The sum of a tensor over all processes; each gets the gradient of what all of them make of it."""

    @staticmethod
    def forward(context: Any, own: torch.Tensor) -> torch.Tensor:
        total = own.clone()
        torch.distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(context: Any, gradient: torch.Tensor) -> torch.Tensor:
        total = gradient.contiguous().clone()
        torch.distributed.all_reduce(total)
        return total


def _sum(own: torch.Tensor) -> torch.Tensor:
    result: torch.Tensor = _Sum.apply(own)
    return result


class _SyncedBatchNorm(_BatchNorm):
    """Takes the place of a batch norm of any number of dimensions, with its parameters and buffers."""

    def _check_input_dim(self, input: torch.Tensor) -> None:
        """Any that the layer took before."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        if not self.training or not torch.distributed.is_initialized():
            return super().forward(input)
        dims = [0, *range(2, input.dim())]
        shape = [1, -1, *([1] * (input.dim() - 2))]
        given = input.float()
        own = float(given.numel() // given.shape[1])
        total = torch.cat([given.sum(dims), given.new_tensor([own])])
        total = _sum(total)
        count = total[-1].detach()
        mean = total[:-1] / count
        centered = given - mean.view(shape)
        variance = _sum((centered * centered).sum(dims)) / count
        self._follow(mean.detach(), variance.detach(), count)
        result = centered * torch.rsqrt(variance + self.eps).view(shape)
        if self.weight is not None:
            result = result * self.weight.view(shape) + self.bias.view(shape)
        return result.to(input.dtype)

    def _follow(self, mean: torch.Tensor, variance: torch.Tensor, count: torch.Tensor) -> None:
        """Move the running statistics, as torch does: with the unbiased variance."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.add_(1)
        share = self.momentum if self.momentum is not None else 1 / float(self.num_batches_tracked)
        unbiased = variance * count / (count - 1).clamp(min=1)
        self.running_mean.lerp_(mean.to(self.running_mean.dtype), share)
        self.running_var.lerp_(unbiased.to(self.running_var.dtype), share)


@contextmanager
def synced_norm(network: nn.Module) -> Iterator[None]:
    """Let the batch norms of a network see the batch of all processes while the block lasts."""
    kinds = {
        module: type(module)
        for module in network.modules()
        if type(module) in (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
    }
    for module in kinds:
        module.__class__ = _SyncedBatchNorm
    try:
        yield
    finally:
        for module, kind in kinds.items():
            module.__class__ = kind

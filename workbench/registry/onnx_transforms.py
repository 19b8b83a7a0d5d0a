"""The transforms of `augmentation.test` inside an ONNX graph: what moves pixels without changing them.

Cropping, mirroring, turning, padding: the pixel that each place gets is found by sending images through the transforms
themselves, so that every such transform of either library is known, also one that is nested in others.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from workbench.data.augmentation import Augmenter
from workbench.data.batches.inputs import evaluate
from workbench.errors import ConfigError

_TRIED = 6
_SEED = 0


class MovedPixels(nn.Module):
    """Turns uint8 (N, H, W, 3) into uint8 (N, H', W', 3): each place gets another one's pixel, or a fixed color.

    `places` int (H', W') counts along the rows of the given image; -1 takes the color of `fill` uint8 (H', W', 3).
    """

    places: torch.Tensor
    kept: torch.Tensor
    fill: torch.Tensor

    def __init__(self, places: np.ndarray, fill: np.ndarray) -> None:
        super().__init__()
        self.size = places.shape
        self.register_buffer("places", torch.from_numpy(places.ravel().clip(min=0)))
        self.register_buffer("kept", torch.from_numpy((places.ravel() >= 0)[:, None]))
        self.register_buffer("fill", torch.from_numpy(fill.reshape(-1, 3)))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        moved = images.flatten(1, 2).index_select(1, self.places)
        return torch.where(self.kept, moved, self.fill).unflatten(1, self.size)


def moved_pixels(augmenter: Augmenter, height: int, width: int) -> MovedPixels | None:
    """Return what an evaluation's transforms do to images of a size; None when they do more than to move pixels."""
    counted = np.arange(height * width)
    drawn = np.random.default_rng(_SEED).integers(0, 256, (_TRIED, height, width, 3), dtype=np.uint8)
    coded = np.stack([counted & 255, counted >> 8 & 255, counted >> 16], axis=1).astype(np.uint8)
    try:
        answers = evaluate(augmenter, [coded.reshape(height, width, 3), *drawn])
    except ConfigError:
        return None
    if any(each.dtype != np.uint8 or each.shape != answers[0].shape or each.shape[2:] != (3,) for each in answers):
        return None
    code, results = answers[0].astype(np.int64), np.stack(answers[1:])
    places = code[..., 0] + (code[..., 1] << 8) + (code[..., 2] << 16)
    inside = places < len(counted)
    expected = drawn.reshape(_TRIED, -1, 3)[:, np.where(inside, places, 0)]
    right = inside & (expected == results).all(axis=(0, 3))
    same = (results == results[0]).all(axis=(0, 3))
    if not (right | same).all():
        return None
    return MovedPixels(np.where(right, places, -1), results[0])

"""Cutting boxes out of images: the same pixels for training, prediction and panels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np

from workbench.data.decoding import decode_rgb


class Rectangle(Protocol):
    """Left edge, top edge, width and height in pixels."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of an image that a box marks, in pixels, and the margin around it as a share of its sides."""

    x: float
    y: float
    width: float
    height: float
    margin: float


def crop(image: np.ndarray, box: Rectangle, margin: float) -> np.ndarray:
    """Cut a box with its surroundings out of an image: uint8 (H, W, 3) in, a copy (h, w, 3) of at least 1 x 1 out."""
    height, width = image.shape[:2]
    left = max(0, math.floor(box.x - margin * box.width))
    top = max(0, math.floor(box.y - margin * box.height))
    right = min(width, math.ceil(box.x + (1 + margin) * box.width))
    bottom = min(height, math.ceil(box.y + (1 + margin) * box.height))
    return image[top : max(bottom, top + 1), left : max(right, left + 1)].copy()


def cut_out(path: Path, cut: Cut) -> np.ndarray:
    """Decode an image file and return a part of it: uint8 RGB (h, w, 3). Raises ImageError."""
    # Boxes of one image follow each other: it is decoded once for all of them.
    return crop(_whole(path), cut, cut.margin)


@lru_cache(maxsize=4)
def _whole(path: Path) -> np.ndarray:
    return decode_rgb(path)

"""What every encoder offers: from images to feature vectors whose parts have names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np


@dataclass(frozen=True)
class Part:
    """A named stretch of a vector: features of one depth of a network. `start` and `stop` count its numbers."""

    name: str
    start: int
    stop: int


class Encoder(Protocol):
    """Makes feature vectors of images.

    `name` is what a person types, `digest` (16 hexadecimal digits) says exactly which weights and which code made a
    vector: vectors of two digests cannot be compared. `side` is the side in pixels that images are brought to.
    """

    name: str
    digest: str
    side: int
    parts: tuple[Part, ...]

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Return float32 (N, dimensions) for uint8 RGB (N, side, side, 3)."""
        ...


def parts_of(sizes: Sequence[tuple[str, int]]) -> tuple[Part, ...]:
    """Lay named parts of the given sizes one after the other."""
    found, start = [], 0
    for name, size in sizes:
        found.append(Part(name, start, start + size))
        start += size
    return tuple(found)


def squared(image: np.ndarray, side: int) -> np.ndarray:
    """Return uint8 RGB (H, W, 3) as (side, side, 3), stretched; small images grow smoothly, large ones are averaged."""
    height, width = image.shape[:2]
    if (height, width) == (side, side):
        return image
    shrinks = height >= side and width >= side
    return cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)

"""Brighten or darken an image along a power curve."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from pydantic import Field

from workbench.data.preprocessing.step import Step


class Gamma(Step):
    """Below 1 brightens the dark parts, above 1 darkens them, 1 changes nothing."""

    gamma: float = Field(1.0, ge=0.05, le=20, json_schema_extra={"slider": [0.2, 3, 0.05]})

    def apply(self, image: np.ndarray) -> list[np.ndarray]:
        return [correct_gamma(image, self.gamma)]


def correct_gamma(image: np.ndarray, gamma: float) -> np.ndarray:
    """Return 255 * (value / 255) ** gamma, rounded, for every value of a uint8 image; same shape and dtype."""
    return cv2.LUT(image, _curve(gamma))


@lru_cache(maxsize=64)
def _curve(gamma: float) -> np.ndarray:
    return np.round(255 * (np.arange(256) / 255) ** gamma).astype(np.uint8)

"""Spread the brightness of an image over the whole range."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from pydantic import Field

from workbench.data.preprocessing.step import Step


class HistogramEqualization(Step):
    """`global` uses one histogram for the image, `clahe` one per tile with its contrast limited."""

    method: Literal["global", "clahe"] = "clahe"
    clip_limit: float = Field(2.0, gt=0, le=100, json_schema_extra={"slider": [0.5, 10, 0.5]})
    tiles: int = Field(8, ge=1, le=64, json_schema_extra={"slider": [1, 16, 1]})

    def apply(self, image: np.ndarray) -> list[np.ndarray]:
        return [equalize(image, self.method, clip_limit=self.clip_limit, tiles=self.tiles)]


def equalize(image: np.ndarray, method: str = "clahe", *, clip_limit: float = 2.0, tiles: int = 8) -> np.ndarray:
    """Equalize the luminance of uint8 RGB (H, W, 3) and keep its colors; same shape and dtype.

    Luminance is Y of YCrCb, so gray stays gray. `global`: histogram equalization (Gonzalez and Woods, Digital Image
    Processing). `clahe`: Zuiderveld, Graphics Gems IV (1994), with `tiles` x `tiles` tiles whose histograms are cut at
    `clip_limit` times the mean bin.
    """
    colors = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb)
    luminance = np.ascontiguousarray(colors[..., 0])
    if method == "global":
        equalized = cv2.equalizeHist(luminance)
    else:
        equalized = cv2.createCLAHE(clipLimit=clip_limit, tileGridSize=(tiles, tiles)).apply(luminance)
    colors[..., 0] = equalized
    return cv2.cvtColor(colors, cv2.COLOR_YCrCb2RGB)

"""Bring an image to one size: keep its aspect with padding, stretch it, or crop it."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np

from workbench.data.preprocessing.step import Color, Size, Step

_INTERPOLATIONS = {
    "nearest": cv2.INTER_NEAREST,
    "linear": cv2.INTER_LINEAR,
    "area": cv2.INTER_AREA,
    "cubic": cv2.INTER_CUBIC,
    "lanczos": cv2.INTER_LANCZOS4,
}


class Resize(Step):
    """To `size`, which is `image.size` of the file unless the step names its own."""

    size: Size | None = None
    fit: Literal["pad", "stretch", "crop"] = "pad"
    fill: Color = (0, 0, 0)
    interpolation: Literal["auto", "nearest", "linear", "area", "cubic", "lanczos"] = "auto"

    def pixels(self, height: int, width: int) -> int:
        """The scaled image, which `crop` makes larger than `size`."""
        if self.size is None:
            return height * width
        if self.fit != "crop":
            return self.size[0] * self.size[1]
        factor = max(self.size[0] / height, self.size[1] / width)
        return round(height * factor) * round(width * factor)

    def apply(self, image: np.ndarray) -> list[np.ndarray]:
        if self.size is None:
            return [image]
        return [resize(image, self.size, self.fit, fill=self.fill, interpolation=self.interpolation)]


def resize(
    image: np.ndarray,
    size: tuple[int, int],
    fit: str = "pad",
    *,
    fill: int | tuple[int, int, int] = 0,
    interpolation: str = "auto",
) -> np.ndarray:
    """Resize uint8 RGB (H, W, 3) to `size` (height, width).

    `fit`: `pad` scales the image to fit inside and fills the rest, `stretch` ignores the aspect, `crop` scales it to
    cover and cuts the overhang off, both centered. `interpolation` `auto` averages areas when shrinking and
    interpolates linearly when enlarging.
    """
    height, width = size
    if image.shape[:2] == (height, width):
        return image
    if fit == "stretch":
        return _scale(image, height, width, interpolation)
    by_height, by_width = height / image.shape[0], width / image.shape[1]
    factor = min(by_height, by_width) if fit == "pad" else max(by_height, by_width)
    # The side that decides the factor must come out exact; rounding may bring the other one to the bound, not past it.
    scaled_height = height if factor == by_height else max(1, round(image.shape[0] * factor))
    scaled_width = width if factor == by_width else max(1, round(image.shape[1] * factor))
    if fit == "pad":
        scaled = _scale(image, min(scaled_height, height), min(scaled_width, width), interpolation)
        return _pad(scaled, height, width, fill)
    scaled = _scale(image, max(scaled_height, height), max(scaled_width, width), interpolation)
    top, left = (scaled.shape[0] - height) // 2, (scaled.shape[1] - width) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])


def _scale(image: np.ndarray, height: int, width: int, interpolation: str) -> np.ndarray:
    if interpolation == "auto":
        shrinks = height * width < image.shape[0] * image.shape[1]
        method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    else:
        method = _INTERPOLATIONS[interpolation]
    return cv2.resize(image, (width, height), interpolation=method)


def _pad(image: np.ndarray, height: int, width: int, fill: int | tuple[int, int, int]) -> np.ndarray:
    if image.shape[:2] == (height, width):
        return image
    padded = np.empty((height, width, 3), np.uint8)
    padded[:] = fill
    top, left = (height - image.shape[0]) // 2, (width - image.shape[1]) // 2
    padded[top : top + image.shape[0], left : left + image.shape[1]] = image
    return padded

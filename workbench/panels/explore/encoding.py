"""Arrays as files that a browser shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from workbench.data.inspection.variants import visible
from workbench.panels.explore.messages import PictureJson

SIDE = 320
_PIXEL_ART = 96


@dataclass
class Pictures:
    """Pictures of one answer; `add` returns what the browser needs to show one."""

    buffers: list[bytes] = field(default_factory=list)

    def add(self, image: np.ndarray, side: int = SIDE) -> PictureJson:
        """Encode RGB (H, W, 3), uint8 or float; larger ones are made smaller. Small ones stay exact, as PNG."""
        pixels = visible(image)
        height, width = pixels.shape[:2]
        longest = max(height, width)
        if longest > side:
            factor = side / longest
            size = (max(1, round(width * factor)), max(1, round(height * factor)))
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        exact = longest <= _PIXEL_ART
        suffix, options = (
            (".png", [cv2.IMWRITE_PNG_COMPRESSION, 1]) if exact else (".jpg", [cv2.IMWRITE_JPEG_QUALITY, 88])
        )
        _, encoded = cv2.imencode(suffix, cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2BGR), options)
        self.buffers.append(encoded.tobytes())
        return {
            "buffer": len(self.buffers) - 1,
            "type": "image/png" if exact else "image/jpeg",
            "width": width,
            "height": height,
            "crisp": exact,
        }

    def all(self, images: Sequence[np.ndarray], side: int = SIDE) -> list[PictureJson]:
        """Encode several images."""
        return [self.add(image, side) for image in images]

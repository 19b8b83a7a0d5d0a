"""What each preprocessing step makes of an image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from workbench.data.batches.inputs import Preprocessing

BINS = 64


@dataclass(frozen=True)
class Stage:
    """What one step left: uint8 RGB images (H, W, 3), one or, after patches, more. The first stage is the original."""

    name: str
    settings: dict[str, Any]
    images: list[np.ndarray]


def stages_of(image: np.ndarray, preprocessing: Preprocessing) -> list[Stage]:
    """Apply the enabled steps to uint8 RGB (H, W, 3) and keep what each one left, the original first."""
    stages = [Stage("original", {}, [image])]
    for name, step, results in preprocessing.each_step(image):
        settings = {key: value for key, value in step.model_dump(mode="json").items() if key != "enabled"}
        stages.append(Stage(name, settings, results))
    return stages


def histogram(images: list[np.ndarray]) -> np.ndarray:
    """Count the values of red, green and blue over all images: int64 (3, BINS), the range 0..255 in equal bins."""
    counts = np.zeros((3, BINS), np.int64)
    for image in images:
        for channel in range(3):
            counts[channel] += cv2.calcHist([image], [channel], None, [BINS], [0, 256]).ravel().astype(np.int64)
    return counts

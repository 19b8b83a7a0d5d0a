"""The same augmentation in both libraries, for comparing them side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.data.augmentation import build_augmenter


@dataclass(frozen=True)
class TransformPair:
    """What a person wants, and the transform of each library that does it, always applied."""

    name: str
    albumentations: Any
    torchvision: Any

    def transforms(self, library: str) -> list[Any]:
        return [getattr(self, library)]


TRANSFORM_PAIRS = (
    TransformPair(
        "rotate by up to 25 degrees",
        {"Rotate": {"limit": 25, "p": 1}},
        {"RandomRotation": {"degrees": 25, "interpolation": "bilinear"}},
    ),
    TransformPair(
        "shift, scale and shear",
        {"Affine": {"translate_percent": [-0.1, 0.1], "scale": [0.8, 1.2], "shear": [-10, 10], "p": 1}},
        {
            "RandomAffine": {
                "degrees": 0,
                "translate": [0.1, 0.1],
                "scale": [0.8, 1.2],
                "shear": 10,
                "interpolation": "bilinear",
            }
        },
    ),
    TransformPair(
        "perspective",
        {"Perspective": {"scale": [0.05, 0.15], "p": 1}},
        {"RandomPerspective": {"distortion_scale": 0.3, "p": 1}},
    ),
    TransformPair(
        "brightness, contrast and color",
        {"ColorJitter": {"brightness": [0.6, 1.4], "contrast": [0.6, 1.4], "saturation": [0.6, 1.4], "hue": 0, "p": 1}},
        {"ColorJitter": {"brightness": 0.4, "contrast": 0.4, "saturation": 0.4}},
    ),
    TransformPair(
        "blur",
        {"GaussianBlur": {"blur_limit": [3, 5], "sigma_limit": [0.5, 1.5], "p": 1}},
        {"GaussianBlur": {"kernel_size": 5, "sigma": [0.5, 1.5]}},
    ),
    TransformPair(
        "equalize",
        {"Equalize": {"p": 1}},
        {"RandomEqualize": {"p": 1}},
    ),
    TransformPair("mirror", {"HorizontalFlip": {"p": 1}}, {"RandomHorizontalFlip": {"p": 1}}),
    TransformPair(
        "erase a rectangle",
        {"Erasing": {"scale": [0.05, 0.2], "p": 1}},
        {"RandomErasing": {"scale": [0.05, 0.2], "p": 1}},
    ),
)


def compare_libraries(image: np.ndarray, pair: TransformPair, seeds: list[int]) -> dict[str, list[np.ndarray]]:
    """Apply a pair to uint8 RGB (H, W, 3) once for each seed with each library: library -> images."""
    result = {}
    for library in ("albumentations", "torchvision"):
        augmenter = build_augmenter(library, pair.transforms(library))
        result[library] = [augmenter([image], seed)[0] for seed in seeds]
    return result

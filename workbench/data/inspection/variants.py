"""Augmented versions of one image, and what was applied to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.data.augmentation import Augmenter

_SHOWN = 4
_INTERNAL = frozenset({"shape", "fill_mask", "bbox_matrix", "matrix", "output_shape", "mask_interpolation", "fill"})


@dataclass(frozen=True)
class Variant:
    """One augmented version, uint8 RGB (H, W, 3), its seed, and a line for each transform that took part."""

    image: np.ndarray
    seed: int
    applied: list[str]


def variants(image: np.ndarray, augmenter: Augmenter, count: int, seed: int) -> list[Variant]:
    """Augment uint8 RGB (H, W, 3) `count` times, with seeds from `seed` on."""
    result = []
    for number in range(seed, seed + count):
        augmented, applied = augmenter.explain(image, number)
        result.append(Variant(visible(augmented), number, [_line(one.name, one.values) for one in applied]))
    return result


def visible(image: np.ndarray) -> np.ndarray:
    """Make uint8 RGB of what a transform returned: floats from 0 to 1, or outside of that when it normalized."""
    if image.dtype == np.uint8:
        return image
    low, high = float(image.min()), float(image.max())
    if low < -1e-3 or high > 1 + 1e-3:
        image = (image - low) / max(high - low, 1e-6)
    return np.round(np.clip(image, 0, 1) * 255).astype(np.uint8)


def _line(name: str, values: dict[str, Any]) -> str:
    shown = [f"{key} {_value(value)}" for key, value in values.items() if key not in _INTERNAL and _is_small(value)]
    return f"{name}: {', '.join(shown[:_SHOWN])}" if shown else name


def _is_small(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(item, int | float) for item in value.values()) and len(value) <= 2
    if isinstance(value, tuple | list):
        return len(value) <= 3 and all(isinstance(item, int | float) for item in value)
    return isinstance(value, int | float | str | np.integer | np.floating) and not isinstance(value, bool)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key} {_value(item)}" for key, item in value.items())
    if isinstance(value, tuple | list):
        return "(" + ", ".join(_value(item) for item in value) + ")"
    if isinstance(value, float | np.floating):
        return f"{float(value):.3g}"
    return str(value)

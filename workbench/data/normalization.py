"""Scaling pixel values for the network: presets, and the theme's own mean and standard deviation."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import ValidationError

from workbench.data import cache_folder
from workbench.data.config.augment import IMAGENET, Statistics
from workbench.errors import WorkbenchError
from workbench.paths import atomic_write

if TYPE_CHECKING:
    import torch

_LEVELS = np.arange(256, dtype=np.float64)

SMALLEST_DEVIATION = 1e-3
"""Stands in for the deviation of a channel that never changes, which nothing can be divided by."""


def statistics_of(normalization: str | Statistics, theme: Statistics | None) -> Statistics | None:
    """Return the numbers behind `augmentation.normalization`, None for no normalization."""
    if isinstance(normalization, Statistics):
        return normalization
    if normalization == "imagenet":
        return IMAGENET
    if normalization == "none":
        return None
    if theme is None:
        raise WorkbenchError("The normalization preset 'theme' needs the theme's own mean and standard deviation.")
    return theme


def measure(images: Iterable[np.ndarray]) -> Statistics:
    """Measure mean and standard deviation per channel over all pixels of uint8 RGB images (H, W, 3), scaled to 0..1."""
    count, total, squares = 0, np.zeros(3), np.zeros(3)
    for image in images:
        # Sums of integers are exact: a histogram per channel is quicker than any sum over floats.
        for channel in range(3):
            histogram = np.bincount(image[..., channel].ravel(), minlength=256)
            total[channel] += histogram @ _LEVELS
            squares[channel] += histogram @ _LEVELS**2
        count += image.shape[0] * image.shape[1]
    if count == 0:
        raise WorkbenchError("There are no images to measure mean and standard deviation on.")
    mean = total / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0))
    red, green, blue = (float(value) for value in mean / 255)
    stds = [max(float(value), SMALLEST_DEVIATION) for value in deviation / 255]
    return Statistics(mean=(red, green, blue), std=(stds[0], stds[1], stds[2]))


def measured_once(images: Iterable[np.ndarray], kept: Path | None) -> Statistics:
    """Measure, or find what was measured before: with `kept`, a JSON file, the result is written there."""
    if kept is not None and kept.is_file():
        cache_folder.touch(kept)
        # A damaged file, like one that is not there, means measuring once more.
        with suppress(ValidationError):
            return Statistics.model_validate_json(kept.read_bytes())
    statistics = measure(images)
    if kept is not None:
        with atomic_write(kept, durable=False) as part:
            part.write_text(statistics.model_dump_json(), encoding="utf-8")
    return statistics


def scale_and_shift(images: np.ndarray, statistics: Statistics | None) -> torch.Tensor:
    """Turn (N, H, W, 3) into float32 (N, 3, H, W): uint8 to 0..1, then minus mean and divided by deviation.

    Floats are taken as scaled already.
    """
    import torch

    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).to(torch.float32, memory_format=torch.contiguous_format)
    unit = 1 / 255 if images.dtype == np.uint8 else 1.0
    if statistics is None:
        return pixels.mul_(unit) if unit != 1.0 else pixels
    scale, shift = scale_and_shift_of(statistics, unit)
    return pixels.mul_(scale).sub_(shift)


def scale_and_shift_of(statistics: Statistics, unit: float = 1 / 255) -> tuple[torch.Tensor, torch.Tensor]:
    """What pixels are multiplied by and what is then subtracted, float32 (1, 3, 1, 1); `unit` brings them to 0..1."""
    import torch

    mean = torch.tensor(statistics.mean).view(1, 3, 1, 1)
    std = torch.tensor(statistics.std).view(1, 3, 1, 1)
    return unit / std, mean / std


def restore(pixels: torch.Tensor, statistics: Statistics | None) -> np.ndarray:
    """Undo `scale_and_shift` for showing: float (N, 3, H, W) to uint8 RGB (N, H, W, 3)."""
    import torch

    values = pixels.detach().to("cpu", torch.float32)
    if statistics is not None:
        values = values * torch.tensor(statistics.std).view(1, 3, 1, 1) + torch.tensor(statistics.mean).view(1, 3, 1, 1)
    return (values * 255).round().clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous().numpy()

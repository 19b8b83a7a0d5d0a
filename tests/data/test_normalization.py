"""Scaling pixel values, and measuring what they are scaled by."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from workbench.data.config.augment import Statistics
from workbench.data.normalization import measure, restore, scale_and_shift


def test_normalizing_is_the_formula_and_can_be_undone() -> None:
    images = np.random.default_rng(0).integers(0, 256, (2, 5, 6, 3), dtype=np.uint8)
    statistics = Statistics(mean=(0.1, 0.2, 0.3), std=(0.5, 0.4, 0.3))
    pixels = scale_and_shift(images, statistics)
    expected = (images / 255 - np.array(statistics.mean)) / np.array(statistics.std)
    assert pixels.dtype == torch.float32
    assert pixels.is_contiguous()
    assert np.abs(pixels.numpy() - expected.transpose(0, 3, 1, 2)).max() < 1e-5
    assert np.array_equal(restore(pixels, statistics), images)
    assert np.array_equal(restore(scale_and_shift(images, None), None), images)


def test_floats_are_taken_as_scaled() -> None:
    images = np.full((1, 2, 2, 3), 0.5, np.float32)
    assert (scale_and_shift(images, None) == 0.5).all()


def test_measuring_is_numpys_mean_and_deviation() -> None:
    random = np.random.default_rng(1)
    images = [random.integers(0, 256, (4, size, 3), dtype=np.uint8) for size in (3, 9)]
    pixels = np.concatenate([image.reshape(-1, 3) for image in images]) / 255
    measured = measure(images)
    assert measured.mean == pytest.approx(pixels.mean(axis=0))
    assert measured.std == pytest.approx(pixels.std(axis=0))
    assert min(measure([np.zeros((2, 2, 3), np.uint8)]).std) > 0

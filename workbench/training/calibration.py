"""The temperature by which a network's logits are divided, so that its scores say how often it is right.

From Guo et al., On Calibration of Modern Neural Networks, 2017, section 4.2. The largest of the probabilities stays the
largest, so that the answers do not change.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from workbench.data.batches.probabilities import combine_patches

_SMALLEST = 1e-38
_LOG_RANGE = math.log(4)
_LOG_DEVIATION = 0.5
_MOST_IMAGES = 10_000
_STEPS = 40
_GOLDEN = (math.sqrt(5) - 1) / 2


def find_temperature(probabilities: np.ndarray, owners: np.ndarray, targets: np.ndarray) -> float:
    """Return the temperature at which valid images are least surprising, from 0.25 to 4; 1 without images.

    `probabilities` float (patches, classes) at the temperature 1, `owners` int (patches,) says which image a patch is
    from, `targets` int (patches,) the class of it. A few images say little: they are weighed against a normal
    distribution of the logarithm around 0, with a deviation of 0.5.
    """
    if not len(owners):
        return 1.0
    images = np.unique(owners)
    if len(images) > _MOST_IMAGES:
        kept = np.isin(owners, images[np.linspace(0, len(images) - 1, _MOST_IMAGES).astype(int)])
        probabilities, owners, targets = probabilities[kept], owners[kept], targets[kept]
    logits = np.log(np.maximum(probabilities.astype(np.float64), _SMALLEST))
    of_image = dict(zip(owners.tolist(), targets.tolist(), strict=True))

    def surprise(logarithm: float) -> float:
        scaled = logits / math.exp(logarithm)
        shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        rows, means = combine_patches(shares / shares.sum(axis=1, keepdims=True), owners)
        right = means[np.arange(len(rows)), [of_image[row] for row in rows.tolist()]]
        return -float(np.log(np.maximum(right, _SMALLEST)).sum()) + 0.5 * (logarithm / _LOG_DEVIATION) ** 2

    return math.exp(_lowest(surprise, -_LOG_RANGE, _LOG_RANGE))


def _lowest(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is lowest, by golden sections."""
    for _ in range(_STEPS):
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if function(left) <= function(right):
            high = right
        else:
            low = left
    return (low + high) / 2

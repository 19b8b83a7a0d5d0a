"""From a batch that was read to a row per image."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from workbench.data.batches.probabilities import probabilities_per_image
from workbench.inference.batches import ReadBatch
from workbench.inference.output_formats import DIGITS, Row


def predict_batch(
    batch: ReadBatch, forward: Callable[[torch.Tensor], np.ndarray], class_names: Sequence[str]
) -> list[Row]:
    """Put a batch through the network; patches of one image are averaged. Rows are in the order of the items."""
    images, probabilities, refused = probabilities_per_image(batch.inputs, forward)
    errors = batch.errors | refused
    found: dict[int, Row] = {}
    if len(images):
        best = probabilities.argmax(axis=1).tolist()
        scores = probabilities.max(axis=1).tolist()
        # Rounded all at once: one number after the other would take as long as writing them.
        rounded = probabilities.astype(np.float64).round(DIGITS).tolist()
        positions = images.tolist()
        rows = [
            Row(batch.items[position], class_names[index], score, shares)
            for position, shares, index, score in zip(positions, rounded, best, scores, strict=True)
        ]
        if not errors and positions == list(range(len(batch.items))):
            return rows
        found = dict(zip(positions, rows, strict=True))
    return [
        found[position] if position not in errors else Row(item, None, None, None, errors[position])
        for position, item in enumerate(batch.items)
    ]

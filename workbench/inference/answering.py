"""From a batch of inputs to a row per image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from workbench.data.pipeline import combine_patches
from workbench.inference.batches import Group, ReadBatch
from workbench.inference.forward import Forward
from workbench.inference.output_formats import DIGITS, Row


def answer(batch: ReadBatch, forward: Forward, class_names: Sequence[str]) -> list[Row]:
    """Put a batch through the network; patches of one image are averaged. Rows are in the order of the items."""
    errors = dict(batch.errors)
    answered: list[tuple[np.ndarray, np.ndarray]] = []
    for group in batch.groups:
        try:
            answered.append((forward(group.inputs), group.owners.numpy()))
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:
            errors.update(_refused(group, error))
    found: dict[int, Row] = {}
    if answered:
        probabilities, owners = (np.concatenate(parts) for parts in zip(*answered, strict=True))
        if len(np.unique(owners)) < len(owners):
            owners, probabilities = combine_patches(probabilities, owners)
        best = probabilities.argmax(axis=1).tolist()
        scores = probabilities.max(axis=1).tolist()
        # Rounded all at once: one number after the other would take as long as writing them.
        rounded = probabilities.astype(np.float64).round(DIGITS).tolist()
        positions = owners.tolist()
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


def _refused(group: Group, error: RuntimeError) -> dict[int, str]:
    """What to say of images that are too small for the strides of the network, say."""
    height, width = group.inputs.shape[-2:]
    reason = (str(error).strip().splitlines() or ["no reason given"])[0]
    text = f"the network cannot take an image of {height} x {width} pixels: {reason}"
    return dict.fromkeys(group.owners.tolist(), text)

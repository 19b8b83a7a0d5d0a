"""A second look: the given labels that all the others contradict most."""

from __future__ import annotations

import numpy as np

from workbench.assist.classifier import fit

_FOLDS = 5


def held_out_probabilities(
    features: np.ndarray, classes: np.ndarray, count: int, *, strength: float = 0.1, seed: int = 0
) -> np.ndarray:
    """Return (N, K): what a classifier says of each image that has not seen its label, in five folds."""
    fold = np.random.default_rng(seed).integers(0, _FOLDS, len(classes))
    found = np.full((len(classes), count), 1e-9, np.float32)
    for number in range(_FOLDS):
        held = fold == number
        model = fit(features[~held], classes[~held], count, strength=strength) if held.any() else None
        if model is not None:
            found[held] = model.probabilities(features[held])
    return found


def most_contradicted(probabilities: np.ndarray, classes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the order (N,) in which to look, the best other class, and the margins, both by position.

    A margin is the given label's probability less the best other one's (the normalized margin of confident learning:
    Northcutt, Jiang and Chuang, 2021).
    """
    rows = np.arange(len(classes))
    own = probabilities[rows, classes]
    others = probabilities.copy()
    others[rows, classes] = -1
    other = others.argmax(axis=1)
    margin = own - others[rows, other]
    return np.argsort(margin, kind="stable"), other, margin

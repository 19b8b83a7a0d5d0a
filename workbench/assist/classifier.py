"""The classifier on the features: multinomial logistic regression, refitted from where it was."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

STRENGTHS = (0.03, 0.1)
"""Inverse strengths of the penalty (C of scikit-learn) that cross-validation chooses from.

Weaker ones would always win: the first labels are of images near cluster centers, which are easy.
"""

_MOST_ROWS = 8_000
_FOLDS = 3
_CROSS_VALIDATED_ON = 900
_NEVER = 1e-9
_AT_ONCE = 65_536


@dataclass(frozen=True)
class Classifier:
    """Weights float32 (K, D) and biases (K,) of K classes; `known` are the classes that had examples."""

    weights: np.ndarray
    biases: np.ndarray
    known: np.ndarray

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """Return float32 (N, K) for features (N, D); classes without examples get next to nothing."""
        found = np.full((len(features), len(self.biases)), _NEVER, np.float32)
        for start in range(0, len(features), _AT_ONCE):
            part = features[start : start + _AT_ONCE] @ self.weights[self.known].T + self.biases[self.known]
            part = np.exp(part - part.max(axis=1, keepdims=True))
            found[start : start + _AT_ONCE, self.known] = part / part.sum(axis=1, keepdims=True)
        return found


def fit(
    features: np.ndarray,
    classes: np.ndarray,
    count: int,
    *,
    strength: float = 0.1,
    seed: int = 0,
    start: Classifier | None = None,
) -> Classifier | None:
    """Fit on features (N, D) and their classes int (N,) among `count`; None while there are fewer than two classes.

    Of more than 8,000 rows some are drawn, of rare classes all. `start` is what was fitted to fewer of them: from
    there it takes fewer steps.
    """
    if len(np.unique(classes)) < 2:
        return None
    rows = _drawn(classes, np.random.default_rng(seed))
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=80, warm_start=True)
    if start is not None and start.weights.shape == (count, features.shape[1]):
        known = np.unique(classes[rows])
        if np.array_equal(known, start.known):
            which = known[1:] if len(known) == 2 else known
            model.classes_, model.coef_, model.intercept_ = known, start.weights[which], start.biases[which]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(features[rows], classes[rows])
    known = model.classes_.astype(np.int64)
    weights = np.zeros((count, features.shape[1]), np.float32)
    biases = np.zeros(count, np.float32)
    if len(known) == 2:
        weights[known[1]], biases[known[1]] = model.coef_[0], model.intercept_[0]
    else:
        weights[known], biases[known] = model.coef_, model.intercept_
    return Classifier(weights, biases, known)


def without(probabilities: np.ndarray, refused: Mapping[int, Iterable[int]]) -> np.ndarray:
    """Return probabilities (N, K) in which some rows cannot be some classes: a person took them off such a page."""
    for row, classes in refused.items():
        probabilities[row, list(classes)] = _NEVER
        probabilities[row] /= probabilities[row].sum()
    return probabilities


@dataclass(frozen=True)
class Choice:
    """Which features and which strength predict held-out labels best, with the loss and accuracy that they had.

    `chance` is the accuracy of always naming the most frequent label.
    """

    features: int
    strength: float
    loss: float
    accuracy: float
    chance: float


def cross_validated(
    features: np.ndarray, classes: np.ndarray, strength: float, *, seed: int = 0
) -> tuple[float, float]:
    """Return mean negative log probability and accuracy of held-out labels in three folds, stratified by class."""
    generator = np.random.default_rng(seed)
    rows = np.sort(generator.permutation(len(classes))[:_CROSS_VALIDATED_ON])
    features, classes = features[rows], classes[rows]
    fold = np.empty(len(classes), np.int64)
    for each in np.unique(classes):
        members = generator.permutation(np.flatnonzero(classes == each))
        fold[members] = (np.arange(len(members)) + generator.integers(_FOLDS)) % _FOLDS
    losses, right = np.empty(len(classes)), np.zeros(len(classes), bool)
    count = int(classes.max()) + 1
    for number in range(_FOLDS):
        held = fold == number
        model = fit(features[~held], classes[~held], count, strength=strength)
        if model is None:
            return float("inf"), 0.0
        found = model.probabilities(features[held])
        right[held] = found.argmax(axis=1) == classes[held]
        losses[held] = -np.log(np.maximum(found[np.arange(held.sum()), classes[held]], 1e-4))
    return float(losses.mean()), float(right.mean())


def choose(candidates: Sequence[np.ndarray], classes: np.ndarray) -> Choice:
    """Return which features (each (N, D)) and which strength predict held-out labels best."""
    chance = float(np.bincount(classes).max() / len(classes))
    found = [
        Choice(position, strength, *cross_validated(features, classes, strength), chance)
        for position, features in enumerate(candidates)
        for strength in STRENGTHS
    ]
    return min(found, key=lambda each: each.loss)


def _drawn(classes: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    if len(classes) <= _MOST_ROWS:
        return np.arange(len(classes))
    numbers = np.unique(classes)
    share = max(_MOST_ROWS // len(numbers), 20)
    picked = [generator.permutation(np.flatnonzero(classes == each))[:share] for each in numbers]
    return np.sort(np.concatenate(picked))

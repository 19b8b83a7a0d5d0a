"""Pages to accept: images of one suggested label, around where the suggestions begin to be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ODD = 0.25
"""The share of a page that is expected to be odd, at most."""


@dataclass(frozen=True)
class SuggestedPage:
    """Positions of the images, the class that is suggested for all of them, and how many are expected to be odd."""

    positions: np.ndarray
    label: int
    odd: float


def suggested_pages(
    probabilities: np.ndarray, free: np.ndarray, *, size: int = 50, odd: float = ODD
) -> list[SuggestedPage]:
    """Return a page for each class that is suggested, those with the most odd images first.

    `probabilities` (N, K), `free` the positions that may be shown. A page begins at the least certain image from which
    on at most the share `odd` is expected to be odd, in the model's own opinion: there a key and some clicks mend the
    most.
    """
    best = probabilities[free].argmax(axis=1)
    found = []
    for label in np.unique(best):
        positions = free[best == label]
        certainty = probabilities[positions, label]
        order = np.argsort(certainty, kind="stable")
        length = min(size, len(positions))
        sums = np.concatenate([[0], np.cumsum(1 - certainty[order])])
        shares = (sums[length:] - sums[:-length]) / length
        low = shares <= odd
        start = int(np.argmax(low)) if low.any() else len(shares) - 1
        page = positions[order[start : start + length]]
        found.append(SuggestedPage(page, int(label), float(shares[start] * length)))
    return sorted(found, key=lambda each: -each.odd)


def random_page(
    probabilities: np.ndarray, free: np.ndarray, size: int, generator: np.random.Generator
) -> SuggestedPage:
    """Return a page of a class as frequent as it is suggested, drawn at random: what it shows is true of the rest."""
    best = probabilities[free].argmax(axis=1)
    label = int(best[generator.integers(len(free))])
    positions = free[best == label]
    chosen = generator.choice(positions, min(size, len(positions)), replace=False)
    return SuggestedPage(chosen, label, float((1 - probabilities[chosen, label]).sum()))


def most_useful(probabilities: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Return the free positions by margin: first where the two best classes are nearest to each other."""
    if probabilities.shape[1] < 2:
        return free
    two = np.partition(probabilities[free], -2, axis=1)[:, -2:]
    return free[np.argsort(two[:, 1] - two[:, 0], kind="stable")]

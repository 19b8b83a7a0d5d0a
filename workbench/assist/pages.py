"""Pages to accept: images of one suggested label, around where the suggestions begin to be wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ODD = 0.25
"""The share of a page that is expected to be odd, at most."""

_ENOUGH_TAKEN_OFF = 10


@dataclass(frozen=True)
class SuggestedPage:
    """Positions of the images, the class that is suggested for all of them, and how many are expected to be odd."""

    positions: np.ndarray
    label: int
    odd: float


def suggested_pages(
    best: np.ndarray, certainty: np.ndarray, free: np.ndarray, *, size: int = 50, odd: float = ODD
) -> list[SuggestedPage]:
    """Return a page for each class that is suggested, those with the most odd images first.

    `best` (N,) is what each image is taken for, `certainty` (N,) how probably, `free` the positions that may be shown.
    A page begins at the least certain image from which on at most the share `odd` is expected to be odd, in the model's
    own opinion: there a key and some clicks mend the most.
    """
    taken_for = best[free]
    found = []
    for label in np.flatnonzero(np.bincount(taken_for)):
        positions = free[taken_for == label]
        positions = positions[np.argsort(certainty[positions], kind="stable")]
        length = min(size, len(positions))
        sums = np.concatenate([[0], np.cumsum(1 - certainty[positions].astype(np.float64))])
        shares = (sums[length:] - sums[:-length]) / length
        low = shares <= odd
        start = int(np.argmax(low)) if low.any() else len(shares) - 1
        found.append(SuggestedPage(positions[start : start + length], int(label), float(shares[start] * length)))
    return sorted(found, key=lambda each: -each.odd)


def page_of_taken_off(
    best: np.ndarray, certainty: np.ndarray, taken_off: np.ndarray, *, size: int = 50, odd: float = ODD
) -> SuggestedPage | None:
    """Return a page of the likeliest label among what was `taken_off` (positions) pages of other ones.

    They are alike and were taken for something else with confidence: one key corrects what the model learned. The most
    certain are shown, of which at most the share `odd` is expected to be odd; None where those are fewer than ten.
    """
    if not len(taken_off):
        return None
    label = int(np.bincount(best[taken_off]).argmax())
    positions = taken_off[best[taken_off] == label]
    positions = positions[np.argsort(-certainty[positions], kind="stable")][:size]
    expected = np.cumsum(1 - certainty[positions].astype(np.float64))
    length = int((expected <= odd * np.arange(1, len(positions) + 1)).sum())
    if length < _ENOUGH_TAKEN_OFF:
        return None
    return SuggestedPage(positions[:length], label, float(expected[length - 1]))


def random_page(
    best: np.ndarray, certainty: np.ndarray, free: np.ndarray, size: int, generator: np.random.Generator
) -> SuggestedPage:
    """Return a page of a class as frequent as it is suggested, drawn at random: what it shows is true of the rest."""
    label = int(best[free[generator.integers(len(free))]])
    positions = free[best[free] == label]
    chosen = generator.choice(positions, min(size, len(positions)), replace=False)
    return SuggestedPage(chosen, label, float((1 - certainty[chosen]).sum()))


def most_useful(margin: np.ndarray, free: np.ndarray, number: int) -> np.ndarray:
    """Return so many free positions: those whose two best classes are nearest to each other, by `margin` (N,)."""
    values = margin[free]
    if number < len(free):
        nearest = np.argpartition(values, number)[:number]
        free, values = free[nearest], values[nearest]
    return free[np.argsort(values, kind="stable")]

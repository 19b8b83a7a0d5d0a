"""Images that look alike though their bytes differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.data.inspection.profile import Profile

ALIKE = 5.0
_CHUNK = 1024


@dataclass(frozen=True)
class Pair:
    """Two images by their number in the profile, and how far they are apart: the less, the more they are alike."""

    first: int
    second: int
    distance: float
    same_label: bool
    across_splits: bool


def near_duplicates(profile: Profile, *, alike: float = ALIKE, limit: int = 200) -> list[Pair]:
    """Find pairs of images whose 16 x 16 gray versions differ by less than `alike` levels of 255, closest first.

    Where an image has little contrast they must differ by less than a quarter of its deviation: pale images would
    otherwise all be alike.

    Pairs with different labels come before all others, then pairs that lie in different splits: the first are label
    errors, the second leak from training into the test. All images are compared with all others, blank ones excepted:
    10,000 images take a few seconds.
    """
    numbers = profile.sound
    numbers = numbers[profile.gray[numbers].std(axis=1) > 1] if len(numbers) else numbers
    gray = profile.gray[numbers]
    squares = (gray**2).sum(axis=1)
    bound = np.minimum(alike, 0.25 * gray.std(axis=1)) ** 2 * gray.shape[1]
    pairs: list[Pair] = []
    for start in range(0, len(numbers), _CHUNK):
        part = gray[start : start + _CHUNK]
        distances = squares[start : start + _CHUNK, None] + squares[None, start:] - 2 * part @ gray[start:].T
        rows, columns = np.nonzero(distances < np.minimum(bound[start : start + _CHUNK, None], bound[None, start:]))
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if row < column:
                distance = float(np.sqrt(max(distances[row, column], 0) / gray.shape[1]))
                pairs.append(pair_of(profile, int(numbers[start + row]), int(numbers[start + column]), distance))
    return telling_first(pairs)[:limit]


def telling_first(pairs: list[Pair]) -> list[Pair]:
    """Sort pairs: those with different labels, then those in two splits, then the others, each the closest first."""
    return sorted(pairs, key=lambda pair: (pair.same_label, not pair.across_splits, pair.distance))


def pair_of(profile: Profile, first: int, second: int, distance: float) -> Pair:
    """Return two images of a profile as a pair."""
    one, other = profile.images[first], profile.images[second]
    both_labeled = bool(one.label and other.label)
    both_split = bool(one.split and other.split)
    return Pair(
        first,
        second,
        round(distance, 2),
        same_label=not both_labeled or one.label == other.label,
        across_splits=both_split and one.split != other.split,
    )

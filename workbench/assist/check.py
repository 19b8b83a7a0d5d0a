"""The check: random images of all that were not decided by a key of their own, and the exact interval they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SIZE = 600
_LEVEL = 0.95


@dataclass(frozen=True)
class CheckResult:
    """What a check found: of `checked` images `wrong` had a wrong answer, of `population` it was drawn from.

    `right`, `low` and `high` are the share of right labels among all `total` images, with its 95 % interval.
    """

    checked: int
    wrong: int
    population: int
    total: int
    right: float
    low: float
    high: float


def draw(population: np.ndarray, seed: int, size: int = SIZE) -> np.ndarray:
    """Return at most `size` of the population, each as likely as any other, in ascending order."""
    if len(population) <= size:
        return np.sort(population)
    return np.sort(np.random.default_rng(seed).choice(population, size, replace=False))


def check_result(checked: int, wrong: int, population: int, total: int, *, overlooked: float = 0.0) -> CheckResult:
    """Return the result of a check by the binomial distribution (Clopper and Pearson, 1934).

    The wrong ones that were found are mended by the check itself, so that they count no more. `overlooked` is the share
    of wrong ones that the person is expected not to see, which widens the interval downwards.
    """
    if checked == 0 or total == 0:
        return CheckResult(checked, wrong, population, total, 1.0, 0.0, 1.0)
    from scipy.stats import beta

    tail, seen = (1 - _LEVEL) / 2, 1 - min(overlooked, 0.9)
    rest = population - checked
    least = float(beta.ppf(tail, wrong, checked - wrong + 1)) if wrong else 0.0
    most = min(float(beta.ppf(1 - tail, wrong + 1, checked - wrong)) / seen, 1.0) if wrong < checked else 1.0
    share = min(wrong / checked / seen, 1.0)
    # Drawn without replacement from a finite population the shares are known better than that: the safe side.
    at_least = max(population * least - wrong, 0.0)
    at_most = min(population * most - wrong, rest + checked * most * (1 - seen))
    likely = min(population * share - wrong, rest + checked * share * (1 - seen))
    return CheckResult(
        checked, wrong, population, total, right=1 - likely / total, low=1 - at_most / total, high=1 - at_least / total
    )

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

    The wrong ones that were found are mended by the check itself, so that they count no more; the rest is taken to be
    as wrong as what was checked. `overlooked` is the share of wrong ones that the person is expected not to see, which
    widens the interval downwards.
    """
    if checked == 0 or total == 0:
        return CheckResult(checked, wrong, population, total, 1.0, 0.0, 1.0)
    from scipy.stats import beta

    tail = (1 - _LEVEL) / 2
    hidden = wrong * overlooked / (1 - min(overlooked, 0.9))
    believed = min(wrong + hidden, checked)
    rest = population - checked
    least = float(beta.ppf(tail, wrong, checked - wrong + 1)) if wrong else 0.0
    most = float(beta.ppf(1 - tail, believed + 1, checked - believed)) if believed < checked else 1.0
    left = rest * believed / checked + hidden
    return CheckResult(
        checked,
        wrong,
        population,
        total,
        right=1 - left / total,
        low=1 - min(rest * most + hidden, total) / total,
        high=1 - rest * least / total,
    )

"""How accuracy grows with the number of labels: measured on nested subsets, continued by a power law.

A linear probe on the images' feature vectors stands for a network: it is fitted in moments, and its curve bends where
that of a network on the same images does. Error rates fall as a + b * n^-c (Hestness et al., Deep learning scaling is
predictable, empirically, 2017); what the fit is worth is found by a bootstrap over the images on which it was measured,
widened for what that leaves out.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from workbench.assist.classifier import fit
from workbench.embeddings.projection import fit_projection

FEWEST = 100
"""Labels below which there is no curve."""

KNOWN_WITHIN = 0.01
"""A forecast whose 80 % interval is wider than this on either side is none."""

MOST_ROWS = 6_000
"""Labels up to which a curve is measured."""

_FOLDS = 4
_SIZES = 6
_SMALLEST_PER_CLASS = 3
_DRAWS = 100
_REACH = 3.0
_WITHIN = (0.1, 0.9)
_WIDER = 1.6
"""The bootstrap draws the images that are looked at; which labels were learned from, and that a power law is only
near the truth, comes on top: with this factor four of five forecasts lie in their interval (bench/learning_curve.py).
"""


@dataclass(frozen=True)
class Curve:
    """Error rates at numbers of labels. `wrong` bool (folds, sizes, held-out images): what was answered wrongly.

    `held_out` int (folds, held-out images) are the positions of those images among the labels.
    """

    sizes: np.ndarray
    wrong: np.ndarray
    held_out: np.ndarray

    @property
    def errors(self) -> np.ndarray:
        """The mean error rate at each size."""
        found: np.ndarray = self.wrong.mean(axis=(0, 2))
        return found


@dataclass(frozen=True)
class Forecast:
    """The accuracy with all labels that are there and with some more, 0 to 1.

    `low` and `high` hold the accuracy with more, `gain_low` and `gain_high` the gain, each with a probability of 80 %.
    """

    labels: int
    more: int
    now: float
    then: float
    low: float
    high: float
    gain_low: float
    gain_high: float

    @property
    def margin(self) -> float:
        """Half of the interval's width."""
        return (self.high - self.low) / 2


def measure(
    vectors: np.ndarray,
    classes: np.ndarray,
    *,
    others: np.ndarray | None = None,
    strength: float = 0.1,
    seed: int = 0,
) -> Curve:
    """Fit a probe to nested subsets of three quarters of some labels and look at the rest; each quarter in turn.

    `vectors` (N, D) as an encoder gives them, `classes` int (N,) from 0; `others` (M, D) are images without a label,
    which the features may know as well. The features of a quarter are fitted without it: it is as new as what comes.
    Of more than 6,000 rows as many are drawn.
    """
    generator = np.random.default_rng(seed)
    rows = np.sort(generator.permutation(len(classes))[:MOST_ROWS])
    vectors, targets = vectors[rows], classes[rows]
    beside = vectors[:0] if others is None else others[: MOST_ROWS - len(rows)]
    count = int(classes.max()) + 1
    held = len(rows) // _FOLDS
    largest = len(rows) - held
    smallest = min(max(_SMALLEST_PER_CLASS * count, 20), largest // 4)
    sizes = np.unique(np.geomspace(smallest, largest, _SIZES).round().astype(int))
    wrong = np.empty((_FOLDS, len(sizes), held), bool)
    held_out = np.empty((_FOLDS, held), np.int64)
    order = generator.permutation(len(rows))
    for fold in range(_FOLDS):
        looked_at = order[fold * held : (fold + 1) * held]
        pool = generator.permutation(np.setdiff1d(order, looked_at))
        held_out[fold] = rows[looked_at]
        features = fit_projection(np.concatenate([vectors[pool], beside]))(vectors)
        for position, size in enumerate(sizes):
            model = fit(features[pool[:size]], targets[pool[:size]], count, strength=strength, seed=seed)
            if model is None:
                wrong[fold, position] = targets[looked_at] != targets[pool[0]]
            else:
                wrong[fold, position] = model.probabilities(features[looked_at]).argmax(axis=1) != targets[looked_at]
    return Curve(sizes, wrong, held_out)


def forecast(curve: Curve, labels: int, more: int, *, seed: int = 0) -> Forecast | None:
    """Continue a curve to all labels that are there and to some more; None where that is too far or not known.

    Too far is beyond three times the largest subset; not known is an 80 % interval of more than a point either way.
    """
    if labels + more > reach(curve):
        return None
    found = continued(curve, labels, more, seed=seed)
    return None if found.margin > KNOWN_WITHIN else found


def reach(curve: Curve) -> int:
    """The number of labels up to which a curve is continued."""
    return int(_REACH * curve.sizes[-1])


def continued(curve: Curve, labels: int, more: int, *, seed: int = 0) -> Forecast:
    """Continue a curve, whatever that is worth; see `forecast`."""
    generator = np.random.default_rng(seed)
    folds, _, held = curve.wrong.shape
    asked = np.array([labels, labels + more], float)
    now, then = (1 - _power_law(curve.sizes, curve.errors, asked)).tolist()
    drawn = np.empty((_DRAWS, 2))
    for number in range(_DRAWS):
        # The same images for all sizes: whether they are hard is what the sizes have in common.
        chosen = [curve.wrong[fold][:, generator.integers(held, size=held)].mean(axis=1) for fold in range(folds)]
        drawn[number] = 1 - _power_law(curve.sizes, np.mean(chosen, axis=0), asked)
    low, high = (then + _around_mean(drawn[:, 1])).tolist()
    gained = drawn[:, 1] - drawn[:, 0]
    gain_low, gain_high = (gained.mean() + _around_mean(gained)).tolist()
    return Forecast(labels, more, now, then, max(low, 0.0), min(high, 1.0), gain_low, gain_high)


def _around_mean(drawn: np.ndarray) -> np.ndarray:
    """The interval around what is drawn."""
    found: np.ndarray = _WIDER * (np.quantile(drawn, _WITHIN) - drawn.mean())
    return found


def helped(curve: Curve, classes: np.ndarray) -> np.ndarray:
    """How many held-out mistakes of each class went when the labels last doubled or so, int (K,)."""
    before, after = curve.wrong[:, -3].ravel(), curve.wrong[:, -1].ravel()
    targets = classes[curve.held_out].ravel()
    count = int(classes.max()) + 1
    return np.bincount(targets[before], minlength=count) - np.bincount(targets[after], minlength=count)


def _power_law(sizes: np.ndarray, errors: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """Fit a + b * n^-c to error rates and return those at other sizes."""
    from scipy.optimize import OptimizeWarning, curve_fit

    scale = float(sizes[-1])
    last = max(float(errors[-1]), 1e-4)

    def law(n: np.ndarray, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        result: np.ndarray = a + b * (n / scale) ** -c
        return result

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OptimizeWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            found, _ = curve_fit(
                law,
                sizes.astype(float),
                errors,
                p0=(0.5 * last, 0.5 * last, 0.5),
                bounds=((0, 0, 0.05), (last, 1, 2)),
                # The end of the curve is what is continued.
                sigma=np.sqrt(scale / sizes),
                max_nfev=400,
            )
        except RuntimeError:
            return np.full(len(asked), last)
    return np.clip(law(asked, *found), 0, 1)

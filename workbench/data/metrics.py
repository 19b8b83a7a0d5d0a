"""The confusion matrix and what follows from it: one definition for training, prediction, comparison and panels.

It is scikit-learn's and torchmetrics': precision, recall and F1 of a class are 0 where they are undefined, and their
means are over the classes that occur among the true or the predicted ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_NUMBERED_UP_TO = 30
"""Classes up to which the numbers in a plotted matrix can be read."""

_LONGEST_NAME, _LONGEST_TITLE = 40, 100
"""Letters of a name beside an axis, and of a title: longer ones would leave a figure no room for itself."""

_RESAMPLED = 2_000
_FEWEST_MISTAKES = 5
"""With fewer, too many draws have none at all: what comes of them would look surer than it is."""

_MEANS = ("accuracy", "balanced_accuracy", "precision", "recall", "f1")

Interval = tuple[float, float]


def shortened(name: str, most: int = _LONGEST_NAME) -> str:
    """Leave out the middle of a long name, which differs from others by its ends as a rule."""
    kept = (most - 1) // 2
    return name if len(name) <= most else f"{name[:kept]}…{name[-kept:]}"


@dataclass(frozen=True)
class ClassMetrics:
    """Precision, recall and F1 of one class, from 0 to 1, and its support: how many images have this label."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int

    def as_dict(self) -> dict[str, float]:
        """Return the numbers as plain data for JSON."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1, "support": self.support}


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """`counts[i, j]`, int64: how many images with the true label `labels[i]` were predicted as `labels[j]`."""

    labels: tuple[str, ...]
    counts: np.ndarray

    @classmethod
    def of_pairs(cls, labels: Sequence[str], pairs: Mapping[tuple[str, str], int]) -> ConfusionMatrix:
        """Take over counts of (true, predicted); names that are not among `labels` stand behind them, sorted."""
        others = sorted({name for pair in pairs for name in pair} - set(labels))
        positions = {name: position for position, name in enumerate((*labels, *others))}
        counts = np.zeros((len(positions), len(positions)), dtype=np.int64)
        for (true, predicted), count in pairs.items():
            counts[positions[true], positions[predicted]] = count
        return cls(tuple(positions), counts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ConfusionMatrix):
            return NotImplemented
        return self.labels == other.labels and np.array_equal(self.counts, other.counts)

    __hash__ = None  # type: ignore[assignment]

    @property
    def total(self) -> int:
        """How many images were counted."""
        return int(self.counts.sum())

    def per_class(self) -> list[ClassMetrics]:
        """The metrics of each class, in the order of `labels`."""
        precision, recall, f1 = _scores(*self._marginals)
        support = self.counts.sum(axis=1)
        return [
            ClassMetrics(*values)
            for values in zip(
                self.labels, precision.tolist(), recall.tolist(), f1.tolist(), support.tolist(), strict=True
            )
        ]

    def report(self) -> pd.DataFrame:
        """The metrics of each class as a data frame: a row per label with precision, recall, f1 and support."""
        import pandas as pd

        rows = {each.label: each.as_dict() for each in self.per_class()}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["precision", "recall", "f1", "support"])

    def metrics(self) -> dict[str, float]:
        """Accuracy, balanced accuracy (the mean recall of the true classes), and mean precision, recall and F1.

        All are 0 when nothing was counted.
        """
        means = _means(*self._marginals)
        return {name: float(value) for name, value in zip(_MEANS, means, strict=True)}

    def intervals(self, level: float = 0.95) -> dict[str, Interval | None]:
        """The interval in which each of `metrics` lies, 0 to 1: Wilson's of accuracy, of the others by a bootstrap.

        That draws as many images with replacement (percentiles, Efron 1979). None with fewer than five mistakes, of
        which it would make too much.
        """
        accuracy = accuracy_interval(int(np.trace(self.counts)), self.total, level)
        return {"accuracy": accuracy, **self._bootstrap(level)[0]}

    def per_class_intervals(self, level: float = 0.95) -> dict[str, dict[str, Interval | None]]:
        """The intervals of each class' precision and recall (Wilson's) and F1 (as in `intervals`), by its label."""
        hits, true, predicted = self._marginals
        f1 = self._bootstrap(level)[1]
        return {
            label: {
                "precision": accuracy_interval(int(hits[row]), int(predicted[row]), level),
                "recall": accuracy_interval(int(hits[row]), int(true[row]), level),
                "f1": f1[row],
            }
            for row, label in enumerate(self.labels)
        }

    def _bootstrap(self, level: float) -> tuple[dict[str, Interval | None], list[Interval | None]]:
        """Intervals of all metrics but accuracy, and of each class' F1."""
        names = _MEANS[1:]
        hits, true, predicted = self._marginals
        mistakes = true + predicted - 2 * hits
        if mistakes.sum() < 2 * _FEWEST_MISTAKES:
            return dict.fromkeys(names), [None] * len(self.labels)
        rows, columns = np.nonzero(self.counts)
        shares = self.counts[rows, columns] / self.total
        drawn = np.random.default_rng(0).multinomial(self.total, shares, _RESAMPLED).T
        hits, true, predicted = (np.zeros((len(self.labels), _RESAMPLED)) for _ in range(3))
        np.add.at(true, rows, drawn)
        np.add.at(predicted, columns, drawn)
        np.add.at(hits, rows[rows == columns], drawn[rows == columns])
        within = (0.5 - level / 2, 0.5 + level / 2)
        means = [np.quantile(values, within).tolist() for values in _means(hits, true, predicted)]
        of_classes = np.quantile(_scores(hits, true, predicted)[2], within, axis=1).T.tolist()
        return (
            {name: (low, high) for name, (low, high) in zip(_MEANS, means, strict=True) if name in names},
            [
                (low, high) if wrong >= _FEWEST_MISTAKES else None
                for (low, high), wrong in zip(of_classes, mistakes.tolist(), strict=True)
            ],
        )

    def plot(self, title: str = "confusion matrix", figure: Figure | None = None) -> Figure:
        """Draw the matrix, colored by the shares of each row, on a figure of one's own or a new one."""
        if figure is None:
            from workbench.figures import NotebookFigure

            figure = NotebookFigure()
        shares = self.counts / np.maximum(self.counts.sum(axis=1, keepdims=True), 1)
        side = min(14.0, 2.5 + 0.42 * len(self.labels))
        figure.set_size_inches(side + 1, side)
        figure.set_layout_engine("constrained")
        axes = figure.subplots()
        image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        positions = range(len(self.labels))
        names = [shortened(label) for label in self.labels]
        # A label such as "$5-$9" is no formula.
        axes.set_xticks(positions, names, rotation=45, ha="right", rotation_mode="anchor", parse_math=False)
        axes.set_yticks(positions, names, parse_math=False)
        axes.set(xlabel="predicted", ylabel="true")
        axes.set_title(shortened(title, _LONGEST_TITLE), parse_math=False)
        if len(self.labels) <= _NUMBERED_UP_TO:
            for row, column in zip(*np.nonzero(self.counts), strict=True):
                color = "white" if shares[row, column] > 0.5 else "black"
                text = f"{self.counts[row, column]:,}"
                axes.text(column, row, text, ha="center", va="center", color=color, fontsize=8)
        figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
        return figure

    @cached_property
    def _marginals(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each class, how many images were hit, have it, and were taken for it."""
        return np.diag(self.counts), self.counts.sum(axis=1), self.counts.sum(axis=0)


def _scores(hits: np.ndarray, true: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Precision, recall and F1 of each class."""
    f1 = 2 * hits / np.maximum(true + predicted, 1)
    return hits / np.maximum(predicted, 1), hits / np.maximum(true, 1), f1


def _means(hits: np.ndarray, true: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, ...]:
    """What `_MEANS` names, of counts by class (K,) or (K, draws)."""
    precision, recall, f1 = _scores(hits, true, predicted)
    occurs = true + predicted > 0
    return (
        _divided(hits.sum(axis=0), true.sum(axis=0)),
        _mean(recall, true > 0),
        *(_mean(values, occurs) for values in (precision, recall, f1)),
    )


class ConfusionCounter:
    """Counts pairs of names as they come; its size depends on the number of different pairs only."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = tuple(labels)
        self._pairs: Counter[tuple[str, str]] = Counter()

    def add(self, true: str, predicted: str) -> None:
        """Count one image."""
        self._pairs[true, predicted] += 1

    def matrix(self) -> ConfusionMatrix:
        """The matrix of what was counted: over `labels` and whatever else occurred."""
        return ConfusionMatrix.of_pairs(self._labels, self._pairs)


def top_k(num_classes: int) -> int | None:
    """The k of the top-k accuracy: 5 for more than 10 classes, 3 for more than 4, none for fewer."""
    if num_classes > 10:
        return 5
    return 3 if num_classes > 4 else None


def accuracy_interval(right: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """The interval in which the true accuracy lies, 0 to 1, when `right` of `total` images were answered rightly.

    Wilson's score interval (1927), which holds for few images and near 100 % too; (0, 1) when nothing was counted.
    """
    from statsmodels.stats.proportion import proportion_confint

    if not total:
        return 0.0, 1.0
    low, high = proportion_confint(right, total, alpha=1 - level, method="wilson")
    return float(low), float(high)


def _mean(values: np.ndarray, counted: np.ndarray) -> np.ndarray:
    return _divided((values * counted).sum(axis=0), counted.sum(axis=0))


def _divided(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    found: np.ndarray = np.where(whole > 0, part / np.maximum(whole, 1), 0.0)
    return found

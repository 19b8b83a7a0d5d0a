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
        precision, recall, f1 = self._scores
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
        hits, true, predicted = np.diag(self.counts), self.counts.sum(axis=1), self.counts.sum(axis=0)
        occurs = true + predicted > 0
        precision, recall, f1 = self._scores
        return {
            "accuracy": _divided(hits.sum(), true.sum()),
            "balanced_accuracy": _mean(recall[true > 0]),
            "precision": _mean(precision[occurs]),
            "recall": _mean(recall[occurs]),
            "f1": _mean(f1[occurs]),
        }

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
    def _scores(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        hits, true, predicted = np.diag(self.counts), self.counts.sum(axis=1), self.counts.sum(axis=0)
        f1 = 2 * hits / np.maximum(true + predicted, 1)
        return hits / np.maximum(predicted, 1), hits / np.maximum(true, 1), f1


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


def _mean(values: np.ndarray) -> float:
    return _divided(values.sum(), len(values))


def _divided(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0

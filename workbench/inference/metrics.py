"""Counting right and wrong answers as they come, and the metrics of the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.inference.output_formats import Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_NUMBERED = 30
"""Classes up to which the numbers in a plotted matrix can be read."""


@dataclass(frozen=True)
class ClassMetrics:
    """How one class was met; precision, recall and F1 from 0 to 1, 0 where they are undefined."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int

    def as_dict(self) -> dict[str, float]:
        """Return the numbers as plain data for JSON."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f1, "support": self.support}


@dataclass(frozen=True)
class Confusion:
    """`matrix[i][j]`: how many images with the actual label `labels[i]` were predicted as `labels[j]`."""

    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the matrix, each row colored by its shares, on new or given axes."""
        import matplotlib.pyplot as plt

        if axes is None:
            side = max(3.5, 0.45 * len(self.labels) + 2)
            axes = plt.subplots(figsize=(side, side), layout="constrained")[1]
        shares = [[value / max(1, sum(row)) for value in row] for row in self.matrix]
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        axes.set(xlabel="predicted", ylabel="actual", title="confusion matrix")
        # A label such as "$5-$9" is no formula.
        axes.set_xticks(range(len(self.labels)), self.labels, rotation=45, ha="right", parse_math=False)
        axes.set_yticks(range(len(self.labels)), self.labels, parse_math=False)
        if len(self.labels) <= _MOST_NUMBERED:
            for i, row in enumerate(self.matrix):
                for j, value in enumerate(row):
                    if value:
                        color = "white" if shares[i][j] > 0.5 else "black"
                        axes.text(j, i, f"{value:,}", ha="center", va="center", color=color, fontsize="small")
        return axes


@dataclass
class Tally:
    """Running counts over rows; its size depends on the number of classes only.

    `names` are what answers count as where that is not the class that the model named.
    """

    class_names: Sequence[str]
    names: Mapping[str, str] = field(default_factory=dict)
    predicted: int = 0
    failed: int = 0
    by_label: Counter[str] = field(default_factory=Counter)
    _pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, rows: Iterable[Row]) -> None:
        """Count rows; only those with an answer and an actual label enter the metrics."""
        for row in rows:
            if row.label is None:
                self.failed += 1
                continue
            self.predicted += 1
            label = self.names.get(row.label, row.label)
            self.by_label[label] += 1
            if row.item.actual is not None:
                self._pairs[row.item.actual, label] += 1

    @property
    def compared(self) -> int:
        """How many answers there are that a person's label stands beside."""
        return self._pairs.total()

    def confusion(self) -> Confusion | None:
        """The confusion matrix over the model's classes and whatever else occurred, None without labels."""
        if not self.compared:
            return None
        others = sorted({name for pair in self._pairs for name in pair} - set(self.class_names))
        labels = (*self.class_names, *others)
        return Confusion(labels, tuple(tuple(self._pairs[row, column] for column in labels) for row in labels))

    def per_class(self) -> list[ClassMetrics]:
        """Precision, recall and F1 of each class, in the order of the confusion matrix."""
        confusion = self.confusion()
        if confusion is None:
            return []
        found = []
        for index, label in enumerate(confusion.labels):
            hits = confusion.matrix[index][index]
            support = sum(confusion.matrix[index])
            answered = sum(row[index] for row in confusion.matrix)
            precision, recall = hits / answered if answered else 0.0, hits / support if support else 0.0
            f1 = 2 * hits / (answered + support) if answered + support else 0.0
            found.append(ClassMetrics(label, precision, recall, f1, support))
        return found

    def metrics(self) -> dict[str, float]:
        """Accuracy and the unweighted means over the classes that occur; empty without labels."""
        if not self.compared:
            return {}
        classes = [row for row in self.per_class() if row.support]
        hits = sum(count for (actual, label), count in self._pairs.items() if actual == label)
        return {
            "accuracy": hits / self.compared,
            "balanced_accuracy": sum(row.recall for row in classes) / len(classes),
            "macro_f1": sum(row.f1 for row in classes) / len(classes),
        }

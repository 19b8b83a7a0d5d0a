"""Counting the rows of a prediction as they come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.data.metrics import ConfusionCounter, ConfusionMatrix
from workbench.inference.output_formats import Row


@dataclass
class RowCounts:
    """Running counts over rows; their size depends on the number of classes only.

    `names` are what predictions count as where that is not the class that the model named.
    """

    class_names: Sequence[str]
    names: Mapping[str, str] = field(default_factory=dict)
    predicted: int = 0
    failed: int = 0
    by_label: Counter[str] = field(default_factory=Counter)
    trained: int = 0
    """Images of the metrics that the model was trained on."""
    _pairs: ConfusionCounter = field(init=False)
    _unseen: ConfusionCounter = field(init=False)

    def __post_init__(self) -> None:
        self._pairs = ConfusionCounter(self.class_names)
        self._unseen = ConfusionCounter(self.class_names)

    def add(self, rows: Iterable[Row], trained: Collection[int] = ()) -> None:
        """Count rows; only those with a prediction and an actual label enter the metrics.

        `trained` are the ids of samples that the model was trained on.
        """
        for row in rows:
            if row.label is None:
                self.failed += 1
                continue
            self.predicted += 1
            label = self.names.get(row.label, row.label)
            self.by_label[label] += 1
            if row.item.actual is not None:
                self._pairs.add(row.item.actual, label)
                if row.item.sample_id in trained:
                    self.trained += 1
                else:
                    self._unseen.add(row.item.actual, label)

    def unseen(self) -> ConfusionMatrix | None:
        """The confusion matrix without the images that the model was trained on; None where that changes nothing."""
        return self._unseen.matrix() if self.trained else None

    def confusion(self) -> ConfusionMatrix | None:
        """The confusion matrix over the model's classes and whatever else occurred, None without labels."""
        matrix = self._pairs.matrix()
        return matrix if matrix.total else None

"""The metrics of one split (torchmetrics), counted over images: patches have been combined before."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn
from torchmetrics import MeanMetric, MetricCollection
from torchmetrics.classification import (
    MulticlassAccuracy,
    MulticlassCalibrationError,
    MulticlassConfusionMatrix,
    MulticlassF1Score,
    MulticlassPrecision,
    MulticlassRecall,
)

_PER_CLASS = ("precision", "recall", "f1")


class SplitMetrics(nn.Module):
    """Loss, accuracy, and macro and per-class precision, recall and F1 of a split.

    Outside training also the calibration error (15 bins), the accuracy of the best `k` guesses where there are
    classes enough for it to say something, and the confusion matrix.
    """

    def __init__(self, split: str, num_classes: int) -> None:
        super().__init__()
        self.split = split
        self._waiting: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []
        given: dict[str, Any] = {"num_classes": num_classes, "validate_args": False}
        self.loss = MeanMetric()
        self.scores = MetricCollection(
            {
                "accuracy": MulticlassAccuracy(average="micro", **given),
                **{name: kind(average="macro", **given) for name, kind in _KINDS.items()},
                **{f"{name}_per_class": kind(average=None, **given) for name, kind in _KINDS.items()},
            },
            compute_groups=[
                ["accuracy"],
                [*_PER_CLASS, *(f"{name}_per_class" for name in _PER_CLASS)],
            ],
        )
        self.further: MetricCollection | None = None
        if split != "train":
            further: dict[str, Any] = {
                "calibration_error": MulticlassCalibrationError(n_bins=15, **given),
                "confusion": MulticlassConfusionMatrix(**given),
            }
            k = top_k(num_classes)
            if k:
                further[f"top{k}_accuracy"] = MulticlassAccuracy(average="micro", top_k=k, **given)
            self.further = MetricCollection(further, compute_groups=False)

    def collect(self, loss: torch.Tensor, logits: torch.Tensor, targets: torch.Tensor) -> None:
        """Add a batch - its mean loss, logits (N, num_classes), class indices (N,) - as cheaply as can be.

        Only the guesses are kept; they are counted when the epoch is over. Counting costs a training step of a small
        network several per cent, and is the same work for a thousand batches at once.
        """
        self._waiting.append((loss.detach(), logits.detach().argmax(dim=1), targets))

    def update_loss(self, loss: torch.Tensor, count: int) -> None:
        """Add the mean loss of `count` items."""
        self.loss.update(loss, weight=count)

    def update(self, probabilities: torch.Tensor, targets: torch.Tensor) -> None:
        """Add images: probabilities (N, num_classes), which sum to 1, and class indices (N,)."""
        self.scores.update(probabilities, targets)
        if self.further is not None:
            self.further.update(probabilities, targets)

    def compute(self) -> dict[str, torch.Tensor]:
        """Return scalars by name, each with the split before it: `valid_loss`, `valid_accuracy`, `valid_f1` ..."""
        if self._waiting:
            losses, guesses, targets = zip(*self._waiting, strict=True)
            counts = torch.tensor([len(guess) for guess in guesses], dtype=torch.float32, device=losses[0].device)
            self.loss.update(torch.stack(losses), weight=counts)
            self.scores.update(torch.cat(guesses), torch.cat(targets))
            self._waiting = []
        values = {"loss": self.loss.compute(), **self.scores.compute()}
        if self.further is not None:
            values |= self.further.compute()
        self._last = values
        return {f"{self.split}_{name}": value for name, value in values.items() if value.ndim == 0}

    def per_class(self) -> dict[str, list[float]]:
        """Return precision, recall and F1 per class as they were at the last `compute`."""
        return {name: self._last[f"{name}_per_class"].tolist() for name in _PER_CLASS}

    def confusion(self) -> list[list[int]]:
        """Return the confusion matrix at the last `compute`: rows are true classes, columns predicted ones."""
        return [[int(count) for count in row] for row in self._last["confusion"].tolist()]

    def reset(self) -> None:
        """Forget everything, for the next epoch."""
        self._waiting = []
        self.loss.reset()
        self.scores.reset()
        if self.further is not None:
            self.further.reset()


_KINDS: dict[str, Any] = {
    "precision": MulticlassPrecision,
    "recall": MulticlassRecall,
    "f1": MulticlassF1Score,
}


def top_k(num_classes: int) -> int | None:
    """The k of the top-k accuracy: 5 for more than 10 classes, 3 for more than 4, none for fewer."""
    if num_classes > 10:
        return 5
    return 3 if num_classes > 4 else None

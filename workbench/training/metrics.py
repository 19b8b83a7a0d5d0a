"""What is counted over the images of one split; patches have been combined before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn
from torchmetrics import MeanMetric, MetricCollection
from torchmetrics.classification import MulticlassAccuracy, MulticlassCalibrationError, MulticlassConfusionMatrix

from workbench.data.metrics import ConfusionMatrix, top_k


class SplitMetrics(nn.Module):
    """Loss and confusion matrix of a split, with the metrics that follow from it (see `workbench.data.metrics`).

    Outside training also the calibration error (15 bins), and the accuracy of the best `k` guesses where there are
    classes enough for it to say something. All are summed over the processes of a training (torchmetrics).
    """

    def __init__(self, split: str, class_names: Sequence[str]) -> None:
        super().__init__()
        self.split = split
        self._class_names = tuple(class_names)
        self._waiting: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []
        given: dict[str, Any] = {"num_classes": len(class_names), "validate_args": False}
        self.loss = MeanMetric()
        self.counts = MulticlassConfusionMatrix(**given)
        self.further: MetricCollection | None = None
        if split != "train":
            further: dict[str, Any] = {"calibration_error": MulticlassCalibrationError(n_bins=15, **given)}
            k = top_k(len(class_names))
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
        self.counts.update(probabilities, targets)
        if self.further is not None:
            self.further.update(probabilities, targets)

    def compute(self) -> tuple[dict[str, float], ConfusionMatrix]:
        """Return the metrics, each with the split before its name (`valid_loss`, `valid_f1` ...), and the matrix."""
        if self._waiting:
            losses, guesses, targets = zip(*self._waiting, strict=True)
            counts = torch.tensor([len(guess) for guess in guesses], dtype=torch.float32, device=losses[0].device)
            self.loss.update(torch.stack(losses), weight=counts)
            self.counts.update(torch.cat(guesses), torch.cat(targets))
            self._waiting = []
        confusion = ConfusionMatrix(self._class_names, self.counts.compute().cpu().numpy())
        values = {"loss": float(self.loss.compute()), **confusion.metrics()}
        if self.further is not None:
            values |= {name: float(value) for name, value in self.further.compute().items()}
        return {f"{self.split}_{name}": value for name, value in values.items()}, confusion

    def reset(self) -> None:
        """Forget everything, for the next epoch."""
        self._waiting = []
        self.loss.reset()
        self.counts.reset()
        if self.further is not None:
            self.further.reset()

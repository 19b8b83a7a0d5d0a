"""The result of a training."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workbench.data.metrics import ConfusionMatrix
from workbench.paths import Project
from workbench.registry.test_meter import TestFigure
from workbench.training.epoch_log import Epoch
from workbench.training.slices import Slice

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class TrainingResult:
    """One finished training.

    `metrics` holds the test metrics and the best epoch's validation metrics (`best_valid_...`); `epochs` one row per
    epoch; `confusion` is the test split's matrix over `class_names`. `stopped` says that it was ended on request before
    its last epoch. `slices` says how test accuracy differs by size, brightness and annotator, the worst first.
    `leaks` says what is known of near duplicates and groups in two splits. `test` is the test accuracy with its
    interval, widened for the models that had been measured on that split by then; None where nothing could be recorded.
    """

    theme: str
    run_id: str
    run_name: str
    model_uri: str
    snapshot_digest: str
    class_names: list[str]
    metrics: dict[str, float]
    epochs: list[Epoch]
    best_epoch: int
    confusion: ConfusionMatrix
    stopped: bool
    seconds: float
    slices: list[Slice]
    leaks: str
    project: Project = field(repr=False, compare=False)
    test: TestFigure | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return what a batch caller wants to read, ready for JSON.

        >>> result.as_dict()["theme"]
        'cells'
        """
        return {
            "theme": self.theme,
            "run_id": self.run_id,
            "run_name": self.run_name,
            "model_uri": self.model_uri,
            "snapshot_digest": self.snapshot_digest,
            "class_names": self.class_names,
            "metrics": self.metrics,
            "epochs": len(self.epochs),
            "best_epoch": self.best_epoch,
            "stopped": self.stopped,
            "leaks": self.leaks,
            **(self.test.as_dict() if self.test else {}),
            "slices": [each.as_dict() for each in self.slices],
            "seconds": round(self.seconds, 2),
        }

    @property
    def curves(self) -> pd.DataFrame:
        """Loss, accuracy and the other metrics of train and valid: a row per epoch, counted from 1.

        >>> result.curves.index.tolist()
        [1]
        """
        import pandas as pd

        return pd.DataFrame(self.epochs, columns=None if self.epochs else ["epoch"]).set_index("epoch")

    def plot_curves(self) -> Figure:
        """Draw loss and accuracy over the epochs; a notebook shows the figure where it is a cell's value.

        >>> result.plot_curves()
        <NotebookFigure size ... with 2 Axes>
        """
        from workbench.training.plots import curves

        return curves(self.epochs)

    def plot_confusion(self) -> Figure:
        """Draw the test split's confusion matrix; a notebook shows the figure where it is a cell's value.

        >>> result.plot_confusion()
        <NotebookFigure size ... with 2 Axes>
        """
        return self.confusion.plot(f"{self.theme}, test split\n{self.on_test}".replace("; ", "\n"))

    @property
    def on_test(self) -> str:
        """Say the test accuracy with its interval and what that takes into account.

        >>> result.on_test
        '... of 2 test images; true accuracy between ... and ... % (95 %, Wilson...)'
        """
        accuracy = self.metrics.get("test_accuracy", float("nan"))
        return str(self.test) if self.test else f"test accuracy {accuracy:.4f}"

    def __repr__(self) -> str:
        return f"TrainingResult({self.theme}, run {self.run_id}, {len(self.epochs)} epochs: {self.on_test})"

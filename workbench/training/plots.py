"""The static figure of a training, for batch runs, MLflow and executed notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.training.epoch_log import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SPLIT_COLORS = {"train": "#0072b2", "valid": "#e69f00", "test": "#009e73", "unassigned": "#999999"}
"""Those of every chart and figure, from the palette of Okabe and Ito, which color-blind people can tell apart."""


def curves(epochs: Sequence[Epoch], figure: Figure | None = None) -> Figure:
    """Draw loss and accuracy of training and validation over the epochs, on a figure of one's own or a new one."""
    from matplotlib.ticker import MaxNLocator

    from workbench.figures import NotebookFigure

    figure = figure or NotebookFigure()
    figure.set_size_inches(10, 3.6)
    figure.set_layout_engine("constrained")
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for split in ("train", "valid"):
            points = [(row["epoch"], row[f"{split}_{name}"]) for row in epochs if f"{split}_{name}" in row]
            if points:
                axes.plot(*zip(*points, strict=True), marker="o", markersize=3, label=split, color=SPLIT_COLORS[split])
        axes.set(title=name, xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    return figure

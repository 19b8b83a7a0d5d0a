"""Static figures of a training, for batch runs, MLflow and executed notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.training.epoch_log import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NUMBERS_UP_TO = 25


def curves(epochs: Sequence[Epoch], figure: Figure | None = None) -> Figure:
    """Draw loss and accuracy of training and validation over the epochs, on a figure of one's own or a new one."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    figure = figure or Figure()
    figure.set_size_inches(10, 3.6)
    figure.set_layout_engine("constrained")
    for axes, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for split in ("train", "valid"):
            points = [(row["epoch"], row[f"{split}_{name}"]) for row in epochs if f"{split}_{name}" in row]
            if points:
                axes.plot(*zip(*points, strict=True), marker="o", markersize=3, label=split)
        axes.set(title=name, xlabel="epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        if axes.lines:
            axes.legend()
    return figure


def confusion_figure(
    matrix: Sequence[Sequence[int]], class_names: Sequence[str], title: str = "", figure: Figure | None = None
) -> Figure:
    """Draw a confusion matrix: rows are true classes, columns predicted ones, colors are shares of the row."""
    from matplotlib.figure import Figure

    counts = np.asarray(matrix)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    side = min(14.0, 2.5 + 0.42 * len(class_names))
    figure = figure or Figure()
    figure.set_size_inches(side + 1, side)
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    positions = range(len(class_names))
    # A label such as "$5-$9" is no formula.
    axes.set_xticks(positions, class_names, rotation=45, ha="right", rotation_mode="anchor", parse_math=False)
    axes.set_yticks(positions, class_names, parse_math=False)
    axes.set(xlabel="predicted", ylabel="true")
    axes.set_title(title, parse_math=False)
    if len(class_names) <= _NUMBERS_UP_TO:
        for row, column in zip(*np.nonzero(counts), strict=True):
            color = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=color, fontsize=8)
    figure.colorbar(image, ax=axes, label="share of the true class", shrink=0.8)
    return figure

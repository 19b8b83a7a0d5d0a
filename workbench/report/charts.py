"""A figure of matplotlib as SVG inside a page: its text and lines have the color of the text around it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.training.plots import curves

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def curves_svg(epochs: Sequence[dict[str, Any]]) -> str:
    """Draw loss and accuracy of train and valid over the epochs; empty without epochs."""
    return _svg(curves(epochs)) if epochs else ""


def _svg(figure: Figure) -> str:
    import matplotlib

    out = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "workbench"}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawn = out.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    for black in ("stroke: #000000", "fill: #000000"):
        drawn = drawn.replace(black, f"{black.partition(':')[0]}: currentColor")
    return drawn.replace("fill: #ffffff", "fill: none")

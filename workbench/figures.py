"""Figures that pyplot does not know: a cell that draws beside them keeps its own, and a notebook shows them once."""

from __future__ import annotations

import io

from matplotlib.figure import Figure


class NotebookFigure(Figure):
    """A matplotlib figure that a notebook shows where it is a cell's value, or is passed to `display`.

    Figures of pyplot are shown, and closed, whenever IPython finds them open; this one only where it is asked for.
    """

    def _repr_png_(self) -> bytes:
        # Once pyplot is loaded, IPython draws figures itself, and this is not called.
        out = io.BytesIO()
        self.savefig(out, format="png", bbox_inches="tight")
        return out.getvalue()

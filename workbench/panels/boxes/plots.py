"""What the boxes of a theme are like: how large, and where on the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.data.inspection.inspected_boxes import box_geometry
from workbench.data.metrics import shortened
from workbench.store import Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def sizes_and_positions(store: Store, theme_id: int) -> Figure:
    """Draw, per label, the widths and heights of the boxes in pixels and their centers as shares of the image."""
    from workbench.figures import NotebookFigure

    with store.read() as session:
        found = box_geometry(theme_id, session=session)
    figure = NotebookFigure(figsize=(10, 4), layout="constrained")
    sizes, positions = figure.subplots(1, 2)
    for each in found:
        style = {"s": 8, "alpha": 0.5, "color": each.color, "label": f"{shortened(each.label)} ({len(each.sizes):,})"}
        sizes.scatter(each.sizes[:, 0], each.sizes[:, 1], **style)
        positions.scatter(each.centers[:, 0], each.centers[:, 1], **style)
    sizes.set(title="Sizes of the boxes", xlabel="width in pixels", ylabel="height in pixels")
    positions.set(title="Centers of the boxes", xlabel="from the left", ylabel="from the top", xlim=(0, 1), ylim=(1, 0))
    for text in sizes.legend().get_texts():
        text.set_parse_math(False)  # a label such as "$5-$9" is no formula
    return figure

"""What the boxes of a theme are like: how large, and where on the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from workbench.store import Store
from workbench.store.labels import labels_of
from workbench.store.schema import Box, Sample

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def sizes_and_positions(store: Store, theme_id: int) -> Figure:
    """Draw, per label, the widths and heights of the boxes in pixels and their centers as shares of the image."""
    from matplotlib import pyplot

    with store.read() as session:
        labels = [(label.id, label.name, label.color) for label in labels_of(theme_id, session=session)]
        query = (
            select(Box.label_id, Box.x, Box.y, Box.width, Box.height, Sample.width, Sample.height)
            .join(Sample, Sample.id == Box.sample_id)
            .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
        )
        rows = session.execute(query).tuples().all()
    figure, (sizes, positions) = pyplot.subplots(1, 2, figsize=(10, 4), layout="constrained")
    # Closed, the figure is shown by its own representation alone and not a second time when the cell ends.
    pyplot.close(figure)
    for label_id, name, color in labels:
        mine = [row[1:] for row in rows if row[0] == label_id]
        style = {"s": 8, "alpha": 0.5, "color": color, "label": f"{name} ({len(mine):,})"}
        sizes.scatter([row[2] for row in mine], [row[3] for row in mine], **style)
        centers = [((x + w / 2) / width, (y + h / 2) / height) for x, y, w, h, width, height in mine]
        positions.scatter([x for x, _ in centers], [y for _, y in centers], **style)
    sizes.set(title="Sizes of the boxes", xlabel="width in pixels", ylabel="height in pixels")
    positions.set(title="Centers of the boxes", xlabel="from the left", ylabel="from the top", xlim=(0, 1), ylim=(1, 0))
    sizes.legend()
    return figure

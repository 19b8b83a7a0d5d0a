"""The boxes of a theme to look at: each as an image of its own, cut out, and where and how large they all are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.data.crops import Cut
from workbench.data.inspection.inspected_images import LIMIT, InspectedImage, evenly_chosen
from workbench.errors import NotFoundError
from workbench.store import Session, Store
from workbench.store.box_queries import (
    BoxOnSample,
    box_extents,
    box_ids,
    boxes_by_id,
    count_boxes,
    page_of_boxes_on_samples,
)
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter


@dataclass(frozen=True)
class BoxGeometry:
    """The boxes of one label: `sizes` (N, 2) widths and heights in pixels, `centers` (N, 2) shares of the image."""

    label: str
    color: str
    sizes: np.ndarray
    centers: np.ndarray


def box_geometry(theme_id: int, *, session: Session) -> list[BoxGeometry]:
    """Return where the boxes of a theme are and how large, by label in the order of the keys."""
    rows = np.array(box_extents(theme_id, session=session), dtype=np.float64).reshape(-1, 7)
    found = []
    for label in labels_of(theme_id, session=session):
        mine = rows[rows[:, 0] == label.id]
        centers = (mine[:, 1:3] + mine[:, 3:5] / 2) / mine[:, 5:7]
        found.append(BoxGeometry(label.name, label.color, mine[:, 3:5], centers))
    return found


def boxes_to_inspect(
    store: Store,
    theme_id: int,
    margin: float,
    where: SampleFilter | None = None,
    *,
    offset: int = 0,
    limit: int = LIMIT,
    spread: bool = False,
) -> tuple[list[InspectedImage], int]:
    """Return boxes as images (`sample_id` is the box's id), and how many there are in all.

    `limit` of them from `offset` on in the order in which they were drawn, or with `spread` from all over the theme.
    """
    where = where or SampleFilter()
    with store.read() as session:
        total = count_boxes(theme_id, where, session=session)
        if spread and total > limit:
            chosen = evenly_chosen(box_ids(theme_id, where, session=session), limit)
            boxes = boxes_by_id(theme_id, chosen, session=session)
        else:
            boxes = page_of_boxes_on_samples(theme_id, where, offset=offset, limit=limit, session=session)
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
    return [_image_of(store, box, names, margin) for box in boxes], total


def box_to_inspect(store: Store, theme_id: int, box_id: int, margin: float) -> InspectedImage:
    """Return one box as an image. Raises NotFoundError when it is gone."""
    with store.read() as session:
        found = boxes_by_id(theme_id, [box_id], session=session)
        if not found:
            raise NotFoundError("This box is no longer there. Choose another one from the list.")
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
    return _image_of(store, found[0], names, margin)


def _image_of(store: Store, box: BoxOnSample, names: dict[int, str], margin: float) -> InspectedImage:
    cut = Cut(box.x, box.y, box.width, box.height, margin)
    size = max(1, round(box.width)), max(1, round(box.height))
    name = f"{box.sample_name} at {box.x:g}, {box.y:g}"
    return InspectedImage(
        box.id, store.images.path(box.uri), name, names.get(box.label_id, ""), box.split or "", *size, cut
    )

"""The calls that tell about the theme and list its samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from workbench.data.decoding import ImageError, decode_rgb
from workbench.data.inspection.boxes import boxes_to_inspect
from workbench.panels.base.messages import Answer
from workbench.panels.explore.encoding import Pictures
from workbench.panels.explore.state import Desk
from workbench.store.box_queries import has_boxes
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Theme

_THUMBNAIL = 56
_PAGE = 40


def open_theme(desk: Desk, _params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """Name the theme and its labels."""
    with desk.store.read() as session:
        theme = session.get_one(Theme, desk.theme_id)
        labels = labels_of(desk.theme_id, session=session)
        value = {
            "theme": theme.name,
            "labels": [{"id": label.id, "name": label.name, "color": label.color} for label in labels],
            "boxed": has_boxes(desk.theme_id, session=session),
        }
        # A theme of boxes is trained on them: they are its samples.
        value["of"] = "boxes" if value["boxed"] and theme.task == "boxes" else "images"
    return Answer(value)


def samples(desk: Desk, params: dict[str, Any], _buffers: Sequence[memoryview]) -> Answer:
    """List a page of samples, or `of` "boxes", with small pictures: filtered by `label` (an id), `split`, `search`."""
    where = SampleFilter(
        label_id=params.get("label"), split=params.get("split") or None, search=params.get("search") or None
    )
    offset = int(params.get("offset", 0))
    if params.get("of") == "boxes":
        return _boxes(desk, where, offset)
    pictures = Pictures()
    rows = []
    with desk.store.read() as session:
        names = {label.id: label.name for label in labels_of(desk.theme_id, session=session)}
        total = count_samples(desk.theme_id, where, session=session)
        page = page_of_samples(desk.theme_id, where, sort="name", offset=offset, limit=_PAGE, session=session)
    for sample in page:
        try:
            pixels = decode_rgb(desk.store.images.path(sample.uri), at_least=(_THUMBNAIL, _THUMBNAIL))
        except ImageError:
            pixels = np.full((8, 8, 3), 200, np.uint8)
        rows.append(
            {
                "id": sample.id,
                "name": sample.name,
                "label": names.get(sample.label_id or 0, ""),
                "split": sample.split or "",
                "picture": pictures.add(pixels, _THUMBNAIL * 2),
            }
        )
    return Answer({"rows": rows, "total": total, "offset": offset}, pictures.buffers)


def _boxes(desk: Desk, where: SampleFilter, offset: int) -> Answer:
    pictures = Pictures()
    rows = []
    subjects, total = boxes_to_inspect(desk.store, desk.theme_id, desk.box_margin, where, offset=offset, limit=_PAGE)
    for subject in subjects:
        try:
            pixels = subject.pixels()
        except ImageError:
            pixels = np.full((8, 8, 3), 200, np.uint8)
        about = {"id": subject.sample_id, "name": subject.name, "label": subject.label, "split": subject.split}
        rows.append({**about, "picture": pictures.add(pixels, _THUMBNAIL * 2)})
    return Answer({"rows": rows, "total": total, "offset": offset}, pictures.buffers)

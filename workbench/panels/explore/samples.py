"""The calls that describe the theme and list its samples."""

from __future__ import annotations

import numpy as np

from workbench.data.decoding import ImageError, decode_rgb
from workbench.data.inspection.inspected_boxes import boxes_to_inspect
from workbench.panels.base.messages import Answer
from workbench.panels.explore.encoding import Pictures
from workbench.panels.explore.messages import SampleJson, SamplesJson, SamplesParams, ThemeJson
from workbench.panels.explore.state import ExplorePanelState
from workbench.store.box_queries import has_boxes
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Theme

_THUMBNAIL = 56
_PAGE = 40


def open_theme(state: ExplorePanelState, _params: object) -> Answer[ThemeJson]:
    """Name the theme and its labels."""
    with state.store.read() as session:
        theme = session.get_one(Theme, state.theme_id)
        labels = labels_of(state.theme_id, session=session)
        boxed = has_boxes(state.theme_id, session=session)
        value: ThemeJson = {
            "theme": theme.name,
            "labels": [{"id": label.id, "name": label.name, "color": label.color} for label in labels],
            "boxed": boxed,
            # A theme of boxes is trained on them: they are its samples.
            "of": "boxes" if boxed and theme.task == "boxes" else "images",
        }
    return Answer(value)


def samples(state: ExplorePanelState, params: SamplesParams) -> Answer[SamplesJson]:
    """List a page of samples, or `of` "boxes", with small pictures: filtered by `label` (an id), `split`, `search`."""
    where = SampleFilter(
        label_id=params.get("label"), split=params.get("split") or None, search=params.get("search") or None
    )
    offset = int(params.get("offset", 0))
    if params.get("of") == "boxes":
        return _boxes(state, where, offset)
    pictures = Pictures()
    rows: list[SampleJson] = []
    with state.store.read() as session:
        names = {label.id: label.name for label in labels_of(state.theme_id, session=session)}
        total = count_samples(state.theme_id, where, session=session)
        page = page_of_samples(state.theme_id, where, sort="name", offset=offset, limit=_PAGE, session=session)
    for sample in page:
        try:
            pixels = decode_rgb(state.store.images.path(sample.uri), at_least=(_THUMBNAIL, _THUMBNAIL))
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


def _boxes(state: ExplorePanelState, where: SampleFilter, offset: int) -> Answer[SamplesJson]:
    pictures = Pictures()
    rows: list[SampleJson] = []
    subjects, total = boxes_to_inspect(state.store, state.theme_id, state.box_margin, where, offset=offset, limit=_PAGE)
    for subject in subjects:
        try:
            pixels = subject.pixels()
        except ImageError:
            pixels = np.full((8, 8, 3), 200, np.uint8)
        rows.append(
            {
                "id": subject.sample_id,
                "name": subject.name,
                "label": subject.label,
                "split": subject.split,
                "picture": pictures.add(pixels, _THUMBNAIL * 2),
            }
        )
    return Answer({"rows": rows, "total": total, "offset": offset}, pictures.buffers)

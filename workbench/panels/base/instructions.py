"""What an annotator is told of a theme: its description as Markdown, and pictures of each label."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from workbench.data.crops import crop
from workbench.data.decoding import ImageError, decode_rgb
from workbench.data.thumbnails import sheet_of, shrunk
from workbench.errors import NotFoundError
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState, SheetJson, sheet_json
from workbench.store import Session
from workbench.store.box_rows import ExampleBox, example_boxes
from workbench.store.labels import labels_of
from workbench.store.paging import open_page
from workbench.store.samples import SampleFilter
from workbench.store.schema import Theme

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_EXAMPLES = 3
_MARGIN = 0.25
# Boxes of large images take long to cut out; what was asked after them waits.
_CUT_SECONDS = 2.0


class InstructionsParams(TypedDict):
    """The instructions of a theme, with pictures whose longer side is so many pixels."""

    theme: int
    side: int


class ExamplesJson(TypedDict):
    """Pictures of a label, by their ids in the sheet."""

    label: int
    pictures: list[int]


class InstructionsJson(TypedDict):
    """The description as HTML, and examples of each label that has any.

    Their pictures travel beside.
    """

    html: str
    examples: list[ExamplesJson]
    sheet: SheetJson | None


def instructions(state: PanelState, params: InstructionsParams) -> Answer[InstructionsJson]:
    """Return a theme's instructions; the examples of a label are the first three images or boxes that have it."""
    theme_id, side = params["theme"], params["side"]
    with state.store.read() as session:
        theme = session.get_one(Theme, theme_id)
        text, on_boxes = theme.description, theme.task == "boxes"
        labels = [label.id for label in labels_of(theme_id, session=session)]
        if on_boxes:
            boxes = {label: example_boxes(label, _EXAMPLES, session=session) for label in labels}
        else:
            samples = {label: _samples(theme_id, label, session) for label in labels}
    if on_boxes:
        sheet, content = _sheet_of_boxes(state, [box for found in boxes.values() for box in found], side)
        pictures = {label: [box.id for box in found] for label, found in boxes.items()}
    else:
        sheet, content = state.sheet([file for found in samples.values() for file in found], side)
        pictures = {label: [sample_id for sample_id, _ in found] for label, found in samples.items()}
    examples = [ExamplesJson(label=label, pictures=found) for label, found in pictures.items() if found]
    return Answer({"html": as_html(text), "examples": examples, "sheet": sheet}, content)


def as_html(text: str) -> str:
    """Return Markdown as HTML; tags in it are shown as they are written, and no image is fetched from elsewhere."""
    return _markdown().render(text)


def as_text(text: str) -> str:
    """Return what Markdown says without its marks, on one line."""
    blocks = [token.children or () for token in _markdown().parse(text) if token.type == "inline" and token.content]
    return " · ".join(
        "".join(" " if child.type == "softbreak" else child.content for child in block) for block in blocks
    )


def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


def _samples(theme_id: int, label_id: int, session: Session) -> list[tuple[int, str]]:
    """The first samples of a label: their ids and the keys of their images."""
    where = SampleFilter(label_id=label_id)
    found = open_page(theme_id, where, limit=_EXAMPLES, total=_EXAMPLES, session=session)
    return [(sample.id, sample.uri) for sample in found]


def _sheet_of_boxes(state: PanelState, boxes: Sequence[ExampleBox], side: int) -> tuple[SheetJson | None, list[bytes]]:
    if not boxes:
        return None, []
    until = time.monotonic() + _CUT_SECONDS
    pictures = [_cut(state, box, side) if time.monotonic() < until else None for box in boxes]
    return sheet_json(sheet_of(pictures), [box.id for box in boxes])


def _cut(state: PanelState, example: ExampleBox, side: int) -> np.ndarray | None:
    """Cut a box with a little around it out of its image, as uint8 (h, w, 3) no larger than asked for."""
    box = example.box
    # A large photo need not be decoded in full for a picture of this size.
    needed = min(1.0, side / max(box.width, box.height))
    try:
        size = (math.ceil(example.height * needed), math.ceil(example.width * needed))
        pixels = decode_rgb(state.store.images.read(example.uri), at_least=size)
    except (ImageError, NotFoundError):
        return None
    across, down = pixels.shape[1] / example.width, pixels.shape[0] / example.height
    scaled = replace(box, x=box.x * across, y=box.y * down, width=box.width * across, height=box.height * down)
    return shrunk(crop(pixels, scaled, _MARGIN), side)

"""What the box panel's calls take (`...Params`) and answer (`...Json`).

What is shown travels as traits of the widget. The browser's side is `widgets/boxes/state.js`.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from workbench.store.box_browsing import BoxState


class BoxJson(TypedDict):
    """A box in pixels of the original image; `label_id` is known where it was drawn."""

    label: str
    label_id: NotRequired[int | None]
    x: float
    y: float
    width: float
    height: float


class ThemeParams(TypedDict):
    """A theme to open."""

    theme: str


class ShownParams(TypedDict):
    """A call about the image that the browser shows; about another one it comes late and changes nothing."""

    sample: int


class DrawingParams(TypedDict):
    """All boxes of an image, drawn over the state `seen`; `earlier` are keys of messages without an answer yet.

    `order` is that of the browser's journal.
    """

    key: str | None
    sample: int
    boxes: list[BoxJson]
    seen: str | None
    earlier: NotRequired[list[str]]
    order: NotRequired[int]


class StepParams(ShownParams):
    """The image before (-1) or after (1)."""

    step: int


class PositionParams(ShownParams):
    """The image at a position, counted from 1."""

    position: int


class FilterParams(ShownParams):
    """Which images are stepped through."""

    state: BoxState


class AnnotatorParams(ShownParams):
    """The name that is recorded with changes from now on."""

    annotator: str


class DrawingJson(TypedDict):
    """Whether the kernel took the boxes over; if not, why: the browser keeps them until a person has changed them."""

    accepted: bool
    problem: str


class ConflictJson(TypedDict, total=False):
    """Boxes that were not saved since somebody else changed the image; empty without any."""

    sample: int
    boxes: list[BoxJson]

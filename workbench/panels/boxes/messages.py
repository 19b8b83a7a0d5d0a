"""What the box panel's calls take (`...Params`) and answer (`...Json`).

What is shown travels as traits of the widget. The browser's side is `widgets/boxes/state.js`.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

from workbench.panels.base.state import SheetJson
from workbench.panels.label.themes import NewLabelJson
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

    `theme` and `born`, the time when it was made, say where they were drawn, and `annotator` by whom: they may reach
    the kernel later, when another theme is open. `order` is that of the browser's journal.
    """

    key: str | None
    theme: NotRequired[int]
    born: NotRequired[str]
    annotator: NotRequired[str]
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


class ShowParams(ShownParams):
    """Another image to show."""

    wanted: int


class OverviewParams(TypedDict):
    """A page of all images of a state: from the id `at` on (`step` 1), before it (-1), or that on which it is (0)."""

    state: BoxState
    at: int
    step: int


class SeenImageJson(TypedDict):
    """An image, what was decided about it, and its boxes, whose labels are known by their ids."""

    id: int
    name: str
    width: int
    height: int
    state: BoxState
    boxes: list[BoxJson]


class OverviewJson(TypedDict):
    """A page of images, how many of that state come before it and in all; the thumbnails travel beside."""

    images: list[SeenImageJson]
    before: int
    total: int
    sheet: SheetJson | None


class NewThemeParams(TypedDict):
    """A theme of boxes to create."""

    name: str
    description: str
    labels: list[NewLabelJson]


class AnnotatorParams(ShownParams):
    """The name that is recorded with changes from now on; `begin` goes to what that person left undone."""

    annotator: str
    begin: NotRequired[bool]


class DrawingJson(TypedDict):
    """Whether the kernel took the boxes over; if not, why: the browser keeps them until a person has changed them.

    `gone` says that there is no such theme (any more): nobody is asked about them.
    """

    accepted: bool
    problem: str
    gone: NotRequired[bool]


class ConflictJson(TypedDict, total=False):
    """Boxes that were not saved since somebody else changed the image; empty without any."""

    sample: int
    boxes: list[BoxJson]

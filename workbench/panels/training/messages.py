"""What the training panel's calls take (`...Params`) and answer (`...Json`). Its state is a run's progress file."""

from __future__ import annotations

from typing import TypedDict

from workbench.panels.base.state import SheetJson


class CellParams(TypedDict, total=False):
    """A cell of the confusion matrix by its labels, or all `mistakes`, or with `split` all images that it had there.

    `about` says in words which images those are.
    """

    split: str
    true: str
    predicted: str
    mistakes: bool
    about: str


class TestImageJson(TypedDict):
    """A test image, its label, the predicted one and the probability of that."""

    sample_id: int
    true: str
    predicted: str
    score: float
    name: str


class TestImagesJson(TypedDict):
    """The first of `count` images, the most confident prediction first."""

    count: int
    images: list[TestImageJson]
    sheet: SheetJson | None

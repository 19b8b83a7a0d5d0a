"""Decisions: what stands of a sample, as one type with one text form for events, second opinions and panels."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, literal

from workbench.store.schema import Sample

_SKIPPED = "skipped"
_NOTHING_THERE = "[]"


@dataclass(frozen=True, order=True)
class BoxData:
    """A labeled rectangle in pixels of the upright image: left edge `x`, top edge `y`, width and height."""

    label_id: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Decision:
    """What stands of a sample: its labels, its boxes, that it was skipped, or nothing yet.

    `labels` are ids in ascending order: one today, with room for several. `boxes` is None where nothing was said about
    boxes, and empty where somebody looked and found nothing to mark.
    """

    labels: tuple[int, ...] = ()
    skipped: bool = False
    boxes: tuple[BoxData, ...] | None = None

    @classmethod
    def of(cls, label_id: int | None) -> Decision:
        """Return the decision for one label; None is no decision."""
        return UNDECIDED if label_id is None else cls((label_id,))

    @classmethod
    def parse(cls, text: str | None) -> Decision:
        """Return the decision of a text. Raises ValueError for what `text` never returns."""
        if text is None:
            return UNDECIDED
        if text == _SKIPPED:
            return SKIPPED
        if text.startswith("["):
            return cls(boxes=tuple(BoxData(*values) for values in json.loads(text)))
        return cls(tuple(int(label) for label in text.split(",")))

    @property
    def text(self) -> str | None:
        """The one text form: None for no decision, `"skipped"`, label ids in decimal with commas, or boxes as JSON.

        Boxes are a list of [label id, x, y, width, height] in the order in which they were drawn. Equal decisions have
        equal texts: 5 and 5.0 are the same number.
        """
        if self.boxes is not None:
            rows = [[int(value) if value == int(value) else value for value in astuple(box)] for box in self.boxes]
            return json.dumps(rows, separators=(",", ":"))
        if self.labels:
            return ",".join(map(str, self.labels))
        return _SKIPPED if self.skipped else None

    @property
    def label(self) -> int | None:
        """The label's id, None where there is none."""
        return self.labels[0] if self.labels else None

    @property
    def nothing_there(self) -> bool:
        """Whether somebody looked for boxes and found nothing to mark."""
        return self.boxes == ()

    @property
    def label_ids(self) -> frozenset[int]:
        """Every label that is named, by boxes too."""
        return frozenset(self.labels).union(box.label_id for box in self.boxes or ())

    def relabeled(self, label: Callable[[int], int]) -> Decision:
        """Return the decision with other labels: `label` turns one id into another."""
        boxes = self.boxes and tuple(replace(box, label_id=label(box.label_id)) for box in self.boxes)
        return replace(self, labels=tuple(sorted({label(number) for number in self.labels})), boxes=boxes)


UNDECIDED = Decision()
SKIPPED = Decision(skipped=True)
NOTHING_THERE = Decision(boxes=())


def decision_of(sample: Sample, boxes: Sequence[BoxData] = ()) -> Decision:
    """Return a sample's present decision. `boxes` are those that stand on it."""
    if boxes:
        return Decision(boxes=tuple(boxes))
    if sample.label_id is not None:
        return Decision((sample.label_id,))
    if sample.skipped:
        return SKIPPED
    return NOTHING_THERE if sample.nothing_there else UNDECIDED


def decision_column() -> ColumnElement[Any]:
    """Return the text of `decision_of` as SQL, for a sample without boxes."""
    return case(
        (Sample.label_id.is_not(None), cast(Sample.label_id, String)),
        (Sample.skipped.is_(True), literal(_SKIPPED, String)),
        (Sample.nothing_there.is_(True), literal(_NOTHING_THERE, String)),
    )

"""The rows of boxes: reading and writing them, and cutting a rectangle down to its image."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from workbench.store.decisions import BoxData
from workbench.store.schema import Box, Sample

_CHUNK = 500


class ExampleBox(NamedTuple):
    """A box, and the image that it is on: its key in the image store, its width and height in pixels."""

    id: int
    box: BoxData
    uri: str
    width: int
    height: int


def boxes_of_samples(sample_ids: Sequence[int], *, session: Session) -> dict[int, tuple[BoxData, ...]]:
    """Return the boxes of some samples in the order in which they were drawn; samples without boxes are left out."""
    found: dict[int, list[BoxData]] = {}
    for start in range(0, len(sample_ids), _CHUNK):
        part = sample_ids[start : start + _CHUNK]
        query = select(Box).where(Box.sample_id.in_(part)).order_by(Box.id)
        for box in session.scalars(query):
            found.setdefault(box.sample_id, []).append(BoxData(box.label_id, box.x, box.y, box.width, box.height))
    return {sample_id: tuple(boxes) for sample_id, boxes in found.items()}


def boxes_of(sample_id: int, *, session: Session) -> tuple[BoxData, ...]:
    """Return one sample's boxes in the order in which they were drawn."""
    return boxes_of_samples([sample_id], session=session).get(sample_id, ())


def example_boxes(label_id: int, limit: int, *, session: Session) -> list[ExampleBox]:
    """Return the first boxes of a label, one an image, in the order in which they were drawn."""
    firsts = (
        select(func.min(Box.id).label("id"))
        .join(Sample, Box.sample_id == Sample.id)
        .where(Box.label_id == label_id, Sample.deleted_at.is_(None))
        .group_by(Box.sample_id)
        .order_by(func.min(Box.id))
        .limit(limit)
    )
    query = select(Box, Sample).join(Sample, Box.sample_id == Sample.id).where(Box.id.in_(firsts)).order_by(Box.id)
    return [
        ExampleBox(
            box.id, BoxData(box.label_id, box.x, box.y, box.width, box.height), sample.uri, sample.width, sample.height
        )
        for box, sample in session.execute(query)
    ]


def write_boxes(
    boxes: Mapping[int, Sequence[BoxData]], *, annotator: str, at: datetime, replace: bool = True, session: Session
) -> None:
    """Make the given boxes those of the given samples; `replace` is False for samples known to have none."""
    ids = sorted(boxes)
    if replace:
        for start in range(0, len(ids), _CHUNK):
            session.execute(delete(Box).where(Box.sample_id.in_(ids[start : start + _CHUNK])))
    rows: list[dict[str, Any]] = [
        {"sample_id": sample_id, **asdict(box), "annotator": annotator, "created_at": at}
        for sample_id in ids
        for box in boxes[sample_id]
    ]
    if rows:
        session.execute(insert(Box), rows)


def clip(box: tuple[float, float, float, float], width: int, height: int) -> tuple[float, float, float, float] | None:
    """Cut a rectangle (left, top, width, height) down to an image of that size in pixels.

    None when nothing with an area is left, or when it never was a rectangle.
    """
    if not all(math.isfinite(value) for value in box) or box[2] <= 0 or box[3] <= 0:
        return None
    left, top = max(box[0], 0.0), max(box[1], 0.0)
    right, bottom = min(box[0] + box[2], float(width)), min(box[1] + box[3], float(height))
    if right <= left or bottom <= top:
        return None
    # A side that needed no cutting stays the number that it was.
    across = box[2] if left == box[0] and right == box[0] + box[2] else right - left
    down = box[3] if top == box[1] and bottom == box[1] + box[3] else bottom - top
    return left, top, across, down

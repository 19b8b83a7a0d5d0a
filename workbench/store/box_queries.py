"""Boxes over a whole theme: how many there are, how large and where, and those of a filter with their samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workbench.store.samples import SampleFilter
from workbench.store.schema import Box, Sample

_MOST_IDS = 500


class BoxOnSample(NamedTuple):
    """A box in pixels of the upright image, and the name, key and split of the sample that it lies on."""

    id: int
    sample_id: int
    label_id: int
    x: float
    y: float
    width: float
    height: float
    sample_name: str
    uri: str
    split: str | None


class BoxExtent(NamedTuple):
    """Where a box lies and how large it is, with the size of its image; all in pixels."""

    label_id: int
    x: float
    y: float
    width: float
    height: float
    image_width: int
    image_height: int


def has_boxes(theme_id: int, *, session: Session) -> bool:
    """Whether anything is drawn on a theme's living samples."""
    return session.scalar(_filtered(select(Box.id), theme_id, SampleFilter()).limit(1)) is not None


def is_theme_of_boxes(theme_id: int, *, session: Session) -> bool:
    """Whether somebody looked for boxes on a theme's living samples, be it that none was found."""
    drawn = select(Box.id).where(Box.sample_id == Sample.id).exists()
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    return session.scalar(select(Sample.id).where(*living, drawn | Sample.nothing_there).limit(1)) is not None


def count_boxes(theme_id: int, where: SampleFilter, *, session: Session) -> int:
    """Count the boxes that a filter means: `split` and `search` are asked of the sample, `label_id` of the box."""
    return session.scalar(_filtered(select(func.count()), theme_id, where)) or 0


def box_ids(theme_id: int, where: SampleFilter, *, session: Session) -> list[int]:
    """Return the ids of the boxes that a filter means (see `count_boxes`), in the order in which they were drawn."""
    return list(session.scalars(_filtered(select(Box.id), theme_id, where).order_by(Box.id)))


def boxes_by_id(theme_id: int, ids: Sequence[int], *, session: Session) -> list[BoxOnSample]:
    """Return some boxes on a theme's living samples, in the order in which they were drawn; others are left out."""
    found: list[BoxOnSample] = []
    for start in range(0, len(ids), _MOST_IDS):
        query = _with_samples(theme_id, SampleFilter()).where(Box.id.in_(ids[start : start + _MOST_IDS]))
        found += (BoxOnSample(*row) for row in session.execute(query))
    return sorted(found)


def page_of_boxes_on_samples(
    theme_id: int, where: SampleFilter, *, offset: int = 0, limit: int, session: Session
) -> list[BoxOnSample]:
    """Return a page of the boxes that a filter means (see `count_boxes`), in the order in which they were drawn."""
    query = _with_samples(theme_id, where).order_by(Box.id).offset(offset).limit(limit)
    return [BoxOnSample(*row) for row in session.execute(query)]


def page_of_boxes_by_sample(
    theme_id: int, *, after: tuple[int, int] = (0, 0), limit: int = 2_000, session: Session
) -> list[BoxOnSample]:
    """Return a page of the boxes on a theme's living samples, by the ids of sample and box, behind the pair `after`."""
    sample_id, box_id = after
    newer = (Sample.id > sample_id) | ((Sample.id == sample_id) & (Box.id > box_id))
    query = _with_samples(theme_id, SampleFilter()).where(newer).order_by(Sample.id, Box.id).limit(limit)
    return [BoxOnSample(*row) for row in session.execute(query)]


def box_extents(theme_id: int, *, session: Session) -> list[BoxExtent]:
    """Return where every box on a theme's living samples is and how large."""
    query = select(Box.label_id, Box.x, Box.y, Box.width, Box.height, Sample.width, Sample.height)
    return [BoxExtent(*row) for row in session.execute(_filtered(query, theme_id, SampleFilter()).order_by(Box.id))]


def _with_samples(theme_id: int, where: SampleFilter) -> Select:
    columns = (Box.id, Box.sample_id, Box.label_id, Box.x, Box.y, Box.width, Box.height)
    return _filtered(select(*columns, Sample.name, Sample.uri, Sample.split), theme_id, where)


def _filtered(query: Select, theme_id: int, where: SampleFilter) -> Select:
    query = query.select_from(Box).join(Sample, Sample.id == Box.sample_id)
    query = query.where(*SampleFilter(split=where.split, search=where.search).conditions(theme_id))
    return query if where.label_id is None else query.where(Box.label_id == where.label_id)

"""Pages of samples that open equally quickly wherever they are, in themes of a million.

A page is found by walking an index that holds all that is asked for, from whichever end is nearer, and only its own
rows are read. Going on from a sample that is known (`samples_along`) needs no walk at all. In the order of `labeled_at`
the samples without a time come last, in both directions and on every database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workbench.store.samples import SampleFilter, Sort
from workbench.store.schema import Sample

SORTS: tuple[Sort, ...] = ("id", "-id", "name", "-name", "labeled_at", "-labeled_at")

Cursor = tuple[str | datetime | None, int]
"""Where a sample stands in an order: its value (None in the order of `id`, and for a missing time) and its id."""


@dataclass(frozen=True)
class _Stretch:
    """A part of an order that one index walk covers: rows that meet `conditions`, by `value` and then by id."""

    conditions: tuple[ColumnElement[bool], ...]
    value: InstrumentedAttribute[Any] | None
    descending: bool

    def order(self, *, backwards: bool) -> list[ColumnElement[Any]]:
        columns = [Sample.id] if self.value is None else [self.value, Sample.id]
        return [column.desc() if self.descending != backwards else column.asc() for column in columns]

    def beyond(self, cursor: Cursor, *, backwards: bool) -> ColumnElement[bool]:
        value, sample_id = cursor
        after = self.descending == backwards
        past_id = Sample.id > sample_id if after else Sample.id < sample_id
        if self.value is None:
            return past_id
        past = self.value > value if after else self.value < value
        # The first, plain bound is what the index is searched by; the exact one alone would walk it from its end.
        reachable = self.value >= value if after else self.value <= value
        return and_(reachable, or_(past, and_(self.value == value, past_id)))


def open_page(
    theme_id: int,
    where: SampleFilter,
    *,
    sort: Sort = "id",
    offset: int = 0,
    limit: int = 100,
    total: int,
    session: Session,
) -> list[Sample]:
    """Return `limit` samples from the `offset`-th on. `total` is how many match the filter."""
    found: list[int] = []
    begin = 0
    stretches = _stretches(sort)
    for index, stretch in enumerate(stretches):
        conditions = (*where.conditions(theme_id), *stretch.conditions)
        last = index == len(stretches) - 1
        length = total - begin if last else _length(conditions, session)
        skip, take = max(offset - begin, 0), limit - len(found)
        if skip < length and take > 0:
            found += _walk(stretch, conditions, skip, min(take, length - skip), length, session)
        begin += length
    return _rows(found, session)


def samples_along(
    theme_id: int,
    where: SampleFilter,
    *,
    sort: Sort = "id",
    cursor: Cursor,
    backwards: bool = False,
    limit: int = 50,
    session: Session,
) -> list[Sample]:
    """Return the samples that follow a place in the order, or with `backwards` those before it; both in that order."""
    stretches = _stretches(sort)
    at = 0 if len(stretches) == 1 or cursor[0] is not None else 1
    order = range(at, -1, -1) if backwards else range(at, len(stretches))
    found: list[int] = []
    for index in order:
        stretch = stretches[index]
        query = select(Sample.id).where(*where.conditions(theme_id), *stretch.conditions)
        if index == at:
            query = query.where(stretch.beyond(cursor, backwards=backwards))
        query = query.order_by(*stretch.order(backwards=backwards)).limit(limit - len(found))
        found += session.scalars(query)
        if len(found) >= limit:
            break
    return _rows(found[::-1] if backwards else found, session)


def cursor_of(sample: Sample, sort: Sort) -> Cursor:
    """Return where a sample stands in an order."""
    key = sort.lstrip("-")
    return (None if key == "id" else getattr(sample, key), sample.id)


def _stretches(sort: Sort) -> list[_Stretch]:
    descending = sort.startswith("-")
    key = sort.lstrip("-")
    if key == "id":
        return [_Stretch((), None, descending)]
    if key == "name":
        return [_Stretch((), Sample.name, descending)]
    timed, untimed = (Sample.labeled_at.is_not(None),), (Sample.labeled_at.is_(None),)
    return [_Stretch(timed, Sample.labeled_at, descending), _Stretch(untimed, None, False)]


def _length(conditions: Sequence[ColumnElement[bool]], session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Sample).where(*conditions)) or 0


def _walk(
    stretch: _Stretch, conditions: Sequence[ColumnElement[bool]], skip: int, take: int, length: int, session: Session
) -> list[int]:
    backwards = skip > length // 2
    from_end = length - skip - take
    query = select(Sample.id).where(*conditions).order_by(*stretch.order(backwards=backwards))
    ids = list(session.scalars(query.offset(from_end if backwards else skip).limit(take)))
    return ids[::-1] if backwards else ids


def _rows(ids: Sequence[int], session: Session) -> list[Sample]:
    rows = {sample.id: sample for sample in session.scalars(select(Sample).where(Sample.id.in_(ids)))}
    return [rows[sample_id] for sample_id in ids if sample_id in rows]

"""Pages of samples that open equally quickly wherever they are, in themes of a million.

A page is found by walking an index that holds all that is asked for, from the nearest place that is known (an end, or
one that an earlier walk remembered), and only its own rows are read. Going on from a sample that is known
(`samples_along`) needs no walk at all. In the order of `labeled_at` the samples without a time come last, in both
directions and on every database.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workbench.store.samples import SampleFilter, Sort
from workbench.store.schema import Sample

SORTS: tuple[Sort, ...] = ("id", "-id", "name", "-name", "labeled_at", "-labeled_at")

# An order is remembered at so many places, so that few of a narrow filter's samples lie between two of them: what lies
# between is walked, and where no index holds what the filter asks for, twenty rows may be read for one that matches.
_PLACES = 100
_LONGEST_STEP, _SHORTEST_STEP = 4_000, 100

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


@dataclass
class Places:
    """What earlier walks found out about an order: where each `step`-th sample stands, and how long its stretches are.

    It holds for one theme, filter and sort, as long as no sample enters, leaves or moves.
    """

    step: int = 0
    cursors: dict[int, list[Cursor]] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)

    def begin(self, total: int) -> None:
        """Choose, once, how far apart the places lie in an order of `total` samples."""
        self.step = self.step or min(_LONGEST_STEP, max(_SHORTEST_STEP, total // _PLACES))


def open_page(
    theme_id: int,
    where: SampleFilter,
    *,
    sort: Sort = "id",
    offset: int = 0,
    limit: int = 100,
    total: int,
    places: Places | None = None,
    session: Session,
) -> list[Sample]:
    """Return `limit` samples from the `offset`-th on. `total` is how many match the filter.

    `places` is used and added to: with it a page in the middle of a long order takes no longer than the first.
    """
    places = Places() if places is None else places
    places.begin(total)
    found: list[int] = []
    begin = 0
    for walk in _walks(theme_id, where, sort, places, session):
        skip, take = max(offset - begin, 0), limit - len(found)
        if not walk.last and not walk.counted and skip <= _LONGEST_STEP:
            # A page at the beginning is often full before the stretch ends, so that its length need not be known.
            ids = walk.forwards(skip, take)
            if len(ids) == take:
                return _rows([*found, *ids], session)
        length = total - begin if walk.last else walk.length()
        if skip < length and take > 0:
            found += walk.ids(skip, min(take, length - skip), length)
        begin += length
    return _rows(found, session)


def learn_places(
    theme_id: int,
    where: SampleFilter,
    *,
    sort: Sort = "id",
    total: int,
    places: Places,
    seconds: float,
    session: Session,
) -> bool:
    """Walk on through an order for some time, adding to `places`; return whether all of it is known now."""
    places.begin(total)
    until, begin = time.monotonic() + seconds, 0
    for walk in _walks(theme_id, where, sort, places, session):
        length = total - begin if walk.last else walk.length()
        while (walk.known() + 1) * places.step < length:
            if not walk.hop():
                break
            if time.monotonic() > until:
                return False
        begin += length
    return True


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


@dataclass(frozen=True)
class _Walk:
    """A way through one stretch of an order, remembered in `places` under the stretch's index."""

    stretch: _Stretch
    conditions: tuple[ColumnElement[bool], ...]
    index: int
    last: bool
    places: Places
    session: Session

    @property
    def counted(self) -> bool:
        return self.index in self.places.lengths

    def length(self) -> int:
        if not self.counted:
            query = select(func.count()).select_from(Sample).where(*self.conditions)
            self.places.lengths[self.index] = self.session.scalar(query) or 0
        return self.places.lengths[self.index]

    def known(self) -> int:
        """How many places are known, one at each `step`."""
        return len(self.places.cursors.get(self.index, ()))

    def hop(self) -> bool:
        """Find the next place; False when the stretch has ended before it."""
        cursors = self.places.cursors.setdefault(self.index, [])
        value = literal(None) if self.stretch.value is None else self.stretch.value
        query = self._after(cursors[-1] if cursors else None, value, Sample.id).offset(self.places.step - 1).limit(1)
        row = self.session.execute(query).one_or_none()
        if row is not None:
            cursors.append((row[0], row[1]))
        return row is not None

    def ids(self, skip: int, take: int, length: int) -> list[int]:
        """Return the ids of `take` samples from the `skip`-th on, walked to from whatever known place is nearest."""
        from_end, step = length - skip - take, self.places.step
        if from_end < skip - min(skip // step, self.known()) * step:
            order = self.stretch.order(backwards=True)
            query = select(Sample.id).where(*self.conditions).order_by(*order).offset(from_end).limit(take)
            return list(self.session.scalars(query))[::-1]
        return self.forwards(skip, take)

    def forwards(self, skip: int, take: int) -> list[int]:
        step = self.places.step
        while self.known() < skip // step and self.hop():
            pass
        at = min(skip // step, self.known())
        cursor = self.places.cursors[self.index][at - 1] if at else None
        return list(self.session.scalars(self._after(cursor, Sample.id).offset(skip - at * step).limit(take)))

    def _after(self, cursor: Cursor | None, *columns: Any) -> Select[Any]:
        query = select(*columns).where(*self.conditions).order_by(*self.stretch.order(backwards=False))
        return query if cursor is None else query.where(self.stretch.beyond(cursor, backwards=False))


def _walks(theme_id: int, where: SampleFilter, sort: Sort, places: Places, session: Session) -> list[_Walk]:
    stretches, conditions = _stretches(sort), where.conditions(theme_id)
    return [
        _Walk(stretch, (*conditions, *stretch.conditions), index, index == len(stretches) - 1, places, session)
        for index, stretch in enumerate(stretches)
    ]


def _rows(ids: Sequence[int], session: Session) -> list[Sample]:
    rows = {sample.id: sample for sample in session.scalars(select(Sample).where(Sample.id.in_(ids)))}
    return [rows[sample_id] for sample_id in ids if sample_id in rows]

"""Pages of samples that open equally quickly wherever they are, in themes of a million.

In the order of ids, of all samples or those of a label, state or split, the kept counts tell among which ids a page
lies. Another one is found by scanning an index that holds all that is asked for, from the nearest cursor that is known
(an end, or one that an earlier scan remembered), and only its own rows are read. Going on from a sample that is known
(`samples_along`) needs no such scan. In the order of `labeled_at` the samples without a time come last, in both
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

from workbench.store.kept_counts import kept_blocks
from workbench.store.samples import SampleFilter, Sort
from workbench.store.schema import Sample

SORTS: tuple[Sort, ...] = ("id", "-id", "name", "-name", "labeled_at", "-labeled_at")

# So many cursors of an order are remembered, so that few of a narrow filter's samples lie between two of them: those
# are scanned, and where no index holds what the filter asks for, twenty rows may be read for one that matches.
_CURSORS = 100
_LONGEST_STEP, _SHORTEST_STEP = 4_000, 100

Cursor = tuple[str | datetime | None, int]
"""Where a sample stands in an order: its value (None in the order of `id`, and for a missing time) and its id."""


@dataclass(frozen=True)
class _Segment:
    """A part of an order that one index scan covers: rows that meet `conditions`, by `value` and then by id."""

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
        # The first, plain bound is what the index is searched by; the exact one alone would scan it from its end.
        reachable = self.value >= value if after else self.value <= value
        return and_(reachable, or_(past, and_(self.value == value, past_id)))


@dataclass
class KnownCursors:
    """What earlier scans found out about an order: where each `step`-th sample stands, and how long its segments are.

    It holds for one theme, filter and sort, as long as no sample enters, leaves or moves.
    """

    step: int = 0
    cursors: dict[int, list[Cursor]] = field(default_factory=dict)
    lengths: dict[int, int] = field(default_factory=dict)

    def begin(self, total: int) -> None:
        """Choose, once, how far apart the cursors lie in an order of `total` samples."""
        self.step = self.step or min(_LONGEST_STEP, max(_SHORTEST_STEP, total // _CURSORS))


def open_page(
    theme_id: int,
    where: SampleFilter,
    *,
    sort: Sort = "id",
    offset: int = 0,
    limit: int = 100,
    total: int,
    known: KnownCursors | None = None,
    session: Session,
) -> list[Sample]:
    """Return `limit` samples from the `offset`-th on. `total` is how many match the filter.

    `known` is used and added to: with it a page in the middle of a long order takes no longer than the first.
    """
    if _is_kept(where, sort):
        return _rows(_ids_by_counts(theme_id, where, offset, limit, session, descending=sort == "-id"), session)
    # What nobody keeps is not collected: one long scan instead of many short ones.
    known = KnownCursors(step=max(total, 1)) if known is None else known
    known.begin(total)
    found: list[int] = []
    begin = 0
    for scan in _scans(theme_id, where, sort, known, session):
        skip, take = max(offset - begin, 0), limit - len(found)
        if not scan.last and not scan.counted and skip <= _LONGEST_STEP:
            # A page at the beginning is often full before the segment ends, so that its length need not be known.
            ids = scan.forwards(skip, take)
            if len(ids) == take:
                return _rows([*found, *ids], session)
        length = total - begin if scan.last else scan.length()
        if skip < length and take > 0:
            found += scan.ids(skip, min(take, length - skip), length)
        begin += length
    return _rows(found, session)


def learn_cursors(
    theme_id: int,
    where: SampleFilter,
    *,
    sort: Sort = "id",
    total: int,
    known: KnownCursors,
    seconds: float,
    session: Session,
) -> bool:
    """Scan on through an order for some time, adding to `known`; return whether all of it is known now."""
    if _is_kept(where, sort):
        return True
    known.begin(total)
    until, begin = time.monotonic() + seconds, 0
    for scan in _scans(theme_id, where, sort, known, session):
        length = total - begin if scan.last else scan.length()
        while (scan.count() + 1) * known.step < length:
            if not scan.find_next():
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
    """Return the samples that follow a cursor in the order, or with `backwards` those before it; both in that order."""
    segments, where = _segments(sort), where.planned(theme_id, session=session)
    at = 0 if len(segments) == 1 or cursor[0] is not None else 1
    order = range(at, -1, -1) if backwards else range(at, len(segments))
    found: list[int] = []
    for index in order:
        segment = segments[index]
        query = select(Sample.id).where(*where.conditions(theme_id), *segment.conditions)
        if index == at:
            query = query.where(segment.beyond(cursor, backwards=backwards))
        query = query.order_by(*segment.order(backwards=backwards)).limit(limit - len(found))
        found += session.scalars(query)
        if len(found) >= limit:
            break
    return _rows(found[::-1] if backwards else found, session)


def cursor_of(sample: Sample, sort: Sort) -> Cursor:
    """Return where a sample stands in an order."""
    key = sort.lstrip("-")
    return (None if key == "id" else getattr(sample, key), sample.id)


def _segments(sort: Sort) -> list[_Segment]:
    descending = sort.startswith("-")
    key = sort.lstrip("-")
    if key == "id":
        return [_Segment((), None, descending)]
    if key == "name":
        return [_Segment((), Sample.name, descending)]
    timed, untimed = (Sample.labeled_at.is_not(None),), (Sample.labeled_at.is_(None),)
    return [_Segment(timed, Sample.labeled_at, descending), _Segment(untimed, None, False)]


@dataclass(frozen=True)
class _Scan:
    """A scan of one segment of an order, remembered in `known` under the segment's index."""

    segment: _Segment
    conditions: tuple[ColumnElement[bool], ...]
    index: int
    last: bool
    known: KnownCursors
    session: Session

    @property
    def counted(self) -> bool:
        return self.index in self.known.lengths

    def length(self) -> int:
        if not self.counted:
            query = select(func.count()).select_from(Sample).where(*self.conditions)
            self.known.lengths[self.index] = self.session.scalar(query) or 0
        return self.known.lengths[self.index]

    def count(self) -> int:
        """How many cursors are known, one at each `step`."""
        return len(self.known.cursors.get(self.index, ()))

    def find_next(self) -> bool:
        """Find the next cursor; False when the segment has ended before it."""
        cursors = self.known.cursors.setdefault(self.index, [])
        value = literal(None) if self.segment.value is None else self.segment.value
        query = self._after(cursors[-1] if cursors else None, value, Sample.id).offset(self.known.step - 1).limit(1)
        row = self.session.execute(query).one_or_none()
        if row is not None:
            cursors.append((row[0], row[1]))
        return row is not None

    def ids(self, skip: int, take: int, length: int) -> list[int]:
        """Return the ids of `take` samples from the `skip`-th on, read from whatever known cursor is nearest."""
        from_end, step = length - skip - take, self.known.step
        if from_end < skip - min(skip // step, self.count()) * step:
            order = self.segment.order(backwards=True)
            query = select(Sample.id).where(*self.conditions).order_by(*order).offset(from_end).limit(take)
            return list(self.session.scalars(query))[::-1]
        return self.forwards(skip, take)

    def forwards(self, skip: int, take: int) -> list[int]:
        step = self.known.step
        while self.count() < skip // step and self.find_next():
            pass
        at = min(skip // step, self.count())
        cursor = self.known.cursors[self.index][at - 1] if at else None
        return list(self.session.scalars(self._after(cursor, Sample.id).offset(skip - at * step).limit(take)))

    def _after(self, cursor: Cursor | None, *columns: Any) -> Select[Any]:
        query = select(*columns).where(*self.conditions).order_by(*self.segment.order(backwards=False))
        return query if cursor is None else query.where(self.segment.beyond(cursor, backwards=False))


def _is_kept(where: SampleFilter, sort: Sort) -> bool:
    return where.is_kept and sort.lstrip("-") == "id"


def _ids_by_counts(
    theme_id: int, where: SampleFilter, offset: int, limit: int, session: Session, *, descending: bool
) -> list[int]:
    """Find a page in the order of ids by the kept counts: only the blocks of ids that it lies in are read."""
    blocks = kept_blocks(theme_id, where, session=session)
    within: list[range] = []
    missing = limit
    for block, number in reversed(blocks) if descending else blocks:
        if not within and offset >= number:
            offset -= number
            continue
        missing -= number if within else number - offset
        last = within[-1] if within else None
        if last is not None and block.start in (last.stop, last.start - len(block)):
            within[-1] = range(min(last.start, block.start), max(last.stop, block.stop))
        else:
            within.append(block)
        if missing <= 0:
            break
    order = Sample.id.desc() if descending else Sample.id.asc()
    query = select(Sample.id).where(*where.conditions(theme_id)).order_by(order)
    found: list[int] = []
    for ids in within:
        part = query.where(Sample.id >= ids.start, Sample.id < ids.stop)
        found += session.scalars(part.offset(0 if found else offset).limit(limit - len(found)))
    return found


def _scans(theme_id: int, where: SampleFilter, sort: Sort, known: KnownCursors, session: Session) -> list[_Scan]:
    segments, conditions = _segments(sort), where.planned(theme_id, session=session).conditions(theme_id)
    return [
        _Scan(segment, (*conditions, *segment.conditions), index, index == len(segments) - 1, known, session)
        for index, segment in enumerate(segments)
    ]


def _rows(ids: Sequence[int], session: Session) -> list[Sample]:
    rows = {sample.id: sample for sample in session.scalars(select(Sample).where(Sample.id.in_(ids)))}
    return [rows[sample_id] for sample_id in ids if sample_id in rows]

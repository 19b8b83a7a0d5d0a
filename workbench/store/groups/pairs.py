"""The near duplicates of a theme as they were found, and the threshold from which they belong together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.change_feed import last_event_of
from workbench.store.column_types import now
from workbench.store.events import checked_annotator, start_batch
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter
from workbench.store.schema import DuplicateSearch, LabelEvent, NearDuplicate, Sample

_CHUNK = 5_000


@dataclass(frozen=True)
class DuplicatePair:
    """Two samples that look alike, the one that came first first, and how well they match (0 to 1)."""

    first_id: int
    second_id: int
    score: float


@dataclass(frozen=True)
class SearchMoment:
    """What a search is about to look at: the newest event and sample of the theme."""

    last_event: int
    last_sample: int


def search_of(theme_id: int, *, session: Session) -> DuplicateSearch | None:
    """Return how a theme's near duplicates were found, None where nobody looked for them."""
    return session.get(DuplicateSearch, theme_id)


def moment_of_search(theme_id: int, *, session: Session) -> SearchMoment:
    """Return what a search that begins now covers."""
    newest = session.scalar(select(func.max(Sample.id)).where(Sample.theme_id == theme_id)) or 0
    return SearchMoment(last_event_of(theme_id, session=session), newest)


def not_compared(theme_id: int, *, session: Session) -> list[ColumnElement[bool]]:
    """Return the conditions of the living samples that the search has not seen: what came, or came back, since."""
    living = [Sample.theme_id == theme_id, Sample.deleted_at.is_(None)]
    search = search_of(theme_id, session=session)
    if search is None:
        return living
    back = select(LabelEvent.sample_id).where(
        LabelEvent.theme_id == theme_id,
        LabelEvent.id > search.last_event,
        LabelEvent.action == "delete",
        LabelEvent.after.is_(None),
    )
    return [*living, or_(Sample.id > search.last_sample, Sample.id.in_(back))]


def samples_not_compared(theme_id: int, *, session: Session) -> list[int]:
    """Return the ids of the living samples that the search has not seen."""
    query = select(Sample.id).where(*not_compared(theme_id, session=session)).order_by(Sample.id)
    return list(session.scalars(query))


def write_search(
    theme_id: int,
    pairs: Iterable[DuplicatePair],
    search: DuplicateSearch,
    *,
    keep: bool,
    session: Session,
) -> None:
    """Record what a search found, in one batch; `keep` the pairs that were found before, of images that were new."""
    lock_theme(theme_id, session=session)
    if not keep:
        session.execute(delete(NearDuplicate).where(NearDuplicate.theme_id == theme_id))
    stream, number = iter(pairs), 0
    while part := list(islice(stream, _CHUNK)):
        rows = [vars(pair) | {"theme_id": theme_id} for pair in part]
        ids = {one for pair in part for one in (pair.first_id, pair.second_id)}
        there = set(session.scalars(select(Sample.id).where(Sample.id.in_(ids))))
        if keep:
            firsts = [pair.first_id for pair in part]
            seconds = [pair.second_id for pair in part]
            known = select(NearDuplicate.first_id, NearDuplicate.second_id).where(
                NearDuplicate.first_id.in_(firsts), NearDuplicate.second_id.in_(seconds)
            )
            present = set(session.execute(known).tuples())
            rows = [row for row in rows if (row["first_id"], row["second_id"]) not in present]
        rows = [row for row in rows if row["first_id"] in there and row["second_id"] in there]
        if rows:
            session.execute(insert(NearDuplicate), rows)
        number += len(rows)
    session.merge(search)
    batch = start_batch(
        theme_id,
        "find groups",
        annotator=search.annotator,
        source="human",
        note=f"{search.encoder}, threshold {search.threshold:g}",
        session=session,
    )
    batch.changed = number
    session.flush()


def move_threshold(theme_id: int, threshold: float, *, annotator: str, session: Session) -> DuplicateSearch:
    """Let pairs belong together from another match on. Raises NotFoundError where nobody looked for near duplicates."""
    lock_theme(theme_id, session=session)
    search = search_of(theme_id, session=session)
    if search is None:
        raise NotFoundError("Nobody has looked for near duplicates in this theme yet: theme.find_groups() does.")
    search.threshold = checked_threshold(threshold)
    search.annotator, search.at = checked_annotator(annotator), now()
    start_batch(
        theme_id, "find groups", annotator=annotator, source="human", note=f"threshold {threshold:g}", session=session
    )
    session.flush()
    return search


def checked_threshold(threshold: float) -> float:
    """Return a threshold. Raises WorkbenchError unless it is above 0 and at most 1."""
    if not 0 < threshold <= 1:
        raise WorkbenchError(f"The threshold {threshold:g} is not allowed: above 0, at most 1.")
    return threshold


def joined_pairs(theme_id: int, threshold: float, *, session: Session) -> list[tuple[int, int]]:
    """Return the pairs of living samples that match by so much or more, by their ids."""
    query = select(NearDuplicate.first_id, NearDuplicate.second_id)
    query = query.where(*_pairs(theme_id), NearDuplicate.score >= threshold)
    return list(session.execute(query).tuples())


def pairs_above(theme_id: int, threshold: float, *, session: Session) -> list[DuplicatePair]:
    """Return the pairs of living samples that match by so much or more, the best match first."""
    query = select(NearDuplicate.first_id, NearDuplicate.second_id, NearDuplicate.score)
    query = query.where(*_pairs(theme_id), NearDuplicate.score >= threshold)
    rows = session.execute(query.order_by(NearDuplicate.score.desc(), NearDuplicate.first_id))
    return [DuplicatePair(*row) for row in rows]


def pairs_around(theme_id: int, threshold: float, number: int, *, session: Session) -> list[DuplicatePair]:
    """Return the pairs of living samples nearest to a threshold, up to `number` on each side, the best match first."""
    above = _some(theme_id, NearDuplicate.score >= threshold, NearDuplicate.score.asc(), number, session)
    below = _some(theme_id, NearDuplicate.score < threshold, NearDuplicate.score.desc(), number, session)
    return [*reversed(above), *below]


def straddling_pairs(theme_id: int, threshold: float, *, limit: int = 200, session: Session) -> list[DuplicatePair]:
    """Return pairs of living samples that belong together and lie in two splits, the best match first."""
    first, second = aliased(Sample), aliased(Sample)
    query = (
        select(NearDuplicate.first_id, NearDuplicate.second_id, NearDuplicate.score)
        .join(first, first.id == NearDuplicate.first_id)
        .join(second, second.id == NearDuplicate.second_id)
        .where(
            NearDuplicate.theme_id == theme_id,
            NearDuplicate.score >= threshold,
            and_(first.deleted_at.is_(None), second.deleted_at.is_(None)),
            first.split != second.split,
        )
        .order_by(NearDuplicate.score.desc(), NearDuplicate.first_id)
        .limit(limit)
    )
    return [DuplicatePair(*row) for row in session.execute(query)]


def _some(
    theme_id: int, which: ColumnElement[bool], order: ColumnElement[float], number: int, session: Session
) -> list[DuplicatePair]:
    query = (
        select(NearDuplicate.first_id, NearDuplicate.second_id, NearDuplicate.score)
        .where(*_pairs(theme_id), which)
        .order_by(order, NearDuplicate.first_id)
        .limit(number)
    )
    return [DuplicatePair(*row) for row in session.execute(query)]


def _pairs(theme_id: int) -> list[ColumnElement[bool]]:
    """The conditions of a theme's pairs of which both are living."""
    gone = select(Sample.id).where(Sample.theme_id == theme_id, Sample.deleted_at.is_not(None))
    return [
        NearDuplicate.theme_id == theme_id,
        NearDuplicate.first_id.not_in(gone),
        NearDuplicate.second_id.not_in(gone),
    ]


def files_of(theme_id: int, ids: Sequence[int], *, session: Session) -> dict[int, tuple[str, str]]:
    """Return the digest and the key of the bytes of some samples by their ids."""
    found: dict[int, tuple[str, str]] = {}
    for part in SampleFilter(ids=tuple(ids), deleted=None).parts():
        query = select(Sample.id, Sample.sha256, Sample.uri).where(*part.conditions(theme_id))
        found.update((row.id, (row.sha256, row.uri)) for row in session.execute(query))
    return found

"""Assigning samples to several annotators at once: each gets others, for a while."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from workbench.errors import WorkbenchError
from workbench.store.column_types import now
from workbench.store.events import checked_annotator
from workbench.store.locks import lock_assignments, lock_theme
from workbench.store.samples import SampleFilter, labeled_unseen
from workbench.store.schema import Assignment, Sample, SecondOpinion

DURATION = timedelta(minutes=10)


@dataclass(frozen=True)
class AssignedSample:
    """A sample to decide about. `second` asks for one's own opinion: another annotator decided already, unseen."""

    sample_id: int
    second: bool


def assign_samples(
    theme_id: int,
    annotator: str,
    number: int = 10,
    *,
    overlap: float | None = None,
    duration: timedelta = DURATION,
    session: Session,
) -> list[AssignedSample]:
    """Assign samples to an annotator and return them: undecided ones, and some that others decided already.

    Nobody else is given them until they are decided or the assignment expires; an annotator's own that are still open
    come first and are prolonged. `overlap` is the share of a theme's samples that a second annotator is asked about
    (default: what the theme says): always the same samples, drawn by their SHA-256, so that an agreement between
    annotators can be computed. Where nothing is undecided any more, only those are assigned. Raises WorkbenchError for
    a share that is not between 0 and 1.
    """
    annotator = checked_annotator(annotator)
    theme = lock_theme(theme_id, shared=True, session=session)
    overlap = checked_overlap(theme.overlap if overlap is None else overlap)
    lock_assignments(theme_id, session=session)
    _drop_finished(theme_id, annotator, session)
    second, undecided = _second(theme_id, annotator, overlap), _undecided(theme_id)
    expires_at = now() + duration
    found: list[AssignedSample] = []
    steps = ((True, second, math.ceil(number * overlap)), (False, undecided, number), (True, second, number))
    for seconding, condition, wanted in steps:
        taken = [row.sample_id for row in found]
        room = min(wanted, number - len(found))
        if room and (overlap or not seconding):
            free = (condition, Sample.id.not_in(taken))
            ids = _reserve(theme_id, annotator, free, room, expires_at, by_content=seconding, session=session)
            found += [AssignedSample(sample_id, seconding) for sample_id in ids]
    return found


def reserve_samples(
    theme_id: int, annotator: str, sample_ids: Sequence[int], *, duration: timedelta = DURATION, session: Session
) -> list[int]:
    """Reserve some samples for an annotator for a while and return them, without those that another one holds."""
    annotator = checked_annotator(annotator)
    lock_theme(theme_id, shared=True, session=session)
    lock_assignments(theme_id, session=session)
    others = reserved_by_others(theme_id, annotator, session=session)
    ids = [sample_id for sample_id in sample_ids if sample_id not in others]
    for part in SampleFilter(ids=tuple(ids)).parts():
        wanted = Assignment.sample_id.in_(part.ids or ())
        session.execute(delete(Assignment).where(wanted).execution_options(synchronize_session=False))
    expires_at = now() + duration
    rows = [
        {"sample_id": sample_id, "theme_id": theme_id, "annotator": annotator, "expires_at": expires_at}
        for sample_id in ids
    ]
    if rows:
        session.execute(insert(Assignment), rows)
    return ids


def reserved_by_others(theme_id: int, annotator: str, *, session: Session) -> set[int]:
    """Return the ids of the samples of a theme that are reserved for somebody else now."""
    held = (Assignment.theme_id == theme_id, Assignment.annotator != annotator, Assignment.expires_at > now())
    return set(session.scalars(select(Assignment.sample_id).where(*held)))


def checked_overlap(overlap: float) -> float:
    """Return the share of samples that several annotators label. Raises WorkbenchError unless it is from 0 to 1."""
    if not 0 <= overlap <= 1:
        raise WorkbenchError(f"The share of samples that several annotators label is {overlap:g}. Allowed: 0 to 1.")
    return overlap


def release_samples(theme_id: int, annotator: str, *, session: Session) -> int:
    """Give an annotator's open samples back, so that others get them at once; return how many those were."""
    statement = delete(Assignment).where(
        Assignment.theme_id == theme_id, Assignment.annotator == checked_annotator(annotator)
    )
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def assigned_counts(theme_id: int, *, session: Session) -> dict[str, int]:
    """Return how many open samples are assigned to each annotator now."""
    open_ones = or_(_undecided(theme_id), _second(theme_id, Assignment.annotator, 1.0))
    query = (
        select(Assignment.annotator, func.count())
        .join(Sample, Sample.id == Assignment.sample_id)
        .where(Assignment.theme_id == theme_id, Assignment.expires_at > now(), open_ones)
    )
    return dict(session.execute(query.group_by(Assignment.annotator)).tuples().all())


def _undecided(theme_id: int) -> ColumnElement[bool]:
    return and_(
        Sample.theme_id == theme_id, Sample.deleted_at.is_(None), Sample.label_id.is_(None), Sample.skipped.is_(False)
    )


def _second(theme_id: int, annotator: SQLColumnExpression[str] | str, overlap: float) -> ColumnElement[bool]:
    """Samples of the overlap that one other annotator decided and nobody else was asked about."""
    drawn = Sample.sha256 < f"{min(int(overlap * 2**32), 2**32 - 1):08x}" if overlap < 1 else Sample.sha256 != ""
    asked = exists().where(SecondOpinion.sample_id == Sample.id).correlate(Sample)
    # What nobody looked at is nobody's opinion.
    decided = or_(and_(Sample.label_id.is_not(None), ~labeled_unseen()), Sample.skipped.is_(True))
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    return and_(*living, drawn, ~asked, decided, Sample.annotator != annotator)


def _drop_finished(theme_id: int, annotator: str, session: Session) -> None:
    this_one = (Sample.id == Assignment.sample_id, or_(_undecided(theme_id), _second(theme_id, annotator, 1.0)))
    session.execute(
        delete(Assignment)
        .where(
            Assignment.theme_id == theme_id,
            Assignment.annotator == annotator,
            ~exists().where(*this_one).correlate(Assignment),
        )
        .execution_options(synchronize_session=False)
    )


def _reserve(
    theme_id: int,
    annotator: str,
    conditions: Sequence[ColumnElement[bool]],
    number: int,
    expires_at: datetime,
    *,
    by_content: bool,
    session: Session,
) -> list[int]:
    """Reserve up to `number` samples: one's own first, then free ones by id (or `by_content`, by SHA-256)."""
    order = Sample.sha256 if by_content else Sample.id
    mine = (
        select(Sample.id)
        .join(Assignment, Assignment.sample_id == Sample.id)
        .where(Assignment.theme_id == theme_id, Assignment.annotator == annotator, *conditions)
    )
    ids = list(session.scalars(mine.order_by(order).limit(number)))
    held = exists().where(Assignment.sample_id == Sample.id).correlate(Sample)
    # Who has decided is done with a sample, however long the assignment may last.
    others = held.where(Assignment.expires_at > now(), Assignment.annotator.is_distinct_from(Sample.annotator))
    free = select(Sample.id).where(*conditions, ~others, ~held.where(Assignment.annotator == annotator))
    ids += session.scalars(free.order_by(order).limit(number - len(ids)))
    session.execute(
        delete(Assignment).where(Assignment.sample_id.in_(ids)).execution_options(synchronize_session=False)
    )
    rows = [
        {"sample_id": sample_id, "theme_id": theme_id, "annotator": annotator, "expires_at": expires_at}
        for sample_id in ids
    ]
    if rows:
        session.execute(insert(Assignment), rows)
    return ids

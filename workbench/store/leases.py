"""Handing samples out to several annotators at once: each gets others, for a while."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from workbench.errors import WorkbenchError
from workbench.store.acts import checked_annotator, take_turn, wait_for_turn
from workbench.store.schema import Lease, Opinion, Sample, now

DURATION = timedelta(minutes=10)


@dataclass(frozen=True)
class Assignment:
    """A sample to decide about. `second` asks for one's own opinion: another annotator decided already, unseen."""

    sample_id: int
    second: bool


def serve(
    theme_id: int,
    annotator: str,
    number: int = 10,
    *,
    overlap: float = 0.0,
    duration: timedelta = DURATION,
    session: Session,
) -> list[Assignment]:
    """Lease samples to an annotator and return them: undecided ones, and some that others decided already.

    Nobody else is given them until they are decided or the lease expires; who asks again gets those that are still
    open first, with a new lease. `overlap` is the share of a theme's samples that a second annotator is asked about:
    always the same samples, drawn by their SHA-256, so that an agreement between annotators can be computed. Raises
    WorkbenchError for a share that is not between 0 and 1.
    """
    if not 0 <= overlap <= 1:
        raise WorkbenchError(f"The share of samples that several annotators label is {overlap:g}. Allowed: 0 to 1.")
    annotator = checked_annotator(annotator)
    take_turn(theme_id, alone=False, session=session)
    # Who is served takes a turn of its own kind: labeling goes on meanwhile.
    wait_for_turn(-theme_id, session=session)
    at = now()
    _drop_finished(theme_id, annotator, session)
    kinds = {True: _second(theme_id, annotator, overlap), False: _undecided(theme_id)}
    wanted = {True: math.ceil(number * overlap), False: number}
    found: list[Assignment] = []
    for second, condition in kinds.items():
        room = min(wanted[second], number - len(found))
        ids = _lease(theme_id, annotator, condition, room, at, duration, session)
        found += [Assignment(sample_id, second) for sample_id in ids]
    return found


def release(theme_id: int, annotator: str, *, session: Session) -> int:
    """Give an annotator's open samples back, so that others get them at once; return how many those were."""
    statement = delete(Lease).where(Lease.theme_id == theme_id, Lease.annotator == annotator.strip())
    return int(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def leases_of(theme_id: int, *, session: Session) -> dict[str, int]:
    """Return how many samples each annotator is at now."""
    query = select(Lease.annotator, func.count()).where(Lease.theme_id == theme_id, Lease.expires_at > now())
    return dict(session.execute(query.group_by(Lease.annotator)).tuples().all())


def _undecided(theme_id: int) -> ColumnElement[bool]:
    return and_(
        Sample.theme_id == theme_id, Sample.deleted_at.is_(None), Sample.label_id.is_(None), Sample.skipped.is_(False)
    )


def _second(theme_id: int, annotator: str, overlap: float) -> ColumnElement[bool]:
    """Samples of the overlap that one other annotator decided and nobody else was asked about."""
    drawn = Sample.sha256 < f"{min(int(overlap * 2**32), 2**32 - 1):08x}" if overlap < 1 else Sample.sha256 != ""
    asked = exists().where(Opinion.sample_id == Sample.id).correlate(Sample)
    return and_(
        Sample.theme_id == theme_id, Sample.deleted_at.is_(None), drawn, ~asked,
        or_(Sample.label_id.is_not(None), Sample.skipped.is_(True)), Sample.annotator != annotator,
    )  # fmt: skip


def _drop_finished(theme_id: int, annotator: str, session: Session) -> None:
    open_ones = select(Sample.id).where(or_(_undecided(theme_id), _second(theme_id, annotator, 1.0)))
    session.execute(
        delete(Lease)
        .where(Lease.theme_id == theme_id, Lease.annotator == annotator, Lease.sample_id.not_in(open_ones))
        .execution_options(synchronize_session=False)
    )


def _lease(
    theme_id: int,
    annotator: str,
    condition: ColumnElement[bool],
    number: int,
    at: datetime,
    duration: timedelta,
    session: Session,
) -> list[int]:
    """Take leases on up to `number` samples: one's own first, then free ones in the order of their ids."""
    held = exists().where(Lease.sample_id == Sample.id).correlate(Sample)
    mine = held.where(Lease.annotator == annotator)
    # Who has decided is done with a sample, however long the lease may run.
    open_ones = (Lease.expires_at > at, Lease.annotator.is_distinct_from(Sample.annotator))
    others = held.where(Lease.annotator != annotator, *open_ones)
    query = select(Sample.id).where(condition, ~others)
    ids = list(session.scalars(query.where(mine).order_by(Sample.id).limit(number)))
    ids += session.scalars(query.where(~mine).order_by(Sample.id).limit(number - len(ids)))
    session.execute(delete(Lease).where(Lease.sample_id.in_(ids)).execution_options(synchronize_session=False))
    rows = [
        {"sample_id": sample_id, "theme_id": theme_id, "annotator": annotator, "expires_at": at + duration}
        for sample_id in ids
    ]
    if rows:
        session.execute(insert(Lease), rows)
    return ids

"""The changes of a theme after an event, so that the views of several people can follow each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from workbench.store.decisions import Decision
from workbench.store.schema import LabelEvent, Sample

# PostgreSQL hands out ids before it commits: an event may appear after one with a higher id did. Looking back this far
# finds it; who follows drops the events it has seen.
_OVERLAP = 200
# An opinion changes no sample, and where a review does, an event of its own says so.
_TELLING = ("label", "second opinion", "review")
# Built once: every key press waits for them.
_EVENTS = (
    select(
        LabelEvent.id,
        LabelEvent.action,
        LabelEvent.sample_id,
        LabelEvent.before,
        LabelEvent.after,
        Sample.split,
        LabelEvent.annotator,
        LabelEvent.at,
    )
    .join(Sample, Sample.id == LabelEvent.sample_id)
    .where(LabelEvent.theme_id == bindparam("theme"), LabelEvent.id > bindparam("after"))
    .order_by(LabelEvent.id)
    .limit(bindparam("most"))
)
_NEWEST_SAMPLE = (
    select(Sample.id)
    .where(Sample.theme_id == bindparam("theme"), Sample.deleted_at.is_(None))
    .order_by(Sample.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class Change:
    """One committed decision: the sample, its decision before and after, its split, who and when."""

    event_id: int
    sample_id: int
    before: Decision
    after: Decision
    split: str | None
    annotator: str
    at: datetime


@dataclass(frozen=True)
class Changes:
    """The decisions after an event, the oldest first, and the marks to ask from the next time.

    `whole` is False when more happened than a list of decisions can tell (bulk actions, splits, deletions, imports):
    read the counts and the page again then.
    """

    last_event: int
    newest_sample: int
    whole: bool
    decisions: tuple[Change, ...] = ()


def changes_since(
    theme_id: int, last_event: int, newest_sample: int = 0, *, limit: int = 300, session: Session
) -> Changes:
    """Return what happened after an event id."""
    overlap = _OVERLAP if session.get_bind().dialect.name == "postgresql" else 0
    connection = session.connection()
    wanted = {"theme": theme_id, "after": last_event - overlap, "most": limit + overlap + 1}
    rows = connection.execute(_EVENTS, wanted).all()
    newest = newest_sample_of(theme_id, session=session)
    fresh = [row.action for row in rows if row.id > last_event]
    whole = newest == newest_sample and len(fresh) <= limit and all(action in _TELLING for action in fresh)
    if not whole:
        return Changes(last_event_of(theme_id, session=session), newest, False)
    decisions = tuple(
        Change(
            row.id,
            row.sample_id,
            Decision.parse(row.before),
            Decision.parse(row.after),
            row.split,
            row.annotator,
            row.at,
        )
        for row in rows
        if row.action == "label"
    )
    last = max([last_event, *(row.id for row in rows)])
    return Changes(last, newest, True, decisions)


def seen_already(theme_id: int, last_event: int, *, session: Session) -> set[int]:
    """Return the ids of the events up to `last_event` that `changes_since` will tell once more."""
    if session.get_bind().dialect.name != "postgresql":
        return set()
    query = select(LabelEvent.id).where(
        LabelEvent.theme_id == theme_id, LabelEvent.id > last_event - _OVERLAP, LabelEvent.id <= last_event
    )
    return set(session.scalars(query))


def last_event_of(theme_id: int, *, session: Session) -> int:
    """Return the id of a theme's latest event, 0 when there is none."""
    return session.scalar(select(func.max(LabelEvent.id)).where(LabelEvent.theme_id == theme_id)) or 0


def event_ids(theme_id: int, *, session: Session) -> Iterator[int]:
    """Yield the ids of a theme's events in ascending order."""
    query = select(LabelEvent.id).where(LabelEvent.theme_id == theme_id).order_by(LabelEvent.id)
    yield from session.scalars(query, execution_options={"yield_per": 10_000})


def newest_sample_of(theme_id: int, *, session: Session) -> int:
    """Return the highest id among a theme's living samples, 0 when there is none."""
    return session.connection().scalar(_NEWEST_SAMPLE, {"theme": theme_id}) or 0

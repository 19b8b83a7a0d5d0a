"""Who works on a theme, and how far each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.store.annotators.assignments import assigned_counts
from workbench.store.counts import annotators_of
from workbench.store.events import came_to_its_end
from workbench.store.schema import Batch, Sample, SecondOpinion


@dataclass(frozen=True)
class Member:
    """One annotator of a theme.

    `decided` counts the samples whose decision is theirs, `opinions` those they were asked about as a second
    annotator, `assigned` those that are assigned to them now. `last_change` is None for somebody who has changed
    nothing yet.
    """

    annotator: str
    decided: int
    opinions: int
    assigned: int
    last_change: datetime | None


def members_of(theme_id: int, *, session: Session) -> list[Member]:
    """Return a theme's annotators (at most 50 of them), those who decided most first."""
    decided = {name: _decided_by(theme_id, name, session) for name in annotators_of(theme_id, session=session)}
    opinions = _opinions_by(theme_id, session)
    assigned = assigned_counts(theme_id, session=session)
    names = {*decided, *opinions, *assigned}
    last = _last_changes(theme_id, names, session)
    found = [
        Member(name, decided.get(name, 0), opinions.get(name, 0), assigned.get(name, 0), last[name]) for name in names
    ]
    return sorted(found, key=lambda member: (-member.decided, member.annotator))


def _decided_by(theme_id: int, name: str, session: Session) -> int:
    query = select(func.count()).where(
        Sample.theme_id == theme_id, Sample.annotator == name, Sample.deleted_at.is_(None)
    )
    return session.scalar(query) or 0


def _opinions_by(theme_id: int, session: Session) -> dict[str, int]:
    # The first opinion on a sample is the decision that it had: one sample each is not a second look.
    first = (
        select(func.min(SecondOpinion.id)).where(SecondOpinion.theme_id == theme_id).group_by(SecondOpinion.sample_id)
    )
    query = select(SecondOpinion.annotator, func.count()).where(
        SecondOpinion.theme_id == theme_id, SecondOpinion.id.not_in(first)
    )
    return dict(session.execute(query.group_by(SecondOpinion.annotator)).tuples().all())


def _last_changes(theme_id: int, names: Iterable[str], session: Session) -> dict[str, datetime | None]:
    query = select(Batch.at).where(Batch.theme_id == theme_id, came_to_its_end()).order_by(Batch.id.desc()).limit(1)
    return {name: session.scalar(query.where(Batch.annotator == name)) for name in names}

"""Which version was in which stage, when, and who put it there."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.store.events import checked_annotator
from workbench.store.schema import StageEvent


def record_stage(
    theme_id: int, version: int, *, before: str | None, after: str | None, annotator: str, session: Session
) -> StageEvent:
    """Record that a version's stage changed; `before` None: it was registered, `after` None: it was deleted."""
    event = StageEvent(
        theme_id=theme_id, version=version, before=before, after=after, annotator=checked_annotator(annotator)
    )
    session.add(event)
    session.flush()
    return event


def stage_history(theme_id: int, *, session: Session) -> list[StageEvent]:
    """Return every change of a theme's stages, the oldest first, those of deleted versions among them."""
    return list(session.scalars(select(StageEvent).where(StageEvent.theme_id == theme_id).order_by(StageEvent.id)))

"""What happened to samples, by whom and when."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.store.schema import LabelEvent


def history_of(sample_id: int, *, session: Session) -> list[LabelEvent]:
    """Return every event of a sample, the oldest first."""
    return list(session.scalars(select(LabelEvent).where(LabelEvent.sample_id == sample_id).order_by(LabelEvent.id)))

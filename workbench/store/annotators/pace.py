"""How long an annotator takes for a label, from the times of their latest decisions."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.store.events import came_to_its_end
from workbench.store.schema import Batch

_LATEST = 300
_FEWEST = 20
_PAUSE_S = 60.0
_BREAK_S = 30 * 60.0


def seconds_per_label(theme_id: int, annotator: str, *, session: Session) -> float | None:
    """Return the mean seconds between an annotator's latest single labels, None where there are too few to tell.

    As in the label panel: a pause counts for a minute at most, one of half an hour is none of the work.
    """
    query = (
        select(Batch.at)
        .where(
            Batch.theme_id == theme_id,
            Batch.annotator == annotator,
            Batch.source == "human",
            Batch.action == "label",
            Batch.changed == 1,
            came_to_its_end(),
        )
        .order_by(Batch.id.desc())
        .limit(_LATEST)
    )
    times = sorted(session.scalars(query))
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    worked = [min(gap, _PAUSE_S) for gap in gaps if gap < _BREAK_S]
    return sum(worked) / len(worked) if len(worked) >= _FEWEST else None

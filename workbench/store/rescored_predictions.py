"""What a model has answered, beside the labels that stood when it did and those that stand now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.store.decisions import Decision
from workbench.store.schema import LabelEvent, Prediction, Sample

_CHUNK = 5_000
_ASKED = 5_000


class AnsweredSample(NamedTuple):
    """A living sample: the label that the model gave it, and the labels of then and of now; None where there is none.

    All are ids. The answer and the label of then are those of then: `label_merges` says what they count as now.
    """

    sample_id: int
    name: str
    answer: int | None
    then: int | None
    now: int | None


def each_stored_answer(model_id: int, *, session: Session) -> Iterator[AnsweredSample]:
    """Yield a model's stored predictions; "then" is when each was made. Deleted samples are left out."""
    # What a label was then is what the first later event changed it from.
    later = (
        select(func.min(LabelEvent.id))
        .where(
            LabelEvent.sample_id == Prediction.sample_id,
            LabelEvent.action == "label",
            LabelEvent.at > Prediction.created_at,
        )
        .correlate(Prediction)
        .scalar_subquery()
    )
    query = (
        select(Sample.id, Sample.name, Prediction.label_id, Sample.label_id, LabelEvent.id, LabelEvent.before)
        .select_from(Prediction)
        .join(Sample, Sample.id == Prediction.sample_id)
        .outerjoin(LabelEvent, LabelEvent.id == later)
        .where(Prediction.model_id == model_id, Sample.deleted_at.is_(None))
    )
    rows = session.execute(query, execution_options={"yield_per": _CHUNK}).tuples()
    for sample_id, name, answer, now, event, before in rows:
        yield AnsweredSample(sample_id, name, answer, now if event is None else Decision.parse(before).label, now)


def living_with_labels(sample_ids: Sequence[int], *, session: Session) -> Mapping[int, tuple[str, int | None]]:
    """Return the file name and the label's id of those of some samples that are not deleted, by sample."""
    found: dict[int, tuple[str, int | None]] = {}
    for start in range(0, len(sample_ids), _ASKED):
        query = select(Sample.id, Sample.name, Sample.label_id)
        query = query.where(Sample.id.in_(sample_ids[start : start + _ASKED]), Sample.deleted_at.is_(None))
        found |= {sample_id: (name, label) for sample_id, name, label in session.execute(query).tuples()}
    return found

"""What model versions said of samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from workbench.store.schema import ModelVersion, Prediction, now

_CHUNK = 5_000


class Predicted(NamedTuple):
    """A model's answer for one sample: the label (None when the theme has no such label now) and its probability."""

    sample_id: int
    label_id: int | None
    score: float


def write_predictions(model_id: int, predicted: Sequence[Predicted], *, session: Session) -> None:
    """Keep a model version's answers; a former answer of the same version for the same sample is replaced."""
    # Two writers of the same version's answers take turns.
    session.scalar(select(ModelVersion.id).where(ModelVersion.id == model_id).with_for_update(key_share=True))
    at = now()
    # The table itself: the mapped class would look for each row among the session's objects.
    table = cast("Table", Prediction.__table__)
    for start in range(0, len(predicted), _CHUNK):
        part = predicted[start : start + _CHUNK]
        former = table.c.sample_id.in_([row.sample_id for row in part])
        session.execute(delete(table).where(table.c.model_id == model_id, former))
        rows = [
            {"model_id": model_id, "sample_id": row.sample_id, "label_id": row.label_id, "score": row.score,
             "created_at": at}
            for row in part
        ]  # fmt: skip
        session.execute(insert(table), rows)

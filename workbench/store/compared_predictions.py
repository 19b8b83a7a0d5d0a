"""The samples that two model versions have both predicted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from workbench.store.label_merges import label_now_column, merged_labels
from workbench.store.schema import Label, ModelVersion, Prediction, Sample, SnapshotSample

_CHUNK = 5_000


class PredictionPair(NamedTuple):
    """A living sample with the label that a person gave it and what each version predicted.

    A prediction is None when its label is gone; one that names a label which was merged since is the label which that
    one went into.
    """

    sample_id: int
    name: str
    actual: str | None
    first: str | None
    first_score: float
    second: str | None
    second_score: float


def each_common_prediction(one: ModelVersion, two: ModelVersion, *, session: Session) -> Iterator[PredictionPair]:
    """Yield every sample that both versions have predicted, a few thousand in memory at a time."""
    for row in session.execute(_common(one, two, session), execution_options={"yield_per": _CHUNK}):
        yield PredictionPair(*row)


def differing_predictions(
    one: ModelVersion, two: ModelVersion, *, limit: int, session: Session
) -> list[PredictionPair]:
    """Return the first samples that the versions predict differently, those with a label before the others."""
    query = _common(one, two, session)
    actual, first, second = (query.selected_columns[index] for index in (2, 3, 5))
    query = query.where(first.is_distinct_from(second)).order_by(actual.is_(None), Sample.id).limit(limit)
    return [PredictionPair(*row) for row in session.execute(query)]


def count_common_trained(row: ModelVersion, other: ModelVersion, *, session: Session) -> int:
    """Count the samples predicted by both versions that were in the training split of the first one."""
    a, b = aliased(Prediction), aliased(Prediction)
    query = (
        select(func.count())
        .select_from(a)
        .join(b, b.sample_id == a.sample_id)
        .join(SnapshotSample, SnapshotSample.sample_id == a.sample_id)
        .where(
            a.model_id == row.id,
            b.model_id == other.id,
            SnapshotSample.snapshot_id == row.snapshot_id,
            SnapshotSample.split == "train",
        )
    )
    return session.scalar(query) or 0


def _common(
    one: ModelVersion, two: ModelVersion, session: Session
) -> Select[int, str, str | None, str | None, float, str | None, float]:
    merged = merged_labels(one.theme_id, session=session)
    a, b = aliased(Prediction), aliased(Prediction)
    said_a, said_b, actual = aliased(Label), aliased(Label), aliased(Label)
    return (
        select(Sample.id, Sample.name, actual.name, said_a.name, a.score, said_b.name, b.score)
        .select_from(a)
        .join(b, b.sample_id == a.sample_id)
        .join(Sample, Sample.id == a.sample_id)
        .outerjoin(said_a, said_a.id == label_now_column(a.label_id, merged))
        .outerjoin(said_b, said_b.id == label_now_column(b.label_id, merged))
        .outerjoin(actual, actual.id == Sample.label_id)
        .where(a.model_id == one.id, b.model_id == two.id, Sample.deleted_at.is_(None))
    )

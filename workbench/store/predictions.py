"""What model versions said of samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, cast

from sqlalchemy import Table, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError
from workbench.store.schema import ModelVersion, Prediction, now

_CHUNK = 5_000


class Predicted(NamedTuple):
    """A model's answer for one sample: the label (None when the theme has no such label now) and its probability."""

    sample_id: int
    label_id: int | None
    score: float


def has_predictions(model_id: int, *, session: Session) -> bool:
    """Say whether a model version has predicted any sample."""
    return bool(session.scalar(select(exists().where(Prediction.model_id == model_id))))


def count_predictions(model_id: int, *, session: Session) -> int:
    """Count the samples that a model version has predicted."""
    return session.scalar(select(func.count()).where(Prediction.model_id == model_id)) or 0


def write_predictions(model_id: int, predicted: Sequence[Predicted], *, session: Session) -> None:
    """Keep a model version's answers; a former answer of the same version for the same sample is replaced.

    Raises NotFoundError when the version has been deleted meanwhile.
    """
    # Two writers of the same version's answers take turns.
    turn = select(ModelVersion.id).where(ModelVersion.id == model_id).with_for_update(key_share=True)
    if session.scalar(turn) is None:
        raise NotFoundError("The model version was deleted while it predicted. Predict with another one.")
    # The table itself: the mapped class would look for each row among the session's objects.
    table = cast("Table", Prediction.__table__)
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    answer = {name: statement.excluded[name] for name in ("label_id", "score", "created_at")}
    statement = statement.on_conflict_do_update(index_elements=["model_id", "sample_id"], set_=answer)
    connection = session.connection()
    columns = ["model_id", "sample_id", "label_id", "score", "created_at"]
    compiled = statement.compile(dialect=connection.dialect, column_keys=columns)
    # The driver gets the values as it takes them: the time, the same for all, is not made anew for each.
    as_stored = table.c.created_at.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    at = as_stored(now()) if as_stored else now()
    rows = [dict(zip(columns, (model_id, *row, at), strict=True)) for row in predicted]
    order = compiled.positiontup
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        connection.exec_driver_sql(str(compiled), [tuple(map(row.get, order)) for row in part] if order else part)

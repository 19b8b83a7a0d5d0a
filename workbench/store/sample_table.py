"""Samples as the plain columns of a table: read quickly, a part at a time, without a row object for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import Integer, cast, literal, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from workbench.errors import WorkbenchError, unknown_name
from workbench.store.label_merges import label_now_column
from workbench.store.samples import SampleFilter
from workbench.store.schema import Prediction, Sample

Order = Literal["id", "name", "labeled_at", "label", "split", "width", "height", "size_bytes", "score"]
ORDERS: tuple[Order, ...] = get_args(Order)
_AT_ONCE = 10_000


class TableRow(NamedTuple):
    """A sample's facts. Times are as the driver gives them: `utc_time` reads one. `score` is that of the version."""

    id: int
    sha256: str
    uri: str
    name: str
    label_id: int | None
    skipped: int
    split: str | None
    annotator: str | None
    labeled_at: datetime | str | None
    width: int
    height: int
    size_bytes: int
    created_at: datetime | str
    predicted_id: int | None
    score: float | None


def utc_time(value: datetime | str | None) -> datetime | None:
    """Return a time of a row, aware and in UTC: SQLite keeps a text that names no zone."""
    if value is None:
        return None
    time = datetime.fromisoformat(value) if isinstance(value, str) else value
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def parts_of_table(
    theme_id: int,
    where: SampleFilter,
    *,
    order: str = "id",
    model_id: int | None = None,
    merged: Mapping[int, int] | None = None,
    session: Session,
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield what a filter means some thousands of rows at a time, so that a million need not be there at once.

    Rows are plain tuples in the order of `TableRow`.

    `order` is one of `ORDERS`, descending with `-` before it. `model_id` is the version whose answers are told,
    `merged` the `label_merges.merged_labels` of the theme.
    """
    query = _columns(model_id, merged or {}).where(*where.conditions(theme_id)).order_by(*_order(order, model_id))
    # From the connection: rows of the session's own cost half as much again.
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # The driver's own tuples: to wrap them takes longer than to read them.
        cursor = connection.execute(query).cursor
        while part := cursor.fetchmany(_AT_ONCE):
            yield part
        return
    yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE}).partitions(_AT_ONCE)  # type: ignore[misc]


def rows_of_table(
    theme_id: int,
    ids: Sequence[int],
    *,
    model_id: int | None = None,
    merged: Mapping[int, int] | None = None,
    session: Session,
) -> Iterator[Sequence[TableRow]]:
    """Yield the rows of some samples in the order of their ids as given; those that are gone are left out."""
    query = _columns(model_id, merged or {})
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        where = SampleFilter(ids=tuple(part), deleted=None).conditions(theme_id)
        found = {row.id: row for row in session.connection().execute(query.where(*where))}
        yield [found[sample_id] for sample_id in part if sample_id in found]  # type: ignore[misc]


def ordered_ids(
    theme_id: int, where: SampleFilter, *, order: str = "id", model_id: int | None = None, session: Session
) -> list[int]:
    """Return the ids of all samples that a filter means, in an order as that of `parts_of_table`."""
    found: list[tuple[Any, int]] = []
    key, descending = _key(order, model_id), order.startswith("-")
    parts = where.parts()
    for part in parts:
        query: Any = select(key, Sample.id) if len(parts) > 1 else select(literal(0), Sample.id)
        query = _joined(query, model_id).where(*part.conditions(theme_id)).order_by(*_order(order, model_id))
        found.extend((value, sample_id) for value, sample_id in session.connection().execute(query))
    if len(parts) > 1:
        # None comes last, whichever way the others go.
        last = [row for row in found if row[0] is None]
        found = sorted((row for row in found if row[0] is not None), reverse=descending)
        found += sorted(last, key=lambda row: row[1], reverse=descending)
    return [sample_id for _, sample_id in found]


def checked_order(order: str, *, scored: bool) -> str:
    """Return an order. Raises WorkbenchError for one that there is not, or of scores that no model gave."""
    name = order.removeprefix("-")
    if name not in ORDERS:
        raise WorkbenchError(unknown_name("order", name, ORDERS, then="A '-' before it turns the order around."))
    if name == "score" and not scored:
        raise WorkbenchError("Samples are sorted by the score of a model; name one: samples(model='production').")
    return order


def _columns(model_id: int | None, merged: Mapping[int, int]) -> Any:
    # To read a time takes longer than all the other columns; of a whole column Arrow does it.
    unread: NullType = NullType()
    answer = [literal(None).label("predicted_id"), literal(None).label("score")]
    if model_id is not None:
        answer = [label_now_column(Prediction.label_id, merged).label("predicted_id"), Prediction.score.label("score")]  # type: ignore[list-item]
    query: Any = select(
        Sample.id,
        Sample.sha256,
        Sample.uri,
        Sample.name,
        Sample.label_id,
        cast(Sample.skipped, Integer).label("skipped"),
        Sample.split,
        Sample.annotator,
        type_coerce(Sample.labeled_at, unread).label("labeled_at"),
        Sample.width,
        Sample.height,
        Sample.size_bytes,
        type_coerce(Sample.created_at, unread).label("created_at"),
        *answer,
    )
    return _joined(query, model_id)


def _joined(query: Any, model_id: int | None) -> Any:
    query = query.select_from(Sample)
    if model_id is None:
        return query
    return query.outerjoin(Prediction, (Prediction.sample_id == Sample.id) & (Prediction.model_id == model_id))


def _key(order: str, model_id: int | None) -> Any:
    name = checked_order(order, scored=model_id is not None).removeprefix("-")
    columns = {"label": Sample.label_id, "score": Prediction.score}
    return columns.get(name) if name in columns else getattr(Sample, name)


def _order(order: str, model_id: int | None) -> list[Any]:
    key, descending = _key(order, model_id), order.startswith("-")
    if order.removeprefix("-") == "id":
        return [Sample.id.desc() if descending else Sample.id]
    return [key.desc().nulls_last(), Sample.id.desc()] if descending else [key.nulls_last(), Sample.id]

"""Samples as the plain columns of a table: read quickly, a part at a time, without a row object for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import starmap
from typing import Any, Literal, NamedTuple, get_args

from sqlalchemy import Integer, cast, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from workbench.errors import WorkbenchError, unknown_name
from workbench.store.label_merges import label_now_column
from workbench.store.samples import SampleFilter
from workbench.store.schema import Prediction, Sample

Order = Literal["id", "name", "labeled_at", "label", "split", "width", "height", "size_bytes", "score"]
ORDERS: tuple[Order, ...] = get_args(Order)
_AT_ONCE = 10_000
# Of more tuples at a time Python's garbage collection makes rounds, which cost as much as reading them.
_FEW = 500
# The key of an image's bytes is `ab/` and its digest before it.
_SUFFIX_AT = 68


class TableRow(NamedTuple):
    """A sample's facts. Times are as the driver gives them: `utc_time` reads one.

    `suffix` is that of its image's key, with the dot; the last two are the answer of the version that is asked for.
    """

    id: int
    sha256: str
    suffix: str
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
    predicted_id: int | None = None
    score: float | None = None


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
) -> Iterator[dict[str, list[Any]]]:
    """Yield what a filter means some thousands of samples at a time, so that a million need not be there at once.

    A part is a list of values for each field of `TableRow`; without a model the last two are missing.

    `order` is one of `ORDERS`, descending with `-` before it. `model_id` is the version whose answers are told,
    `merged` the `label_merges.merged_labels` of the theme.
    """
    query = _columns(model_id, merged or {}).where(*where.conditions(theme_id)).order_by(*_order(order, model_id))
    part: dict[str, list[Any]] = {column.name: [] for column in query.selected_columns}
    for few in _streamed(query, session):
        for column, values in zip(part.values(), zip(*few, strict=True), strict=True):
            column.extend(values)
        if len(part["id"]) >= _AT_ONCE:
            yield part
            part = {name: [] for name in part}
    if part["id"]:
        yield part


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
        found = {row.id: row for row in starmap(TableRow, session.connection().execute(query.where(*where)))}
        yield [found[sample_id] for sample_id in part if sample_id in found]


def columns_of(rows: Sequence[TableRow]) -> dict[str, Sequence[Any]]:
    """Return rows as a part of `parts_of_table`."""
    return dict(zip(TableRow._fields, zip(*rows, strict=True), strict=True)) if rows else defaultdict(tuple)


def ordered_ids(
    theme_id: int, where: SampleFilter, *, order: str = "id", model_id: int | None = None, session: Session
) -> Iterator[int]:
    """Yield the ids of all samples that a filter means, in an order as that of `parts_of_table`, as they are asked for.

    Of more ids in the filter than one statement takes, all are read first.
    """
    query = _joined(select(Sample.id, _key(order, model_id)), model_id).order_by(*_order(order, model_id))
    queries = [query.where(*part.conditions(theme_id)) for part in where.parts()]
    rows = (row for each in queries for few in _streamed(each, session) for row in few)
    if len(queries) == 1:
        return (sample_id for sample_id, _ in rows)
    descending = order.startswith("-")
    found = [(value, sample_id) for sample_id, value in rows]
    # None comes last, whichever way the others go.
    last = sorted((row for row in found if row[0] is None), key=lambda row: row[1], reverse=descending)
    found = sorted((row for row in found if row[0] is not None), reverse=descending) + last
    return (sample_id for _, sample_id in found)


def _streamed(query: Any, session: Session) -> Iterator[Iterable[tuple[Any, ...]]]:
    """Yield the rows of a query, a few at a time: no more than that are in memory."""
    # From the connection: rows of the session's own cost half as much again.
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        # The driver's own tuples: to wrap them takes longer than to read them.
        with closing(connection.execute(query).cursor) as cursor:
            while few := cursor.fetchmany(_FEW):
                yield few
        return
    yield from connection.execute(query, execution_options={"yield_per": _AT_ONCE}).partitions(_FEW)  # type: ignore[misc]


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
    answer: list[Any] = []
    if model_id is not None:
        answer = [label_now_column(Prediction.label_id, merged).label("predicted_id"), Prediction.score.label("score")]
    query: Any = select(
        Sample.id,
        Sample.sha256,
        func.substr(Sample.uri, _SUFFIX_AT).label("suffix"),
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

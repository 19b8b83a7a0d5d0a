"""The rows of a theme as plain values, table by table: read in constant memory, checked, written with new ids."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import JSON, BigInteger, Column, DateTime, String, Table, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.store.column_types import UtcDateTime
from workbench.store.schema import Base, Label, Sample

_PAGE = 2_000


def rows_of_theme(model: type[Base], theme_id: int, *, session: Session) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a table that belong to a theme, deleted ones too, page by page in the order of their keys."""
    columns, keys = model.__table__.columns, list(model.__table__.primary_key)
    query = select(*columns).order_by(*keys).limit(_PAGE)
    if "theme_id" in columns:
        query = query.where(columns.theme_id == theme_id)
    else:
        query = query.where(columns.sample_id.in_(select(Sample.id).where(Sample.theme_id == theme_id)))
    further = query
    while page := session.execute(further).mappings().all():
        yield from cast("Sequence[Mapping[str, Any]]", page)
        further = query.where(tuple_(*keys) > tuple_(*(page[-1][key.name] for key in keys)))


def columns_of(model: type[Base]) -> dict[str, Column[Any]]:
    """Return the columns of a table by their names, in its order."""
    return {column.name: column for column in _table(model).columns}


def insert_rows(model: type[Base], rows: Sequence[dict[str, Any]], *, session: Session) -> None:
    """Write rows into a table. Raises ConflictError when they contradict each other or what is there."""
    with _conflicts_told():
        session.execute(insert(_table(model)), list(rows))


def insert_rows_for_ids(model: type[Base], rows: Sequence[dict[str, Any]], *, session: Session) -> list[int]:
    """Write rows as `insert_rows` does and return their new ids in the order of the rows."""
    statement = insert(_table(model)).returning(_table(model).columns["id"], sort_by_parameter_order=True)
    with _conflicts_told():
        return list(session.execute(statement, list(rows)).scalars())


def update_row(model: type[Base], row_id: int, values: Mapping[str, Any], *, session: Session) -> None:
    """Set columns of one row. Raises ConflictError as `insert_rows` does."""
    with _conflicts_told():
        session.execute(update(_table(model)).where(_table(model).columns["id"] == row_id).values(dict(values)))


def carries_deleted_label(theme_id: int, *, session: Session) -> bool:
    """Whether a living sample of a theme has a label that is deleted, which the store itself never lets happen."""
    query = select(Sample.id).join(Label, Label.id == Sample.label_id)
    query = query.where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None), Label.deleted_at.is_not(None))
    return session.scalar(query.limit(1)) is not None


def checked_value(column: Column[Any], value: Any) -> Any:
    """Return a value from outside as its column takes it. Raises ValueError or TypeError when it does not."""
    if value is None:
        if not column.nullable:
            raise ValueError("a value is missing")
        return None
    if isinstance(column.type, DateTime | UtcDateTime):
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError(f"the time {value!r} has no time zone")
        return at.astimezone(UTC)
    if isinstance(column.type, JSON):
        if not isinstance(value, list) or not all(isinstance(each, str) and is_text(each) for each in value):
            raise ValueError(f"{value!r} is not a list of texts")
        return value
    kind: type[Any] = column.type.python_type
    if kind is float and type(value) is int:
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    if type(value) is not kind:
        raise ValueError(f"{value!r} is not of the type {kind.__name__}")
    if isinstance(value, int) and abs(value) >= 2 ** (63 if isinstance(column.type, BigInteger) else 31):
        raise ValueError(f"{value} is larger than the store can keep")
    if isinstance(value, str) and not is_text(value):
        raise ValueError(f"{value!r} holds signs that no text has")
    longest = column.type.length if isinstance(column.type, String) else None
    if longest is not None and len(str(value)) > longest:
        raise ValueError(f"longer than {longest} characters")
    return value


def is_text(text: str) -> bool:
    """Whether a database takes a text: JSON can hold zero bytes and halves of signs, which no UTF-8 has."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


@contextmanager
def _conflicts_told() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise ConflictError("These rows contradict each other or what is there already.") from None

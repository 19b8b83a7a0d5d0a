"""Many rows as one statement's parameters: SQLAlchemy takes a parameter for each value a good deal longer.

On SQLite they are one text of JSON, on PostgreSQL an array for each column.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, FromClause, Select, Text, bindparam, cast, func, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

Kinds = Mapping[str, type[TypeEngine[Any]]]
_ORDER = "given_order"
_PARAMETER = "given"
_MARKS = ("_between", "_null")


def given_rows(
    kinds: Kinds, rows: Sequence[Sequence[Any]], *, session: Session
) -> tuple[dict[str, ColumnElement[Any]], ColumnElement[Any], dict[str, Any]]:
    """Return the columns of rows that are given, what sorts them as they are given, and the parameters to execute with.

    `kinds` names the columns and their types. Texts hold no NUL, which PostgreSQL does not take; those of a column are
    more than a single empty one.
    """
    names, sqlite = tuple(kinds.items()), session.get_bind().dialect.name == "sqlite"
    if sqlite:
        columns, order = _of_json(names)
        return columns, order, {_PARAMETER: json.dumps(rows, ensure_ascii=False)}
    columns, order = _of_arrays(names)
    values = zip(*rows, strict=True) if rows else ((),) * len(kinds)
    parameters: dict[str, Any] = {}
    for number, (kind, column) in enumerate(zip(kinds.values(), values, strict=True)):
        parameters |= _parameters(number, kind, column)
    return columns, order, parameters


def given_texts(values: Sequence[str], *, session: Session) -> tuple[Select[tuple[str]], dict[str, Any]]:
    """Return a query of texts that are given, to be looked for in it, and the parameters to execute with."""
    columns, _, parameters = given_rows({"value": Text}, [(value,) for value in values], session=session)
    return select(columns["value"]), parameters


@cache
def _of_json(names: tuple[tuple[str, type[TypeEngine[Any]]], ...]) -> tuple[dict[str, Any], ColumnElement[Any]]:
    row = func.json_each(bindparam(_PARAMETER, type_=Text)).table_valued("key", "value")
    return {
        name: func.json_extract(row.c.value, f"$[{number}]", type_=kind()) for number, (name, kind) in enumerate(names)
    }, row.c.key


@cache
def _of_arrays(names: tuple[tuple[str, type[TypeEngine[Any]]], ...]) -> tuple[dict[str, Any], ColumnElement[Any]]:
    arrays = [_array(number, kind) for number, (_, kind) in enumerate(names)]
    row: FromClause = (
        func.unnest(*arrays).table_valued(*(name for name, _ in names), with_ordinality=_ORDER).render_derived()
    )
    return {name: row.c[name] for name, _ in names}, row.c[_ORDER]


def _array(number: int, kind: type[TypeEngine[Any]]) -> ColumnElement[Any]:
    name = _name(number)
    if kind is not Text:
        return bindparam(name, type_=ARRAY(kind))
    # The driver takes longest for an array of texts.
    return func.string_to_array(*(cast(bindparam(f"{name}{part}", type_=Text), Text) for part in ("", *_MARKS)))


def _parameters(number: int, kind: type[TypeEngine[Any]], values: Sequence[Any]) -> dict[str, Any]:
    name = _name(number)
    if kind is not Text:
        return {name: list(values)}
    everything = "".join(filter(None, values))
    between, null = islice((mark for mark in map(chr, range(1, 0x110000)) if mark not in everything), 2)
    text = between.join(null if value is None else value for value in values)
    return {name: text} | {f"{name}{part}": mark for part, mark in zip(_MARKS, (between, null), strict=True)}


def _name(number: int) -> str:
    return f"{_PARAMETER}_{number}"

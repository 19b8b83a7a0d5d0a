"""Finding samples by a part of their file name, in any case and Unicode form, by an index of three letters each.

Triggers keep the index beside the table of samples: FTS5's trigrams on SQLite, an array of them with a GIN index on
PostgreSQL, where `pg_trgm` is not everywhere to be had. What they write is the name with the letters of ASCII in lower
case; names with others are folded here, by whoever adds samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from unicodedata import normalize

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    LargeBinary,
    Text,
    and_,
    bindparam,
    case,
    cast,
    collate,
    column,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    tablesample,
    update,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.visitors import InternalTraversal

from workbench.store.schema import Sample

INDEX = "name_search"
"""What the names of the index's tables begin with: they are made of the samples and stand in no backup."""

_INDEXED = 3
_MOST_TRIGRAMS = 24
# Above so many matches it is quicker to read all names than to look for each of those samples.
_COMMON = 50_000
_COMMON_SHARE = 0.03
_CHUNK = 5_000
_index = table(INDEX, column("rowid"), column("sample_id"), column("folded", Text()))


class _Choice(ColumnElement[bool]):
    """A condition that each database has its own words for."""

    inherit_cache = True
    type = false().type
    # Else SQLite is asked whether it equals 1, and finds no index for that.
    _is_implicitly_boolean = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy reads it so
        ("sqlite", InternalTraversal.dp_clauseelement),
        ("postgresql", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, sqlite: ColumnElement[bool], postgresql: ColumnElement[bool]) -> None:
        self.sqlite, self.postgresql = sqlite, postgresql


@compiles(_Choice)
def _compile(element: _Choice, compiler: Any, **how: Any) -> str:
    chosen = element.postgresql if compiler.dialect.name == "postgresql" else element.sqlite
    # One of two conditions, too, is one among others.
    return f"({compiler.process(chosen, **how)})"


def folded(name: str) -> str:
    """Return a name as it is looked for: in lower case, and composed."""
    return name.lower() if name.isascii() else normalize("NFC", normalize("NFD", name).casefold())


def name_holds(text: str, *, common: bool = False, ascii: bool = False) -> ColumnElement[bool]:
    """A sample's file name holds a text.

    `common` says that `is_common` found it to be in many, `ascii` that no name of the theme has other letters.
    """
    text = folded(text)
    if "\0" in text:
        return false()
    like = f"%{_escaped(text)}%"
    if len(text) >= _INDEXED and not (common and text.isascii()):
        return _in_index([text], None)
    return _by_reading([like], text, common=common, ascii=ascii)


def name_matches(pattern: str, *, ascii: bool = False) -> ColumnElement[bool]:
    """A sample's file name matches a pattern with `*` and `?`; one without a slash is meant in every folder.

    `ascii` as in `name_holds`.
    """
    pattern = folded(pattern)
    if "\0" in pattern:
        return false()
    like = _escaped(pattern).replace("*", "%").replace("?", "_")
    likes = [like] if "/" in pattern else [like, f"%//{like}"]
    parts = [part for part in _parts(pattern) if len(part) >= _INDEXED]
    return _in_index(parts, likes) if parts else _by_reading(likes, pattern, ascii=ascii)


def in_theme(theme_id: int) -> ColumnElement[bool]:
    """A sample is one of a theme, for a query that finds it by its name: SQLite would go through all of the theme."""
    return _Choice(Sample.theme_id.op("+")(0) == theme_id, Sample.theme_id == theme_id)


def is_indexed(text: str | None, *, pattern: bool = True) -> bool:
    """Whether a part of a name, or a pattern of it, is long enough to be looked for in the index."""
    parts = _parts(folded(text or "")) if pattern else [folded(text or "")]
    return max(map(len, parts)) >= _INDEXED


def is_common(text: str, *, session: Session) -> bool:
    """Whether a text is in so many names of the store that reading them all is quicker than the index."""
    text = folded(text)
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    # A shorter one is in no index; PostgreSQL reads the names in another way where few have it.
    if "\0" in text or (on_sqlite and len(text) < _INDEXED):
        return False
    if on_sqlite:
        some = select(literal(1)).select_from(_index).where(_matching([text])).limit(_COMMON + 1).subquery()
        return (session.scalar(select(func.count()).select_from(some)) or 0) > _COMMON
    # There to look up a great many costs the most: a fiftieth of the table tells.
    some_pages = tablesample(_index, func.system(2), seed=literal(1))
    holds = some_pages.c.folded.like(f"%{_escaped(text)}%", escape="/")
    found, among = session.execute(select(func.count().filter(holds), func.count()).select_from(some_pages)).one()
    return bool(found > _COMMON_SHARE * among)


def all_are_ascii(theme_id: int, *, session: Session) -> bool:
    """Whether the names of all samples of a theme, deleted ones too, are of ASCII alone."""
    # In this order by the index of those alone: PostgreSQL expects that nearly every name is one, and would read them.
    one = select(Sample.id).where(Sample.theme_id == theme_id, _beyond_ascii()).order_by(Sample.id).limit(1)
    return session.scalar(one) is None


def fold_names(names: Iterable[tuple[int, str]], *, session: Session) -> None:
    """Put names of samples that were just added (pairs of id and name) into the index as they are looked for."""
    rows = [{"one": number, "name": folded(name)} for number, name in names if not name.isascii()]
    if rows:
        key = _index.c.rowid if session.get_bind().dialect.name == "sqlite" else _index.c.sample_id
        statement = update(_index).where(key == bindparam("one")).values(folded=bindparam("name"))
        session.connection().execute(statement, rows)


def fold_all_names(*, session: Session) -> None:
    """Do what `fold_names` does for all samples."""
    last = 0
    query = select(Sample.id, Sample.name).order_by(Sample.id).limit(_CHUNK)
    while rows := session.execute(query.where(Sample.id > last)).tuples().all():
        fold_names(rows, session=session)
        last = rows[-1][0]


def _in_index(parts: list[str], likes: list[str] | None) -> ColumnElement[bool]:
    """The index has all parts for a name, and the name is like one of some patterns; of a single part, it has that."""
    starts = ((part, start) for part in parts for start in range(len(part) - _INDEXED + 1))
    trigrams = list(dict.fromkeys(part[start : start + _INDEXED] for part, start in starts))
    wanted = cast(trigrams[:_MOST_TRIGRAMS], ARRAY(Text()))
    exactly = _like_one(_index.c.folded, [f"%{_escaped(parts[0])}%"] if likes is None else likes)
    by_array = getattr(func, f"{INDEX}_trigrams")(_index.c.folded).op("@>")(wanted)
    return _Choice(
        Sample.id.in_(_found(_index.c.rowid, _matching(parts), *([] if likes is None else [exactly]))),
        Sample.id.in_(_found(_index.c.sample_id, by_array, exactly)),
    )


def _by_reading(likes: list[str], text: str, *, common: bool = False, ascii: bool) -> ColumnElement[bool]:
    """A name is like one of some patterns: all of them are read."""
    if ascii and text.isascii():
        # In SQLite LIKE knows no case of ASCII.
        return _Choice(_like_one(Sample.name, likes), _like_in_any_case(likes, text, common=common))
    if ascii:
        return false()
    exactly = _like_one(_index.c.folded, likes)
    return _Choice(
        _read(_index.c.rowid, Sample.name, exactly, likes, text),
        _read(_index.c.sample_id, _small(text), exactly, likes, text),
    )


def _like_in_any_case(likes: list[str], text: str, *, common: bool) -> ColumnElement[bool]:
    """A name of ASCII alone is like one of some patterns, for PostgreSQL, where folding takes as long as comparing."""
    if text.upper() == text:
        return _like_one(Sample.name, likes)
    # Letters of other alphabets, whose case the database's locale knows, take longer.
    in_any_case = _like_one(func.lower(collate(Sample.name, "C")), likes)
    # What is in many names is in most of them as it is written in small letters, or in none.
    return or_(_like_one(Sample.name, likes), in_any_case) if common else in_any_case


def _small(text: str) -> Any:
    """The name in lower case, where the text that is looked for has letters at all."""
    return Sample.name if text.upper() == text else func.lower(Sample.name)


def _read(key: Any, name: Any, exactly: ColumnElement[bool], likes: list[str], text: str) -> ColumnElement[bool]:
    """A name is read as it stands where it is all ASCII, else as it is in the index."""
    in_index = _found(key, key == Sample.id, exactly).correlate(Sample).exists()
    if not text.isascii():
        return and_(_beyond_ascii(), in_index)
    return case((_beyond_ascii(), in_index), else_=_like_one(name, likes))


def _beyond_ascii() -> ColumnElement[bool]:
    """A name has other letters than those of ASCII, in the words of the index of those."""
    return _Choice(
        func.length(cast(Sample.name, LargeBinary)) != func.length(Sample.name),
        func.octet_length(Sample.name) != func.length(Sample.name),
    )


def _found(key: Any, *conditions: ColumnElement[bool]) -> Any:
    return select(key).select_from(_index).where(*conditions)


def _matching(parts: list[str]) -> ColumnElement[bool]:
    quoted = (part.replace('"', '""') for part in parts)
    return literal_column(INDEX, Text()).op("MATCH")(" AND ".join(f'"{part}"' for part in quoted))


def _parts(pattern: str) -> list[str]:
    return re.split(r"[*?]", pattern)


def _like_one(name: Any, likes: list[str]) -> ColumnElement[bool]:
    # Without one PostgreSQL takes a backslash for it.
    return or_(*(name.like(like, escape="/") for like in likes))


def _escaped(text: str) -> str:
    return re.sub("[/%_]", r"/\g<0>", text)

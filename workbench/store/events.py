"""Batches and label events: what every change of samples writes. All label events of the store are written here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    SQLColumnExpression,
    String,
    Table,
    Text,
    and_,
    exists,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from workbench.errors import WorkbenchError
from workbench.store.column_types import now
from workbench.store.given_rows import Kinds, given_rows
from workbench.store.schema import BATCH_ACTIONS, SOURCES, Batch, LabelEvent, Sample

DELETED = "deleted"
"""What the events of action `delete` hold for a deleted sample."""

UNFINISHED = "not finished"
"""The note of an undo that takes back a batch which did not come to its end."""

_FROM_BATCH = ("theme_id", "sample_id", "at", "annotator", "source", "action", "batch_id")
_FIRST: Kinds = {"sample_id": BigInteger, "after": Text}

# Built once: every key press goes through it.
_ADD_EVENTS = insert(cast("Table", LabelEvent.__table__))


class Event(NamedTuple):
    """A change of one sample that is to be recorded; `before` and `after` are texts as LabelEvent describes them.

    `before_annotator` and `before_at` tell whose decision it was before, and since when.
    """

    sample_id: int
    before: str | None
    after: str | None
    before_annotator: str | None = None
    before_at: datetime | None = None


def start_batch(
    theme_id: int,
    action: str,
    *,
    annotator: str,
    source: str,
    session: Session,
    client_key: str | None = None,
    note: str = "",
    undoes: int | None = None,
) -> Batch:
    """Begin a batch. Raises WorkbenchError without an annotator's name, ValueError for an action of no name."""
    if action not in BATCH_ACTIONS:
        raise ValueError(f"there is no action '{action}': BATCH_ACTIONS of the schema has all")
    batch = Batch(
        theme_id=theme_id,
        at=now(),
        annotator=check_batch(annotator, source, client_key),
        source=source,
        action=action,
        note=note,
        client_key=client_key,
        undoes=undoes,
        changed=0,
        unchanged=0,
    )
    session.add(batch)
    session.flush()
    return batch


def check_batch(annotator: str, source: str, client_key: str | None) -> str:
    """Return the annotator's name as it is recorded. Raises WorkbenchError when one of the three cannot be recorded."""
    if source not in SOURCES:
        raise WorkbenchError(f"There is no source '{source}'. Allowed: {', '.join(SOURCES)}.")
    if client_key is not None and not 1 <= len(client_key) <= 100:
        raise WorkbenchError(f"A client key has 1 to 100 characters; {len(client_key)} came.")
    return checked_annotator(annotator)


def checked_annotator(name: str) -> str:
    """Return an annotator's name with single blanks between its words. Raises WorkbenchError when it cannot be one."""
    # Phones and pasted text bring no-break spaces, which are not printable.
    name = " ".join(name.split())
    if not name:
        raise WorkbenchError("A change needs the name of the annotator who makes it.")
    if len(name) > 100 or not name.isprintable():
        raise WorkbenchError(
            f"{name[:100]!r} cannot be the name of an annotator. Allowed: 1 to 100 printable characters."
        )
    return name


def batch_of_client_key(client_key: str | None, *, session: Session) -> Batch | None:
    """Return the batch that a browser message made earlier, None when the message is new."""
    if client_key is None:
        return None
    return session.scalar(select(Batch).where(Batch.client_key == client_key))


def came_to_its_end() -> ColumnElement[bool]:
    """Whether a batch is a change that somebody made: neither one that was taken back midway nor the taking back."""
    undoing = aliased(Batch)
    taken_back = exists().where(undoing.undoes == Batch.id, undoing.note == UNFINISHED).correlate(Batch)
    return and_(or_(Batch.undoes.is_(None), Batch.note != UNFINISHED), ~taken_back)


def write_events(
    batch: Batch, action: str, events: Iterable[Event], *, client_key: str | None = None, session: Session
) -> None:
    """Write events whose values are known here, as part of a batch. A `client_key` is for a single event."""
    rows = [
        event_row(
            event,
            theme_id=batch.theme_id,
            at=batch.at,
            annotator=batch.annotator,
            source=batch.source,
            action=action,
            client_key=client_key,
            batch_id=batch.id,
        )
        for event in events
    ]
    add_event_rows(rows, session.connection())


def write_events_where(
    batch: Batch,
    action: str,
    which: Iterable[ColumnElement[bool]],
    *,
    before: SQLColumnExpression[Any] | str | None,
    after: SQLColumnExpression[Any] | str | None,
    session: Session,
    samples: type[Sample] = Sample,
) -> None:
    """Write one event for each sample that the conditions mean, inside the database. Call it before the change.

    `samples` may be an alias of Sample that the conditions are about.
    """
    query = select(
        *(samples.theme_id, samples.id, *_of_batch(batch, action)),
        *(_text(before), _text(after), samples.annotator, samples.labeled_at),
    )
    names = (*_FROM_BATCH, "before", "after", "before_annotator", "before_at")
    query = query.where(*which).order_by(samples.id)
    session.execute(insert(LabelEvent).from_select(names, query, include_defaults=False))


def write_first_events(batch: Batch, action: str, after: Sequence[tuple[int, str]], *, session: Session) -> None:
    """Write an event for each pair of a sample's id and the text of what it has now, where nothing was before."""
    if not after:
        return
    row, order, given = given_rows(_FIRST, after, session=session)
    query = select(literal(batch.theme_id), row["sample_id"], *_of_batch(batch, action), row["after"]).order_by(order)
    statement = insert(LabelEvent).from_select((*_FROM_BATCH, "after"), query, include_defaults=False)
    session.connection().execute(statement, given)


def _of_batch(batch: Batch, action: str) -> list[SQLColumnExpression[Any]]:
    at = literal(batch.at, LabelEvent.at.type)
    return [at, *map(literal, (batch.annotator, batch.source, action, batch.id))]


def event_row(event: Event, **common: Any) -> dict[str, Any]:
    """Return the columns of an event; `common` are those that it has from its batch."""
    return {**common, **event._asdict()}


def add_event_rows(rows: Sequence[dict[str, Any]], connection: Connection) -> None:
    """Write rows that `event_row` made."""
    if rows:
        # A list of one costs as much as a list of many: a statement compiled again, a pipeline opened and closed.
        connection.execute(_ADD_EVENTS, rows[0] if len(rows) == 1 else list(rows))


def _text(value: SQLColumnExpression[Any] | str | None) -> SQLColumnExpression[Any]:
    return literal(value, String) if value is None or isinstance(value, str) else value

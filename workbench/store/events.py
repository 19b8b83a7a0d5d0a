"""Batches and label events: what every change of samples writes, whoever makes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    String,
    case,
    cast,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.samples import forget_samples
from workbench.store.schema import SOURCES, Batch, Label, LabelEvent, Sample, now

SKIPPED = "skipped"
DELETED = "deleted"


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
    """Begin an act. Raises WorkbenchError without an annotator's name or with an unknown source."""
    batch = Batch(
        theme_id=theme_id, at=now(), annotator=check_act(annotator, source, client_key), source=source, action=action,
        note=note, client_key=client_key, undoes=undoes, changed=0, unchanged=0,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def check_act(annotator: str, source: str, client_key: str | None) -> str:
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


def living_labels(theme_id: int, *, session: Session) -> set[int]:
    """Return the ids of the labels that a theme has now."""
    return set(session.scalars(select(Label.id).where(Label.theme_id == theme_id, Label.deleted_at.is_(None))))


def require_label(label_id: int | None, labels: set[int]) -> None:
    """Raise NotFoundError for a label that is not among those given."""
    if label_id is not None and label_id not in labels:
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then label again.")


def decision_of(sample: Sample) -> str | None:
    """Return a sample's present decision as text: a label id in decimal, `"skipped"`, or None for none."""
    if sample.label_id is not None:
        return str(sample.label_id)
    return SKIPPED if sample.skipped else None


def decision_column() -> ColumnElement[Any]:
    """Return `decision_of` as SQL."""
    return case(
        (Sample.label_id.is_not(None), cast(Sample.label_id, String)),
        (Sample.skipped.is_(True), literal(SKIPPED, String)),
    )


def record(
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
    values = {
        "theme_id": samples.theme_id, "sample_id": samples.id, "at": literal(batch.at, LabelEvent.at.type),
        "annotator": literal(batch.annotator), "source": literal(batch.source), "action": literal(action),
        "before": _text(before), "after": _text(after),
        "before_annotator": samples.annotator, "before_at": samples.labeled_at, "batch_id": literal(batch.id),
    }  # fmt: skip
    query = select(*values.values()).where(*which).order_by(samples.id)
    session.execute(insert(LabelEvent).from_select(list(values), query, include_defaults=False))


def change(which: Iterable[ColumnElement[bool]], *, session: Session, **values: object) -> int:
    """Set columns of each sample that the conditions mean, inside the database, and return how many those were."""
    statement = update(Sample).where(*which).values(**values).execution_options(synchronize_session=False)
    changed = session.execute(statement).rowcount  # type: ignore[attr-defined]
    forget_samples(session)
    return int(changed)


def _text(value: SQLColumnExpression[Any] | str | None) -> SQLColumnExpression[Any]:
    return literal(value, String) if value is None or isinstance(value, str) else value

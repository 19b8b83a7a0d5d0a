"""Edits of single samples: what a key press writes, as many of them in one transaction as a message carries.

The statements are built once and go past the session's objects: SQLite lets one writer in at a time, so whatever Python
takes between the first and the last of them, every annotator waits for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import EllipsisType
from typing import Any, Literal, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from workbench.store.column_types import now
from workbench.store.decisions import NOTHING_THERE, SKIPPED, UNDECIDED, Decision
from workbench.store.events import Event, add_event_rows, check_batch, event_row
from workbench.store.label_merges import decision_now, merged_labels
from workbench.store.labels import require_label
from workbench.store.locks import lock_theme_shared
from workbench.store.samples import forget_samples
from workbench.store.schema import Batch, Sample

_CONFLICT = "conflict"

EditStatus = Literal["changed", "unchanged", "replayed", "conflict", "missing"]

_samples, _batches = (cast("Table", model.__table__) for model in (Sample, Batch))
_DECIDED = ("label_id", "skipped", "nothing_there", "annotator", "labeled_at")
_columns = tuple(_samples.c[name] for name in ("id", "theme_id", *_DECIDED, "split", "deleted_at"))
_ONE_SAMPLE = select(*_columns).where(_samples.c.id == bindparam("one")).with_for_update()
# Rows are locked in the order of their ids, so that two annotators never wait for each other in a circle.
_SOME_SAMPLES = (
    select(*_columns)
    .where(_samples.c.id.in_(bindparam("some", expanding=True)))
    .order_by(_samples.c.id)
    .with_for_update()
)
_KNOWN_KEYS = select(_batches.c.id, _batches.c.client_key, _batches.c.note).where(
    _batches.c.client_key.in_(bindparam("keys", expanding=True))
)
_ADD_BATCHES = insert(_batches).returning(_batches.c.id, sort_by_parameter_order=True)
_CHANGE_SAMPLE = (
    update(_samples).where(_samples.c.id == bindparam("one")).values({name: bindparam(name) for name in _DECIDED})
)


@dataclass(frozen=True)
class Edit:
    """What a person decided about one sample: a label, to skip it, or to clear it.

    Skipping is for samples without a label. `seen` is the decision that the person saw: when the store has another one
    by now, the edit is refused as a conflict; `...` overwrites whatever is there. `client_key` makes a repeated message
    harmless.
    """

    sample_id: int
    decision: Decision = UNDECIDED
    seen: Decision | EllipsisType = ...
    client_key: str | None = None


@dataclass(frozen=True)
class EditOutcome:
    """What an edit did, and what the sample's state is now: its decision (by whom, when) and its split."""

    sample_id: int
    status: EditStatus
    decision: Decision
    annotator: str | None
    batch_id: int | None
    at: datetime | None = None
    split: str | None = None


@dataclass
class _State:
    """What a sample has, while a message's edits are applied to it one after the other."""

    label_id: int | None
    skipped: bool
    nothing_there: bool
    annotator: str | None
    labeled_at: datetime | None
    split: str | None

    @property
    def decision(self) -> Decision:
        if self.label_id is not None:
            return Decision((self.label_id,))
        return SKIPPED if self.skipped else NOTHING_THERE if self.nothing_there else UNDECIDED


@dataclass(eq=False)
class _Write:
    """A batch that has been there, or one to be written, with the event that it makes."""

    id: int | None = None
    batch: dict[str, Any] = field(default_factory=dict)
    event: dict[str, Any] | None = None


def decide(
    theme_id: int,
    edits: Sequence[Edit],
    *,
    annotator: str,
    source: str = "human",
    session: Session,
) -> list[EditOutcome]:
    """Apply edits in their order and return the outcome of each, in the same order.

    A label that was merged in the meantime stands for the one that it was merged into. Raises NotFoundError for a label
    that the theme does not have; nothing is changed then.
    """
    session.flush()
    labels = lock_theme_shared(theme_id, session=session)
    edits = _as_labels_are_now(theme_id, edits, labels, session)
    for edit in edits:
        require_label(edit.decision.label, labels)
    connection = session.connection()
    states = _locked(theme_id, {edit.sample_id for edit in edits}, connection)
    # Read after the samples are locked: two processes may be sending the same message.
    known = _known(edits, connection)
    results: list[tuple[EditOutcome, _Write]] = []
    changed: set[int] = set()
    for edit in edits:
        state = states.get(edit.sample_id)
        write = known.get(edit.client_key or "")
        if state is None:
            results.append((EditOutcome(edit.sample_id, "missing", UNDECIDED, None, None), _Write()))
            continue
        if write is not None:
            status: EditStatus = "conflict" if write.batch["note"] == _CONFLICT else "replayed"
        else:
            status, write = _apply(theme_id, state, edit, annotator=annotator, source=source)
            if status == "changed":
                changed.add(edit.sample_id)
            if edit.client_key:
                known[edit.client_key] = write
        results.append((_outcome(edit.sample_id, status, state), write))
    _write([write for _, write in results], {sample_id: states[sample_id] for sample_id in sorted(changed)}, connection)
    forget_samples(session)
    return [replace(outcome, batch_id=write.id) for outcome, write in results]


def _as_labels_are_now(theme_id: int, edits: Sequence[Edit], labels: set[int], session: Session) -> Sequence[Edit]:
    """Name the labels that are there in edits that were made before a merge; hardly ever does it ask the store."""
    named = {label for edit in edits for one in (edit.decision, edit.seen) if one is not ... for label in one.labels}
    if named <= labels:
        return edits
    merged = merged_labels(theme_id, session=session)
    return [
        replace(
            edit,
            decision=decision_now(edit.decision, merged),
            seen=... if edit.seen is ... else decision_now(edit.seen, merged),
        )
        for edit in edits
    ]


def _locked(theme_id: int, ids: set[int], connection: Connection) -> dict[int, _State]:
    """Lock samples and return what each has; those deleted or of another theme are left out."""
    if len(ids) == 1:
        rows = connection.execute(_ONE_SAMPLE, {"one": next(iter(ids))})
    else:
        rows = connection.execute(_SOME_SAMPLES, {"some": sorted(ids)})
    # The theme is compared here: in the query it would lead SQLite through all samples of the theme.
    return {
        row.id: _State(row.label_id, row.skipped, row.nothing_there, row.annotator, row.labeled_at, row.split)
        for row in rows
        if row.theme_id == theme_id and row.deleted_at is None
    }


def _known(edits: Sequence[Edit], connection: Connection) -> dict[str, _Write]:
    keys = [edit.client_key for edit in edits if edit.client_key]
    if not keys:
        return {}
    rows = connection.execute(_KNOWN_KEYS, {"keys": keys})
    return {row.client_key: _Write(row.id, {"note": row.note}) for row in rows}


def _apply(theme_id: int, state: _State, edit: Edit, *, annotator: str, source: str) -> tuple[EditStatus, _Write]:
    """Change the state as decided, and return the outcome with what is to be written."""
    current, wanted = state.decision, edit.decision
    status: EditStatus = "changed"
    if current == wanted or (wanted.skipped and current.labels):
        status = "unchanged"
    elif edit.seen is not ... and edit.seen != current:
        status = "conflict"
    common: dict[str, Any] = {
        "theme_id": theme_id,
        "at": now(),
        "annotator": check_batch(annotator, source, edit.client_key),
        "source": source,
        "action": "label",
        "client_key": edit.client_key,
    }
    note = _CONFLICT if status == "conflict" else ""
    changed, unchanged = (1, 0) if status == "changed" else (0, 1)
    write = _Write(batch={**common, "note": note, "changed": changed, "unchanged": unchanged, "undoes": None})
    if changed:
        event = Event(edit.sample_id, current.text, wanted.text, state.annotator, state.labeled_at)
        write.event = event_row(event, **common)
        state.label_id, state.skipped, state.nothing_there = wanted.label, wanted.skipped, wanted.nothing_there
        decided = wanted != UNDECIDED
        state.annotator = common["annotator"] if decided else None
        state.labeled_at = common["at"] if decided else None
    return status, write


def _outcome(sample_id: int, status: EditStatus, state: _State) -> EditOutcome:
    return EditOutcome(sample_id, status, state.decision, state.annotator, None, at=state.labeled_at, split=state.split)


def _write(writes: Sequence[_Write], changed: dict[int, _State], connection: Connection) -> None:
    """Write the batches that are new, then their events and the samples: three statements for however many."""
    new = [write for write in dict.fromkeys(writes) if write.batch and write.id is None]
    if not new:
        return
    ids = connection.execute(_ADD_BATCHES, _one_or_many([write.batch for write in new])).scalars()
    for write, number in zip(new, ids, strict=True):
        write.id = number
    events = [{**write.event, "batch_id": write.id} for write in new if write.event is not None]
    if events:
        add_event_rows(events, connection)
        changes = [
            {"one": number, **{name: getattr(state, name) for name in _DECIDED}} for number, state in changed.items()
        ]
        connection.execute(_CHANGE_SAMPLE, _one_or_many(changes))


def _one_or_many(rows: list[dict[str, Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    # A list of one costs as much as a list of many: a statement compiled again, a pipeline opened and closed.
    return rows[0] if len(rows) == 1 else rows

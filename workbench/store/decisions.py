"""Decisions about single samples: the act behind a key press, as many of them in one transaction as a message carries.

A decision is written as text: a label id in decimal, `"skipped"`, or None for none. The statements are built once and
go past the session's objects: SQLite lets one writer in at a time, so whatever Python takes between the first and the
last of them, every annotator waits for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import EllipsisType
from typing import Any, Literal, cast

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from workbench.store.events import SKIPPED, check_act, require_label
from workbench.store.locks import lock_theme_shared
from workbench.store.merges import decision_now, merged_labels
from workbench.store.samples import forget_samples
from workbench.store.schema import Batch, LabelEvent, Sample, now

_CONFLICT = "conflict"

Status = Literal["changed", "unchanged", "replayed", "conflict", "missing"]

_samples, _batches, _events = (cast("Table", model.__table__) for model in (Sample, Batch, LabelEvent))
_DECIDED = ("label_id", "skipped", "annotator", "labeled_at")
_columns = (
    _samples.c.id, _samples.c.theme_id, _samples.c.label_id, _samples.c.skipped, _samples.c.annotator,
    _samples.c.labeled_at, _samples.c.split, _samples.c.deleted_at,
)  # fmt: skip
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
_ADD_EVENTS = insert(_events)
_CHANGE_SAMPLE = (
    update(_samples).where(_samples.c.id == bindparam("one")).values({name: bindparam(name) for name in _DECIDED})
)


@dataclass(frozen=True)
class Decision:
    """What a person decided about one sample.

    `label_id` None clears, `skip` skips an unlabeled sample. `seen` is the decision that the person saw (see the module
    text): when it is no longer what the store has, the decision is refused as a conflict; `...` overwrites whatever is
    there. `client_key` makes a repeated message harmless.
    """

    sample_id: int
    label_id: int | None = None
    skip: bool = False
    seen: str | EllipsisType | None = ...
    client_key: str | None = None

    @property
    def wanted(self) -> str | None:
        return SKIPPED if self.skip else None if self.label_id is None else str(self.label_id)


@dataclass(frozen=True)
class Outcome:
    """What became of a decision, and what the sample's state is now: its decision (by whom, when) and its split."""

    sample_id: int
    status: Status
    decision: str | None
    annotator: str | None
    batch_id: int | None
    at: datetime | None = None
    split: str | None = None


@dataclass
class _State:
    """What a sample has, while a message's decisions are applied to it one after the other."""

    label_id: int | None
    skipped: bool
    annotator: str | None
    labeled_at: datetime | None
    split: str | None

    @property
    def decision(self) -> str | None:
        return str(self.label_id) if self.label_id is not None else SKIPPED if self.skipped else None


@dataclass(eq=False)
class _Act:
    """A batch that has been there, or one to be written, with the event that it makes."""

    id: int | None = None
    batch: dict[str, Any] = field(default_factory=dict)
    event: dict[str, Any] | None = None


def decide(
    theme_id: int,
    decisions: Sequence[Decision],
    *,
    annotator: str,
    source: str = "human",
    session: Session,
) -> list[Outcome]:
    """Apply decisions in their order and return what became of each, in the same order.

    A label that was merged meanwhile stands for the one that it was merged into. Raises NotFoundError for a label that
    the theme does not have; nothing is changed then.
    """
    session.flush()
    labels = lock_theme_shared(theme_id, session=session)
    decisions = _as_labels_are_now(theme_id, decisions, labels, session)
    for decision in decisions:
        require_label(decision.label_id, labels)
    connection = session.connection()
    states = _locked(theme_id, {decision.sample_id for decision in decisions}, connection)
    # Read after the samples are locked: two processes may be sending the same message.
    known = _known(decisions, connection)
    results: list[tuple[Outcome, _Act]] = []
    changed: set[int] = set()
    for decision in decisions:
        state = states.get(decision.sample_id)
        act = known.get(decision.client_key or "")
        if state is None:
            results.append((Outcome(decision.sample_id, "missing", None, None, None), _Act()))
            continue
        if act is not None:
            status: Status = "conflict" if act.batch["note"] == _CONFLICT else "replayed"
        else:
            status, act = _apply(theme_id, state, decision, annotator=annotator, source=source)
            if status == "changed":
                changed.add(decision.sample_id)
            if decision.client_key:
                known[decision.client_key] = act
        results.append((_outcome(decision.sample_id, status, state), act))
    _write([act for _, act in results], {sample_id: states[sample_id] for sample_id in sorted(changed)}, connection)
    forget_samples(session)
    return [replace(outcome, batch_id=act.id) for outcome, act in results]


def _as_labels_are_now(
    theme_id: int, decisions: Sequence[Decision], labels: set[int], session: Session
) -> Sequence[Decision]:
    """Name the labels that are there in decisions that were made before a merge; hardly ever does it ask the store."""
    known = {str(label) for label in labels}
    if all(
        (one.label_id is None or one.label_id in labels)
        and (not isinstance(one.seen, str) or one.seen == SKIPPED or one.seen in known)
        for one in decisions
    ):
        return decisions
    merged = merged_labels(theme_id, session=session)
    return [
        replace(
            one,
            label_id=None if one.label_id is None else merged.get(one.label_id, one.label_id),
            seen=decision_now(one.seen, merged) if isinstance(one.seen, str) else one.seen,
        )
        for one in decisions
    ]


def _locked(theme_id: int, ids: set[int], connection: Connection) -> dict[int, _State]:
    """Lock samples and return what each has; those deleted or of another theme are left out."""
    if len(ids) == 1:
        rows = connection.execute(_ONE_SAMPLE, {"one": next(iter(ids))})
    else:
        rows = connection.execute(_SOME_SAMPLES, {"some": sorted(ids)})
    # The theme is compared here: in the query it would lead SQLite through all samples of the theme.
    return {
        row.id: _State(row.label_id, row.skipped, row.annotator, row.labeled_at, row.split)
        for row in rows
        if row.theme_id == theme_id and row.deleted_at is None
    }


def _known(decisions: Sequence[Decision], connection: Connection) -> dict[str, _Act]:
    keys = [decision.client_key for decision in decisions if decision.client_key]
    if not keys:
        return {}
    rows = connection.execute(_KNOWN_KEYS, {"keys": keys})
    return {row.client_key: _Act(row.id, {"note": row.note}) for row in rows}


def _apply(theme_id: int, state: _State, decision: Decision, *, annotator: str, source: str) -> tuple[Status, _Act]:
    """Change the state as decided, and return what became of it with the act to be written."""
    current, wanted = state.decision, decision.wanted
    status: Status = "changed"
    if current == wanted or (wanted == SKIPPED and state.label_id is not None):
        status = "unchanged"
    elif decision.seen is not ... and decision.seen != current:
        status = "conflict"
    common: dict[str, Any] = {
        "theme_id": theme_id, "at": now(), "annotator": check_act(annotator, source, decision.client_key),
        "source": source, "action": "label", "client_key": decision.client_key,
    }  # fmt: skip
    happened = status == "changed"
    act = _Act(
        batch={
            **common, "note": _CONFLICT if status == "conflict" else "", "changed": int(happened),
            "unchanged": int(not happened), "undoes": None,
        }
    )  # fmt: skip
    if happened:
        act.event = {
            **common, "sample_id": decision.sample_id, "before": current, "after": wanted,
            "before_annotator": state.annotator, "before_at": state.labeled_at,
        }  # fmt: skip
        state.label_id, state.skipped = decision.label_id, decision.skip
        state.annotator = None if wanted is None else common["annotator"]
        state.labeled_at = None if wanted is None else common["at"]
    return status, act


def _outcome(sample_id: int, status: Status, state: _State) -> Outcome:
    return Outcome(sample_id, status, state.decision, state.annotator, None, at=state.labeled_at, split=state.split)


def _write(acts: Sequence[_Act], changed: dict[int, _State], connection: Connection) -> None:
    """Write the acts that are new, then their events and the samples: three statements for however many there are."""
    new = [act for act in dict.fromkeys(acts) if act.batch and act.id is None]
    if not new:
        return
    ids = connection.execute(_ADD_BATCHES, _one_or_many([act.batch for act in new])).scalars()
    for act, number in zip(new, ids, strict=True):
        act.id = number
    events = [{**act.event, "batch_id": act.id} for act in new if act.event is not None]
    if events:
        connection.execute(_ADD_EVENTS, _one_or_many(events))
        changes = [
            {"one": number, **{name: getattr(state, name) for name in _DECIDED}} for number, state in changed.items()
        ]
        connection.execute(_CHANGE_SAMPLE, _one_or_many(changes))


def _one_or_many(rows: list[dict[str, Any]]) -> dict[str, Any] | list[dict[str, Any]]:
    # A list of one costs as much as a list of many: a statement written anew, a pipeline opened and closed.
    return rows[0] if len(rows) == 1 else rows

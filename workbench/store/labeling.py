"""Decisions about samples: label, clear, skip, delete - one by one or in bulk - and taking them back.

Each act writes its batch, its events and the samples in the caller's one transaction. A decision is written as text:
a label id in decimal, `"skipped"`, or None for none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import EllipsisType
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, and_, case, cast, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.samples import SampleFilter, forget_samples
from workbench.store.schema import SOURCES, Batch, Label, LabelEvent, Sample

SKIPPED = "skipped"
DELETED = "deleted"
_CHUNK = 5_000

Status = Literal["changed", "unchanged", "replayed", "conflict", "missing"]


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
    """What became of a decision, and what the sample's state is now."""

    sample_id: int
    status: Status
    decision: str | None
    annotator: str | None
    batch_id: int | None


@dataclass(frozen=True)
class BulkOutcome:
    """What a bulk action did: `unchanged` had it already, `replaced` of the changed ones had another label before."""

    batch_id: int
    changed: int
    unchanged: int
    replaced: int = 0


@dataclass(frozen=True)
class UndoOutcome:
    """What an undo did. `kept` counts the samples that somebody changed since and that were left as they are.

    `batch_id` is None when there was nothing to undo; `sample_ids` holds the first 1,000 restored samples.
    """

    batch_id: int | None
    undone_batch_id: int | None
    action: str
    restored: int
    kept: int
    sample_ids: tuple[int, ...] = ()


def decision_of(sample: Sample) -> str | None:
    """Return a sample's present decision as text."""
    if sample.label_id is not None:
        return str(sample.label_id)
    return SKIPPED if sample.skipped else None


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
    annotator = annotator.strip()
    if not annotator:
        raise WorkbenchError("A change needs the name of the annotator who makes it.")
    if source not in SOURCES:
        raise WorkbenchError(f"There is no source '{source}'. Allowed: {', '.join(SOURCES)}.")
    batch = Batch(
        theme_id=theme_id, annotator=annotator, source=source, action=action, note=note, client_key=client_key,
        undoes=undoes,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    return batch


def batch_of_client_key(client_key: str | None, *, session: Session) -> Batch | None:
    """Return the batch that a browser message made earlier, None when the message is new."""
    if client_key is None:
        return None
    return session.scalar(select(Batch).where(Batch.client_key == client_key))


def decide(
    theme_id: int,
    decisions: Sequence[Decision],
    *,
    annotator: str,
    source: str = "human",
    session: Session,
) -> list[Outcome]:
    """Apply decisions in their order and return what became of each, in the same order.

    Raises NotFoundError for a label that the theme does not have; nothing is changed then.
    """
    labels = _living_labels(theme_id, session)
    for decision in decisions:
        _require_label(decision.label_id, labels)
    wanted = sorted({decision.sample_id for decision in decisions})
    # Rows are locked in the order of their ids, so that two annotators never wait for each other in a circle.
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.id.in_(wanted)).order_by(Sample.id)
    samples = {sample.id: sample for sample in session.scalars(query.with_for_update())}
    keys = [decision.client_key for decision in decisions if decision.client_key]
    known = {row.client_key: row.id for row in session.execute(
        select(Batch.id, Batch.client_key).where(Batch.client_key.in_(keys))
    )} if keys else {}  # fmt: skip
    outcomes = []
    for decision in decisions:
        sample = samples.get(decision.sample_id)
        if sample is None or sample.deleted_at is not None:
            outcomes.append(Outcome(decision.sample_id, "missing", None, None, None))
            continue
        if decision.client_key in known:
            outcomes.append(_outcome(sample, "replayed", known[decision.client_key]))
            continue
        outcome = _apply(sample, decision, annotator=annotator, source=source, session=session)
        if decision.client_key and outcome.batch_id is not None:
            known[decision.client_key] = outcome.batch_id
        outcomes.append(outcome)
    return outcomes


def label_many(
    theme_id: int,
    where: SampleFilter,
    label_id: int | None,
    *,
    annotator: str,
    source: str = "human",
    action: str = "label",
    client_key: str | None = None,
    note: str = "",
    session: Session,
) -> BulkOutcome:
    """Give all samples that a filter means one label (None clears), as one batch that one undo takes back."""
    _require_label(label_id, _living_labels(theme_id, session))
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, action, annotator=annotator, source=source, client_key=client_key, note=note, session=session
    )
    wanted = None if label_id is None else str(label_id)
    differs = or_(Sample.label_id.is_distinct_from(label_id), Sample.skipped.is_(True))
    replaced = 0
    for part in _parts(where):
        matching = and_(*part.conditions(theme_id))
        replaced += _count(matching, differs, Sample.label_id.is_not(None), session=session)
        total = _count(matching, session=session)
        _record(batch, "label", and_(matching, differs), _decision_column(), wanted, session)
        changed = _update(
            and_(matching, differs), session,
            label_id=label_id, skipped=False, annotator=annotator if label_id is not None else None,
            labeled_at=batch.at if label_id is not None else None,
        )  # fmt: skip
        batch.changed += changed
        batch.unchanged += total - changed
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged, replaced)


def delete_samples(
    theme_id: int,
    where: SampleFilter,
    *,
    annotator: str,
    source: str = "human",
    client_key: str | None = None,
    session: Session,
) -> BulkOutcome:
    """Mark samples as deleted, as one batch. Their files and history stay until garbage collection."""
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(theme_id, "delete", annotator=annotator, source=source, client_key=client_key, session=session)
    for part in _parts(where):
        living = and_(*part.conditions(theme_id), Sample.deleted_at.is_(None))
        _record(batch, "delete", living, literal(None, String), DELETED, session)
        batch.changed += _update(living, session, deleted_at=batch.at)
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)


def undo(
    theme_id: int,
    *,
    annotator: str,
    batch_id: int | None = None,
    client_key: str | None = None,
    session: Session,
) -> UndoOutcome:
    """Take back a batch: the given one, or the annotator's latest that is not undone yet.

    What somebody changed since is left as it is and counted. The undo is a batch with events of its own.
    """
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return UndoOutcome(earlier.id, earlier.undoes, earlier.action, earlier.changed, earlier.unchanged)
    target = _batch_to_undo(theme_id, annotator, batch_id, session)
    if target is None:
        return UndoOutcome(None, None, "", 0, 0)
    batch = start_batch(
        theme_id, target.action, annotator=annotator, source="undo", client_key=client_key, undoes=target.id,
        session=session,
    )  # fmt: skip
    if target.action in {"delete label", "merge labels"}:
        _revive_labels(theme_id, target, session)
    labels = _living_labels(theme_id, session)
    restored: list[int] = []
    last = 0
    while True:
        query = (
            select(LabelEvent, Sample)
            .join(Sample, Sample.id == LabelEvent.sample_id)
            .where(LabelEvent.batch_id == target.id, LabelEvent.id > last)
            .order_by(LabelEvent.id)
            .limit(_CHUNK)
        )
        rows = session.execute(query).all()
        if not rows:
            break
        last = rows[-1].LabelEvent.id
        taken = [(event, sample) for event, sample in rows if _still(event, sample, labels)]
        batch.unchanged += len(rows) - len(taken)
        batch.changed += len(taken)
        _take_back(batch, taken, session)
        restored += [sample.id for _, sample in taken][: 1_000 - len(restored)]
    session.flush()
    return UndoOutcome(batch.id, target.id, target.action, batch.changed, batch.unchanged, tuple(restored))


def history_of(sample_id: int, *, session: Session) -> list[LabelEvent]:
    """Return every event of a sample, the oldest first."""
    return list(session.scalars(select(LabelEvent).where(LabelEvent.sample_id == sample_id).order_by(LabelEvent.id)))


def _apply(sample: Sample, decision: Decision, *, annotator: str, source: str, session: Session) -> Outcome:
    current, wanted = decision_of(sample), decision.wanted
    status: Status = "changed"
    if current == wanted or (wanted == SKIPPED and sample.label_id is not None):
        status = "unchanged"
    elif decision.seen is not ... and decision.seen != current:
        status = "conflict"
    batch = start_batch(
        sample.theme_id, "label", annotator=annotator, source=source, client_key=decision.client_key, session=session
    )
    if status != "changed":
        batch.unchanged = 1
        return _outcome(sample, status, batch.id)
    batch.changed = 1
    session.add(
        LabelEvent(
            theme_id=sample.theme_id, sample_id=sample.id, at=batch.at, annotator=batch.annotator, source=source,
            action="label", before=current, after=wanted, before_annotator=sample.annotator,
            before_at=sample.labeled_at, batch_id=batch.id, client_key=decision.client_key,
        )
    )  # fmt: skip
    decided = wanted is not None
    sample.label_id, sample.skipped = decision.label_id, decision.skip
    sample.annotator = batch.annotator if decided else None
    sample.labeled_at = batch.at if decided else None
    session.flush()
    return _outcome(sample, "changed", batch.id)


def _outcome(sample: Sample, status: Status, batch_id: int | None) -> Outcome:
    return Outcome(sample.id, status, decision_of(sample), sample.annotator, batch_id)


def _living_labels(theme_id: int, session: Session) -> set[int]:
    return set(session.scalars(select(Label.id).where(Label.theme_id == theme_id, Label.deleted_at.is_(None))))


def _require_label(label_id: int | None, labels: set[int]) -> None:
    if label_id is not None and label_id not in labels:
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then label again.")


def _parts(where: SampleFilter) -> list[SampleFilter]:
    """Cut a long list of ids into pieces that one statement takes."""
    if where.ids is None or len(where.ids) <= _CHUNK:
        return [where]
    ids = tuple(dict.fromkeys(where.ids))
    pieces = [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]
    return [SampleFilter(**{**where.__dict__, "ids": piece}) for piece in pieces]


def _count(*conditions: ColumnElement[bool], session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Sample).where(*conditions)) or 0


def _decision_column() -> ColumnElement[Any]:
    return case(
        (Sample.label_id.is_not(None), cast(Sample.label_id, String)),
        (Sample.skipped.is_(True), literal(SKIPPED, String)),
    )


def _record(
    batch: Batch,
    action: str,
    which: ColumnElement[bool],
    before: ColumnElement[Any],
    after: str | ColumnElement[Any] | None,
    session: Session,
) -> None:
    """Write one event for each of the samples, inside the database."""
    values = {
        "theme_id": Sample.theme_id, "sample_id": Sample.id, "at": literal(batch.at, LabelEvent.at.type),
        "annotator": literal(batch.annotator), "source": literal(batch.source), "action": literal(action),
        "before": before, "after": literal(after, String) if after is None or isinstance(after, str) else after,
        "before_annotator": Sample.annotator, "before_at": Sample.labeled_at, "batch_id": literal(batch.id),
    }  # fmt: skip
    query = select(*values.values()).where(which).order_by(Sample.id)
    session.execute(insert(LabelEvent).from_select(list(values), query, include_defaults=False))


def _update(which: ColumnElement[bool], session: Session, **values: object) -> int:
    statement = update(Sample).where(which).values(**values).execution_options(synchronize_session=False)
    changed = session.execute(statement).rowcount  # type: ignore[attr-defined]
    forget_samples(session)
    return int(changed)


def _batch_to_undo(theme_id: int, annotator: str, batch_id: int | None, session: Session) -> Batch | None:
    undone = select(Batch.undoes).where(Batch.undoes.is_not(None))
    query = select(Batch).where(Batch.theme_id == theme_id, Batch.id.not_in(undone))
    if batch_id is not None:
        found = session.scalar(query.where(Batch.id == batch_id))
        if found is None:
            raise NotFoundError(f"There is no action {batch_id} in this theme that could be undone; it may be undone.")
        return found
    return session.scalar(
        query.where(
            Batch.annotator == annotator.strip(), Batch.source == "human", Batch.changed > 0,
            Batch.action.in_(["label", "delete", "delete label", "merge labels"]),
        ).order_by(Batch.id.desc()).limit(1)
    )  # fmt: skip


def _still(event: LabelEvent, sample: Sample, labels: set[int]) -> bool:
    """Whether a sample still is what the event made it, and can become again what it was."""
    if event.action == "delete":
        return (DELETED if sample.deleted_at else None) == event.after
    if event.action == "label":
        gone = event.before not in (None, SKIPPED) and int(event.before or 0) not in labels
        return decision_of(sample) == event.after and not gone
    return False


def _take_back(batch: Batch, taken: list[tuple[LabelEvent, Sample]], session: Session) -> None:
    if not taken:
        return
    events = [
        {
            "theme_id": batch.theme_id, "sample_id": sample.id, "at": batch.at, "annotator": batch.annotator,
            "source": "undo", "action": event.action, "before": event.after, "after": event.before,
            "before_annotator": sample.annotator, "before_at": sample.labeled_at, "batch_id": batch.id,
        }
        for event, sample in taken
    ]  # fmt: skip
    session.execute(insert(LabelEvent), events)
    session.execute(update(Sample), [_state_before(event, sample.id, batch.at) for event, sample in taken])
    forget_samples(session)


def _state_before(event: LabelEvent, sample_id: int, at: datetime) -> dict[str, Any]:
    if event.action == "delete":
        return {"id": sample_id, "deleted_at": at if event.before == DELETED else None}
    labeled = event.before not in (None, SKIPPED)
    return {
        "id": sample_id, "label_id": int(event.before or 0) if labeled else None,
        "skipped": event.before == SKIPPED, "annotator": event.before_annotator, "labeled_at": event.before_at,
    }  # fmt: skip


def _revive_labels(theme_id: int, batch: Batch, session: Session) -> None:
    """Bring back the labels that a batch deleted, at the end of the list, unless their names are taken meanwhile."""
    ids = session.scalars(select(LabelEvent.before).where(LabelEvent.batch_id == batch.id).distinct())
    living = list(session.scalars(select(Label).where(Label.theme_id == theme_id, Label.deleted_at.is_(None))))
    names, position = {label.name for label in living}, max((label.position for label in living), default=0)
    for label_id in ids:
        label = session.get(Label, int(label_id)) if label_id and label_id != SKIPPED else None
        if label is not None and label.deleted_at is not None and label.name not in names:
            position += 1
            label.deleted_at, label.position = None, position
    session.flush()

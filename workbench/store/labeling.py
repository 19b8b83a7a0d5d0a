"""Decisions about samples: label, clear, skip, delete - one by one or in bulk. Taking them back is in `undo`.

Each act writes its batch, its events and the samples in the caller's one transaction. A decision is written as text:
a label id in decimal, `"skipped"`, or None for none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import EllipsisType
from typing import Any, Literal

from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError
from workbench.store.acts import (
    DELETED,
    SKIPPED,
    batch_of_client_key,
    change,
    decision_column,
    decision_of,
    living_labels,
    new_batch,
    record,
    start_batch,
    take_turn,
)
from workbench.store.history import history_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, LabelEvent, Sample
from workbench.store.undo import UndoOutcome, undo

__all__ = [
    "DELETED",
    "SKIPPED",
    "BulkOutcome",
    "Decision",
    "Outcome",
    "UndoOutcome",
    "decide",
    "decision_of",
    "delete_samples",
    "history_of",
    "label_many",
    "restore_samples",
    "undo",
]

_CONFLICT = "conflict"

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
    """What became of a decision, and what the sample's state is now: its decision (by whom, when) and its split."""

    sample_id: int
    status: Status
    decision: str | None
    annotator: str | None
    batch_id: int | None
    at: datetime | None = None
    split: str | None = None


@dataclass(frozen=True)
class BulkOutcome:
    """What a bulk action did: `unchanged` had it already, `replaced` of the changed ones had another label before."""

    batch_id: int
    changed: int
    unchanged: int
    replaced: int = 0


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
    take_turn(theme_id, alone=False, session=session)
    labels = living_labels(theme_id, session=session)
    for decision in decisions:
        _require_label(decision.label_id, labels)
    samples = _locked_samples(theme_id, {decision.sample_id for decision in decisions}, session)
    # Read after the samples are locked: two processes may be sending the same message.
    known = _batches_of(decisions, session)
    results: list[tuple[Outcome, Batch | None]] = []
    events: list[tuple[dict[str, Any], Batch]] = []
    for decision in decisions:
        sample = samples.get(decision.sample_id)
        earlier = known.get(decision.client_key or "")
        if sample is None or sample.deleted_at is not None:
            results.append((Outcome(decision.sample_id, "missing", None, None, None), None))
        elif earlier is not None:
            status: Status = "conflict" if earlier.note == _CONFLICT else "replayed"
            results.append((_outcome(sample, status), earlier))
        else:
            status, batch, event = _apply(sample, decision, annotator=annotator, source=source)
            session.add(batch)
            if decision.client_key:
                known[decision.client_key] = batch
            if event is not None:
                events.append((event, batch))
            results.append((_outcome(sample, status), batch))
    _write(events, session)
    return [replace(outcome, batch_id=None if batch is None else batch.id) for outcome, batch in results]


def label_many(
    theme_id: int,
    where: SampleFilter,
    label_id: int | None,
    *,
    annotator: str,
    skip: bool = False,
    source: str = "human",
    action: str = "label",
    client_key: str | None = None,
    note: str = "",
    session: Session,
) -> BulkOutcome:
    """Give all samples that a filter means one label (None clears), as one batch that one undo takes back.

    `skip` skips them instead; those that have a label keep it.
    """
    take_turn(theme_id, session=session)
    _require_label(label_id, living_labels(theme_id, session=session))
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, action, annotator=annotator, source=source, client_key=client_key, note=note, session=session
    )
    wanted = SKIPPED if skip else None if label_id is None else str(label_id)
    differs = or_(Sample.label_id.is_distinct_from(label_id), Sample.skipped.is_(True))
    if skip:
        differs = and_(Sample.label_id.is_(None), Sample.skipped.is_(False))
    replaced = 0
    for part in where.parts():
        matching = part.conditions(theme_id)
        counted = select(func.count(), func.count(Sample.label_id).filter(differs)).where(*matching)
        total, labeled = session.execute(counted).one()
        record(batch, "label", [*matching, differs], before=decision_column(), after=wanted, session=session)
        changed = change(
            [*matching, differs], session=session, label_id=label_id, skipped=skip,
            annotator=batch.annotator if wanted is not None else None,
            labeled_at=batch.at if wanted is not None else None,
        )  # fmt: skip
        replaced += labeled
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
    where = replace(where, deleted=False)
    return _bury(theme_id, where, "delete", annotator=annotator, source=source, client_key=client_key, session=session)


def restore_samples(
    theme_id: int,
    where: SampleFilter,
    *,
    annotator: str,
    source: str = "human",
    client_key: str | None = None,
    session: Session,
) -> BulkOutcome:
    """Take back the deletion of samples, as one batch. They come back with the label and the split that they had."""
    where = replace(where, deleted=True)
    return _bury(theme_id, where, "restore", annotator=annotator, source=source, client_key=client_key, session=session)


def _bury(
    theme_id: int,
    where: SampleFilter,
    action: Literal["delete", "restore"],
    *,
    annotator: str,
    source: str,
    client_key: str | None,
    session: Session,
) -> BulkOutcome:
    take_turn(theme_id, session=session)
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(theme_id, action, annotator=annotator, source=source, client_key=client_key, session=session)
    before, after = (None, DELETED) if action == "delete" else (DELETED, None)
    for part in where.parts():
        which = part.conditions(theme_id)
        record(batch, "delete", which, before=before, after=after, session=session)
        batch.changed += change(which, session=session, deleted_at=batch.at if action == "delete" else None)
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)


def _locked_samples(theme_id: int, ids: set[int], session: Session) -> dict[int, Sample]:
    # Rows are locked in the order of their ids, so that two annotators never wait for each other in a circle.
    # The theme is compared here: in the query it would lead SQLite through all samples of the theme.
    query = select(Sample).where(Sample.id.in_(sorted(ids))).order_by(Sample.id)
    found = session.scalars(query.with_for_update(), execution_options={"populate_existing": True})
    return {sample.id: sample for sample in found if sample.theme_id == theme_id}


def _batches_of(decisions: Sequence[Decision], session: Session) -> dict[str, Batch]:
    keys = [decision.client_key for decision in decisions if decision.client_key]
    if not keys:
        return {}
    return {str(batch.client_key): batch for batch in session.scalars(select(Batch).where(Batch.client_key.in_(keys)))}


def _apply(
    sample: Sample, decision: Decision, *, annotator: str, source: str
) -> tuple[Status, Batch, dict[str, Any] | None]:
    """Change the sample as decided, and return what became of it with the act's row and its event's values."""
    current, wanted = decision_of(sample), decision.wanted
    status: Status = "changed"
    if current == wanted or (wanted == SKIPPED and sample.label_id is not None):
        status = "unchanged"
    elif decision.seen is not ... and decision.seen != current:
        status = "conflict"
    batch = new_batch(
        sample.theme_id, "label", annotator=annotator, source=source, client_key=decision.client_key,
        note=_CONFLICT if status == "conflict" else "",
    )  # fmt: skip
    if status != "changed":
        batch.unchanged = 1
        return status, batch, None
    batch.changed = 1
    event = {
        "theme_id": sample.theme_id, "sample_id": sample.id, "at": batch.at, "annotator": batch.annotator,
        "source": source, "action": "label", "before": current, "after": wanted,
        "before_annotator": sample.annotator, "before_at": sample.labeled_at, "client_key": decision.client_key,
    }  # fmt: skip
    decided = wanted is not None
    sample.label_id, sample.skipped = decision.label_id, decision.skip
    sample.annotator = batch.annotator if decided else None
    sample.labeled_at = batch.at if decided else None
    return status, batch, event


def _write(events: Sequence[tuple[dict[str, Any], Batch]], session: Session) -> None:
    """Write the acts and samples, then the events: three statements, however many decisions there are."""
    session.flush()
    if events:
        session.execute(insert(LabelEvent), [{**event, "batch_id": batch.id} for event, batch in events])


def _outcome(sample: Sample, status: Status) -> Outcome:
    return Outcome(
        sample.id, status, decision_of(sample), sample.annotator, None, at=sample.labeled_at, split=sample.split
    )


def _require_label(label_id: int | None, labels: set[int]) -> None:
    if label_id is not None and label_id not in labels:
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then label again.")

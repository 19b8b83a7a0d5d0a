"""Taking acts back: an undo is a batch with events of its own, never an erased event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    SQLColumnExpression,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from workbench.errors import ConflictError, NotFoundError
from workbench.store import undo_opinions
from workbench.store.box_rows import BoxData, box_state, boxes_from_text, boxes_now, boxes_of_samples, write_boxes
from workbench.store.events import (
    DELETED,
    SKIPPED,
    batch_of_client_key,
    checked_annotator,
    decision_column,
    living_labels,
    start_batch,
)
from workbench.store.locks import lock_theme
from workbench.store.merges import decision_now_column, merged_labels
from workbench.store.samples import forget_samples
from workbench.store.schema import Batch, Label, LabelEvent, Sample

REVIVES_LABELS = ("delete label", "merge labels")
"""The acts whose undo brings labels back."""
_UNDOABLE = ("label", "boxes", "delete", "restore", *REVIVES_LABELS, *undo_opinions.ACTIONS)
_NOT_TWICE = (*REVIVES_LABELS, *undo_opinions.ACTIONS)
_SHOWN = 1_000
_CHUNK = 5_000


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


def undo(
    theme_id: int,
    *,
    annotator: str,
    batch_id: int | None = None,
    client_key: str | None = None,
    session: Session,
) -> UndoOutcome:
    """Take back a batch: the given one, or the annotator's latest that is not undone yet.

    What somebody changed since is left as it is and counted. A label that was merged since comes back as the one that
    it was merged into. The undo is a batch with events of its own; taking it back in turn is a redo. Raises
    NotFoundError for a batch that is not there or is undone, ConflictError for one that cannot be taken back.
    """
    lock_theme(theme_id, session=session)
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return _outcome(earlier, session)
    target = _latest(theme_id, annotator, session) if batch_id is None else _chosen(theme_id, batch_id, session)
    if target is None:
        return UndoOutcome(None, None, "", 0, 0)
    batch = start_batch(
        theme_id, target.action, annotator=annotator, source="undo", client_key=client_key, undoes=target.id,
        session=session,
    )  # fmt: skip
    if target.action in undo_opinions.ACTIONS:
        undo_opinions.take_back_opinions(target, batch, session)
        return _outcome(batch, session)
    if target.action in REVIVES_LABELS:
        _revive_labels(theme_id, target, session)
    labels = living_labels(theme_id, session=session)
    # A merge that is taken back gives each sample the label that it had, or leaves it as it is.
    merged = {} if target.action in REVIVES_LABELS else merged_labels(theme_id, session=session)
    merged = {label: end for label, end in merged.items() if end in labels}
    _take_back_decisions(target, batch, labels, merged, session)
    _take_back_deletions(target, batch, session)
    _take_back_boxes(target, batch, labels, merged, session)
    session.flush()
    return _outcome(batch, session)


def _outcome(batch: Batch, session: Session) -> UndoOutcome:
    query = select(LabelEvent.sample_id).where(LabelEvent.batch_id == batch.id).order_by(LabelEvent.id).limit(_SHOWN)
    ids = tuple(dict.fromkeys(session.scalars(query)))
    return UndoOutcome(batch.id, batch.undoes, batch.action, batch.changed, batch.unchanged, ids)


def _latest(theme_id: int, annotator: str, session: Session) -> Batch | None:
    query = select(Batch).where(
        Batch.theme_id == theme_id, Batch.annotator == checked_annotator(annotator), Batch.source == "human",
        or_(and_(Batch.changed > 0, Batch.action.in_(_UNDOABLE)), Batch.action.in_(REVIVES_LABELS)), _not_undone(),
    )  # fmt: skip
    return session.scalar(query.order_by(Batch.id.desc()).limit(1))


def _chosen(theme_id: int, batch_id: int, session: Session) -> Batch:
    found = session.scalar(select(Batch).where(Batch.theme_id == theme_id, Batch.id == batch_id, _not_undone()))
    if found is None:
        raise NotFoundError(f"There is no action {batch_id} in this theme that could be undone; it may be undone.")
    if found.action not in _UNDOABLE or (found.undoes is not None and found.action in _NOT_TWICE):
        raise ConflictError(
            f"The action '{found.action}' cannot be taken back like this. "
            "Splits are taken away by a reset; a label that came back is deleted or merged again, "
            "an opinion given anew."
        )
    return found


def _not_undone() -> Any:
    other = aliased(Batch)
    return ~exists().where(other.undoes == Batch.id)


def _take_back_decisions(
    target: Batch, batch: Batch, labels: set[int], merged: Mapping[int, int], session: Session
) -> None:
    """Make the samples again what they were where they still are what the batch made them and that label still is."""
    before = decision_now_column(LabelEvent.before, merged)
    plain = or_(before.is_(None), before == SKIPPED)
    possible = or_(plain, before.in_([str(label) for label in sorted(labels)]))
    still = decision_column().is_not_distinct_from(LabelEvent.after) & _nobody_since(target) & possible
    _take_back(
        target, batch, "label", still, before, session,
        label_id=case((plain, None), else_=cast(before, Integer)),
        skipped=before.is_not_distinct_from(literal(SKIPPED, String)),
        annotator=LabelEvent.before_annotator, labeled_at=LabelEvent.before_at,
    )  # fmt: skip


def _nobody_since(target: Batch) -> ColumnElement[bool]:
    """Whether a decision is the batch's own: somebody who came to the same by another way decided for himself.

    What was taken back, and the taking back, are no such way.
    """
    later, act, undone = aliased(LabelEvent), aliased(Batch), aliased(Batch)
    again = exists().where(
        later.sample_id == LabelEvent.sample_id, later.id > LabelEvent.id, later.action == "label",
        act.id == later.batch_id, act.undoes.is_(None), ~exists().where(undone.undoes == act.id).correlate(act),
    )  # fmt: skip
    signed = and_(Sample.annotator == target.annotator, Sample.labeled_at == target.at)
    return or_(signed, ~again.correlate(LabelEvent))


def _take_back_deletions(target: Batch, batch: Batch, session: Session) -> None:
    deleted = case((Sample.deleted_at.is_not(None), literal(DELETED, String)))
    still = deleted.is_not_distinct_from(LabelEvent.after)
    again = case((LabelEvent.before == DELETED, literal(batch.at, Sample.deleted_at.type)))
    _take_back(target, batch, "delete", still, LabelEvent.before, session, deleted_at=again)


def _take_back(
    target: Batch,
    batch: Batch,
    action: str,
    still: ColumnElement[bool],
    before: SQLColumnExpression[Any],
    session: Session,
    **values: Any,
) -> None:
    """Write events and values for the samples that still are as one kind of event left them, inside the database.

    `before` is what they become again, as text, and `values` says the same in columns.
    """
    meant = (LabelEvent.batch_id == target.id, LabelEvent.action == action, LabelEvent.sample_id == Sample.id)
    total = session.scalar(select(func.count()).select_from(LabelEvent).where(*meant[:2])) or 0
    if total == 0:
        return
    row = {
        "theme_id": LabelEvent.theme_id, "sample_id": LabelEvent.sample_id,
        "at": literal(batch.at, LabelEvent.at.type), "annotator": literal(batch.annotator), "source": literal("undo"),
        "action": LabelEvent.action, "before": LabelEvent.after, "after": before,
        "before_annotator": Sample.annotator, "before_at": Sample.labeled_at, "batch_id": literal(batch.id),
    }  # fmt: skip
    told = select(*row.values()).where(*meant, still).order_by(LabelEvent.id)
    session.execute(insert(LabelEvent).from_select(list(row), told, include_defaults=False))
    change = update(Sample).where(*meant, still).values(**values).execution_options(synchronize_session=False)
    changed = int(session.execute(change).rowcount)  # type: ignore[attr-defined]
    batch.changed += changed
    batch.unchanged += total - changed
    forget_samples(session)


def _take_back_boxes(
    target: Batch, batch: Batch, labels: set[int], merged: Mapping[int, int], session: Session
) -> None:
    last = 0
    while rows := _box_events_after(target.id, last, session):
        last = rows[-1][0].id
        drawn = boxes_of_samples([sample.id for _, sample in rows], session=session)
        taken = [
            (event, sample, boxes_now(event.before, merged))
            for event, sample in rows
            if _still(event, sample, labels | set(merged), drawn.get(sample.id, ()))
        ]
        batch.unchanged += len(rows) - len(taken)
        batch.changed += len(taken)
        _draw_again(batch, taken, session)


def _box_events_after(batch_id: int, last: int, session: Session) -> list[tuple[LabelEvent, Sample]]:
    query = (
        select(LabelEvent, Sample)
        .join(Sample, Sample.id == LabelEvent.sample_id)
        .where(LabelEvent.batch_id == batch_id, LabelEvent.action == "boxes", LabelEvent.id > last)
        .order_by(LabelEvent.id)
        .limit(_CHUNK)
    )
    rows = session.execute(query, execution_options={"populate_existing": True})
    return [(event, sample) for event, sample in rows]


def _still(event: LabelEvent, sample: Sample, labels: set[int], boxes: tuple[BoxData, ...]) -> bool:
    """Whether a sample's boxes still are what the event made them, and can become again what they were."""
    possible = all(box.label_id in labels for box in boxes_from_text(event.before))
    return box_state(sample, boxes) == event.after and possible


def _draw_again(batch: Batch, taken: list[tuple[LabelEvent, Sample, str | None]], session: Session) -> None:
    """Bring the boxes back that stood on the samples before, told as text."""
    if not taken:
        return
    events = [
        {
            "theme_id": batch.theme_id, "sample_id": sample.id, "at": batch.at, "annotator": batch.annotator,
            "source": "undo", "action": event.action, "before": event.after, "after": before,
            "before_annotator": sample.annotator, "before_at": sample.labeled_at, "batch_id": batch.id,
        }
        for event, sample, before in taken
    ]  # fmt: skip
    states = [
        {
            "id": sample.id, "skipped": before == SKIPPED, "annotator": event.before_annotator,
            "labeled_at": event.before_at,
        }
        for event, sample, before in taken
    ]  # fmt: skip
    session.execute(insert(LabelEvent), events)
    session.execute(update(Sample), states)
    for event, sample, before in taken:
        boxes = {sample.id: boxes_from_text(before)}
        write_boxes(boxes, annotator=event.before_annotator or batch.annotator, at=batch.at, session=session)
    forget_samples(session)


def _revive_labels(theme_id: int, batch: Batch, session: Session) -> None:
    """Bring back the labels that a batch deleted, at the end of the list, unless their names are taken meanwhile."""
    living = list(session.scalars(select(Label).where(Label.theme_id == theme_id, Label.deleted_at.is_(None))))
    names, position = {label.name for label in living}, max((label.position for label in living), default=0)
    # A label that goes is stamped with the time of the batch that took it.
    for label in session.scalars(select(Label).where(Label.theme_id == theme_id, Label.deleted_at == batch.at)):
        if label.name not in names:
            label.deleted_at, label.merged_into, label.position = None, None, position + 1
    session.flush()

"""Merging labels and deleting them, and what a merged label counts as.

What people and models said of a sample keeps the label that they named: it counts as the label which that one was
merged into for as long as the merge stands, and as itself once the merge is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, case, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from workbench.errors import ConflictError
from workbench.store.box_rows import boxes_of_samples
from workbench.store.bulk_edits import BulkOutcome, give_decision
from workbench.store.decisions import Decision
from workbench.store.events import Event, start_batch, write_events
from workbench.store.labels import label_change_note, labels_of, lock_label
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, Box, Label, Sample
from workbench.store.steps.running import lock_idle_theme

TextT = TypeVar("TextT", str, str | None)
_CHUNK = 500


@dataclass(frozen=True)
class LabelUse:
    """What would change if a label were deleted: the samples that carry it, and the boxes on samples.

    `hidden_boxes` are those on deleted samples, which could not come back without their label.
    """

    samples: int
    boxes: int
    hidden_boxes: int


def label_use(label_id: int, *, session: Session) -> LabelUse:
    """Count what carries a label, so that a person can be told before it is deleted."""
    samples = session.scalar(
        select(func.count()).select_from(Sample).where(Sample.label_id == label_id, Sample.deleted_at.is_(None))
    )
    boxes = _boxes_of(label_id, session)
    return LabelUse(samples=samples or 0, boxes=boxes.get(False, 0), hidden_boxes=boxes.get(True, 0))


def delete_label(label_id: int, *, annotator: str, session: Session) -> BulkOutcome:
    """Delete a label. Its samples become unlabeled, as one batch in their history; the name is free again.

    Raises ConflictError while boxes carry the label: they cannot be without one. Of many samples
    `steps.labels.delete_label_in_steps` lets others write in between.
    """
    label = lock_label(label_id, session=session)
    batch = begin_removal(label, None, annotator=annotator, session=session)
    return finish_removal(batch, label, None, session=session)


def merge_labels(label_id: int, into_id: int, *, annotator: str, session: Session) -> BulkOutcome:
    """Give another label of the same theme to every sample and box of a label, then delete it.

    One batch, which one undo reverts; its events keep what stood on each sample. Second opinions keep the label that
    they named and count as the other one.
    """
    label, into = lock_label(label_id, session=session), lock_label(into_id, session=session)
    batch = begin_removal(label, into, annotator=annotator, session=session)
    return finish_removal(batch, label, into, session=session)


def begin_removal(label: Label, into: Label | None, *, annotator: str, session: Session) -> Batch:
    """Start the batch that deletes a label or merges it into another one. Raises ConflictError where that cannot be."""
    lock_idle_theme(label.theme_id, session=session)
    if into is None:
        _refuse_boxes(label, session)
        action, note = "delete label", None
    elif label.theme_id != into.theme_id or label.id == into.id:
        raise ConflictError(f"'{label.name}' can only be merged into another label of the same theme.")
    else:
        action, note = "merge labels", into.name
    return start_batch(
        label.theme_id,
        action,
        annotator=annotator,
        source="human",
        note=label_change_note(label.name, note),
        session=session,
    )


def move_samples(
    batch: Batch, which: Sequence[ColumnElement[bool]], label: Label, into: Label | None, *, session: Session
) -> int:
    """Take a label from those of its samples that the conditions mean, or give them another one.

    Returns how many those were.
    """
    carry = [*which, Sample.label_id == label.id, Sample.skipped.is_(False)]
    return give_decision(batch, carry, into.id if into else None, skip=False, session=session)


def relabel_boxes(batch: Batch, ids: Sequence[int], old: int, new: int, *, session: Session) -> None:
    """Give the boxes of a label on some samples another label, and record it."""
    drawn_on = select(Sample.id, Sample.annotator, Sample.labeled_at).where(
        Sample.id.in_(select(Box.sample_id).where(Box.label_id == old, Box.sample_id.in_(ids)))
    )
    authors = session.execute(drawn_on.order_by(Sample.id)).tuples().all()
    _record_relabeled_boxes(authors, old, new, batch, session)
    changed = update(Box).where(Box.label_id == old, Box.sample_id.in_(ids)).values(label_id=new)
    session.execute(changed.execution_options(synchronize_session=False))
    batch.changed += len(authors)


def samples_with_boxes_of(label_id: int, *, session: Session) -> list[int]:
    """Return the ids of the samples, deleted ones too, on which boxes of a label are."""
    return list(
        session.scalars(select(Box.sample_id).where(Box.label_id == label_id).distinct().order_by(Box.sample_id))
    )


def finish_removal(
    batch: Batch, label: Label, into: Label | None, *, deleted: bool = True, session: Session
) -> BulkOutcome:
    """Change what still carries a label, on `deleted` samples too, then delete it."""
    if into is None:
        _refuse_boxes(label, session)
    replaced = 0
    # One statement about both would read every sample of the theme.
    for where in (SampleFilter(), SampleFilter(deleted=True))[: 2 if deleted else 1]:
        replaced += move_samples(batch, where.conditions(label.theme_id), label, into, session=session)
    if into is not None:
        ids = samples_with_boxes_of(label.id, session=session)
        for start in range(0, len(ids), _CHUNK):
            relabel_boxes(batch, ids[start : start + _CHUNK], label.id, into.id, session=session)
        label.merged_into = into.id
    session.flush()
    _retire(label, batch.id, session=session)
    return BulkOutcome(batch.id, batch.changed, batch.unchanged, replaced)


def _refuse_boxes(label: Label, session: Session) -> None:
    found = _boxes_of(label.id, session)
    boxes, hidden_boxes = sum(found.values()), found.get(True, 0)
    if boxes:
        hidden = f" ({hidden_boxes:,} on deleted images)" if hidden_boxes else ""
        raise ConflictError(
            f"{f'{boxes:,} boxes carry' if boxes > 1 else 'A box carries'} the label '{label.name}'{hidden}. "
            "Merge it into another label, or delete the boxes first."
        )


def _boxes_of(label_id: int, session: Session) -> dict[bool, int]:
    """Count the boxes of a label by whether their sample is deleted."""
    on_deleted = Sample.deleted_at.is_not(None)
    counted = select(on_deleted, func.count()).join(Box, Box.sample_id == Sample.id)
    return dict(session.execute(counted.where(Box.label_id == label_id).group_by(on_deleted)).tuples().all())


def _record_relabeled_boxes(
    authors: Sequence[tuple[int, str | None, datetime | None]], old: int, new: int, batch: Batch, session: Session
) -> None:
    """Write the events of boxes that change their label. Call it before the change."""
    drawn = boxes_of_samples([sample_id for sample_id, _, _ in authors], session=session)
    events = []
    for sample_id, author, at in authors:
        before = Decision(boxes=drawn[sample_id])
        after = decision_now(before, {old: new})
        events.append(Event(sample_id, before.text, after.text, author, at))
    write_events(batch, "boxes", events, session=session)


def merged_labels(theme_id: int, *, session: Session) -> dict[int, int]:
    """Return what each merged label of a theme counts as now: the label at the end of its chain of merges, by id.

    A label that was deleted ends a chain like a living one.
    """
    query = select(Label.id, Label.merged_into).where(
        Label.theme_id == theme_id, Label.deleted_at.is_not(None), Label.merged_into.is_not(None)
    )
    steps = {label_id: into for label_id, into in session.execute(query).tuples() if into is not None}
    return {label_id: _end(label_id, steps) for label_id in steps}


def labels_by_any_name(theme_id: int, *, session: Session) -> dict[str, list[Label]]:
    """Return a theme's labels by each name that may mean them.

    A name means the label that has it now; where none has, those that had it once, or that one of the name was merged
    into. Deleted labels are meant by no name.
    """
    rows = list(session.scalars(select(Label).where(Label.theme_id == theme_id).order_by(Label.id)))
    living = {label.id: label for label in rows if label.deleted_at is None}
    merged = merged_labels(theme_id, session=session)
    found: dict[str, list[Label]] = {}
    for label in rows:
        means = living.get(merged.get(label.id, label.id))
        if means is None:
            continue
        for name in dict.fromkeys((label.name, *label.former_names)):
            meant = found.setdefault(name, [])
            meant += [] if means in meant else [means]
    return found | {label.name: [label] for label in living.values()}


def label_now(theme_id: int, label_id: int | None, *, session: Session) -> int | None:
    """Return the label that a label counts as now: itself, unless it was merged."""
    return None if label_id is None else merged_labels(theme_id, session=session).get(label_id, label_id)


def decision_now(decision: Decision, merged: Mapping[int, int]) -> Decision:
    """Return what a decision counts as after the merges of `merged_labels`."""
    return decision.relabeled(lambda label: merged.get(label, label)) if merged else decision


def decision_now_column(column: InstrumentedAttribute[TextT], merged: Mapping[int, int]) -> SQLColumnExpression[TextT]:
    """Return `decision_now` of a column of texts as SQL, for decisions with one label at most."""
    texts = {Decision.of(label).text: Decision.of(end).text for label, end in merged.items()}
    return case(texts, value=column, else_=column) if texts else column


def label_now_column(
    column: InstrumentedAttribute[int | None], merged: Mapping[int, int]
) -> SQLColumnExpression[int | None]:
    """Return what a column of label ids counts as after the merges of `merged_labels`, as SQL."""
    return case(dict(merged), value=column, else_=column) if merged else column


def _end(label_id: int, steps: Mapping[int, int]) -> int:
    # No edit makes a circle, but an archive from elsewhere may hold one.
    seen: set[int] = set()
    while label_id in steps and label_id not in seen:
        seen.add(label_id)
        label_id = steps[label_id]
    return label_id


def _retire(label: Label, batch_id: int, *, session: Session) -> None:
    # The time of the batch: undo finds the label by it.
    label.deleted_at = session.get_one(Batch, batch_id).at
    session.flush()
    for position, other in enumerate(labels_of(label.theme_id, session=session), start=1):
        other.position = position

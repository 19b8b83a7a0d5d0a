"""Merging labels and deleting them, and what a merged label counts as.

What people and models said of a sample keeps the label that they named: it counts as the label which that one was
merged into for as long as the merge stands, and as itself once the merge is undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import SQLColumnExpression, case, func, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from workbench.errors import ConflictError
from workbench.store.box_rows import boxes_of_samples
from workbench.store.bulk_edits import BulkOutcome, label_many
from workbench.store.decisions import Decision
from workbench.store.events import Event, write_events
from workbench.store.labels import label_change_note, labels_of, lock_label
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, Box, Label, Sample

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
    on_deleted = Sample.deleted_at.is_not(None)
    counted = select(on_deleted, func.count()).join(Box, Box.sample_id == Sample.id)
    rows = session.execute(counted.where(Box.label_id == label_id).group_by(on_deleted))
    boxes = dict(rows.tuples().all())
    return LabelUse(samples=samples or 0, boxes=boxes.get(False, 0), hidden_boxes=boxes.get(True, 0))


def delete_label(label_id: int, *, annotator: str, session: Session) -> BulkOutcome:
    """Delete a label. Its samples become unlabeled, as one batch in their history; the name is free again.

    Raises ConflictError while boxes carry the label: they cannot be without one.
    """
    label = lock_label(label_id, session=session)
    use = label_use(label_id, session=session)
    if use.boxes or use.hidden_boxes:
        hidden = f" ({use.hidden_boxes:,} on deleted images)" if use.hidden_boxes else ""
        boxes = use.boxes + use.hidden_boxes
        raise ConflictError(
            f"{f'{boxes:,} boxes carry' if boxes > 1 else 'A box carries'} the label '{label.name}'{hidden}. "
            "Merge it into another label, or delete the boxes first."
        )
    outcome = _move_samples(label, None, "delete label", annotator=annotator, session=session)
    _retire(label, outcome.batch_id, session=session)
    return outcome


def merge_labels(label_id: int, into_id: int, *, annotator: str, session: Session) -> BulkOutcome:
    """Give another label of the same theme to every sample and box of a label, then delete it.

    One batch, which one undo reverts; its events keep what stood on each sample. Second opinions keep the label that
    they named and count as the other one.
    """
    label, into = lock_label(label_id, session=session), lock_label(into_id, session=session)
    if label.theme_id != into.theme_id or label.id == into.id:
        raise ConflictError(f"'{label.name}' can only be merged into another label of the same theme.")
    drawn_on = select(Sample.id, Sample.annotator, Sample.labeled_at).where(
        Sample.id.in_(select(Box.sample_id).where(Box.label_id == label_id))
    )
    authors = session.execute(drawn_on.order_by(Sample.id)).tuples().all()
    outcome = _move_samples(label, into, "merge labels", annotator=annotator, session=session)
    batch = session.get_one(Batch, outcome.batch_id)
    for start in range(0, len(authors), _CHUNK):
        _record_relabeled_boxes(authors[start : start + _CHUNK], label_id, into_id, batch, session)
    session.execute(update(Box).where(Box.label_id == label_id).values(label_id=into_id))
    batch.changed += len(authors)
    label.merged_into = into_id
    _retire(label, batch.id, session=session)
    return replace(outcome, changed=batch.changed)


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


def _move_samples(label: Label, into: Label | None, action: str, *, annotator: str, session: Session) -> BulkOutcome:
    where = SampleFilter(label_id=label.id, deleted=None)
    to, note = (None, None) if into is None else (into.id, into.name)
    return label_many(
        label.theme_id,
        where,
        to,
        annotator=annotator,
        action=action,
        note=label_change_note(label.name, note),
        session=session,
    )


def _retire(label: Label, batch_id: int, *, session: Session) -> None:
    # The time of the batch: undo finds the label by it.
    label.deleted_at = session.get_one(Batch, batch_id).at
    session.flush()
    for position, other in enumerate(labels_of(label.theme_id, session=session), start=1):
        other.position = position

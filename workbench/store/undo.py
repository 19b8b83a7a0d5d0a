"""Undoing batches: an undo is a batch with events of its own, never an erased event."""

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
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased

from workbench.errors import ConflictError, NotFoundError
from workbench.store.annotators import consistency, second_opinions
from workbench.store.annotators.second_opinions import opinions_on
from workbench.store.boxes import undo_boxes
from workbench.store.decisions import NOTHING_THERE, SKIPPED, Decision, decision_column, decision_of
from workbench.store.events import (
    DELETED,
    UNFINISHED,
    Event,
    checked_annotator,
    start_batch,
    write_events,
    write_events_where,
)
from workbench.store.label_merges import decision_now, decision_now_column, merged_labels
from workbench.store.labels import RENAME, label_ids, renamed_back
from workbench.store.locks import lock_theme
from workbench.store.samples import living_sample, update_samples
from workbench.store.schema import (
    PAGE,
    SPLITS,
    Batch,
    Group,
    Label,
    LabelEvent,
    RunningBatch,
    Sample,
    SecondOpinion,
    Snapshot,
    SnapshotSample,
)
from workbench.store.steps.running import earlier_batch, is_running, lock_idle_theme

MEND = "mend groups"
"""The action of bringing groups that lie in two splits into one."""
REVIVES_LABELS = ("delete label", "merge labels")
"""The actions whose undo brings labels back."""
_CHANGES_LABELS = (*REVIVES_LABELS, RENAME)
_OPINIONS = (second_opinions.ACTION, "review", consistency.ACTION)
_UNDOABLE = ("label", PAGE, "boxes", "delete", "restore", "set group", MEND, *_CHANGES_LABELS, *_OPINIONS)
_NOT_TWICE = (*REVIVES_LABELS, *_OPINIONS)
_SHOWN = 1_000


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

    @property
    def changed_labels(self) -> bool:
        """Whether labels themselves came back, or their names: a change also where no sample had them."""
        return self.action in REVIVES_LABELS or (self.action == RENAME and not self.kept)


NOTHING_UNDONE = UndoOutcome(None, None, "", 0, 0)


def undo(
    theme_id: int,
    *,
    annotator: str,
    batch_id: int | None = None,
    client_key: str | None = None,
    session: Session,
) -> UndoOutcome:
    """Undo a batch: the given one, or the annotator's latest that is not undone yet.

    What somebody changed since is left as it is and counted. A label that was merged since comes back as the one that
    it was merged into. The undo is a batch with events of its own; undoing it in turn is a redo. Raises NotFoundError
    for a batch that is not there or is undone, ConflictError for one that cannot be undone.
    """
    lock_theme(theme_id, session=session)
    earlier = earlier_batch(client_key, session=session)
    if earlier is not None:
        return outcome_of(earlier, session=session)
    target = to_undo(theme_id, annotator=annotator, batch_id=batch_id, session=session)
    if target is None:
        return NOTHING_UNDONE
    if target.action in REVIVES_LABELS or is_running(target.id, session=session):
        lock_idle_theme(theme_id, session=session)
    batch = begin_undo(target, annotator=annotator, client_key=client_key, session=session)
    undo_events(target, batch, session=session)
    return outcome_of(batch, session=session)


def to_undo(theme_id: int, *, annotator: str, batch_id: int | None = None, session: Session) -> Batch | None:
    """Return the batch that `undo` would undo, None where there is nothing. Raises as `undo` does."""
    return _latest(theme_id, annotator, session) if batch_id is None else _chosen(theme_id, batch_id, session)


def begin_undo(
    target: Batch, *, annotator: str, client_key: str | None = None, note: str = "", session: Session
) -> Batch:
    """Start the batch that undoes another one, and bring back the labels, or the name of one, that this one changed.

    With the note `UNFINISHED` a batch is taken back that did not come to its end: its labels are there still.
    """
    batch = start_batch(
        target.theme_id,
        target.action,
        annotator=annotator,
        source="undo",
        client_key=client_key,
        note=note,
        undoes=target.id,
        session=session,
    )
    if target.action in REVIVES_LABELS and note != UNFINISHED:
        _revive_labels(target.theme_id, target, session)
    if target.action == RENAME:
        # An undo that had to leave the name has no note, and nothing to take back.
        done = renamed_back(target.theme_id, target.note, session=session) if target.note else None
        batch.note, batch.unchanged = done or "", int(done is None)
    return batch


def undo_events(target: Batch, batch: Batch, *, events: tuple[int, int] | None = None, session: Session) -> None:
    """Undo what a batch changed as part of `batch`: all of it, or its events from one id to another."""
    if target.action in _OPINIONS:
        _undo_opinions(target, batch, session)
        return
    labels = label_ids(target.theme_id, session=session)
    # A merge that is undone gives each sample the label that it had, or leaves it as it is.
    merged = {} if target.action in REVIVES_LABELS else merged_labels(target.theme_id, session=session)
    merged = {label: end for label, end in merged.items() if end in labels}
    _undo_decisions(target, batch, labels, merged, events, session)
    _undo_deletions(target, batch, events, session)
    _undo_groups(target, batch, events, session)
    undo_boxes(target, batch, labels, merged, events=events, session=session)
    if batch.note == UNFINISHED:
        _undo_splits(target, batch, events, session)
    elif target.action == MEND:
        _undo_splits(target, batch, events, session, unless=_frozen_since())
    session.flush()


def outcome_of(batch: Batch, *, session: Session) -> UndoOutcome:
    """Return what an undo did."""
    query = select(LabelEvent.sample_id).where(LabelEvent.batch_id == batch.id).order_by(LabelEvent.id).limit(_SHOWN)
    ids = tuple(dict.fromkeys(session.scalars(query)))
    return UndoOutcome(batch.id, batch.undoes, batch.action, batch.changed, batch.unchanged, ids)


def _latest(theme_id: int, annotator: str, session: Session) -> Batch | None:
    undoable = or_(and_(Batch.changed > 0, Batch.action.in_(_UNDOABLE)), Batch.action.in_(_CHANGES_LABELS))
    query = select(Batch).where(
        Batch.theme_id == theme_id,
        Batch.annotator == checked_annotator(annotator),
        Batch.source.in_(("human", "model")),
        undoable,
        _not_undone(),
        ~exists().where(RunningBatch.batch_id == Batch.id),
    )
    return session.scalar(query.order_by(Batch.id.desc()).limit(1))


def _chosen(theme_id: int, batch_id: int, session: Session) -> Batch:
    found = session.scalar(select(Batch).where(Batch.theme_id == theme_id, Batch.id == batch_id, _not_undone()))
    if found is None:
        raise NotFoundError(f"There is no action {batch_id} in this theme that could be undone; it may be undone.")
    if (
        found.note == UNFINISHED
        or found.action not in _UNDOABLE
        or (found.undoes is not None and found.action in _NOT_TWICE)
    ):
        raise ConflictError(
            f"The action '{found.action}' cannot be undone like this. "
            "Splits are taken away by a reset; a label that came back is deleted or merged once more, "
            "an opinion is given once more."
        )
    return found


def _not_undone() -> Any:
    other = aliased(Batch)
    return ~exists().where(other.undoes == Batch.id)


def _undo_decisions(
    target: Batch,
    batch: Batch,
    labels: set[int],
    merged: Mapping[int, int],
    events: tuple[int, int] | None,
    session: Session,
) -> None:
    """Give samples their former decision where they still have the batch's and the former label still is."""
    before = decision_now_column(LabelEvent.before, merged)
    unlabeled = or_(before.is_(None), before.in_([SKIPPED.text, NOTHING_THERE.text]))
    possible = or_(unlabeled, before.in_([Decision.of(label).text for label in sorted(labels)]))
    still = decision_column().is_not_distinct_from(LabelEvent.after) & _nobody_since(target) & possible
    _undo_where(
        target,
        batch,
        "label",
        still,
        before,
        events,
        session,
        label_id=case((unlabeled, None), else_=cast(before, Integer)),
        skipped=before.is_not_distinct_from(literal(SKIPPED.text, String)),
        nothing_there=before.is_not_distinct_from(literal(NOTHING_THERE.text, String)),
        annotator=LabelEvent.before_annotator,
        labeled_at=LabelEvent.before_at,
    )


def _nobody_since(target: Batch) -> ColumnElement[bool]:
    """Whether a decision is the batch's own: somebody who came to the same by another way decided for himself.

    What was undone, and the undoing, are no such way.
    """
    later, its_batch, undone = aliased(LabelEvent), aliased(Batch), aliased(Batch)
    decided_later = exists().where(
        later.sample_id == LabelEvent.sample_id,
        later.id > LabelEvent.id,
        later.action == "label",
        its_batch.id == later.batch_id,
        its_batch.undoes.is_(None),
        ~exists().where(undone.undoes == its_batch.id).correlate(its_batch),
    )
    signed = and_(Sample.annotator == target.annotator, Sample.labeled_at == target.at)
    return or_(signed, ~decided_later.correlate(LabelEvent))


def _undo_deletions(target: Batch, batch: Batch, events: tuple[int, int] | None, session: Session) -> None:
    deleted = case((Sample.deleted_at.is_not(None), literal(DELETED, String)))
    still = deleted.is_not_distinct_from(LabelEvent.after)
    deleted_at = case((LabelEvent.before == DELETED, literal(batch.at, Sample.deleted_at.type)))
    _undo_where(target, batch, "delete", still, LabelEvent.before, events, session, deleted_at=deleted_at)


def _undo_groups(target: Batch, batch: Batch, events: tuple[int, int] | None, session: Session) -> None:
    name = select(Group.name).where(Group.id == Sample.group_id).correlate(Sample).scalar_subquery()
    still = name.is_not_distinct_from(LabelEvent.after)
    named = select(Group.id).where(Group.theme_id == target.theme_id, Group.name == LabelEvent.before)
    before = named.correlate(LabelEvent).scalar_subquery()
    _undo_where(target, batch, "group", still, LabelEvent.before, events, session, group_id=before)


def _undo_splits(
    target: Batch,
    batch: Batch,
    events: tuple[int, int] | None,
    session: Session,
    *,
    unless: ColumnElement[bool] | None = None,
) -> None:
    """Give samples the split that they had before a batch; `unless` says which of them keep theirs."""
    still = Sample.split.is_not_distinct_from(LabelEvent.after)
    still = still if unless is None else still & ~unless
    _undo_where(target, batch, "split", still, LabelEvent.before, events, session, split=LabelEvent.before)


def _frozen_since() -> ColumnElement[bool]:
    """Whether a snapshot has a sample in the split that an event gave it: a model was judged by it, so it stays."""
    return (
        exists()
        .where(
            SnapshotSample.sample_id == LabelEvent.sample_id,
            SnapshotSample.split == LabelEvent.after,
            SnapshotSample.split != SPLITS[0],
            Snapshot.id == SnapshotSample.snapshot_id,
            Snapshot.created_at >= LabelEvent.at,
        )
        .correlate(LabelEvent)
    )


def _undo_where(
    target: Batch,
    batch: Batch,
    action: str,
    still: ColumnElement[bool],
    before: SQLColumnExpression[Any],
    events: tuple[int, int] | None,
    session: Session,
    **values: Any,
) -> None:
    """Write events and values for the samples that still are as one kind of event left them, inside the database.

    `before` is what they become, as text, and `values` says the same in columns.
    """
    of_batch = [LabelEvent.batch_id == target.id, LabelEvent.action == action]
    if events is not None:
        of_batch += [LabelEvent.id >= events[0], LabelEvent.id <= events[1]]
    meant = [*of_batch, LabelEvent.sample_id == Sample.id]
    total = session.scalar(select(func.count()).select_from(LabelEvent).where(*of_batch)) or 0
    if total == 0:
        return
    write_events_where(batch, action, [*meant, still], before=LabelEvent.after, after=before, session=session)
    changed = update_samples([*meant, still], session=session, **values)
    batch.changed += changed
    batch.unchanged += total - changed


def _revive_labels(theme_id: int, batch: Batch, session: Session) -> None:
    """Bring back the labels that a batch deleted, at the end of the list, unless their names are taken by now.

    One whose key was given to another label since has none.
    """
    living = list(session.scalars(select(Label).where(Label.theme_id == theme_id, Label.deleted_at.is_(None))))
    names, position = {label.name for label in living}, max((label.position for label in living), default=0)
    keys = {label.key for label in living}
    # A label is deleted at the time of the batch that deletes it.
    for label in session.scalars(select(Label).where(Label.theme_id == theme_id, Label.deleted_at == batch.at)):
        if label.name not in names:
            label.deleted_at, label.merged_into, label.position = None, None, position + 1
            label.key = None if label.key in keys else label.key
    session.flush()


def _undo_opinions(target: Batch, batch: Batch, session: Session) -> None:
    """Undo a second opinion or a review, unless somebody went on from it.

    An opinion that was undone can be given once more; a sample whose review was undone waits for one, with the label
    that it had before or, where that one was merged since, the label that it was merged into.
    """
    undo_one = {second_opinions.ACTION: _undo_opinion, consistency.ACTION: _undo_repeat}.get(
        target.action, _undo_review
    )
    query = select(LabelEvent).where(LabelEvent.batch_id == target.id, LabelEvent.action == target.action)
    for event in session.scalars(query).all():
        sample = living_sample(target.theme_id, event.sample_id, lock=True, session=session)
        done = sample is not None and undo_one(event, sample, batch, session)
        batch.changed += int(done)
        batch.unchanged += int(not done)
    session.flush()


def _undo_opinion(event: LabelEvent, sample: Sample, batch: Batch, session: Session) -> bool:
    given = {opinion.annotator: opinion for opinion in opinions_on(sample.id, session=session)}
    mine = given.get(event.annotator)
    if mine is None or mine.decision != event.after or mine.review_id is not None:
        return False
    undone = Event(sample.id, event.after, event.before, sample.annotator, sample.labeled_at)
    write_events(batch, event.action, [undone], session=session)
    if event.before is not None:
        mine.decision, mine.at = event.before, batch.at
        return True
    session.delete(mine)
    session.flush()
    if len(given) == 2:
        # What is left is the decision itself: nobody has been asked about it.
        session.execute(delete(SecondOpinion).where(SecondOpinion.sample_id == sample.id))
    return True


def _undo_repeat(event: LabelEvent, sample: Sample, batch: Batch, session: Session) -> bool:
    undone = Event(sample.id, event.after, None, event.before_annotator, event.before_at)
    write_events(batch, event.action, [undone], session=session)
    return True


def _undo_review(event: LabelEvent, sample: Sample, batch: Batch, session: Session) -> bool:
    before = decision_now(Decision.parse(event.before), merged_labels(event.theme_id, session=session))
    possible = before.label_ids <= label_ids(event.theme_id, session=session)
    settled = [opinion.review_id == event.batch_id for opinion in opinions_on(sample.id, session=session)]
    current = decision_of(sample)
    if not possible or not settled or not all(settled) or current != Decision.parse(event.after):
        return False
    undone = Event(sample.id, current.text, before.text, sample.annotator, sample.labeled_at)
    for action in (event.action, "label") if before != current else (event.action,):
        write_events(batch, action, [undone], session=session)
    sample.label_id, sample.skipped, sample.nothing_there = before.label, before.skipped, before.nothing_there
    sample.annotator, sample.labeled_at = event.before_annotator, event.before_at
    session.execute(update(SecondOpinion).where(SecondOpinion.sample_id == sample.id).values(review_id=None))
    return True

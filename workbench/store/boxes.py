"""Drawing boxes: what a person submits for one sample, with its history, and undoing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import EllipsisType

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.box_rows import boxes_of, boxes_of_samples, clip, write_boxes
from workbench.store.decisions import UNDECIDED, BoxData, Decision, decision_of
from workbench.store.events import Event, batch_of_client_key, start_batch, write_events
from workbench.store.label_merges import decision_now
from workbench.store.labels import label_ids
from workbench.store.locks import lock_theme
from workbench.store.samples import forget_samples
from workbench.store.schema import Batch, LabelEvent, Sample
from workbench.store.single_edits import EditStatus

_CHUNK = 5_000


@dataclass(frozen=True)
class BoxOutcome:
    """What submitting boxes did, and what stands of the sample now: `decision` holds its boxes."""

    sample_id: int
    status: EditStatus
    decision: Decision
    batch_id: int | None

    @property
    def boxes(self) -> tuple[BoxData, ...]:
        """The boxes that the sample has now."""
        return self.decision.boxes or ()


def replace_boxes(
    sample_id: int,
    boxes: Sequence[BoxData],
    *,
    annotator: str,
    source: str = "human",
    seen: Decision | EllipsisType = ...,
    client_key: str | None = None,
    session: Session,
) -> BoxOutcome:
    """Make some boxes those of a sample; none at all says that there is nothing to mark on it.

    Boxes that stand over the edge are cut down to the image. `seen` is the decision that the person saw: when the store
    has another one by now, nothing is changed and the outcome is a conflict; `...` overwrites whatever is there.
    `client_key` makes a repeated message harmless. Raises WorkbenchError for a box without area inside the image and
    NotFoundError for a label that the theme does not have; nothing is changed then.
    """
    sample = _locked(sample_id, session)
    if sample is None or sample.deleted_at is not None:
        return BoxOutcome(sample_id, "missing", UNDECIDED, None)
    current = decision_of(sample, boxes_of(sample_id, session=session))
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BoxOutcome(sample_id, "replayed", current, earlier.id)
    labels = label_ids(sample.theme_id, session=session)
    if any(box.label_id not in labels for box in boxes):
        raise NotFoundError("A box has a label that the theme does not have. Reload the labels, then draw it again.")
    wanted = Decision(boxes=tuple(clip_to_sample(box, sample) for box in boxes))
    if seen is not ... and seen != current:
        return BoxOutcome(sample_id, "conflict", current, None)
    batch = start_batch(
        sample.theme_id, "boxes", annotator=annotator, source=source, client_key=client_key, session=session
    )
    if current == wanted:
        batch.unchanged = 1
        return BoxOutcome(sample_id, "unchanged", current, batch.id)
    batch.changed = 1
    event = Event(sample.id, current.text, wanted.text, sample.annotator, sample.labeled_at)
    write_events(batch, "boxes", [event], client_key=client_key, session=session)
    write_boxes({sample.id: wanted.boxes or ()}, annotator=batch.annotator, at=batch.at, session=session)
    sample.skipped, sample.nothing_there = False, wanted.nothing_there
    sample.annotator, sample.labeled_at = batch.annotator, batch.at
    session.flush()
    return BoxOutcome(sample_id, "changed", wanted, batch.id)


def clip_to_sample(box: BoxData, sample: Sample) -> BoxData:
    """Cut a box down to its image. Raises WorkbenchError when nothing with an area is left."""
    inside = clip((box.x, box.y, box.width, box.height), sample.width, sample.height)
    if inside is None:
        raise WorkbenchError(
            f"The box x={box.x:g} y={box.y:g} width={box.width:g} height={box.height:g} has no area inside the image "
            f"of {sample.width} x {sample.height} pixels. Draw it again."
        )
    x, y, width, height = inside
    return replace(box, x=x, y=y, width=width, height=height)


def undo_boxes(
    target: Batch,
    batch: Batch,
    labels: set[int],
    merged: Mapping[int, int],
    *,
    events: tuple[int, int] | None = None,
    session: Session,
) -> None:
    """Undo the boxes of the batch `target` as part of `batch`, where a sample still has them.

    `labels` are those that the theme has, `merged` its `label_merges.merged_labels`, `events` the first and the last
    event that are meant, where it is not all.
    """
    last, end = (0, None) if events is None else (events[0] - 1, events[1])
    while rows := _box_events_after(target.id, last, end, session):
        last = rows[-1][0].id
        drawn = boxes_of_samples([sample.id for _, sample in rows], session=session)
        undone = [
            (event, sample, decision_now(Decision.parse(event.before), merged))
            for event, sample in rows
            if _still_drawn(event, sample, labels | set(merged), drawn.get(sample.id, ()))
        ]
        batch.unchanged += len(rows) - len(undone)
        batch.changed += len(undone)
        _write_former_boxes(batch, undone, session)


def _box_events_after(batch_id: int, last: int, end: int | None, session: Session) -> list[tuple[LabelEvent, Sample]]:
    query = (
        select(LabelEvent, Sample)
        .join(Sample, Sample.id == LabelEvent.sample_id)
        .where(LabelEvent.batch_id == batch_id, LabelEvent.action == "boxes", LabelEvent.id > last)
        .order_by(LabelEvent.id)
        .limit(_CHUNK)
    )
    query = query if end is None else query.where(LabelEvent.id <= end)
    rows = session.execute(query, execution_options={"populate_existing": True})
    return [(event, sample) for event, sample in rows]


def _still_drawn(event: LabelEvent, sample: Sample, labels: set[int], boxes: Sequence[BoxData]) -> bool:
    """Whether a sample's boxes still are what the event made them, and can become what they were."""
    possible = Decision.parse(event.before).label_ids <= labels
    return decision_of(sample, boxes) == Decision.parse(event.after) and possible


def _write_former_boxes(batch: Batch, undone: list[tuple[LabelEvent, Sample, Decision]], session: Session) -> None:
    """Bring the boxes back that stood on the samples before."""
    if not undone:
        return
    events = [
        Event(sample.id, event.after, before.text, sample.annotator, sample.labeled_at)
        for event, sample, before in undone
    ]
    states = [
        {
            "id": sample.id,
            "skipped": before.skipped,
            "nothing_there": before.nothing_there,
            "annotator": event.before_annotator,
            "labeled_at": event.before_at,
        }
        for event, sample, before in undone
    ]
    write_events(batch, "boxes", events, session=session)
    session.execute(update(Sample), states)
    for event, sample, before in undone:
        annotator = event.before_annotator or batch.annotator
        write_boxes({sample.id: before.boxes or ()}, annotator=annotator, at=batch.at, session=session)
    forget_samples(session)


def _locked(sample_id: int, session: Session) -> Sample | None:
    theme_id = session.scalar(select(Sample.theme_id).where(Sample.id == sample_id))
    if theme_id is None:
        return None
    lock_theme(theme_id, shared=True, session=session)
    query = select(Sample).where(Sample.id == sample_id).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})

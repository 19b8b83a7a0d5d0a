"""Drawing boxes: what a person submits for one sample, with its history. Taking it back is in `undo`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import EllipsisType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.box_rows import (
    BoxData,
    box_state,
    boxes_as_text,
    boxes_of,
    clip,
    found_nothing_column,
    write_boxes,
)
from workbench.store.counts import UNASSIGNED
from workbench.store.events import batch_of_client_key, living_labels, start_batch
from workbench.store.labeling import Status
from workbench.store.labels import labels_of
from workbench.store.locks import lock_theme
from workbench.store.schema import SPLITS, Box, LabelEvent, Sample


@dataclass(frozen=True)
class BoxOutcome:
    """What became of submitted boxes, and what the sample holds now. `state` is the text of `box_rows.box_state`."""

    sample_id: int
    status: Status
    state: str | None
    boxes: tuple[BoxData, ...]
    batch_id: int | None


@dataclass(frozen=True)
class BoxCounts:
    """How far a theme of boxes is: living samples, those somebody submitted, those skipped, and all boxes."""

    samples: int
    submitted: int
    skipped: int
    boxes: int


def replace_boxes(
    sample_id: int,
    boxes: Sequence[BoxData],
    *,
    annotator: str,
    source: str = "human",
    seen: str | EllipsisType | None = ...,
    client_key: str | None = None,
    session: Session,
) -> BoxOutcome:
    """Make some boxes those of a sample; none at all says that there is nothing to mark on it.

    Boxes that stand over the edge are cut down to the image. `seen` is the state that the person saw: when the store
    has another one by now, nothing is changed and the outcome is a conflict; `...` overwrites whatever is there.
    `client_key` makes a repeated message harmless. Raises WorkbenchError for a box without area inside the image and
    NotFoundError for a label that the theme does not have; nothing is changed then.
    """
    sample = _locked(sample_id, session)
    if sample is None or sample.deleted_at is not None:
        return BoxOutcome(sample_id, "missing", None, (), None)
    current = boxes_of(sample_id, session=session)
    state = box_state(sample, current)
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BoxOutcome(sample_id, "replayed", state, current, earlier.id)
    labels = living_labels(sample.theme_id, session=session)
    if any(box.label_id not in labels for box in boxes):
        raise NotFoundError("A box has a label that the theme does not have. Reload the labels, then draw it again.")
    wanted = tuple(clip_to_sample(box, sample) for box in boxes)
    if seen is not ... and seen != state:
        return BoxOutcome(sample_id, "conflict", state, current, None)
    batch = start_batch(
        sample.theme_id, "boxes", annotator=annotator, source=source, client_key=client_key, session=session
    )
    after = boxes_as_text(wanted)
    if state == after:
        batch.unchanged = 1
        return BoxOutcome(sample_id, "unchanged", state, current, batch.id)
    batch.changed = 1
    session.add(
        LabelEvent(
            theme_id=sample.theme_id, sample_id=sample.id, at=batch.at, annotator=batch.annotator, source=source,
            action="boxes", before=state, after=after, before_annotator=sample.annotator, before_at=sample.labeled_at,
            batch_id=batch.id, client_key=client_key,
        )
    )  # fmt: skip
    write_boxes({sample.id: wanted}, annotator=batch.annotator, at=batch.at, session=session)
    sample.skipped, sample.annotator, sample.labeled_at = False, batch.annotator, batch.at
    session.flush()
    return BoxOutcome(sample_id, "changed", after, wanted, batch.id)


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


def box_counts(theme_id: int, *, session: Session) -> BoxCounts:
    """Count a theme's samples by what was decided about their boxes."""
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    drawn = select(Box.id).where(Box.sample_id == Sample.id).exists()
    decided = drawn | found_nothing_column()

    def count(*conditions: object) -> int:
        return session.scalar(select(func.count()).select_from(Sample).where(*living, *conditions)) or 0  # type: ignore[arg-type]

    boxes = session.scalar(select(func.count()).select_from(Box).join(Sample).where(*living)) or 0
    return BoxCounts(count(), count(decided), count(Sample.skipped.is_(True)), boxes)


def boxes_by_split(theme_id: int, *, session: Session) -> dict[str, dict[str, int]]:
    """Count the boxes of living samples by label, in the order of the keys, and by the split of their images."""
    labels = labels_of(theme_id, session=session)
    names = {label.id: label.name for label in labels}
    counts = {label.name: dict.fromkeys((*SPLITS, UNASSIGNED), 0) for label in labels}
    query = (
        select(Box.label_id, Sample.split, func.count())
        .join(Sample)
        .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
        .group_by(Box.label_id, Sample.split)
    )
    for label_id, split, number in session.execute(query):
        counts[names[label_id]][split or UNASSIGNED] += number
    return counts


def _locked(sample_id: int, session: Session) -> Sample | None:
    theme_id = session.scalar(select(Sample.theme_id).where(Sample.id == sample_id))
    if theme_id is None:
        return None
    lock_theme(theme_id, shared=True, session=session)
    query = select(Sample).where(Sample.id == sample_id).with_for_update()
    return session.scalar(query, execution_options={"populate_existing": True})

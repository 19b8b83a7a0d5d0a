"""The labels of a theme: their order, names and colors, and what happens to samples when they go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, NotFoundError, WorkbenchError, unknown_name
from workbench.store.box_rows import boxes_as_text, boxes_of_samples
from workbench.store.labeling import BulkOutcome, label_many
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, Box, Label, LabelEvent, Sample

# Okabe and Ito's palette (2008), which color-blind people can tell apart, then lighter and darker relatives of it.
PALETTE = (
    "#0072b2", "#e69f00", "#009e73", "#d55e00", "#56b4e9", "#cc79a7", "#f0e442", "#7f7f7f", "#882255",
    "#44aa99", "#332288", "#ddcc77", "#aa4499", "#117733", "#88ccee", "#999933", "#661100", "#6699cc",
)  # fmt: skip
_CHUNK = 500
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class LabelUse:
    """What would be touched if a label went: the samples that carry it, and the boxes on samples.

    `hidden_boxes` are those on deleted samples, which could not come back without their label.
    """

    samples: int
    boxes: int
    hidden_boxes: int


def labels_of(theme_id: int, *, session: Session) -> list[Label]:
    """Return a theme's labels in the order of their keys."""
    query = select(Label).where(Label.theme_id == theme_id, Label.deleted_at.is_(None)).order_by(Label.position)
    return list(session.scalars(query, execution_options={"populate_existing": True}))


def get_label(theme_id: int, name: str, *, session: Session) -> Label:
    """Return a label by its name. Raises NotFoundError, which names the nearest one."""
    labels = labels_of(theme_id, session=session)
    for label in labels:
        if label.name == name:
            return label
    raise NotFoundError(unknown_name("label", name, [label.name for label in labels]))


def add_label(theme_id: int, name: str, *, color: str | None = None, session: Session) -> Label:
    """Add a label at the end. Its color is the next free one of the palette unless given as `#rrggbb`.

    Raises ConflictError when the theme has a label of that name.
    """
    name = checked_name(name)
    lock_theme(theme_id, session=session)
    present = labels_of(theme_id, session=session)
    _refuse_taken(name, present)
    used = {label.color for label in present}
    free = next((candidate for candidate in PALETTE if candidate not in used), PALETTE[len(present) % len(PALETTE)])
    position = max((label.position for label in present), default=0) + 1
    label = Label(theme_id=theme_id, name=name, position=position, color=checked_color(color) if color else free)
    session.add(label)
    session.flush()
    return label


def edit_label(label_id: int, *, name: str | None = None, color: str | None = None, session: Session) -> Label:
    """Rename or recolor a label; the samples keep it."""
    label = _label_at_turn(label_id, session)
    if name is not None and name != label.name:
        name = checked_name(name)
        _refuse_taken(name, labels_of(label.theme_id, session=session))
        label.name = name
    if color is not None:
        label.color = checked_color(color)
    return label


def reorder_labels(theme_id: int, label_ids: Sequence[int], *, session: Session) -> None:
    """Give the labels new positions: `label_ids` holds every label of the theme once, in the wanted order."""
    lock_theme(theme_id, session=session)
    labels = {label.id: label for label in labels_of(theme_id, session=session)}
    if sorted(label_ids) != sorted(labels):
        raise ConflictError("The labels have changed meanwhile. Look at the list again, then reorder it.")
    for position, label_id in enumerate(label_ids, start=1):
        labels[label_id].position = position


def label_use(label_id: int, *, session: Session) -> LabelUse:
    """Count what carries a label, so that a person can be told before it goes."""
    samples = session.scalar(
        select(func.count()).select_from(Sample).where(Sample.label_id == label_id, Sample.deleted_at.is_(None))
    )
    on_deleted = Sample.deleted_at.is_not(None)
    boxes = dict(
        session.execute(
            select(on_deleted, func.count()).join(Box, Box.sample_id == Sample.id)
            .where(Box.label_id == label_id).group_by(on_deleted)
        ).tuples().all()
    )  # fmt: skip
    return LabelUse(samples=samples or 0, boxes=boxes.get(False, 0), hidden_boxes=boxes.get(True, 0))


def delete_label(label_id: int, *, annotator: str, session: Session) -> BulkOutcome:
    """Delete a label. Its samples become unlabeled, as one batch in their history; the name is free again.

    Raises ConflictError while boxes carry the label: they cannot be without one.
    """
    label = _label_at_turn(label_id, session)
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

    One batch, which one undo takes back; its events keep what stood on each sample. Opinions of further annotators
    keep the label that they named and count as the other one (see `workbench.store.merges`).
    """
    label, into = _label_at_turn(label_id, session), _label_at_turn(into_id, session)
    if label.theme_id != into.theme_id or label.id == into.id:
        raise ConflictError(f"'{label.name}' can only be merged into another label of the same theme.")
    drawn_on = select(Sample.id, Sample.annotator, Sample.labeled_at).where(
        Sample.id.in_(select(Box.sample_id).where(Box.label_id == label_id))
    )
    authors = session.execute(drawn_on.order_by(Sample.id)).tuples().all()
    outcome = _move_samples(label, into_id, "merge labels", annotator=annotator, session=session)
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
        after = [replace(box, label_id=new) if box.label_id == old else box for box in drawn[sample_id]]
        events.append(
            {
                "theme_id": batch.theme_id, "sample_id": sample_id, "at": batch.at, "annotator": batch.annotator,
                "source": batch.source, "action": "boxes", "before": boxes_as_text(drawn[sample_id]),
                "after": boxes_as_text(after), "before_annotator": author, "before_at": at, "batch_id": batch.id,
            }
        )  # fmt: skip
    session.execute(insert(LabelEvent), events)


def _label_at_turn(label_id: int, session: Session) -> Label:
    """Return a label as it is once nobody else acts on its theme."""
    label = session.get(Label, label_id)
    if label is not None:
        lock_theme(label.theme_id, session=session)
        label = session.get(Label, label_id, populate_existing=True)
    if label is None or label.deleted_at is not None:
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then try again.")
    return label


def _move_samples(label: Label, to: int | None, action: str, *, annotator: str, session: Session) -> BulkOutcome:
    where = SampleFilter(label_id=label.id, deleted=None)
    return label_many(
        label.theme_id, where, to, annotator=annotator, action=action, note=f"label {label.name}", session=session
    )


def _retire(label: Label, batch_id: int, *, session: Session) -> None:
    # The batch's own time: an undo of the batch finds its label by it.
    label.deleted_at = session.get_one(Batch, batch_id).at
    session.flush()
    for position, other in enumerate(labels_of(label.theme_id, session=session), start=1):
        other.position = position


def checked_name(name: str) -> str:
    """Return a label's name without blanks around it. Raises WorkbenchError when it cannot be one."""
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable() or "/" in name or "\\" in name or name in {".", ".."}:
        raise WorkbenchError(
            f"{name!r} cannot be the name of a label. Allowed: 1 to 100 printable characters without '/' and '\\'."
        )
    return name


def checked_color(color: str) -> str:
    """Return a color in small letters. Raises WorkbenchError unless it is #rrggbb."""
    if not _COLOR.fullmatch(color):
        raise WorkbenchError(f"'{color}' is not a color. Allowed: #rrggbb, for example #0072b2.")
    return color.lower()


def _refuse_taken(name: str, present: Sequence[Label]) -> None:
    if any(label.name == name for label in present):
        raise ConflictError(f"The theme has a label '{name}' already. Choose another name, or merge the two.")

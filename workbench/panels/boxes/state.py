"""What the box panel asks of the store: which image is next, what stands on it, and keeping what was drawn."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workbench.data.decoding import decode_rgb
from workbench.errors import NotFoundError, WorkbenchError
from workbench.store import Store
from workbench.store.box_rows import (
    BoxData,
    box_state,
    boxes_from_text,
    boxes_now,
    boxes_of,
    clip,
    found_nothing_column,
)
from workbench.store.boxes import BoxCounts, BoxOutcome, box_counts, boxes_by_split, replace_boxes
from workbench.store.labeling import Decision, decide
from workbench.store.labels import labels_of
from workbench.store.merges import merged_labels
from workbench.store.samples import get_sample
from workbench.store.schema import Batch, Box, LabelEvent, Sample, Theme
from workbench.store.themes import list_themes
from workbench.store.undo import UndoOutcome, undo

DRAFT = "draft"
"""The note of a batch that was saved while a person was still drawing."""

STATES = ("all", "undecided", "done", "skipped")
"""What the images that `neighbour` steps through can be confined to."""

_SHOWN_AS_THEY_ARE = ("png", "jpg", "webp", "gif", "bmp")


class NotSavedError(WorkbenchError):
    """What was drawn cannot be saved before a person does something about it; nothing was changed."""


@dataclass(frozen=True)
class Shown:
    """One image as the panel shows it. `boxes` are as the widget wants them; `state` is the store's, see box_rows."""

    sample_id: int
    name: str
    position: int
    content: bytes
    boxes: list[dict[str, Any]]
    state: str | None


class BoxDesk:
    """One annotator's work on the boxes of one theme. Every method is a transaction of its own."""

    def __init__(self, store: Store, theme_id: int, annotator: str) -> None:
        self.store = store
        self.theme_id = theme_id
        self.annotator = annotator

    def theme_name(self) -> str:
        """Return the theme's name."""
        with self.store.read() as session:
            return session.get_one(Theme, self.theme_id).name

    def labels(self) -> dict[str, tuple[int, str]]:
        """Return each label's id and color by its name, in the order of the keys."""
        with self.store.read() as session:
            return {label.name: (label.id, label.color) for label in labels_of(self.theme_id, session=session)}

    def boxes_per_label(self) -> dict[str, int]:
        """Return how many boxes each label has, by its name."""
        with self.store.read() as session:
            found = boxes_by_split(self.theme_id, session=session)
        return {name: sum(row.values()) for name, row in found.items()}

    def counts(self) -> BoxCounts:
        """Return how far the theme is."""
        with self.store.read() as session:
            return box_counts(self.theme_id, session=session)

    def begin(self) -> int | None:
        """Return the image to begin with: the one left while drawing, else the first that nobody decided on."""
        with self.store.read() as session:
            left = self._left_while_drawing(session)
            return left if left is not None else self._undecided(0, session) or self._edge(session)

    def undecided_after(self, sample_id: int) -> int | None:
        """Return the next image that nobody decided on, from the beginning again at the end; None when all are done."""
        with self.store.read() as session:
            return self._undecided(sample_id, session) or self._undecided(0, session)

    def neighbour(self, sample_id: int, step: int, among: str = "all") -> int | None:
        """Return the image before (-1) or after (1) another one, among those of a state of `STATES`, or None."""
        with self.store.read() as session:
            after = Sample.id > sample_id if step > 0 else Sample.id < sample_id
            query = select(Sample.id).where(*self._living(), *_in_state(among), after)
            return session.scalar(query.order_by(Sample.id if step > 0 else Sample.id.desc()).limit(1))

    def at(self, position: int) -> int | None:
        """Return the image at a position, counted from 1; None when there are fewer."""
        with self.store.read() as session:
            query = select(Sample.id).where(*self._living()).order_by(Sample.id)
            return session.scalar(query.offset(max(0, position - 1)).limit(1))

    def show(self, sample_id: int) -> Shown:
        """Return what there is to see of an image."""
        with self.store.read() as session:
            sample = get_sample(sample_id, session=session)
            boxes = boxes_of(sample_id, session=session)
            names = {label.id: label.name for label in labels_of(self.theme_id, session=session)}
            before = select(func.count()).select_from(Sample).where(*self._living(), Sample.id <= sample_id)
            return Shown(
                sample_id, sample.name, session.scalar(before) or 0, self._content(sample),
                [_as_widget(box, names.get(box.label_id, "?")) for box in boxes], box_state(sample, boxes),
            )  # fmt: skip

    def save(
        self, sample_id: int, drawn: Sequence[dict[str, Any]], *, seen: str | None, draft: bool, key: str | None = None,
        earlier: Sequence[str] = (),
    ) -> tuple[BoxOutcome, int]:  # fmt: skip
        """Keep what was drawn on an image; return what became of it, and how many boxes without area were left out.

        `seen` is the state that was drawn over; another one is a conflict, unless it is what a message of `earlier`
        left, to which the browser has not seen the answer. `key` makes a repeated message harmless. A box's label is
        known by its `label_id`, whatever it is called or was merged into by now, else by its name. Raises
        NotSavedError when the theme has no such label, or the annotator's name cannot be one.
        """
        with self.store.write() as session:
            labels = {label.name: label.id for label in labels_of(self.theme_id, session=session)}
            merged = merged_labels(self.theme_id, session=session)
            seen = boxes_now(seen, merged)
            boxes = [_as_data(box, labels, merged) for box in drawn]
            sample = get_sample(sample_id, session=session)
            if sample.theme_id != self.theme_id:
                raise NotFoundError("This image belongs to another theme; nothing was changed.")
            good = [box for box in boxes if _has_area(box, sample)]
            empty = len(boxes) - len(good)
            current = box_state(sample, boxes_of(sample_id, session=session))
            if seen != current and earlier and _latest_key(sample_id, session) in earlier:
                seen = current
            if draft and seen == current and _is_as_seen(good, seen):
                return BoxOutcome(sample_id, "unchanged", seen, tuple(good), None), empty
            try:
                outcome = replace_boxes(
                    sample_id, good, annotator=self.annotator, seen=seen, client_key=key, session=session
                )
            except WorkbenchError as error:
                raise NotSavedError(str(error)) from None
            if draft and outcome.status != "replayed" and outcome.batch_id is not None:
                session.get_one(Batch, outcome.batch_id).note = DRAFT
            return outcome, empty

    def skip(self, sample_id: int) -> None:
        """Set an image aside. Raises WorkbenchError when there are boxes on it."""
        with self.store.write() as session:
            if boxes_of(sample_id, session=session):
                raise WorkbenchError(
                    "There are boxes on this image. Submit it with Enter, or delete them, then skip it."
                )
            decide(self.theme_id, [Decision(sample_id, skip=True)], annotator=self.annotator, session=session)

    def undo(self) -> UndoOutcome:
        """Take back this annotator's latest act."""
        with self.store.write() as session:
            return undo(self.theme_id, annotator=self.annotator, session=session)

    def _living(self) -> tuple[ColumnElement[bool], ...]:
        return Sample.theme_id == self.theme_id, Sample.deleted_at.is_(None)

    def _undecided(self, after: int, session: Session) -> int | None:
        query = select(Sample.id).where(*self._living(), Sample.id > after, *_in_state("undecided"))
        return session.scalar(query.order_by(Sample.id).limit(1))

    def _edge(self, session: Session) -> int | None:
        return session.scalar(select(func.max(Sample.id)).where(*self._living()))

    def _left_while_drawing(self, session: Session) -> int | None:
        query = (
            select(Batch)
            .where(Batch.theme_id == self.theme_id, Batch.annotator == self.annotator, Batch.source == "human")
            .order_by(Batch.id.desc())
            .limit(1)
        )
        latest = session.scalar(query)
        if latest is None or latest.note != DRAFT:
            return None
        sample_id = session.scalar(select(LabelEvent.sample_id).where(LabelEvent.batch_id == latest.id))
        sample = None if sample_id is None else session.get(Sample, sample_id)
        return sample.id if sample is not None and sample.deleted_at is None else None

    def _content(self, sample: Sample) -> bytes:
        """The image as a browser shows it; what browsers do not know is turned into PNG."""
        content = self.store.images.read(sample.uri)
        if sample.uri.rpartition(".")[2] in _SHOWN_AS_THEY_ARE:
            return content
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(decode_rgb(content)).save(buffer, "PNG")
        return buffer.getvalue()


def themes_of_boxes(store: Store) -> list[str]:
    """Return the names of the themes of task `boxes`, in the order in which they were made."""
    with store.read() as session:
        return [theme.name for theme in list_themes(session=session) if theme.task == "boxes"]


def _in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    """What makes an image one of a state of `STATES`."""
    drawn = select(Box.id).where(Box.sample_id == Sample.id).exists()
    if state == "undecided":
        return Sample.labeled_at.is_(None), Sample.skipped.is_(False), ~drawn
    if state == "skipped":
        return (Sample.skipped.is_(True),)
    if state == "done":
        return Sample.skipped.is_(False), drawn | found_nothing_column()
    return ()


def _latest_key(sample_id: int, session: Session) -> str | None:
    """The browser's key of the latest change of an image."""
    query = select(LabelEvent.client_key).where(LabelEvent.sample_id == sample_id)
    return session.scalar(query.order_by(LabelEvent.id.desc()).limit(1))


def _as_widget(box: BoxData, label: str) -> dict[str, Any]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height, "label": label}


def _as_data(box: dict[str, Any], labels: dict[str, int], merged: Mapping[int, int]) -> BoxData:
    name, label_id = str(box.get("label")), box.get("label_id")
    label_id = merged.get(label_id, label_id) if isinstance(label_id, int) else label_id
    if label_id not in labels.values():
        label_id = labels.get(name)
    if label_id is None:
        raise NotSavedError(
            f"There is no label '{name}' any more. Give its boxes another one: click the box, choose a label, press C. "
            "Until then this browser keeps them."
        )
    x, y, width, height = (float(box.get(side) or 0) for side in ("x", "y", "width", "height"))
    return BoxData(label_id, x, y, width, height)


def _is_as_seen(boxes: Sequence[BoxData], seen: str | None) -> bool:
    """Whether nothing has changed: a press of the mouse that has drawn nothing yet is no decision."""
    return tuple(boxes) == boxes_from_text(seen)


def _has_area(box: BoxData, sample: Sample) -> bool:
    return clip((box.x, box.y, box.width, box.height), sample.width, sample.height) is not None

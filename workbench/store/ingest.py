"""Samples that come in from files: new ones are added, known ones get what they lack, and nothing is overwritten.

A decision that the store has already stays: an import never replaces a label, a skip or boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import SQLColumnExpression, String, cast, insert, literal, select, update
from sqlalchemy.orm import Session

from workbench.store.box_rows import BoxData, boxes_as_text, boxes_of_samples, found_nothing, write_boxes
from workbench.store.labels import labels_of
from workbench.store.locks import lock_theme
from workbench.store.samples import forget_samples, sample_ids_by_sha256, samples_by_sha256
from workbench.store.schema import Base, Batch, LabelEvent, Sample

# Plain inserts: going through the mapped classes would cost as much as decoding a small image.
_NEW_SAMPLES = insert(Base.metadata.tables["samples"])
_NEW_EVENTS = insert(Base.metadata.tables["label_events"])
_CHUNK = 500


@dataclass(frozen=True)
class Arrival:
    """One image whose bytes are in the image store, and what is known of it. Sizes are in pixels and bytes.

    `boxes` is None when nothing was said about boxes, empty when somebody looked and found none.
    """

    name: str
    sha256: str
    uri: str
    width: int
    height: int
    size_bytes: int
    label_id: int | None = None
    split: str | None = None
    boxes: tuple[BoxData, ...] | None = None


@dataclass(frozen=True)
class Reception:
    """What became of an arrival: `labeled` was known and got a label or boxes, `refused` differs from what is known."""

    status: Literal["added", "duplicate", "labeled", "refused"]
    reason: str = ""


@dataclass
class _Known:
    """What the theme will know of one image when this call ends. `arrival` is set for one that is new."""

    name: str
    sample_id: int = 0
    arrival: Arrival | None = None
    label_id: int | None = None
    skipped: bool = False
    annotator: str | None = None
    split: str | None = None
    boxes: tuple[BoxData, ...] | None = None
    deleted: bool = False
    gained: dict[str, str] = field(default_factory=dict)


def receive(theme_id: int, arrivals: Sequence[Arrival], *, batch: Batch, session: Session) -> list[Reception]:
    """Take in a bundle of images as part of `batch` and return what became of each, in the same order.

    The caller has made the files durable (`ImageFiles.flush`). Two imports into one theme wait for each other.
    """
    lock_theme(theme_id, session=session)
    names = {label.id: label.name for label in labels_of(theme_id, session=session)}
    known = _known(theme_id, [arrival.sha256 for arrival in arrivals], session)
    receptions = [_judge(arrival, known, names) for arrival in arrivals]
    touched = [image for image in known.values() if image.arrival or image.gained]
    _insert_new([image for image in touched if image.arrival], batch, session)
    _update_known([image for image in touched if not image.arrival], batch, session)
    _write_gains(touched, batch, session)
    batch.changed += len(touched)
    batch.unchanged += sum(reception.status in ("duplicate", "refused") for reception in receptions)
    session.flush()
    forget_samples(session)
    return receptions


def _known(theme_id: int, digests: list[str], session: Session) -> dict[str, _Known]:
    samples = samples_by_sha256(theme_id, digests, session=session)
    boxes = boxes_of_samples([sample.id for sample in samples.values()], session=session)
    return {
        sha256: _Known(
            sample.name, sample.id, None, sample.label_id, sample.skipped, sample.annotator, sample.split,
            boxes.get(sample.id, () if found_nothing(sample) else None),
            sample.deleted_at is not None,
        )
        for sha256, sample in samples.items()
    }  # fmt: skip


def _judge(arrival: Arrival, known: dict[str, _Known], names: dict[int, str]) -> Reception:
    image = known.get(arrival.sha256)
    if image is None:
        image = known[arrival.sha256] = _Known(arrival.name, arrival=arrival)
        _gain(image, arrival)
        return Reception("added")
    objection = _objection(image, arrival, names)
    if objection:
        return Reception("refused", objection)
    return Reception("labeled" if _gain(image, arrival) else "duplicate")


def _objection(image: _Known, arrival: Arrival, names: dict[int, str]) -> str:
    by = f" by {image.annotator}" if image.annotator else ""
    same = f"the same image is in the theme as '{image.name}'"
    if image.deleted:
        return f"{same} and was deleted there; undo the deletion to have it back"
    if image.skipped and (arrival.label_id is not None or arrival.boxes is not None):
        return f"{same} and was skipped{by}; that decision is kept"
    if arrival.label_id is not None and image.label_id not in (None, arrival.label_id):
        return f"{same} with the label '{names.get(image.label_id or 0, '?')}'{by}; that label is kept"
    if arrival.boxes is not None and image.boxes is not None and sorted(arrival.boxes) != sorted(image.boxes):
        return f"{same} with other boxes{by}; those are kept"
    return ""


def _gain(image: _Known, arrival: Arrival) -> bool:
    """Give an image what it lacks of what the arrival brings, and say whether that was a label or boxes."""
    gained: dict[str, str] = {}
    if arrival.label_id is not None and image.label_id is None:
        image.label_id, gained["label"] = arrival.label_id, str(arrival.label_id)
    if arrival.boxes is not None and image.boxes is None:
        image.boxes, gained["boxes"] = arrival.boxes, boxes_as_text(arrival.boxes)
    decided = bool(gained)
    # A split belongs to what can be learned from; an image that nobody decided on has none.
    if arrival.split and image.split is None and (image.label_id is not None or image.boxes is not None):
        image.split = gained["split"] = arrival.split
    image.gained |= gained
    return decided


def _decision(image: _Known, batch: Batch) -> dict[str, Any]:
    decided = image.label_id is not None or image.boxes is not None
    return {
        "label_id": image.label_id, "split": image.split,
        "annotator": batch.annotator if decided else None, "labeled_at": batch.at if decided else None,
    }  # fmt: skip


def _insert_new(images: list[_Known], batch: Batch, session: Session) -> None:
    rows = [
        {
            "theme_id": batch.theme_id, "sha256": new.sha256, "uri": new.uri, "name": new.name, "width": new.width,
            "height": new.height, "size_bytes": new.size_bytes, "skipped": False, "created_at": batch.at,
            **_decision(image, batch),
        }
        for image in images if (new := image.arrival) is not None
    ]  # fmt: skip
    if not rows:
        return
    session.execute(_NEW_SAMPLES, rows)
    ids = sample_ids_by_sha256(batch.theme_id, [row["sha256"] for row in rows], session=session)
    for image in images:
        if image.arrival is not None:
            image.sample_id = ids[image.arrival.sha256]


def _update_known(images: list[_Known], batch: Batch, session: Session) -> None:
    decided = [image for image in images if image.gained.keys() & {"label", "boxes"}]
    if decided:
        session.execute(update(Sample), [{"id": image.sample_id, **_decision(image, batch)} for image in decided])
    only_split = [image for image in images if image.gained.keys() == {"split"}]
    if only_split:
        session.execute(update(Sample), [{"id": image.sample_id, "split": image.split} for image in only_split])


def _write_gains(images: list[_Known], batch: Batch, session: Session) -> None:
    """Write the events and the boxes. The samples have their labels and splits by now."""
    _record("label", cast(Sample.label_id, String), images, batch, session)
    marked = [image for image in images if "boxes" in image.gained]
    if marked:
        common = {
            "theme_id": batch.theme_id, "at": batch.at, "annotator": batch.annotator, "source": batch.source,
            "action": "boxes", "before": None, "batch_id": batch.id,
        }  # fmt: skip
        session.execute(
            _NEW_EVENTS, [{**common, "sample_id": image.sample_id, "after": image.gained["boxes"]} for image in marked]
        )
        boxes = {image.sample_id: image.boxes for image in marked if image.boxes}
        write_boxes(boxes, annotator=batch.annotator, at=batch.at, replace=False, session=session)
    _record("split", Sample.split, images, batch, session)


def _record(action: str, after: SQLColumnExpression[Any], images: list[_Known], batch: Batch, session: Session) -> None:
    """Write the event of each image that gained its first label or split, inside the database."""
    ids = [image.sample_id for image in images if action in image.gained]
    values: dict[str, SQLColumnExpression[Any]] = {
        "theme_id": Sample.theme_id, "sample_id": Sample.id, "at": literal(batch.at, LabelEvent.at.type),
        "annotator": literal(batch.annotator), "source": literal(batch.source), "action": literal(action),
        "after": after, "batch_id": literal(batch.id),
    }  # fmt: skip
    for start in range(0, len(ids), _CHUNK):
        query = select(*values.values()).where(Sample.id.in_(ids[start : start + _CHUNK])).order_by(Sample.id)
        session.execute(insert(LabelEvent).from_select(list(values), query, include_defaults=False))

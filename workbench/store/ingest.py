"""Adding samples from files: new ones are added, known ones get what they lack, and nothing is overwritten.

A decision that the store has already stays: an import never replaces a label, a skip or boxes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import BigInteger, Boolean, ColumnElement, Integer, Text, case, false, insert, literal, select, update
from sqlalchemy.orm import Session

from workbench.store.box_rows import boxes_of_samples, write_boxes
from workbench.store.column_types import UtcDateTime
from workbench.store.decisions import BoxData, Decision
from workbench.store.events import write_first_events
from workbench.store.given_rows import Kinds, given_rows
from workbench.store.labels import labels_of
from workbench.store.locks import lock_theme
from workbench.store.name_search import fold_names
from workbench.store.samples import forget_samples, samples_by_sha256
from workbench.store.schema import Base, Batch, Sample

_SAMPLES = Base.metadata.tables["samples"]
_GIVEN: Kinds = {
    "sha256": Text,
    "uri": Text,
    "name": Text,
    "width": Integer,
    "height": Integer,
    "size_bytes": BigInteger,
    "label_id": Integer,
    "split": Text,
    "nothing_there": Boolean,
    "decided": Boolean,
}


@dataclass(frozen=True)
class IngestImage:
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
class IngestResult:
    """What an image led to: `labeled` was known and got a label or boxes, `refused` differs from what is known.

    `differs` says that it has another label than the one that is kept.
    """

    status: Literal["added", "duplicate", "labeled", "refused"]
    reason: str = ""
    differs: bool = False


@dataclass
class _Known:
    """What the theme will know of one image when this call ends. `new` is set for one that it does not know yet.

    `added` holds what this call adds to it: a label, boxes, a split, as texts for its events.
    """

    name: str
    sample_id: int = 0
    new: IngestImage | None = None
    label_id: int | None = None
    skipped: bool = False
    annotator: str | None = None
    split: str | None = None
    boxes: tuple[BoxData, ...] | None = None
    deleted: bool = False
    added: dict[str, str] = field(default_factory=dict)

    @property
    def is_decided(self) -> bool:
        return self.label_id is not None or self.boxes is not None


def ingest_images(
    theme_id: int, images: Sequence[IngestImage], *, batch: Batch, session: Session
) -> list[IngestResult]:
    """Add a bundle of images as part of `batch` and return what each led to, in the same order.

    The caller has made the files durable (`ImageFiles.flush`). Two imports into one theme wait for each other.
    """
    lock_theme(theme_id, session=session)
    names = {label.id: label.name for label in labels_of(theme_id, session=session)}
    known = _known(theme_id, [image.sha256 for image in images], session)
    results = [_match(image, known, names) for image in images]
    touched = [image for image in known.values() if image.new or image.added]
    _insert_new([image for image in touched if image.new], batch, session)
    _update_known([image for image in touched if not image.new], batch, session)
    _write_changes(touched, batch, session)
    batch.changed += len(touched)
    batch.unchanged += sum(result.status in ("duplicate", "refused") for result in results)
    session.flush()
    forget_samples(session)
    return results


def _known(theme_id: int, digests: list[str], session: Session) -> dict[str, _Known]:
    samples = samples_by_sha256(theme_id, digests, session=session)
    boxes = boxes_of_samples([sample.id for sample in samples.values()], session=session)
    return {
        sha256: _Known(
            name=sample.name,
            sample_id=sample.id,
            label_id=sample.label_id,
            skipped=sample.skipped,
            annotator=sample.annotator,
            split=sample.split,
            boxes=boxes.get(sample.id, () if sample.nothing_there else None),
            deleted=sample.deleted_at is not None,
        )
        for sha256, sample in samples.items()
    }


def _match(given: IngestImage, known: dict[str, _Known], names: dict[int, str]) -> IngestResult:
    image = known.get(given.sha256)
    if image is None:
        image = known[given.sha256] = _Known(given.name, new=given)
        _add_missing(image, given)
        return IngestResult("added")
    objection = _objection(image, given, names)
    if objection:
        return IngestResult("refused", objection, differs=_differs(image, given))
    return IngestResult("labeled" if _add_missing(image, given) else "duplicate")


def _objection(image: _Known, given: IngestImage, names: dict[int, str]) -> str:
    by = f" by {image.annotator}" if image.annotator else ""
    same = f"the same image is in the theme as '{image.name}'"
    if image.deleted:
        return f"{same} and was deleted there; undo the deletion to have it back"
    if image.skipped and (given.label_id is not None or given.boxes is not None):
        return f"{same} and was skipped{by}; that decision is kept"
    if given.label_id is not None and image.label_id not in (None, given.label_id):
        return f"{same} with the label '{names.get(image.label_id or 0, '?')}'{by}; that label is kept"
    if given.boxes is not None and image.boxes is not None and sorted(given.boxes) != sorted(image.boxes):
        return f"{same} with other boxes{by}; those are kept"
    return ""


def _differs(image: _Known, given: IngestImage) -> bool:
    return image.new is None and given.label_id not in (None, image.label_id) and not image.deleted


def _add_missing(image: _Known, given: IngestImage) -> bool:
    """Add to an image what it lacks of what is given, and say whether that was a label or boxes."""
    added: dict[str, str] = {}
    if given.label_id is not None and image.label_id is None:
        image.label_id, added["label"] = given.label_id, str(given.label_id)
    if given.boxes is not None and image.boxes is None:
        image.boxes, added["boxes"] = given.boxes, Decision(boxes=given.boxes).text or ""
    decided = bool(added)
    # An image that nobody decided on keeps the split that its data set names: its label may come later.
    if given.split and image.split is None:
        image.split = added["split"] = given.split
    image.added |= added
    return decided


def _decision(image: _Known, batch: Batch) -> dict[str, Any]:
    return {
        "label_id": image.label_id,
        "nothing_there": image.boxes == (),
        "split": image.split,
        "annotator": batch.annotator if image.is_decided else None,
        "labeled_at": batch.at if image.is_decided else None,
    }


def _insert_new(images: list[_Known], batch: Batch, session: Session) -> None:
    rows = [
        (
            *(new.sha256, new.uri, new.name, new.width, new.height, new.size_bytes),
            *(image.label_id, image.split, image.boxes == (), image.is_decided),
        )
        for image in images
        if (new := image.new) is not None
    ]
    if not rows:
        return
    # In one statement: both databases write the index of names once for each, not once for each row.
    found, order, given = given_rows(_GIVEN, rows, session=session)
    decided = found["decided"]
    values: dict[str, ColumnElement[Any]] = {name: value for name, value in found.items() if name != "decided"} | {
        "theme_id": literal(batch.theme_id),
        "skipped": false(),
        "created_at": literal(batch.at, UtcDateTime()),
        "annotator": case((decided, literal(batch.annotator))),
        "labeled_at": case((decided, literal(batch.at, UtcDateTime()))),
    }
    query = select(*(value.label(name) for name, value in values.items())).order_by(order)
    statement = insert(_SAMPLES).from_select(list(values), query).returning(_SAMPLES.c.sha256, _SAMPLES.c.id)
    ids: dict[str, int] = dict(session.connection().execute(statement, given).tuples().all())
    for image in images:
        if image.new is not None:
            image.sample_id = ids[image.new.sha256]
    fold_names([(image.sample_id, image.new.name) for image in images if image.new is not None], session=session)


def _update_known(images: list[_Known], batch: Batch, session: Session) -> None:
    decided = [image for image in images if image.added.keys() & {"label", "boxes"}]
    if decided:
        session.execute(update(Sample), [{"id": image.sample_id, **_decision(image, batch)} for image in decided])
    only_split = [image for image in images if image.added.keys() == {"split"}]
    if only_split:
        session.execute(update(Sample), [{"id": image.sample_id, "split": image.split} for image in only_split])


def _write_changes(images: list[_Known], batch: Batch, session: Session) -> None:
    """Write the events and the boxes."""
    for action in ("label", "boxes", "split"):
        rows = [(image.sample_id, image.added[action]) for image in images if action in image.added]
        write_first_events(batch, action, rows, session=session)
    boxes = {image.sample_id: image.boxes for image in images if "boxes" in image.added and image.boxes}
    write_boxes(boxes, annotator=batch.annotator, at=batch.at, replace=False, session=session)

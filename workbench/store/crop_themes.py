"""Themes of crops: the samples of one are the boxes of another theme, cut out, and follow what is drawn there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.store.box_browsing import images_with_boxes
from workbench.store.box_rows import boxes_of_samples
from workbench.store.bulk_edits import delete_samples, label_many, restore_samples
from workbench.store.decisions import BoxData
from workbench.store.events import Event, start_batch, write_events
from workbench.store.ingest import IngestImage, ingest_images
from workbench.store.labels import add_label, labels_of
from workbench.store.samples import SampleFilter, count_samples, forget_samples
from workbench.store.schema import SPLITS, Batch, LabelEvent, Sample, Theme
from workbench.store.themes import create_theme, list_themes

SUFFIX = "-crops"
"""What the name of a theme of crops ends in."""

_ACTION = "crops"
_CHUNK = 500


@dataclass(frozen=True)
class BoxedImage:
    """An image with boxes. Plain values, so that no transaction is open while images are cut."""

    sha256: str
    uri: str
    name: str
    split: str
    boxes: tuple[BoxData, ...]


@dataclass(frozen=True)
class Crop:
    """A box that is cut out: the image that it makes, whose bytes are kept, and the name of its label."""

    image: IngestImage
    label: str


def boxed_images(theme_id: int, *, session: Session) -> list[BoxedImage]:
    """Return the images of a theme that have boxes, in the order of their ids; those without a split count as train."""
    samples = images_with_boxes(theme_id, session=session)
    boxes = boxes_of_samples([sample.id for sample in samples], session=session)
    return [
        BoxedImage(sample.sha256, sample.uri, sample.name, sample.split or SPLITS[0], boxes[sample.id])
        for sample in samples
    ]


def find_or_create_crop_theme(theme: Theme, labels: Iterable[tuple[str, str]], *, session: Session) -> Theme:
    """Return the theme of a theme's crops, with the same labels (name and color) in the same order.

    Raises ConflictError for a theme of that name that somebody else filled: its images would be taken for old crops.
    """
    name = f"{theme.name}{SUFFIX}"
    found = next((each for each in list_themes(session=session) if each.name == name), None)
    if found is not None and _is_of_somebody(found.id, session):
        raise ConflictError(
            f"The theme '{name}' holds images that are no crops of '{theme.name}', and is where those would go. "
            "Give it another name in notebooks/01_label.ipynb, then train again."
        )
    about = f"The boxes of '{theme.name}', cut out. They follow what is drawn there."
    crop_theme = found or create_theme(name, description=about, session=session)
    present = {label.name for label in labels_of(crop_theme.id, session=session)}
    for label, color in labels:
        if label not in present:
            add_label(crop_theme.id, label, color=color, exact=True, session=session)
    return crop_theme


def _is_of_somebody(theme_id: int, session: Session) -> bool:
    """Whether a theme has samples that are no crops."""
    if latest_digest(theme_id, session=session) is not None:
        return False
    return count_samples(theme_id, SampleFilter(deleted=None), session=session) > 0


def latest_digest(theme_id: int, *, session: Session) -> str | None:
    """Return the digest that a theme of crops was last brought up to date with; None when it never was."""
    query = select(Batch.note).where(Batch.theme_id == theme_id, Batch.action == _ACTION)
    return session.scalar(query.order_by(Batch.id.desc()).limit(1))


def update_crops(theme_id: int, crops: Sequence[Crop], *, digest: str, annotator: str, session: Session) -> None:
    """Bring a theme of crops up to date, and note the `digest` of the boxes that the crops come from.

    New crops are added, those whose boxes are gone are deleted, returned ones restored; labels and splits follow. A
    crop that a person has given another label keeps it, and one that a person has deleted stays deleted.
    """
    batch = start_batch(theme_id, _ACTION, annotator=annotator, source="import", note=digest, session=session)
    wanted: dict[str, Crop] = {}
    for crop in crops:
        # Two boxes with the same pixels are one sample; the first says what it is.
        wanted.setdefault(crop.image.sha256, crop)
    samples = list(session.scalars(select(Sample).where(Sample.theme_id == theme_id)))
    known = {sample.sha256 for sample in samples}
    gone = tuple(s.id for s in samples if s.deleted_at is None and s.sha256 not in wanted)
    back = _deleted_with_box([s.id for s in samples if s.deleted_at is not None and s.sha256 in wanted], session)
    if gone:
        delete_samples(theme_id, SampleFilter(ids=gone), annotator=annotator, source="import", session=session)
    if back:
        restore_samples(theme_id, SampleFilter(ids=back), annotator=annotator, source="import", session=session)
    label_ids = {label.name: label.id for label in labels_of(theme_id, session=session)}
    kept = [(sample, wanted[sample.sha256]) for sample in samples if sample.sha256 in wanted]
    _follow_labels(kept, label_ids, batch, session)
    _follow_splits(kept, batch, session)
    new = [
        replace(crop.image, label_id=label_ids[crop.label]) for sha256, crop in wanted.items() if sha256 not in known
    ]
    for start in range(0, len(new), _CHUNK):
        ingest_images(theme_id, new[start : start + _CHUNK], batch=batch, session=session)


def _deleted_with_box(ids: list[int], session: Session) -> tuple[int, ...]:
    """Those of some deleted samples that went with their boxes, not by a person's decision."""
    found: list[int] = []
    for start in range(0, len(ids), _CHUNK):
        part = LabelEvent.sample_id.in_(ids[start : start + _CHUNK])
        latest = select(func.max(LabelEvent.id)).where(part, LabelEvent.action == "delete")
        query = select(LabelEvent.sample_id).where(
            LabelEvent.id.in_(latest.group_by(LabelEvent.sample_id)), LabelEvent.source == "import"
        )
        found += session.scalars(query)
    return tuple(found)


def _follow_labels(
    kept: Sequence[tuple[Sample, Crop]], label_ids: Mapping[str, int], batch: Batch, session: Session
) -> None:
    """Give crops the labels of their boxes where these have changed and no person has said otherwise."""
    by_label: dict[int, list[int]] = {}
    for sample, crop in kept:
        if sample.label_id != label_ids[crop.label] and sample.annotator == batch.annotator:
            by_label.setdefault(label_ids[crop.label], []).append(sample.id)
    for label_id, ids in by_label.items():
        where = SampleFilter(ids=tuple(ids))
        label_many(batch.theme_id, where, label_id, annotator=batch.annotator, source="import", session=session)


def _follow_splits(kept: Sequence[tuple[Sample, Crop]], batch: Batch, session: Session) -> None:
    """Give crops the splits of their images where these have changed."""
    moved = [
        Event(sample.id, sample.split, crop.image.split) for sample, crop in kept if sample.split != crop.image.split
    ]
    if not moved:
        return
    write_events(batch, "split", moved, session=session)
    session.execute(update(Sample), [{"id": event.sample_id, "split": event.after} for event in moved])
    forget_samples(session)

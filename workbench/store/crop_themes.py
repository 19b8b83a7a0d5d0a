"""Themes of crops: the samples of one are the boxes of another theme, cut out, and follow what is drawn there.

`workbench.store.steps.crops` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.store.box_browsing import images_with_boxes
from workbench.store.box_rows import boxes_of_samples
from workbench.store.decisions import BoxData, Decision
from workbench.store.ingest import IngestImage
from workbench.store.samples import SampleFilter, count_samples, samples_by_sha256
from workbench.store.schema import Batch, LabelEvent, Sample, Theme
from workbench.store.themes import find_theme

SUFFIX = "-crops"
"""What the name of a theme of crops ends in."""

ACTION = "crops"
"""The action of the batches that bring such a theme up to date; the last one's note is the digest of the boxes."""


@dataclass(frozen=True)
class BoxedImage:
    """An image with boxes, and its split if it has one. Plain values: no transaction is open while images are cut."""

    sha256: str
    uri: str
    name: str
    split: str | None
    boxes: tuple[BoxData, ...]


@dataclass(frozen=True)
class Crop:
    """A box that is cut out: the image that it makes, whose bytes are kept, and the name of its label."""

    image: IngestImage
    label: str


@dataclass(frozen=True)
class CutBox:
    """A box of an image and the id of the sample that it is in the theme of crops, None where it was not cut out yet.

    `there` is False for a box that the image had and has no more.
    """

    box: BoxData
    sample_id: int | None
    there: bool


def crop_name(image: str, box: BoxData) -> str:
    """Return the name of a box's crop: that of the image, and where the box lies."""
    stem = PurePosixPath(image).with_suffix("").as_posix()
    return f"{stem}/{box.x:g}_{box.y:g}_{box.width:g}_{box.height:g}.png"[-1000:]


def cut_boxes_of(image: Sample, present: Mapping[BoxData, str], *, session: Session) -> list[CutBox]:
    """Return the boxes that an image has, in their order, then those that it had and that were cut out.

    `present` has the SHA-256 of each present box's crop. Raises ConflictError as `find_crop_theme` does.
    """
    crops = find_crop_theme(session.get_one(Theme, image.theme_id), session=session)
    if crops is None:
        return [CutBox(box, None, True) for box in present]
    query = select(LabelEvent.before, LabelEvent.after).where(
        LabelEvent.sample_id == image.id, LabelEvent.action == "boxes"
    )
    drawn = [box for row in session.execute(query) for text in row for box in Decision.parse(text).boxes or ()]
    # The same place under another label is one crop.
    former = {crop_name(image.name, box): box for box in drawn}
    for box in present:
        former.pop(crop_name(image.name, box), None)
    names = [*former, *(crop_name(image.name, box) for box in present)]
    by_name: dict[str, list[int]] = {}
    rows = select(Sample.name, Sample.id).where(Sample.theme_id == crops.id, Sample.name.in_(names))
    for name, sample_id in session.execute(rows).tuples():
        by_name.setdefault(name, []).append(sample_id)
    # Images of one name but for its ending may have boxes at one place: nobody knows whose crop that was.
    placed = {name: ids[0] for name, ids in by_name.items() if len(ids) == 1}
    by_pixels = samples_by_sha256(crops.id, list(present.values()), session=session)
    found = [
        CutBox(box, by_pixels[sha256].id if sha256 in by_pixels else placed.get(crop_name(image.name, box)), True)
        for box, sha256 in present.items()
    ]
    return found + [CutBox(box, placed[name], False) for name, box in former.items() if name in placed]


def boxed_images(theme_id: int, *, session: Session) -> list[BoxedImage]:
    """Return the images of a theme that have boxes, in the order of their ids."""
    samples = images_with_boxes(theme_id, session=session)
    boxes = boxes_of_samples([sample.id for sample in samples], session=session)
    return [BoxedImage(sample.sha256, sample.uri, sample.name, sample.split, boxes[sample.id]) for sample in samples]


def find_crop_theme(theme: Theme, *, session: Session) -> Theme | None:
    """Return the theme of a theme's crops, None while there is none.

    Raises ConflictError for a theme of that name that somebody else filled: its images would be taken for old crops.
    """
    name = f"{theme.name}{SUFFIX}"
    found = find_theme(name, session=session)
    if found is not None and _is_of_somebody(found.id, session):
        raise ConflictError(
            f"The theme '{name}' holds images that are no crops of '{theme.name}', and is where those would go. "
            "Give it another name in notebooks/01_label.ipynb, then train again."
        )
    return found


def _is_of_somebody(theme_id: int, session: Session) -> bool:
    """Whether a theme has samples that are no crops."""
    if latest_digest(theme_id, session=session) is not None:
        return False
    return count_samples(theme_id, SampleFilter(deleted=None), session=session) > 0


def latest_digest(theme_id: int, *, session: Session) -> str | None:
    """Return the digest that a theme of crops was last brought up to date with; None when it never was.

    It is empty where that did not come to its end.
    """
    query = select(Batch.note).where(Batch.theme_id == theme_id, Batch.action == ACTION)
    return session.scalar(query.order_by(Batch.id.desc()).limit(1))

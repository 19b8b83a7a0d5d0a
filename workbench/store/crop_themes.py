"""Themes of crops: the samples of one are the boxes of another theme, cut out, and follow what is drawn there.

`workbench.store.steps.crops` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.store.box_browsing import images_with_boxes
from workbench.store.box_rows import boxes_of_samples
from workbench.store.decisions import BoxData
from workbench.store.ingest import IngestImage
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Batch, Theme
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

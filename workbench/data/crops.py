"""Boxes as samples: a theme of crops that follows the boxes of another theme.

Each box becomes an image in a theme of its own, with the box's label, so that everything that works on images - the
grid, exploring, training, predicting - works on boxes as well. All crops of one image are in the same split, or the
test would know the slides it is asked about.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import numpy as np
from PIL import Image
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from workbench.data.decoding import decode_rgb
from workbench.errors import ConflictError, WorkbenchError
from workbench.progress import progress_bar
from workbench.store import Store
from workbench.store.box_rows import boxes_of_samples
from workbench.store.bulk_edits import delete_samples, label_many, restore_samples
from workbench.store.decisions import BoxData
from workbench.store.events import start_batch
from workbench.store.images import sha256_of
from workbench.store.ingest import IngestImage, ingest_images
from workbench.store.labels import add_label, labels_of
from workbench.store.samples import SampleFilter, count_samples, forget_samples
from workbench.store.schema import SPLITS, Batch, Box, LabelEvent, Sample, Theme
from workbench.store.splits import assign_box_splits
from workbench.store.themes import create_theme, get_theme, list_themes

SUFFIX = "-crops"
"""What the name of a theme of crops ends in."""

_ACT = "crops"
_BUNDLE = 500


class Rectangle(Protocol):
    """Left edge, top edge, width and height in pixels."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of an image that a box marks, in pixels, and the margin around it as a share of its sides."""

    x: float
    y: float
    width: float
    height: float
    margin: float


@dataclass(frozen=True)
class _Source:
    """An image with boxes. Plain values, so that no transaction is open while images are cut."""

    sample_id: int
    sha256: str
    uri: str
    name: str
    split: str
    boxes: tuple[BoxData, ...]


@dataclass(frozen=True)
class _Crop:
    arrival: IngestImage
    label: str


def theme_of_crops(
    store: Store,
    theme_name: str,
    *,
    margin: float = 0.1,
    ratios: Sequence[float] = (0.7, 0.15, 0.15),
    seed: int = 42,
    annotator: str,
    progress: bool = True,
) -> str:
    """Bring the crops of a theme's boxes up to date and return the name of the theme that holds them.

    `margin` is how much of the surroundings is kept on each side, as a share of the box. Images that have boxes and no
    split get one, as `splits.assign_splits` would do it for a single label. Nothing is done when nothing has changed.
    Raises NotFoundError for an unknown theme, WorkbenchError for one without boxes, and ConflictError when a theme of
    that name holds something else.
    """
    with store.write() as session:
        theme = get_theme(theme_name, session=session)
        assign_box_splits(theme.id, ratios, seed=seed, annotator=annotator, session=session)
        sources = list(_sources(theme.id, session))
        labels = {label.id: (label.name, label.color) for label in labels_of(theme.id, session=session)}
        if not sources:
            raise WorkbenchError(
                f"The theme '{theme_name}' has no boxes to train on. Draw some with BoxPanel, or import them."
            )
        crops_id = _companion(theme, labels, session)
        name = session.get_one(Theme, crops_id).name
        digest = _digest(sources, labels, margin)
        if digest == _latest_digest(crops_id, session):
            return name
    crops: list[_Crop] = []
    with progress_bar(len(sources), f"Cutting the boxes of {theme_name}", show=progress) as bar:
        for source in sources:
            crops += _cut(store, source, {number: name for number, (name, _) in labels.items()}, margin)
            bar.update()
    store.images.flush()
    with store.write() as session:
        _bring_up_to_date(crops_id, crops, annotator, digest, session)
    return name


def crop(image: np.ndarray, box: Rectangle, margin: float) -> np.ndarray:
    """Cut a box with its surroundings out of an image: uint8 (H, W, 3) in, a copy (h, w, 3) of at least 1 x 1 out."""
    height, width = image.shape[:2]
    left = max(0, math.floor(box.x - margin * box.width))
    top = max(0, math.floor(box.y - margin * box.height))
    right = min(width, math.ceil(box.x + (1 + margin) * box.width))
    bottom = min(height, math.ceil(box.y + (1 + margin) * box.height))
    return image[top : max(bottom, top + 1), left : max(right, left + 1)].copy()


def cut_out(path: Path, cut: Cut) -> np.ndarray:
    """Decode an image file and return a part of it: uint8 RGB (h, w, 3). Raises ImageError."""
    # Boxes of one image follow each other: it is decoded once for all of them.
    return crop(_whole(path), cut, cut.margin)


@lru_cache(maxsize=4)
def _whole(path: Path) -> np.ndarray:
    return decode_rgb(path)


def _sources(theme_id: int, session: Session) -> Iterator[_Source]:
    drawn = select(Box.id).where(Box.sample_id == Sample.id).exists()
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None), drawn).order_by(Sample.id)
    samples = list(session.scalars(query))
    boxes = boxes_of_samples([sample.id for sample in samples], session=session)
    for sample in samples:
        yield _Source(
            sample.id, sample.sha256, sample.uri, sample.name, sample.split or SPLITS[0], boxes[sample.id]
        )  # fmt: skip


def _companion(theme: Theme, labels: dict[int, tuple[str, str]], session: Session) -> int:
    """Find or make the theme of crops, with the same labels in the same order and colors.

    Raises ConflictError for a theme of that name that somebody else filled: its images would be taken for old crops.
    """
    name = f"{theme.name}{SUFFIX}"
    found = next((each for each in list_themes(session=session) if each.name == name), None)
    ours = found is None or _latest_digest(found.id, session) is not None
    if found is not None and not ours and count_samples(found.id, SampleFilter(deleted=None), session=session):
        raise ConflictError(
            f"The theme '{name}' holds images that are no crops of '{theme.name}', and is where those would go. "
            "Give it another name in notebooks/01_label.ipynb, then train again."
        )
    about = f"The boxes of '{theme.name}', cut out. They follow what is drawn there."
    companion = found or create_theme(name, description=about, session=session)
    present = {label.name for label in labels_of(companion.id, session=session)}
    for label, color in labels.values():
        if label not in present:
            add_label(companion.id, label, color=color, session=session)
    return companion.id


def _digest(sources: list[_Source], labels: dict[int, tuple[str, str]], margin: float) -> str:
    content = hashlib.sha256(f"1 {margin!r}\n".encode())
    for source in sources:
        boxes = [(labels[box.label_id][0], box.x, box.y, box.width, box.height) for box in source.boxes]
        content.update(f"{source.sha256} {source.split} {boxes!r}\n".encode())
    return content.hexdigest()


def _latest_digest(theme_id: int, session: Session) -> str | None:
    query = select(Batch.note).where(Batch.theme_id == theme_id, Batch.action == _ACT)
    return session.scalar(query.order_by(Batch.id.desc()).limit(1))


def _cut(store: Store, source: _Source, labels: dict[int, str], margin: float) -> list[_Crop]:
    image = decode_rgb(store.images.path(source.uri))
    stem = PurePosixPath(source.name).with_suffix("").as_posix()
    found: list[_Crop] = []
    for box in source.boxes:
        pixels = crop(image, box, margin)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
        content = buffer.getvalue()
        sha256 = sha256_of(content)
        uri = store.images.put(content, sha256=sha256, suffix="png")
        name = f"{stem}/{box.x:g}_{box.y:g}_{box.width:g}_{box.height:g}.png"
        arrival = IngestImage(
            name=name[-1000:], sha256=sha256, uri=uri, width=pixels.shape[1], height=pixels.shape[0],
            size_bytes=len(content), split=source.split,
        )  # fmt: skip
        found.append(_Crop(arrival, labels[box.label_id]))
    return found


def _bring_up_to_date(theme_id: int, crops: list[_Crop], annotator: str, digest: str, session: Session) -> None:
    """Add new crops, take away those whose boxes are gone, bring back returned ones, follow changed boxes.

    A crop that a person has given another label keeps it, and one that a person has deleted stays away.
    """
    batch = start_batch(theme_id, _ACT, annotator=annotator, source="import", note=digest, session=session)
    wanted: dict[str, _Crop] = {}
    for each in crops:
        # Two boxes with the same pixels are one sample; the first says what it is.
        wanted.setdefault(each.arrival.sha256, each)
    samples = list(session.scalars(select(Sample).where(Sample.theme_id == theme_id)))
    known = {sample.sha256 for sample in samples}
    gone = tuple(s.id for s in samples if s.deleted_at is None and s.sha256 not in wanted)
    back = _taken_away([s.id for s in samples if s.deleted_at is not None and s.sha256 in wanted], session)
    if gone:
        delete_samples(theme_id, SampleFilter(ids=gone), annotator=annotator, source="import", session=session)
    if back:
        restore_samples(theme_id, SampleFilter(ids=back), annotator=annotator, source="import", session=session)
    ids = {label.name: label.id for label in labels_of(theme_id, session=session)}
    _follow(theme_id, [s for s in samples if s.sha256 in wanted], wanted, ids, batch, session)
    new = [
        replace(each.arrival, label_id=ids[each.label]) for sha256, each in wanted.items() if sha256 not in known
    ]  # fmt: skip
    for start in range(0, len(new), _BUNDLE):
        ingest_images(theme_id, new[start : start + _BUNDLE], batch=batch, session=session)


def _taken_away(ids: list[int], session: Session) -> tuple[int, ...]:
    """Those of some deleted samples that went with their boxes, not by a person's decision."""
    found: list[int] = []
    for start in range(0, len(ids), _BUNDLE):
        part = LabelEvent.sample_id.in_(ids[start : start + _BUNDLE])
        latest = select(func.max(LabelEvent.id)).where(part, LabelEvent.action == "delete")
        query = select(LabelEvent.sample_id).where(
            LabelEvent.id.in_(latest.group_by(LabelEvent.sample_id)), LabelEvent.source == "import"
        )
        found += session.scalars(query)
    return tuple(found)


def _follow(
    theme_id: int, samples: list[Sample], wanted: dict[str, _Crop], ids: dict[str, int], batch: Batch, session: Session
) -> None:
    """Give crops the labels of their boxes and the splits of their images, where these have changed."""
    by_label: dict[int, list[int]] = {}
    moved: list[dict[str, Any]] = []
    for sample in samples:
        each = wanted[sample.sha256]
        if sample.label_id != ids[each.label] and sample.annotator == batch.annotator:
            by_label.setdefault(ids[each.label], []).append(sample.id)
        if sample.split != each.arrival.split:
            moved.append({"sample_id": sample.id, "before": sample.split, "after": each.arrival.split})
    for label_id, numbers in by_label.items():
        where = SampleFilter(ids=tuple(numbers))
        label_many(theme_id, where, label_id, annotator=batch.annotator, source="import", session=session)
    if moved:
        common = {
            "theme_id": theme_id, "at": batch.at, "annotator": batch.annotator, "source": batch.source,
            "action": "split", "batch_id": batch.id,
        }  # fmt: skip
        session.execute(insert(LabelEvent), [{**common, **move} for move in moved])
        session.execute(update(Sample), [{"id": move["sample_id"], "split": move["after"]} for move in moved])
        forget_samples(session)

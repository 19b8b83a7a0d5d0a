"""Boxes as samples: a theme of crops that follows the boxes of another theme.

Each box becomes an image in a theme of its own, with the box's label, so that everything that works on images - the
grid, exploring, training, predicting - works on boxes as well. All crops of one image are in the same split, or the
test would know the slides it is asked about.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from workbench.data.crops import crop
from workbench.data.decoding import decode_rgb
from workbench.errors import WorkbenchError
from workbench.progress import progress_bar
from workbench.store import Store
from workbench.store.box_rows import boxes_of
from workbench.store.crop_themes import (
    BoxedImage,
    Crop,
    CutBox,
    boxed_images,
    crop_name,
    cut_boxes_of,
    find_crop_theme,
    latest_digest,
)
from workbench.store.decisions import BoxData
from workbench.store.images import sha256_of
from workbench.store.ingest import IngestImage
from workbench.store.labels import labels_of
from workbench.store.samples import get_sample
from workbench.store.schema import Theme
from workbench.store.steps.crops import write_crops
from workbench.store.steps.splits import assign_splits_in_steps
from workbench.store.themes import get_theme


def theme_of_crops(
    store: Store,
    theme_name: str,
    *,
    margin: float = 0.1,
    ratios: Sequence[float] | None = (0.7, 0.15, 0.15),
    seed: int = 42,
    annotator: str,
    progress: bool = True,
) -> str:
    """Bring the crops of a theme's boxes up to date and return the name of the theme that holds them.

    `margin` is how much of the surroundings is kept on each side, as a share of the box. Images that have boxes and no
    split get one, as `assign_box_splits` does it, unless `ratios` is None. Nothing is done when nothing has changed,
    and nobody waits for it. Raises NotFoundError for an unknown theme, WorkbenchError for one without boxes, and
    ConflictError when a theme of that name holds something else.
    """
    with store.read() as session:
        theme = get_theme(theme_name, session=session)
        find_crop_theme(theme, session=session)
    if ratios is not None:
        assign_splits_in_steps(store, theme, ratios, seed=seed, of_boxes=True, annotator=annotator)
    boxes = _read(store, theme, margin)
    if boxes.current is not None:
        return boxes.current
    crops: list[Crop] = []
    with progress_bar(len(boxes.sources), f"Cutting the boxes of {theme_name}", show=progress) as bar:
        for source in boxes.sources:
            crops += _cut(store, source, {number: label for number, (label, _) in boxes.labels.items()}, margin)
            bar.update()
    store.images.flush()
    return write_crops(store, theme, boxes.labels.values(), crops, digest=boxes.digest, annotator=annotator)


def current_theme_of_crops(store: Store, theme_name: str, *, margin: float = 0.1) -> str | None:
    """Return the name of the theme of crops where it is up to date, else None. Raises as `theme_of_crops` does."""
    with store.read() as session:
        theme = get_theme(theme_name, session=session)
    return _read(store, theme, margin).current


def cut_boxes(store: Store, sample_id: int, *, margin: float = 0.1) -> list[CutBox]:
    """Return the boxes that an image has or had, each with the sample that it is in the theme of crops.

    Those that it has are known by their pixels, which two of them may share; those that it had, or that were cut out
    with another margin, by their place. Raises NotFoundError for an unknown image, ConflictError as `theme_of_crops`.
    """
    with store.read() as session:
        sample = get_sample(sample_id, session=session)
        boxes = boxes_of(sample_id, session=session)
    pixels = {box: sha256_of(content) for box, _, content in _pieces(store.images.path(sample.uri), boxes, margin)}
    with store.read() as session:
        return cut_boxes_of(sample, pixels, session=session)


@dataclass(frozen=True)
class _Boxes:
    """The boxes of a theme and their digest; `current` is the name of the theme of crops that has just these."""

    sources: list[BoxedImage]
    labels: dict[int, tuple[str, str]]
    digest: str
    current: str | None


def _read(store: Store, theme: Theme, margin: float) -> _Boxes:
    with store.read() as session:
        sources = boxed_images(theme.id, session=session)
        labels = {label.id: (label.name, label.color) for label in labels_of(theme.id, session=session)}
        if not sources:
            raise WorkbenchError(f"The theme '{theme.name}' has no boxes. Draw some with BoxPanel, or import them.")
        digest = _digest(sources, labels, margin)
        crops = find_crop_theme(theme, session=session)
        up_to_date = crops is not None and digest == latest_digest(crops.id, session=session)
        return _Boxes(sources, labels, digest, crops.name if crops is not None and up_to_date else None)


def _digest(sources: list[BoxedImage], labels: dict[int, tuple[str, str]], margin: float) -> str:
    content = hashlib.sha256(f"1 {margin!r}\n".encode())
    for source in sources:
        boxes = [(labels[box.label_id][0], box.x, box.y, box.width, box.height) for box in source.boxes]
        content.update(f"{source.sha256} {source.split} {boxes!r}\n".encode())
    return content.hexdigest()


def _cut(store: Store, source: BoxedImage, labels: dict[int, str], margin: float) -> list[Crop]:
    found: list[Crop] = []
    for box, (height, width), content in _pieces(store.images.path(source.uri), source.boxes, margin):
        sha256 = sha256_of(content)
        uri = store.images.put(content, sha256=sha256, suffix="png")
        ingested = IngestImage(
            name=crop_name(source.name, box),
            sha256=sha256,
            uri=uri,
            width=width,
            height=height,
            size_bytes=len(content),
            split=source.split,
        )
        found.append(Crop(ingested, labels[box.label_id]))
    return found


def _pieces(path: Path, boxes: Iterable[BoxData], margin: float) -> Iterator[tuple[BoxData, tuple[int, int], bytes]]:
    """Yield each box with the height and width of what is cut out, and that as PNG."""
    image = decode_rgb(path)
    for box in boxes:
        pixels = crop(image, box, margin)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
        yield box, (pixels.shape[0], pixels.shape[1]), buffer.getvalue()

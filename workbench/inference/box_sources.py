"""Boxes as what is predicted: each given box is cut out as training cut it, and gets a row of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.data import formats
from workbench.data.crops import Cut
from workbench.data.decoding import ImageError, decode_rgb
from workbench.data.formats.entry import Entry, EntryBox
from workbench.data.formats.entry import Source as DataSet
from workbench.data.importing.checks import require_path
from workbench.errors import WorkbenchError, unknown_name
from workbench.inference.items import STORED, Item, Position, continue_after
from workbench.inference.sources import SourceLike
from workbench.paths import Project
from workbench.registry.tracking import get_run
from workbench.store import Store
from workbench.store.box_queries import page_of_boxes_by_sample
from workbench.store.box_rows import clip
from workbench.store.counts import box_counts
from workbench.store.crop_themes import SUFFIX
from workbench.store.labels import labels_of
from workbench.store.themes import get_theme, list_themes

WORD = "boxes"
"""The source that means the boxes of a theme; with `:PATH` behind it those of a data set."""


def means_boxes(source: SourceLike) -> bool:
    """Whether a source is given boxes rather than images."""
    return isinstance(source, str) and (source == WORD or source.startswith(f"{WORD}:"))


def theme_of_model(theme: str, store: Store) -> str:
    """Return the theme that a model about boxes belongs to: that of the crops, when the theme of the boxes is named."""
    with store.read() as session:
        names = [row.name for row in list_themes(session=session)]
        if get_theme(theme, session=session).task == "boxes" and f"{theme}{SUFFIX}" in names:
            return f"{theme}{SUFFIX}"
    return theme


def open_boxes(source: str, theme: str, run_id: str, *, store: Store) -> BoxesOfTheme | BoxesOfDataSet:
    """Open given boxes, to be cut out with the margin that the model's run was trained with.

    Raises WorkbenchError when the theme has no boxes, or the data set cannot be read.
    """
    margin = _margin(run_id, store.project)
    _, colon, path = source.partition(":")
    if colon:
        given = Path(path).expanduser()
        found = given if given.exists() else store.project.root / given
        require_path(found)
        detected = formats.detect(found)
        if detected.format == formats.ARCHIVE:
            raise WorkbenchError(f"{found} is a whole theme. Import it: workbench import NAME {found}.")
        return BoxesOfDataSet(formats.importer(detected.format)(detected.path), margin, source, (str(found),))
    with store.read() as session:
        parent = theme.removesuffix(SUFFIX)
        known = [row.name for row in list_themes(session=session)]
        if parent not in known:
            raise WorkbenchError(unknown_name("theme", parent, known, then="Boxes are drawn in a theme of boxes."))
        theme_id = get_theme(parent, session=session).id
    boxes = BoxesOfTheme(store, theme_id, margin, source)
    if boxes.count() == 0:
        raise WorkbenchError(f"The theme '{parent}' has no boxes. Draw some with BoxPanel, or import them.")
    return boxes


@dataclass(frozen=True)
class BoxesOfTheme:
    """The boxes of a theme in the order in which they were drawn, each with the label that it has."""

    store: Store
    theme_id: int
    margin: float
    name: str
    by_key: bool = False
    paths: tuple[str, ...] = ()

    def count(self) -> int:
        with self.store.read() as session:
            return box_counts(self.theme_id, session=session).boxes

    def items(self, after: Position | None) -> Iterator[Item]:
        return continue_after(self._all(), after, "boxes")

    def _all(self) -> Iterator[Item]:
        with self.store.read() as session:
            names = {label.id: label.name for label in labels_of(self.theme_id, session=session)}
        last = (0, 0)
        while True:
            with self.store.read() as session:
                page = page_of_boxes_by_sample(self.theme_id, after=last, session=session)
            if not page:
                return
            for box in page:
                cut = Cut(box.x, box.y, box.width, box.height, self.margin)
                file = STORED + box.uri if self.by_key else str(self.store.images.path(box.uri))
                yield Item(_fragment(box.sample_name, cut), file, actual=names[box.label_id], cut=cut)
            last = page[-1].sample_id, page[-1].id


@dataclass(frozen=True)
class BoxesOfDataSet:
    """The boxes that a data set on disk gives, whatever its format; what is wrong with one is in its row."""

    data_set: DataSet
    margin: float
    name: str
    paths: tuple[str, ...]

    def count(self) -> None:
        return None

    def items(self, after: Position | None) -> Iterator[Item]:
        return continue_after(self._all(), after, "boxes")

    def _all(self) -> Iterator[Item]:
        for found in self.data_set.entries():
            if not isinstance(found, Entry):
                yield Item(found.path, "", fault=found.reason)
            elif found.fault or found.path is None:
                yield Item(found.source or found.name, "", fault=found.fault or "the image was not found")
            elif found.boxes:
                yield from self._of(found, found.path, found.boxes)

    def _of(self, entry: Entry, path: str, boxes: tuple[EntryBox, ...]) -> Iterator[Item]:
        try:
            height, width = decode_rgb(Path(path)).shape[:2]
        except ImageError as error:
            yield Item(entry.name, "", fault=str(error))
            return
        for box in boxes:
            across, down = (width, height) if entry.fractions else (1, 1)
            inside = clip((box.x * across, box.y * down, box.width * across, box.height * down), width, height)
            if inside is None:
                yield Item(box.source or entry.name, "", fault=f"a box of '{box.label}' has no area inside the image")
                continue
            cut = Cut(*inside, self.margin)
            yield Item(_fragment(entry.name, cut), path, actual=box.label, cut=cut)


def _fragment(name: str, cut: Cut) -> str:
    """Name a part of an image as media fragments do (W3C): left, top, width and height in pixels."""
    return f"{name}#xywh={cut.x:g},{cut.y:g},{cut.width:g},{cut.height:g}"


def _margin(run_id: str, project: Project) -> float:
    params = get_run(run_id, project).data.params
    return float(params["data.box_margin"]) if params.get("data.samples") == WORD else 0.0

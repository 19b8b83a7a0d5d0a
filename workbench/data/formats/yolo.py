"""YOLO: one text file per image, each line `class x-center y-center width height` in fractions of the image.

The names of the classes stand in a YAML file (`data.yaml`), in darknet's `obj.data`, or in a list (`classes.txt`,
`obj.names`). Labels lie in a folder `labels` that mirrors `images`, or beside the images. Of polygons the bounding
boxes are taken. A data set without boxes is written, and read, as YOLO's classification layout: a folder per split
with a folder per class.
Format: https://docs.ultralytics.com/datasets/detect/
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from workbench.data.folder_scan import named_like_image, printable, scan_folder
from workbench.data.formats import folder as class_folders
from workbench.data.formats.entry import Entry, EntryBox, Rejection, Remark, Source
from workbench.data.formats.exported import (
    ExportedSample,
    ExportedTheme,
    SafeNames,
    copy_image,
    without_folders,
    without_prefix,
)
from workbench.data.formats.files import entries_below
from workbench.data.formats.split_names import SPLIT_FOLDERS, SPLIT_NAMES, UNASSIGNED
from workbench.data.formats.yolo_config import YoloConfig, describing_file, read_config
from workbench.data.formats.yolo_labels import (
    CONFIDENCE,
    KEY_POINTS,
    LABELS_OF,
    POLYGON,
    TWICE,
    is_lost,
    label_file,
    mirrored,
    read_lines,
)
from workbench.errors import WorkbenchError

_PROBE = 20
_MORE = {
    POLYGON: "polygons of which the bounding boxes are taken",
    KEY_POINTS: "lines with key points of which the boxes are taken",
    CONFIDENCE: "lines with a confidence, as models write them, of which the boxes are taken",
    TWICE: "lines that stand twice in their file, of which both boxes are taken",
}


class YoloSource(Source):
    """An opened YOLO data set."""

    def __init__(self, config: YoloConfig) -> None:
        self.config = config
        self.root = config.root

    @property
    def labels(self) -> list[str]:
        return [name for name in self.declared if name in self._survey[0]]

    @property
    def declared(self) -> list[str]:
        return list(dict.fromkeys(self.config.names[number] for number in sorted(self.config.names)))

    def entries(self) -> Iterator[Entry | Rejection]:
        yield from self.config.missing
        yield from self._remarks_on_names()
        more: Counter[str] = Counter()
        for found in self._files():
            if isinstance(found, Rejection):
                yield found
            elif named_like_image(found.name):
                yield from self._with_boxes(found, more)
            elif is_lost(self.root, self._on_disk(found)):
                yield Rejection(f"{found.name}:1", "there is no image to these labels")
        for kind, count in more.items():
            yield Remark("labels", f"{_MORE[kind]}: {count:,}")
        yield from self._outside()

    def _remarks_on_names(self) -> Iterator[Remark]:
        numbers: dict[str, list[int]] = {}
        for number, name in self.config.names.items():
            numbers.setdefault(name, []).append(number)
        for name, same in numbers.items():
            if len(same) > 1:
                yield Remark("names", f"the classes {', '.join(map(str, same))} are all called '{name}': one label")

    def _files(self) -> Iterator[Entry | Rejection]:
        """The files at the places, and those of the label folders that mirror them."""
        for place in self.config.places:
            path = self.root / place
            if path.is_file():
                yield Entry(place, path=str(path))
                continue
            yield from self._below(place)
            # Labels without an image are only to be seen from the folder that mirrors this one.
            for each in [*mirrored(f"{place}/x", LABELS_OF)][:1]:
                labels = each.rpartition("/")[0]
                if (self.root / labels).is_dir():
                    yield from (found for found in self._below(labels) if not _is_image(found))

    def _below(self, folder: str) -> Iterator[Entry | Rejection]:
        if not folder:
            return entries_below(self.root)
        return entries_below(self.root / folder, f"{folder}/", within=self.root)

    def _with_boxes(self, image: Entry, more: Counter[str]) -> Iterator[Entry | Rejection]:
        text = label_file(self.root, self._on_disk(image))
        split = self._split(image.name)
        if text is None:
            yield replace(image, split=split)
            return
        where = printable(text.relative_to(self.root).as_posix())
        try:
            content = text.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            yield Rejection(f"{where}:1", f"cannot be read as text: {error}")
            return
        lines = read_lines(content, where, self.config.names, self.config.key_points)
        more.update(lines.more)
        for number, fault in lines.faults:
            yield Rejection(f"{where}:{number}", fault, "box")
        yield replace(image, split=split, boxes=tuple(lines.boxes), fractions=True, incomplete=bool(lines.faults))

    def _on_disk(self, found: Entry) -> str:
        """The name of a file below the root as the system knows it: what is not UTF-8 in it cannot be shown."""
        return os.path.relpath(found.path, self.root) if "\ufffd" in found.name and found.path else found.name

    def _split(self, name: str) -> str | None:
        place = name
        while place not in self.config.split_of and place:
            place = place.rpartition("/")[0]
        return self.config.split_of.get(place)

    def _outside(self) -> Iterator[Remark]:
        """Tell of the images beside those that the describing file names."""
        searched = self.config.searched
        if searched is None:
            return
        inside = [str(self.root / place) for place in self.config.places]
        single = set(inside)
        folders = tuple(f"{place}{os.sep}" for place in inside)
        outside: Counter[str] = Counter()
        for found in scan_folder(searched):
            if named_like_image(found.name) and found.path not in single and not found.path.startswith(folders):
                outside[os.path.dirname(found.path)] += 1
        for folder, count in outside.items():
            place = printable(os.path.relpath(folder, self.root))
            yield Remark(place, f"{count:,} images are not read: {self.config.file} names no split that holds them")


def read(path: Path) -> Source:
    """Open a YOLO data set by its folder or describing file. Raises WorkbenchError when no class names are found."""
    root = path if path.is_dir() else path.parent
    described = path if path.is_file() else describing_file(root)
    if described is not None:
        return YoloSource(read_config(root, described))
    try:
        if count_labeled(root):
            raise WorkbenchError("boxes without class names")
        return class_folders.read(root)
    except WorkbenchError:
        raise WorkbenchError(
            f"{path} has no class names. YOLO keeps them in data.yaml (names: [a, b]) or in classes.txt, one a line."
        ) from None


def count_labeled(root: Path) -> int:
    """How many images of a folder have a label file, judged by the first of those; 0 when these are other texts."""
    images = (each.name for each in scan_folder(root, in_order=False) if named_like_image(each.name))
    files = (file for name in images if (file := label_file(root, name)) is not None)
    first = list(islice(files, _PROBE))
    if not any(map(_is_label_file, first)):
        return 0
    return len(first) + sum(1 for _ in files)


def _is_label_file(file: Path) -> bool:
    try:
        cells = file.read_text(encoding="utf-8-sig")[:1_000].split("\n")[0].split()
        return len([float(cell) for cell in cells]) > 4
    except (OSError, ValueError):
        return False


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write `data.yaml`, `images/<split>` and `labels/<split>`; without boxes YOLO's classification layout."""
    if not theme.has_boxes:
        yield from class_folders.write_classes(theme, target, by_split=theme.has_splits)
        return
    names, numbers = SafeNames(), {label: number for number, label in enumerate(theme.labels)}
    folders: set[str] = set()
    for sample in theme.samples:
        split = SPLIT_NAMES.get(sample.split or "", UNASSIGNED)
        folders.add(split)
        name = names.of(_own_part(sample.name), sample.sha256, sample.suffix, folder=split)
        copy_image(sample, target / "images" / split / name)
        if sample.boxes is not None:
            text = (target / "labels" / split / name).with_suffix(".txt")
            text.parent.mkdir(parents=True, exist_ok=True)
            text.write_text("".join(_line(box, sample, numbers) for box in sample.boxes), encoding="utf-8")
        if sample.label is not None:
            reason = f"YOLO has no place for the image's label '{sample.label}'; the image and its boxes are there"
            yield Rejection(sample.name, reason, "label")
        yield None
    _write_yaml(target / "data.yaml", folders, theme.labels)


def _own_part(name: str) -> str:
    """A name without the folders that this layout has itself: the last `images` of a path leads to its label file."""
    return without_folders(without_prefix(name, "images", UNASSIGNED, *SPLIT_FOLDERS), "images", "labels")


def _write_yaml(file: Path, folders: set[str], labels: list[str]) -> None:
    from ruamel.yaml import YAML

    # The key `path` is left out: then folders are relative to this file. Training programs insist on train and val.
    places = {split: f"images/{split}" for split in ("train", "val", "test") if split in folders}
    some = next(iter(places.values()), f"images/{UNASSIGNED}")
    # The key `unassigned` is ours: training programs leave it alone.
    ours = {UNASSIGNED: f"images/{UNASSIGNED}"} if UNASSIGNED in folders else {}
    content = {"train": some, "val": some} | places | ours | {"names": dict(enumerate(labels))}
    with file.open("w", encoding="utf-8") as stream:
        YAML().dump(content, stream)


def _line(box: EntryBox, sample: ExportedSample, numbers: dict[str, int]) -> str:
    values = (
        (box.x + box.width / 2) / sample.width,
        (box.y + box.height / 2) / sample.height,
        box.width / sample.width,
        box.height / sample.height,
    )
    return f"{numbers[box.label]} {' '.join(format(value, '.12g') for value in values)}\n"


def _is_image(found: Entry | Rejection) -> bool:
    return isinstance(found, Entry) and named_like_image(found.name)

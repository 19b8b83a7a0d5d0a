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
from pathlib import Path, PurePosixPath

<<<<<<< HEAD
from workbench.configuration import NotYamlError, parse_yaml
from workbench.data.decoding import SUFFIXES
from workbench.data.folder_scan import named_like_image
=======
from workbench.data.folder_scan import named_like_image, printable, scan_folder
>>>>>>> main
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
<<<<<<< HEAD
from workbench.data.formats.folder import SPLIT_FOLDERS, SPLIT_NAMES, UNASSIGNED
from workbench.errors import WorkbenchError, first_line
=======
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
>>>>>>> main

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
            elif is_lost(self.root, found.name):
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
            for each in [*mirrored(PurePosixPath(place, "x"), LABELS_OF)][:1]:
                labels = each.parent.as_posix()
                if (self.root / labels).is_dir():
                    yield from (found for found in self._below(labels) if not _is_image(found))

    def _below(self, folder: str) -> Iterator[Entry | Rejection]:
        if not folder:
            return entries_below(self.root)
        return entries_below(self.root / folder, f"{folder}/", within=self.root)

    def _with_boxes(self, image: Entry, more: Counter[str]) -> Iterator[Entry | Rejection]:
        text = label_file(self.root, image.name)
        split = self._split(image.name)
        if text is None:
            yield replace(image, split=split)
            return
        where = text.relative_to(self.root).as_posix()
        try:
            content = text.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            yield Rejection(f"{where}:1", f"cannot be read as text: {error}")
            return
        lines = read_lines(content, where, self.config.names, self.config.key_points)
        more.update(lines.more)
        for number, fault in lines.faults:
            yield Rejection(f"{where}:{number}", fault)
        yield replace(image, split=split, boxes=tuple(lines.boxes), fractions=True, incomplete=bool(lines.faults))

    def _split(self, name: str) -> str | None:
        for parent in [name, *map(str, PurePosixPath(name).parents)]:
            if parent in self.config.split_of:
                return self.config.split_of[parent]
        return None

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
            yield Rejection(sample.name, reason)
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
<<<<<<< HEAD


def _box(line: str, source: str, names: dict[int, str]) -> EntryBox | str:
    """The box of a line, or what is wrong with it."""
    cells = line.split()
    if len(cells) != 5:
        kind = "a polygon or key points, not a box: " if len(cells) > 6 else ""
        return f"{kind}{len(cells)} values; a box has five: class, x and y of the center, width, height"
    try:
        number = int(float(cells[0])) if float(cells[0]).is_integer() else int(cells[0])
        x, y, width, height = (float(cell) for cell in cells[1:])
    except ValueError as error:
        return f"not a number: {error}"
    if number not in names:
        return f"there is no class {number}; the names have {len(names)} classes"
    if max(abs(x), abs(y), width, height) > 2:
        return f"'{line.strip()}' is not in fractions of the image (0 to 1)"
    return EntryBox(names[number], x - width / 2, y - height / 2, width, height, source=source)


def _label_file(root: Path, image: str) -> Path | None:
    """The label file of an image: in the folder `labels` that mirrors `images`, or beside it."""
    path = PurePosixPath(image).with_suffix(".txt")
    candidates = [*_mirrored(path, _LABELS_OF), path]
    return next((root / each for each in candidates if (root / each).is_file()), None)


def _mirrored(path: PurePosixPath, other: dict[str, str]) -> Iterator[PurePosixPath]:
    """The path with one folder called by its counterpart, the last such folder first, as training programs do it."""
    for at in range(len(path.parts) - 2, -1, -1):
        if path.parts[at] in other:
            yield PurePosixPath(*path.parts[:at], other[path.parts[at]], *path.parts[at + 1 :])


def _is_lost(root: Path, name: str) -> bool:
    """Whether a file is a label file in a folder `labels` whose image is missing."""
    path = PurePosixPath(name)
    images = [*_mirrored(path, _IMAGES_OF), path]
    if path.suffix != ".txt" or name in _LISTS or len(images) == 1:
        return False
    return not any((root / each.with_suffix(suffix)).is_file() for each in images for suffix in _both_cases())


def _both_cases() -> list[str]:
    return [*SUFFIXES, *(suffix.upper() for suffix in SUFFIXES)]


def _read_described(root: Path, file: Path) -> YoloSource:
    content = _yaml(file)
    names = content.get("names")
    if isinstance(names, list):
        names = dict(enumerate(names))
    if not isinstance(names, dict) or not names or not all(str(number).isdecimal() for number in names):
        raise WorkbenchError(f"{file} has no usable 'names': a list of class names, or a number and name on each line.")
    base = root / str(content.get("path") or "").replace("\\", "/")
    base = Path(os.path.normpath(base if base.is_dir() else root))
    found, missing = _places(base, root, content, file.name)
    if missing and not found:
        raise WorkbenchError(f"{file}: {missing[0].reason}. Correct 'path' and the splits in it; nothing was imported.")
    outside = [place for place in found if not place.is_relative_to(base)]
    if outside or not base.is_relative_to(root):
        root = Path(os.path.commonpath([base, *found]))
    split_of: dict[str, str] = {}
    for path, splits in found.items():
        # A place that is said to be two splits is what it is called, or else none.
        split = splits.pop() if len(splits) == 1 else SPLIT_FOLDERS.get(path.name.lower(), "")
        split_of[_below(root, path)] = split
    places = [_below(root, path) for path in found if not any(parent in found for parent in path.parents)]
    known = {int(number): str(name) for number, name in names.items()}
    split_of = {name: split for name, split in split_of.items() if split}
    return YoloSource(root, known, split_of, places if found else ("",), missing)


def _below(root: Path, path: Path) -> str:
    name = path.relative_to(root).as_posix()
    return "" if name == "." else name


def _places(base: Path, root: Path, content: dict[str, Any], file: str) -> tuple[dict[Path, set[str]], list[Rejection]]:
    """The folders and images that the splits name, each with its splits, and what was not found."""
    found: dict[Path, set[str]] = {}
    missing: list[Rejection] = []
    for key, split in (SPLIT_FOLDERS | {UNASSIGNED: ""}).items():
        for place in _listed(content.get(key)):
            path = _existing(place, base, root)
            if path is None:
                missing.append(Rejection(file, f"{key}: '{place}' was not found"))
            elif path.is_file() and path.suffix == ".txt":
                listed, lost = _list_file(path, base, root)
                missing += lost
                for image in listed:
                    found.setdefault(image, set()).add(split)
            else:
                found.setdefault(path, set()).add(split)
    return found, missing


def _list_file(file: Path, base: Path, root: Path) -> tuple[list[Path], list[Rejection]]:
    """The images that a list names, one a line, and the lines whose image was not found."""
    found: list[Path] = []
    lost: list[Rejection] = []
    for number, line in enumerate(file.read_text(encoding="utf-8-sig", errors="replace").splitlines(), start=1):
        if line.strip():
            path = _existing(line.strip(), file.parent, base, root)
            if path is None:
                lost.append(Rejection(f"{file.name}:{number}", f"the image '{line.strip()}' was not found"))
            else:
                found.append(path)
    return found, lost


def _existing(place: str, *folders: Path) -> Path | None:
    """Find a path of a YAML or list file: as it stands, else the longest end of it that lies below a folder.

    Exported sets often say ../train/images although the folder lies beside the YAML file, or name the folders of
    their author's machine.
    """
    parts = [part for part in place.replace("\\", "/").split("/") if part not in ("", ".")]
    inside = [folder / place for folder in folders if not place.startswith("..")]
    ends = [PurePosixPath(*parts[at:]) for at in range(len(parts)) if ".." not in parts[at:]]
    beside = [folder / place for folder in folders]
    candidates = [*inside, *(folder / end for end in ends for folder in folders), *beside]
    if not parts:
        candidates = list(folders)
    return next((Path(os.path.normpath(each)) for each in candidates if each.exists()), None)


def _splits_by_name(root: Path) -> dict[str, str]:
    """Splits from folders that are called like them, where no YAML file says more."""
    found = {}
    for parent in ("", "images/"):
        for name, split in SPLIT_FOLDERS.items():
            if (root / parent / name).is_dir():
                found[f"{parent}{name}"] = split
    return found


def _yaml(file: Path) -> dict[str, Any]:
    try:
        content = parse_yaml(file.read_text(encoding="utf-8"))
    except (NotYamlError, OSError, UnicodeDecodeError) as error:
        line = getattr(error, "line", None) or 1
        raise WorkbenchError(f"{file}:{line}: not valid YAML: {first_line(error)}.") from None
    if not isinstance(content, dict):
        raise WorkbenchError(f"{file}:1: a YAML mapping with 'names' is expected.")
    return content


def _listed(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []
=======
>>>>>>> main

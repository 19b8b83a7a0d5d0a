"""YOLO: one text file per image, each line `class x-center y-center width height` in fractions of the image.

The names of the classes stand in a YAML file (`data.yaml`), or in `classes.txt` or `obj.names`. Labels lie in a folder
`labels` that mirrors `images`, or beside the images. A data set without boxes is written, and read, as YOLO's
classification layout: a folder per split with a folder per class.
Format: https://docs.ultralytics.com/datasets/detect/
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.configuration import NotYamlError, parse_yaml
from workbench.data.decoding import SUFFIXES
from workbench.data.folder_scan import named_like_image
from workbench.data.formats import folder as class_folders
from workbench.data.formats.entry import Entry, EntryBox, Rejection, Source
from workbench.data.formats.exported import (
    ExportedSample,
    ExportedTheme,
    SafeNames,
    copy_image,
    without_folders,
    without_prefix,
)
from workbench.data.formats.files import entries_below
from workbench.data.formats.folder import SPLIT_FOLDERS, SPLIT_NAMES, UNASSIGNED
from workbench.errors import WorkbenchError, first_line

_YAMLS = ("data.yaml", "dataset.yaml", "data.yml", "dataset.yml")
_LABELS_OF = {"images": "labels", "Images": "Labels", "IMAGES": "LABELS"}
_IMAGES_OF = {labels: images for images, labels in _LABELS_OF.items()}
_LISTS = ("classes.txt", "obj.names", "labels/classes.txt")


class YoloSource(Source):
    """An opened YOLO data set. `places` are the folders and images it is bounded to, relative to `root`."""

    def __init__(
        self,
        root: Path,
        names: dict[int, str],
        split_of: dict[str, str],
        places: Sequence[str] = ("",),
        missing: Sequence[Rejection] = (),
    ) -> None:
        self.root = root
        self.names = names
        self.split_of = split_of
        self.places = places
        self.missing = missing

    @property
    def labels(self) -> list[str]:
        return [name for name in self.declared if name in self._survey[0]]

    @property
    def declared(self) -> list[str]:
        return list(dict.fromkeys(self.names[number] for number in sorted(self.names)))

    def entries(self) -> Iterator[Entry | Rejection]:
        yield from self.missing
        for found in self._files():
            if isinstance(found, Rejection):
                yield found
            elif named_like_image(found.name):
                yield from self._with_boxes(found)
            elif _is_lost(self.root, found.name):
                yield Rejection(f"{found.name}:1", "there is no image to these labels")

    def _files(self) -> Iterator[Entry | Rejection]:
        """The files at the places, and those of the label folders that mirror them."""
        for place in self.places:
            path = self.root / place
            if path.is_file():
                yield Entry(place, path=str(path))
                continue
            yield from self._below(place)
            # Labels without an image are only to be seen from the folder that mirrors this one.
            for mirrored in [*_mirrored(PurePosixPath(place, "x"), _LABELS_OF)][:1]:
                labels = mirrored.parent.as_posix()
                if (self.root / labels).is_dir():
                    yield from (each for each in self._below(labels) if not _is_image(each))

    def _below(self, folder: str) -> Iterator[Entry | Rejection]:
        if not folder:
            return entries_below(self.root)
        return entries_below(self.root / folder, f"{folder}/", within=self.root)

    def _with_boxes(self, image: Entry) -> Iterator[Entry | Rejection]:
        text = _label_file(self.root, image.name)
        split = self._split(image.name)
        if text is None:
            yield Entry(image.name, path=image.path, split=split)
            return
        where = text.relative_to(self.root).as_posix()
        boxes: list[EntryBox] = []
        incomplete = False
        try:
            lines = text.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            yield Rejection(f"{where}:1", f"cannot be read as text: {error}")
            return
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            box = _box(line, f"{where}:{number}", self.names)
            if isinstance(box, str):
                yield Rejection(f"{where}:{number}", box)
                incomplete = True
            else:
                boxes.append(box)
        yield replace(image, split=split, boxes=tuple(boxes), fractions=True, incomplete=incomplete)

    def _split(self, name: str) -> str | None:
        for parent in [name, *map(str, PurePosixPath(name).parents)]:
            if parent in self.split_of:
                return self.split_of[parent]
        return None


def read(path: Path) -> Source:
    """Open a YOLO data set by its folder or its YAML file. Raises WorkbenchError when no class names are found."""
    root = path if path.is_dir() else path.parent
    described = path if path.is_file() else next((root / name for name in _YAMLS if (root / name).is_file()), None)
    if described is not None and described.suffix in (".yaml", ".yml"):
        return _read_described(root, described)
    listed = described or next((root / name for name in _LISTS if (root / name).is_file()), None)
    if listed is not None:
        try:
            lines = listed.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise WorkbenchError(f"{listed} cannot be read as text: {error}. Save it as UTF-8.") from None
        names = {number: line.strip() for number, line in enumerate(lines) if line.strip()}
        return YoloSource(root, names, _splits_by_name(root))
    try:
        return class_folders.read(root)
    except WorkbenchError:
        raise WorkbenchError(
            f"{path} has no class names. YOLO keeps them in data.yaml (names: [a, b]) or in classes.txt, one a line."
        ) from None


def is_yolo(root: Path) -> bool:
    """Whether a folder says itself that it is a YOLO data set of boxes."""
    return any((root / name).is_file() for name in (*_YAMLS, *_LISTS))


def has_label_files(root: Path) -> bool:
    """Whether one of the images of a folder has a label file."""
    images = (each.name for each in entries_below(root) if isinstance(each, Entry) and named_like_image(each.name))
    return any(_label_file(root, name) is not None for name in images)


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

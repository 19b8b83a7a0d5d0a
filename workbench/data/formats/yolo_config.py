"""What describes a YOLO data set: its YAML file, darknet's `obj.data`, or a list of class names alone."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.configuration import NotYamlError, parse_yaml
from workbench.data.folder_scan import named_like_image, visible
from workbench.data.formats.entry import Rejection
from workbench.data.formats.split_names import SPLIT_FOLDERS, UNASSIGNED, split_of_folder
from workbench.errors import WorkbenchError, first_line

_YAMLS = ("data.yaml", "dataset.yaml", "data.yml", "dataset.yml")
_LISTS = (
    *("classes.txt", "obj.names", "labels/classes.txt", "images/classes.txt", "train/classes.txt"),
    *("train/labels/classes.txt", "labels/train/classes.txt", "_darknet.labels", "train/_darknet.labels"),
)
_DATA = "data"  # where darknet keeps its files
_NOTHING = frozenset({"", "null", "Null", "NULL", "~"})


@dataclass(frozen=True)
class YoloConfig:
    """What a data set of YOLO says of itself.

    `names` are the classes by their number, `split_of` the splits of folders and images, `places` the folders and
    images that it is bounded to, all relative to `root`. `searched` is the folder whose other images are outside, and
    `missing` what was named and not found.
    """

    root: Path
    names: dict[int, str]
    split_of: dict[str, str]
    places: Sequence[str] = ("",)
    missing: Sequence[Rejection] = ()
    key_points: bool = False
    file: str = ""
    searched: Path | None = None


def describing_file(root: Path) -> Path | None:
    """The file of a folder that says which classes a YOLO data set has, None when there is none."""
    here = [Path(each.path) for each in visible(root)]
    others = [file for file in here if file.suffix in (".yaml", ".yml") and _speaks_of_classes(file)]
    if (root / _DATA).is_dir() and not any(named_like_image(file.name) for file in here):
        here += [Path(each.path) for each in visible(root / _DATA)]
    data = [file for file in here if file.suffix == ".data"]
    lists = [*(root / name for name in _LISTS), *(file for file in here if file.suffix == ".names")]
    found = [*(root / name for name in _YAMLS), *(others if len(others) == 1 else []), *data, *lists]
    return next((file for file in found if file.is_file()), None)


def _speaks_of_classes(file: Path) -> bool:
    """Whether a YAML file of any name has the members of YOLO's."""
    try:
        return {"names", "train"} <= {line.partition(":")[0] for line in _lines(file)}
    except WorkbenchError:
        return False


def read_config(root: Path, file: Path) -> YoloConfig:
    """Read a describing file. Raises WorkbenchError where it names no classes, or no folder that is there."""
    if file.suffix in (".yaml", ".yml"):
        content = _yaml(file)
    elif file.suffix == ".data":
        content = _darknet(file)
    else:
        return YoloConfig(root, _listed_names(file), _splits_by_name(root))
    return _bounded(root, file, content)


def _bounded(root: Path, file: Path, content: dict[str, Any]) -> YoloConfig:
    base = root / _text(content.get("path")).replace("\\", "/")
    base = Path(os.path.normpath(base if base.is_dir() else root))
    names = _names(content.get("names"), file, base, root)
    found, missing = _places(base, root, content, file.name)
    if missing and not found:
        raise WorkbenchError(f"{file}: {missing[0].reason}. Correct 'path' and the splits in it; nothing was imported.")
    outside = [place for place in found if not place.is_relative_to(base)]
    if outside or not base.is_relative_to(root):
        root = Path(os.path.commonpath([base, *found]))
    split_of: dict[str, str] = {}
    for path, splits in found.items():
        # A place that is said to be two splits is what it is called, or else none.
        split = splits.pop() if len(splits) == 1 else split_of_folder(path.name) or ""
        split_of[_below(root, path)] = split
    places = [_below(root, path) for path in found if not any(parent in found for parent in path.parents)]
    return YoloConfig(
        root,
        names,
        {name: split for name, split in split_of.items() if split},
        places if found else ("",),
        missing,
        key_points=bool(content.get("kpt_shape")),
        file=file.name,
        searched=base if found else None,
    )


def _names(given: Any, file: Path, base: Path, root: Path) -> dict[int, str]:
    """The class names: a list, a mapping from numbers, or a file with one on each line."""
    if isinstance(given, str) and (listed := _existing(given, base, root)) is not None and listed.is_file():
        return _listed_names(listed)
    if isinstance(given, list):
        given = dict(enumerate(given))
    if not isinstance(given, dict) or not given or not all(str(number).isdecimal() for number in given):
        raise WorkbenchError(f"{file} has no usable 'names': a list of class names, or a number and name on each line.")
    return {int(number): str(name) for number, name in given.items()}


def _listed_names(file: Path) -> dict[int, str]:
    return {number: line for number, line in enumerate(_lines(file)) if line.strip()}


def _lines(file: Path) -> list[str]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise WorkbenchError(f"{file} cannot be read as text: {error}. Save it as UTF-8.") from None
    return text.split("\n")


def _darknet(file: Path) -> dict[str, Any]:
    """The members of darknet's `obj.data`, each `key = value` on a line."""
    pairs = (line.partition("=") for line in _lines(file) if not line.lstrip().startswith("#"))
    return {key.strip(): value.strip() for key, sign, value in pairs if sign}


def _yaml(file: Path) -> dict[str, Any]:
    """The members of a YAML file, with all values as the texts that stand there: a class may be called `007`."""
    try:
        content = parse_yaml(file.read_text(encoding="utf-8"), as_texts=True)
    except NotYamlError as error:
        raise WorkbenchError(f"{file}:{error.line or 1}: not valid YAML: {error}.") from None
    except (OSError, ValueError) as error:
        raise WorkbenchError(f"{file}: not valid YAML: {first_line(error)}.") from None
    if not isinstance(content, dict):
        raise WorkbenchError(f"{file}:1: a YAML mapping with 'names' is expected.")
    return content


def _places(base: Path, root: Path, content: dict[str, Any], file: str) -> tuple[dict[Path, set[str]], list[Rejection]]:
    """The folders and images that the splits name, each with its splits, and what was not found."""
    found: dict[Path, set[str]] = {}
    missing: list[Rejection] = []
    for key, split in (SPLIT_FOLDERS | {UNASSIGNED: ""}).items():
        for place in _texts(content.get(key)):
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
    for number, line in enumerate(file.read_text(encoding="utf-8-sig", errors="replace").split("\n"), start=1):
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


def _below(root: Path, path: Path) -> str:
    name = path.relative_to(root).as_posix()
    return "" if name == "." else name


def _text(value: Any) -> str:
    return "" if value is None or str(value) in _NOTHING else str(value)


def _texts(value: Any) -> list[str]:
    return [text for each in (value if isinstance(value, list) else [value]) if (text := _text(each))]

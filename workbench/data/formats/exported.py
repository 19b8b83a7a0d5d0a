"""What is exported: a theme, its samples, and names for them that are safe to write."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from workbench.data.folder_scan import is_visible, named_like_image
from workbench.data.formats.entry import EntryBox
from workbench.errors import NotFoundError, WorkbenchError
from workbench.store import Store

_UNSAFE = re.compile(r'[<>:"|?*\\]')
_LONGEST_PART = 150
_LONGEST_NAME = 255
# What a file system refuses or drops, and what would be read back as an escape.
_ESCAPED = re.compile(r'[<>:"|?*\\/]|^\.|[. ]$|%(?=[0-9A-Fa-f]{2})')

MISSING = "its image file is missing; 'workbench db check' lists all"
"""Why a sample is left out of an export."""


@dataclass(frozen=True)
class ExportedSample:
    """One sample as a writer sees it. `name` is the one it came with; boxes are in pixels, None when nobody decided."""

    name: str
    file: Path
    sha256: str
    width: int
    height: int
    label: str | None = None
    split: str | None = None
    boxes: tuple[EntryBox, ...] | None = None

    @property
    def suffix(self) -> str:
        """The file name suffix that fits the content, without the dot."""
        return self.file.suffix[1:]


@dataclass(frozen=True)
class ExportedTheme:
    """A theme to export. `labels` are in the order of their keys, `samples` can be read once."""

    name: str
    labels: list[str]
    has_boxes: bool
    has_splits: bool
    samples: Iterator[ExportedSample]


def image_file(store: Store, uri: str) -> Path | None:
    """Return the file of an image in the store, None where it is missing."""
    try:
        file = store.images.path(uri)
    except NotFoundError:
        return None
    return file if file.is_file() else None


def copy_image(sample: ExportedSample, target: Path) -> None:
    """Copy a sample's bytes to a file, whose folders are made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(sample.file, target)


class SafeNames:
    """Turns the names that samples came with into names that are unique and stay below the folder they go to."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, name: str, sha256: str, suffix: str, *, folder: str = "", flat: bool = False) -> str:
        """Return a name for a sample: its own where possible, with a piece of its SHA-256 where it is taken.

        Names are unique per `folder`, which itself is not part of them. A `flat` name has no folders of its own.
        """
        parts = [_safe_part(part) for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
        if flat:
            parts = [_safe_part("_".join(parts))] if parts else []
        path = PurePosixPath(*parts) if parts else PurePosixPath(f"{sha256[:16]}.{suffix}")
        if not named_like_image(path.name):
            path = path.with_name(f"{path.name}.{suffix}")
        if not self._take(folder, path):
            path = path.with_name(f"{path.stem}-{sha256[:16]}{path.suffix}")
            self._take(folder, path)
        return path.as_posix()

    def _take(self, folder: str, path: PurePosixPath) -> bool:
        # Without the suffix, because annotations of some formats lie beside the image under the same stem, and in
        # small letters, because not every file system tells letters apart.
        key = f"{folder}/{path.with_suffix('')}".casefold()
        if key in self._taken:
            return False
        self._taken.add(key)
        return True


def plain_number(value: float) -> str:
    """Write a coordinate so that the same number is read back, whole numbers without a point."""
    return str(int(value)) if value == int(value) else repr(value)


def without_prefix(name: str, *folders: str) -> str:
    """Drop leading folders of a name that say what the export says anyway (the split, the label)."""
    parts = name.split("/")
    known: Sequence[str] = [folder.casefold() for folder in folders]
    while len(parts) > 1 and parts[0].casefold() in known:
        parts = parts[1:]
    return "/".join(parts)


def without_folders(name: str, *folders: str) -> str:
    """Mark the folders of a name that a reader would take for its own (`images`, `labels`) with a `_`."""
    *parts, last = name.split("/")
    known = [folder.casefold() for folder in folders]
    return "/".join([*(f"{part}_" if part.casefold() in known else part for part in parts), last])


def folder_of_label(label: str, *, guarded: bool = False) -> str:
    """Return the name of a label's folder: the label, with what no folder can be called as in a URL (`truck%2Fbus`).

    `label_of_folder` leads back. A `guarded` name is written like a URL in any case, so that it is no word of a layout.
    Raises WorkbenchError for a label that is too long for the name of a folder.
    """
    name = _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", label)
    if guarded or not is_visible(name):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if len(name.encode()) > _LONGEST_NAME:
        raise WorkbenchError(f"The label '{label}' is too long for the name of a folder. Export as csv, or rename it.")
    return name


def label_of_folder(name: str) -> str:
    """Return the label whose folder has this name; a name that `folder_of_label` does not give is the label itself."""
    if "%" not in name:
        return name
    label = unquote(name)
    try:
        return label if name in (folder_of_label(label), folder_of_label(label, guarded=True)) else name
    except WorkbenchError:
        return name


def _safe_part(part: str) -> str:
    part = "".join(letter if letter.isprintable() else "_" for letter in part)
    part = _UNSAFE.sub("_", part).strip(" ")
    part = part.rstrip(".") or "_"
    if part.startswith("."):
        part = f"_{part[1:]}"
    if not is_visible(part):
        part = f"_{part}"
    if len(part.encode("utf-8")) > _LONGEST_PART:
        stem, dot, suffix = part.rpartition(".")
        short = (stem if dot else part).encode("utf-8")[: _LONGEST_PART - 10].decode("utf-8", "ignore")
        part = f"{short}{dot}{suffix[:8]}" if dot else short
    return part

"""Files of a data set: those below a folder as entries, and those that its own files mention."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from workbench.data.folder_scan import named_like_image, printable, scan_folder
from workbench.data.formats.entry import Entry, Rejection
from workbench.errors import WorkbenchError


def entries_below(
    folder: Path | str,
    prefix: str = "",
    *,
    within: Path | None = None,
    label: str | None = None,
    split: str | None = None,
) -> Iterator[Entry | Rejection]:
    """Yield what `scan_folder` finds, each file as an entry of the given label and split, a fault as a rejection.

    Names are relative to `folder` with `prefix` before them.
    """
    for found in scan_folder(folder, within=within):
        name = printable(f"{prefix}{found.name}".rstrip("/"))
        if found.fault:
            yield Rejection(name, found.fault)
        else:
            yield Entry(name, path=found.path, label=label, split=split)


def has_image(folder: Path) -> bool:
    """Whether a folder, or one below it, holds a file that is named like an image."""
    return any(not found.fault and named_like_image(found.name) for found in scan_folder(folder))


def may_hold_image(folder: Path) -> bool:
    """Whether a folder, or one below it, holds an image by its name, or a file whose name does not say what it is."""
    return any(found.fault or named_like_image(found.name) or "." not in found.name for found in scan_folder(folder))


def require_folder(path: Path) -> None:
    """Raise WorkbenchError unless a path is a folder."""
    if not path.is_dir():
        raise WorkbenchError(f"{path} is not a folder. Give the folder that holds the images.")


def inside(folder: Path | str, name: str) -> str | None:
    """Return the path of a name that a data set's file mentions, None when it leads out of the folder."""
    name = name.replace("\\", "/")
    if ".." in name.split("/") or name.startswith("/") or "\0" in name or re.match(r"[A-Za-z]:", name):
        return None
    return os.path.join(folder, name)


def find_image(name: str, *folders: Path | str) -> tuple[str | None, str]:
    """Look for an image that a data set's file mentions and return its path, or what is wrong with its name."""
    paths = [inside(folder, name) for folder in folders]
    for path in paths:
        if path is None:
            return None, f"'{name}' leads out of the folder of the data set"
        if os.path.isfile(path):
            return path, ""
    return None, f"the image '{name}' was not found"

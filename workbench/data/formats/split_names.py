"""What splits are called: by us, by other programs, and by people who name folders."""

from __future__ import annotations

import re

SPLIT_FOLDERS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "val": "valid",
    "validation": "valid",
    "dev": "valid",
    "test": "test",
    "testing": "test",
}
"""Names of folders, and in files, that are read as splits."""

SPLIT_NAMES = {"train": "train", "valid": "val", "test": "test"}
"""What a split's folder or file is called where other programs read it."""

UNASSIGNED = "unassigned"
"""The folder, beside those of the splits, of what has none."""

_SPLIT_NAME = re.compile(
    rf"({'|'.join(sorted(SPLIT_FOLDERS, key=len, reverse=True))})"
    r"(?:[ _.-]*(?:sets?|data|dataset|images?|imgs?|photos|pictures|folder|split|full|[0-9]+))*",
    re.IGNORECASE,
)


def split_of_folder(name: str) -> str | None:
    """Return the split that a folder is named after, such as `Training_Set` or `val2017`, or None."""
    found = _SPLIT_NAME.fullmatch(name)
    return SPLIT_FOLDERS[found[1].lower()] if found else None

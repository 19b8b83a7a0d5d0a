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
    rf"(?:[0-9]+[ _.-]+)?({'|'.join(sorted(SPLIT_FOLDERS, key=len, reverse=True))})"
    r"(?:[ _.-]*(?:sets?|data|dataset|images?|imgs?|photos|pictures|folder|split|full|[0-9]+))*",
    re.IGNORECASE,
)


_WORDS = re.compile(r"[ _.-]+")


def loose_split(name: str) -> tuple[str, str] | None:
    """Return the split that a name speaks of, and what stands before its word: `seg` in `seg_train`.

    It may mean something else (`train_station`, `blood_test`): what lies in such a folder has to bear it out.
    """
    words = _WORDS.split(name.lower())
    if len(words) < 2:
        return None
    if words[0] in SPLIT_FOLDERS:
        return SPLIT_FOLDERS[words[0]], ""
    last = words[-1].rstrip("0123456789")
    return (SPLIT_FOLDERS[last], "_".join(words[:-1])) if last in SPLIT_FOLDERS else None


def split_of_folder(name: str) -> str | None:
    """Return the split that a folder is named after, such as `Training_Set`, `val2017` or `01_train`, or None."""
    found = _SPLIT_NAME.fullmatch(name)
    return SPLIT_FOLDERS[found[1].lower()] if found else None

"""YOLO's label files: where the one of an image lies, and what its lines say."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workbench.data.decoding import SUFFIXES
from workbench.data.formats.entry import EntryBox

LABELS_OF = {"images": "labels", "Images": "Labels", "IMAGES": "LABELS"}
_IMAGES_OF = {labels: images for images, labels in LABELS_OF.items()}
_BOTH_CASES = (*SUFFIXES, *(suffix.upper() for suffix in SUFFIXES))

POLYGON, KEY_POINTS, CONFIDENCE, TWICE = "polygon", "key points", "confidence", "twice"
"""What a line may hold beyond a box, of which the box alone is taken."""


@dataclass
class LabelLines:
    """The boxes of a label file, its faults as (line, reason), and how many lines of each kind hold more than a box."""

    boxes: list[EntryBox] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)


def read_lines(text: str, where: str, names: dict[int, str], key_points: bool) -> LabelLines:
    """Read the text of a label file; `key_points` says that they follow the box on each line."""
    found = LabelLines()
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        box, kind = _box(line, f"{where}:{number}", names, key_points)
        if isinstance(box, str):
            found.faults.append((number, box))
            continue
        found.boxes.append(box)
        found.more.update([kind] if kind else [])
        found.more.update([TWICE] if line.strip() in seen else [])
        seen.add(line.strip())
    return found


def label_file(root: Path, image: str) -> Path | None:
    """The label file of an image: in the folder `labels` that mirrors `images`, or beside it."""
    for each in (*mirrored(text := f"{os.path.splitext(image)[0]}.txt", LABELS_OF), text):
        path = os.path.join(root, each)
        if os.path.isfile(path):
            return Path(path)
    return None


def mirrored(path: str, other: dict[str, str]) -> Iterator[str]:
    """The path with one folder called by its counterpart, the last such folder first, as training programs do it."""
    parts = path.split("/")
    for at in range(len(parts) - 2, -1, -1):
        if parts[at] in other:
            yield "/".join([*parts[:at], other[parts[at]], *parts[at + 1 :]])


def is_lost(root: Path, name: str) -> bool:
    """Whether a file is a label file in a folder `labels` whose image is missing."""
    if not name.endswith(".txt") or name.rpartition("/")[2] == "classes.txt":
        return False
    images = [*mirrored(name, _IMAGES_OF)]
    if not images:
        return False
    stems = [os.path.join(root, each[: -len(".txt")]) for each in (*images, name)]
    return not any(os.path.isfile(f"{stem}{suffix}") for stem in stems for suffix in _BOTH_CASES)


def _box(line: str, source: str, names: dict[int, str], key_points: bool) -> tuple[EntryBox | str, str]:
    """The box of a line, or what is wrong with it, and what the line holds beyond the box."""
    cells = line.split()
    try:
        number = int(float(cells[0])) if float(cells[0]).is_integer() else int(cells[0])
        values = [float(cell) for cell in cells[1:]]
    except ValueError as error:
        return f"not a number: {error}", ""
    kind = _kind(len(values), key_points)
    if kind is None:
        return f"{len(cells)} values; a box has five: class, x and y of the center, width, height", ""
    if number not in names:
        return f"there is no class {number}; the names have {len(names)} classes", ""
    if kind == POLYGON:
        xs, ys = values[::2], values[1::2]
        left, top, width, height = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    else:
        x, y, width, height = values[:4]
        left, top = x - width / 2, y - height / 2
    if max(abs(left), abs(top), width, height) > 2:
        return f"'{line.strip()}' is not in fractions of the image (0 to 1)", ""
    return EntryBox(names[number], left, top, width, height, source=source), kind


def _kind(count: int, key_points: bool) -> str | None:
    """What a line of so many values behind its class is; None for what is nothing known, "" for a plain box."""
    if count < 4:
        return None
    if key_points:
        return KEY_POINTS
    return {4: "", 5: CONFIDENCE}.get(count, POLYGON if count % 2 == 0 else None)

"""Hugging Face's imagefolder: images in a folder, or one for each split, with `metadata.csv`, `.jsonl` or `.parquet`.

A row names its image in `file_name`, relative to the metadata's own folder. `label` is the image's label, `objects`
(not in CSV) its boxes: lists `bbox` of [left, top, width, height] in pixels and `categories` of names, or one
mapping with both for each box.
Format: https://huggingface.co/docs/datasets/image_dataset
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from workbench.data.folder_scan import is_folder, named_like_image, visible
from workbench.data.formats import csv_table
from workbench.data.formats.entry import Entry, EntryBox, Rejection, Source
from workbench.data.formats.files import entries_below, inside
from workbench.data.formats.folder import split_of_folder
from workbench.data.formats.parquet import METADATA, table_rows
from workbench.errors import WorkbenchError

_NAMES = ("metadata.jsonl", "metadata.csv", METADATA)
_FILES = ("file_name", "image_file_name", "image")
_LABELS = ("label", "labels", "class", "category")
_CATEGORIES = ("categories", "category", "labels", "label", "category_id")


class ImageFolderSource(Source):
    """The metadata files of one data set and the images beside them."""

    def __init__(self, root: Path, files: list[Path]) -> None:
        self.root = root
        self.files = files

    def entries(self) -> Iterator[Entry | Rejection]:
        for file in self.files:
            folder = file.parent.relative_to(self.root).as_posix()
            prefix = "" if folder == "." else f"{folder}/"
            named: set[str] = set()
            for found in _rows(file):
                if isinstance(found, Rejection):
                    yield replace(found, path=f"{prefix}{found.path}")
                    continue
                if found.path:
                    named.add(os.path.realpath(found.path))
                name, source = f"{prefix}{found.name}", f"{prefix}{found.source}"
                yield replace(found, name=name, source=source, split=found.split or _split_of(name))
            yield from self._unnamed(file.parent, prefix, named)

    def _unnamed(self, folder: Path, prefix: str, named: set[str]) -> Iterator[Entry | Rejection]:
        """The images beside a metadata file of which it says nothing: they come in without a label."""
        below = {each.parent for each in self.files if each.parent != folder}
        for found in entries_below(folder, prefix):
            if not isinstance(found, Entry):
                continue
            path = found.path
            if path is None or os.path.realpath(path) in named or not named_like_image(path):
                continue
            if not any(other in Path(path).parents for other in below):
                yield replace(found, split=_split_of(found.name))


def _split_of(name: str) -> str | None:
    """The split that the nearest folder of an image's name is called like."""
    return next((split for part in reversed(name.split("/")[:-1]) if (split := split_of_folder(part))), None)


def read(path: Path) -> ImageFolderSource:
    """Open a folder with metadata files, or one such file."""
    if path.is_file():
        return ImageFolderSource(path.parent, [path])
    files = metadata_files(path)
    if not files:
        raise WorkbenchError(
            f"{path} holds no metadata.csv, metadata.jsonl or metadata.parquet, nor does a folder in it."
        )
    return ImageFolderSource(path, files)


def metadata_files(root: Path) -> list[Path]:
    """The metadata files of a data set's folder: in it, in its folders, or in those below `data`."""
    folders = [root, *(Path(each.path) for each in visible(root) if is_folder(each))]
    if (root / "data").is_dir():
        folders += [Path(each.path) for each in visible(root / "data") if is_folder(each)]
    found = (folder / name for folder in folders for name in _NAMES)
    return [file for file in found if file.is_file()]


def speaks_of_labels(files: list[Path]) -> bool:
    """Whether metadata files name labels or boxes: captions alone do not say what an image is."""
    try:
        return any(
            isinstance(row, Entry) and (row.label is not None or row.boxes is not None)
            for file in files
            for row in _rows(file)
        )
    except WorkbenchError:
        return False


def _rows(file: Path) -> Iterator[Entry | Rejection]:
    if file.suffix == ".csv":
        yield from csv_table.read(file).entries()
        return
    rows = table_rows(file) if file.suffix == ".parquet" else _of_lines(file)
    for number, row in rows:
        yield from _of_row(row, file, f"{file.name}:{number}")


def _of_lines(file: Path) -> Iterator[tuple[int, Any]]:
    number = 0
    try:
        with file.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield number, json.loads(line)
    except UnicodeDecodeError:
        raise WorkbenchError(f"{file} is not UTF-8 text.") from None
    except (ValueError, RecursionError) as error:
        raise WorkbenchError(f"{file}:{number}: not valid JSON: {error}. Nothing was imported.") from None


def _of_row(row: Any, file: Path, source: str) -> Iterator[Entry | Rejection]:
    name = next((row[key] for key in _FILES if isinstance(row.get(key), str)), "") if isinstance(row, dict) else ""
    path = inside(file.parent, name) if name else None
    if path is None:
        yield Rejection(source, f"a row needs a file_name in its folder{f', not {name!r}' if name else ''}")
        return
    label = next((row[key] for key in _LABELS if row.get(key) not in (None, "")), None)
    if isinstance(label, list) and len(label) < 2:
        label = label[0] if label else None
    fault = f"{name}: the label {label!r} is not one name" if isinstance(label, list | dict | float) else ""
    if fault:
        yield Rejection(source, fault, "label")
        label = None
    boxes, faults = _boxes(row.get("objects"), source)
    yield from (Rejection(source, f"{name}: {each}", "box") for each in faults)
    yield Entry(
        name.replace("\\", "/"),
        path=path,
        label=None if label is None else str(label),
        boxes=boxes,
        source=source,
        incomplete=bool(faults),
    )


def _boxes(objects: Any, source: str) -> tuple[tuple[EntryBox, ...] | None, list[str]]:
    if isinstance(objects, list):
        pairs = [(_category(each), each.get("bbox") if isinstance(each, dict) else each) for each in objects]
    elif isinstance(objects, dict) and "bbox" in objects:
        rectangles = objects["bbox"] if isinstance(objects["bbox"], list) else [objects["bbox"]]
        listed = _category(objects)
        names = listed if isinstance(listed, list) else []
        pairs = list(zip(names + [None] * (len(rectangles) - len(names)), rectangles, strict=False))
    else:
        return None, []
    boxes, faults = [], []
    for number, (name, values) in enumerate(pairs, start=1):
        sound = isinstance(values, list) and len(values) == 4 and all(isinstance(v, int | float) for v in values)
        if values is None or not sound or name is None:
            faults.append(f"object {number}: a category and four numbers are expected, not {name}, {values}")
        else:
            boxes.append(EntryBox.of(str(name), values, source, f"object {number}"))
    return tuple(boxes), faults


def _category(objects: Any) -> Any:
    """The category of a box, or the list of them."""
    members = objects if isinstance(objects, dict) else {}
    return next((members[key] for key in _CATEGORIES if members.get(key) is not None), None)

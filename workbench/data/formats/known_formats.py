"""Which formats there are, and which one a path holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from workbench.data.formats import (
    coco,
    csv_table,
    fiftyone,
    folder,
    imagefolder,
    images,
    label_studio,
    parquet,
    voc,
    yolo,
)
from workbench.data.formats.detection import Detected, detect_folder, json_kind
from workbench.data.formats.entry import Rejection, Source
from workbench.data.formats.exported import ExportedTheme
from workbench.errors import WorkbenchError, unknown_name

Reader = Callable[[Path], Source]
Writer = Callable[[ExportedTheme, Path], Iterator[Rejection | None]]

ARCHIVE = "workbench"
"""The format of a whole theme in one file, which does not go through entries."""

_READERS: dict[str, Reader] = {
    "folder": folder.read,
    "images": images.read,
    "csv": csv_table.read,
    "coco": coco.read,
    "voc": voc.read,
    "yolo": yolo.read,
    "fiftyone": fiftyone.read,
    "label-studio": label_studio.read,
    "parquet": parquet.read,
    "imagefolder": imagefolder.read,
}
_WRITERS: dict[str, Writer] = {
    "folder": folder.write,
    "csv": csv_table.write,
    "coco": coco.write,
    "voc": voc.write,
    "yolo": yolo.write,
    "fiftyone": fiftyone.write,
    "label-studio": label_studio.write,
    "parquet": parquet.write,
}

_WITH_FIELDS: dict[str, Callable[[Path, str | None], Source]] = {
    "fiftyone": fiftyone.read,
    "parquet": parquet.read,
    "csv": csv_table.read,
}

IMPORTS = (*_READERS, ARCHIVE)
"""Names of the formats that can be imported."""

EXPORTS = (*_WRITERS, ARCHIVE)
"""Names of the formats that can be exported."""


def importer(name: str) -> Reader:
    """Return the reader of a format. Raises WorkbenchError, which names the nearest one."""
    if name not in _READERS:
        raise WorkbenchError(unknown_name("import format", name, IMPORTS))
    return _READERS[name]


def open_source(name: str, path: Path, *, field: str | None = None, control: str | None = None) -> Source:
    """Open a data set. `field` is the field (FiftyOne) or column (parquet, CSV) with the labels.

    `control` is Label Studio's control. Raises WorkbenchError when one of them is given for another format.
    """
    read = importer(name)
    if field is not None and name not in _WITH_FIELDS:
        raise WorkbenchError(
            f"--field says where FiftyOne, parquet or CSV keep the labels, but {path} is read as {name}."
        )
    if control is not None and name != "label-studio":
        raise WorkbenchError(f"--control says where Label Studio keeps the labels, but {path} is read as {name}.")
    if field is not None:
        return _WITH_FIELDS[name](path, field)
    return read(path) if control is None else label_studio.read(path, control)


def exporter(name: str) -> Writer:
    """Return the writer of a format. Raises WorkbenchError, which names the nearest one."""
    if name not in _WRITERS:
        raise WorkbenchError(unknown_name("export format", name, EXPORTS))
    return _WRITERS[name]


def detect(path: Path, format: str | None = None, field: str | None = None) -> Detected:
    """Return the format that a file or folder is in, and why, or the one that is given.

    `field` is where the labels are asked to be. Raises WorkbenchError when that has to be asked.
    """
    if format is not None:
        return Detected(format, path)
    if path.is_dir():
        return detect_folder(path, field)
    suffix = path.suffix.lower()
    if suffix == ".json":
        return Detected(_require_json(path), path, "by what the file begins with")
    known = {
        ".zip": ARCHIVE,
        ".csv": "csv",
        ".tsv": "csv",
        ".parquet": "imagefolder" if path.name == parquet.METADATA else "parquet",
        ".jsonl": "imagefolder",
        **dict.fromkeys((".yaml", ".yml", ".data", ".names"), "yolo"),
    }
    return Detected(known.get(suffix, "images"), path, f"a file {suffix}" if suffix in known else "one file")


def _require_json(path: Path) -> str:
    kind = json_kind(path)
    if kind is None:
        raise WorkbenchError(
            f"{path} is in no known JSON format. Say which it is: --format coco, fiftyone, label-studio."
        )
    return kind

"""Which formats there are, and which one a path holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from workbench.data.formats.entry import Rejection, Source
from workbench.data.formats.exported import ExportedTheme
from workbench.data.formats.files import has_image
from workbench.data.formats.json_stream import elements
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

_WITH_FIELDS: dict[str, Callable[[Path, str | None], Source]] = {"fiftyone": fiftyone.read, "parquet": parquet.read}

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
    """Open a data set. `field` is the field (FiftyOne) or column (parquet) with the labels, `control` Label Studio's.

    Raises WorkbenchError when one of them is given for another format.
    """
    read = importer(name)
    if field is not None and name not in _WITH_FIELDS:
        raise WorkbenchError(f"--field says where FiftyOne or parquet keep the labels, but {path} is read as {name}.")
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


@dataclass(frozen=True)
class Detected:
    """The format that a path is taken for, and why."""

    format: str
    why: str


def detect(path: Path) -> Detected:
    """Return the format that a file or folder is in, and why. Raises WorkbenchError when that has to be asked."""
    if path.is_dir():
        return _detect_folder(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        return Detected(_require_json(path), "by what the file begins with")
    known = {".zip": ARCHIVE, ".yaml": "yolo", ".yml": "yolo", ".csv": "csv", ".parquet": "parquet"}
    return Detected(known.get(suffix, "images"), f"a file {suffix}" if suffix in known else "one file")


def _detect_folder(path: Path) -> Detected:
    """A file beside class folders decides nothing unless it speaks of the images that lie there."""
    annotations = voc.annotations_folder(path)
    if annotations is not None:
        return Detected("voc", f"XML files in {annotations.name}")
    classes = [each for each in path.iterdir() if each.is_dir() and not each.name.startswith(".") and has_image(each)]
    if yolo.is_yolo(path) and (not classes or yolo.has_label_files(path)):
        return Detected("yolo", "class names and label files" if classes else "class names")
    if (path / "samples.json").is_file():
        return Detected("fiftyone", "samples.json")
    if parquet.holds_parquet(path):
        return Detected("parquet", "parquet files")
    metadata = imagefolder.metadata_files(path)
    if metadata and imagefolder.speaks_of_labels(metadata):
        return Detected("imagefolder", ", ".join(file.relative_to(path).as_posix() for file in metadata[:3]))
    tables = [file for file in path.glob("*.csv") if not file.name.startswith(".")]
    if len(tables) == 1 and (not classes or csv_table.speaks_of_images(tables[0])):
        return Detected("csv", tables[0].name)
    for file in coco.json_files(path):
        kind = _json_kind(file)
        if kind is not None:
            return Detected(kind, file.name)
    if not classes:
        return Detected("images", "no class folders")
    splits = folder.looks_like_splits_alone(path)
    if splits:
        raise WorkbenchError(
            f"{path} holds folders called like splits that hold no class folders: {', '.join(splits)}. Are they "
            "labels? --format folder takes each folder for a label, --format images takes all images without labels."
        )
    return Detected("folder", f"{len(classes)} folders of images")


def _require_json(path: Path) -> str:
    kind = _json_kind(path)
    if kind is None:
        raise WorkbenchError(
            f"{path} is in no known JSON format. Say which it is: --format coco, fiftyone, label-studio."
        )
    return kind


def _json_kind(path: Path) -> str | None:
    """Tell the JSON formats apart by what their files begin with; None for any other JSON file."""
    for key, _, element in elements(path, spread=["labels"]):
        inside = element.keys() if isinstance(element, dict) else set()
        if key == "" and "data" in inside:
            return "label-studio"
        if (key == "images" and "file_name" in inside) or (key == "annotations" and "image_id" in inside):
            return "coco"
        if key == "categories" and {"id", "name"} <= inside:
            return "coco"
        if (key == "samples" and "filepath" in inside) or (key == "labels" and isinstance(element, tuple)):
            return "fiftyone"
    return None

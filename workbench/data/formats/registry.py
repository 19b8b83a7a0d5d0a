"""Which formats there are, and which one a path holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from workbench.data.formats import csv_table, folder, images
from workbench.data.formats.entry import Rejection, Source
from workbench.data.formats.exported import ExportedSample
from workbench.data.formats.files import has_image
from workbench.errors import WorkbenchError, unknown_name

Reader = Callable[[Path], Source]
Writer = Callable[[Iterable[ExportedSample], Path], Iterator[Rejection | None]]

_READERS: dict[str, Reader] = {"folder": folder.read, "images": images.read, "csv": csv_table.read}
_WRITERS: dict[str, Writer] = {"folder": folder.write, "csv": csv_table.write}

IMPORTS = tuple(_READERS)
"""Names of the formats that can be imported."""

EXPORTS = tuple(_WRITERS)
"""Names of the formats that can be exported."""


def importer(name: str) -> Reader:
    """Return the reader of a format. Raises WorkbenchError, which names the nearest one."""
    if name not in _READERS:
        raise WorkbenchError(unknown_name("import format", name, _READERS))
    return _READERS[name]


def exporter(name: str) -> Writer:
    """Return the writer of a format. Raises WorkbenchError, which names the nearest one."""
    if name not in _WRITERS:
        raise WorkbenchError(unknown_name("export format", name, _WRITERS))
    return _WRITERS[name]


def detect(path: Path) -> str:
    """Return the name of the format that a file or folder is in: class folders where folders hold images."""
    if path.suffix.lower() == ".csv":
        return "csv"
    if not path.is_dir():
        return "images"
    if any(has_image(child) for child in path.iterdir() if child.is_dir() and not child.name.startswith(".")):
        return "folder"
    return "images"

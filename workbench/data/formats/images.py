"""A folder of images without labels, or a single image file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from workbench.data.folder_scan import count_files, printable
from workbench.data.formats.entry import Entry, Rejection, Source
from workbench.data.formats.files import entries_below, told_side_files


class ImagesSource(Source):
    """Every file below a folder, whatever the folders inside are called."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def total(self) -> int:
        return count_files(self.path) if self.path.is_dir() else 1

    def entries(self) -> Iterator[Entry | Rejection]:
        if self.path.is_dir():
            yield from told_side_files(entries_below(self.path))
        else:
            yield Entry(printable(self.path.name), path=str(self.path))


def read(path: Path) -> ImagesSource:
    """Open a folder of images, or one image file."""
    return ImagesSource(path)

"""A folder of images without labels, or a single image file; folders called like splits say the split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from workbench.data.folder_scan import count_files, printable
from workbench.data.formats.entry import Entry, Rejection, Source
from workbench.data.formats.files import entries_below, told_side_files
from workbench.data.formats.split_names import split_of_folder


class ImagesSource(Source):
    """Every file below a folder; of the folders inside those called like splits are splits, and none is a label."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def total(self) -> int:
        return count_files(self.path) if self.path.is_dir() else 1

    def entries(self) -> Iterator[Entry | Rejection]:
        if self.path.is_dir():
            for found in told_side_files(entries_below(self.path)):
                if isinstance(found, Entry) and "/" in found.name:
                    found = replace(found, split=split_of_folder(found.name.partition("/")[0]))
                yield found
        else:
            yield Entry(printable(self.path.name), path=str(self.path))


def read(path: Path) -> ImagesSource:
    """Open a folder of images, or one image file."""
    return ImagesSource(path)

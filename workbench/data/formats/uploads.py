"""Images that a browser sent: names and bytes, without labels. Notes and tables among them are told as remarks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from workbench.data.folder_scan import printable
from workbench.data.formats.entry import Entry, Rejection, Source
from workbench.data.formats.files import told_side_files


class UploadSource(Source):
    """Uploaded files, each its content or a file of it. A name keeps its folders and never decides where it is kept."""

    def __init__(self, files: Sequence[tuple[str, bytes | Path]]) -> None:
        self.files = files

    @property
    def total(self) -> int:
        return len(self.files)

    def entries(self) -> Iterator[Entry | Rejection]:
        yield from told_side_files(self._sent())

    def _sent(self) -> Iterator[Entry]:
        for name, content in self.files:
            if isinstance(content, Path):
                yield Entry(printable(name), path=str(content))
            else:
                yield Entry(printable(name), content=content)

"""Images that a browser sent: names and bytes, without labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.data.folder_scan import printable
from workbench.data.formats.entry import Entry, Rejection, Source


class UploadSource(Source):
    """Uploaded files. A name keeps its folders but never decides where anything is stored."""

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        self.files = files

    @property
    def total(self) -> int:
        return len(self.files)

    def entries(self) -> Iterator[Entry | Rejection]:
        for name, content in self.files:
            yield Entry(printable(name), content=content)

"""Files on their way from the browser, which sends large ones in pieces."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TypedDict

from workbench.errors import WorkbenchError


class PieceJson(TypedDict):
    """A piece of a file, which begins at `offset` of `size` bytes."""

    file: str
    name: str
    offset: int
    size: int


@dataclass
class UnfinishedFiles:
    """Unfinished files of the uploads under way, in a temporary folder that goes with the last of them."""

    folder: tempfile.TemporaryDirectory[str] | None = None
    sizes: dict[str, int] = field(default_factory=dict)

    def take(self, pieces: Sequence[PieceJson], buffers: Sequence[memoryview]) -> list[tuple[str, bytes]]:
        """Take pieces of files and return those files that are complete, with their names.

        Raises WorkbenchError when a piece is not the next one of its file.
        """
        complete: list[tuple[str, bytes]] = []
        for piece, buffer in zip(pieces, buffers, strict=True):
            if len(buffer) == piece["size"]:
                complete.append((piece["name"], bytes(buffer)))
                continue
            path = self._append(piece, buffer)
            if self.sizes[piece["file"]] >= piece["size"]:
                complete.append((piece["name"], path.read_bytes()))
                self._forget(piece["file"])
        return complete

    def _append(self, piece: PieceJson, buffer: memoryview) -> Path:
        have = self.sizes.get(piece["file"], 0)
        if piece["offset"] == 0:
            have = 0
        if have != piece["offset"]:
            raise WorkbenchError(f"The upload of '{piece['name']}' was interrupted. Drop the file again.")
        if self.folder is None:
            # It goes with the panel, too, when an upload is given up.
            self.folder = tempfile.TemporaryDirectory(prefix="workbench-upload-", ignore_cleanup_errors=True)
        path = Path(self.folder.name) / sha256(piece["file"].encode()).hexdigest()
        with path.open("ab" if have else "wb") as file:
            file.write(buffer)
        self.sizes[piece["file"]] = have + len(buffer)
        return path

    def _forget(self, file: str) -> None:
        del self.sizes[file]
        if not self.sizes and self.folder is not None:
            self.folder.cleanup()
            self.folder = None

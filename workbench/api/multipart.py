"""multipart/form-data as it arrives: the files of one field go to the disk, and no more than a piece is in memory."""

from __future__ import annotations

import re
import tempfile
from email.message import Message
from pathlib import Path
from typing import IO

from workbench.errors import WorkbenchError

_HEADERS_LIMIT = 16 * 2**10
_FILES_LIMIT = 10_000


class MultipartFiles:
    """The files of the field `field`, one after the other, in a temporary folder of their own.

    `feed` takes the body piece by piece, `finish` says that it is complete. Raises WorkbenchError for a body that is
    not multipart/form-data or has been cut off.
    """

    def __init__(self, content_type: str, field: str) -> None:
        self._boundary = b"\r\n--" + _boundary(content_type)
        self._field = field
        # The first boundary has no line before it.
        self._waiting = b"\r\n"
        self._state = "preamble"
        self._file: IO[bytes] | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="workbench-upload-", ignore_cleanup_errors=True)
        self.files: list[tuple[str, Path]] = []

    def feed(self, piece: bytes) -> None:
        """Take the next bytes of the body."""
        self._waiting += piece
        while self._step():
            pass

    def finish(self) -> list[tuple[str, Path]]:
        """Return the names that the files came with, and where they are."""
        if self._state != "end":
            raise WorkbenchError("The body ended before its last boundary: the upload was cut off. Send it again.")
        return self.files

    def close(self) -> None:
        """Remove the files."""
        if self._file is not None:
            self._file.close()
        self._folder.cleanup()

    def _step(self) -> bool:
        """Take what is complete of the bytes that wait, and say whether there may be more."""
        if self._state in ("preamble", "body"):
            return self._content()
        if self._state == "boundary":
            return self._after_boundary()
        if self._state == "headers":
            return self._headers()
        self._waiting = b""  # nothing counts behind the last boundary
        return False

    def _content(self) -> bool:
        content, found, rest = self._waiting.partition(self._boundary)
        if not found:
            # What may be the beginning of a boundary waits for what comes after it.
            kept = len(self._boundary) - 1
            content, rest = self._waiting[:-kept], self._waiting[-kept:]
        if self._state == "body" and self._file is not None:
            self._file.write(content)
        self._waiting = rest
        if found:
            self._close_file()
            self._state = "boundary"
        return bool(found)

    def _after_boundary(self) -> bool:
        if len(self._waiting) < 2:
            return False
        self._state = "end" if self._waiting.startswith(b"--") else "headers"
        if self._state == "headers" and not self._waiting.startswith(b"\r\n"):
            raise _malformed()
        # The line's end stays: headers end with an empty line, also where there are none.
        return True

    def _headers(self) -> bool:
        headers, found, rest = self._waiting.partition(b"\r\n\r\n")
        if not found:
            if len(self._waiting) > _HEADERS_LIMIT:
                raise _malformed()
            return False
        self._waiting, self._state = rest, "body"
        about = _disposition(headers.decode("utf-8", "replace"))
        if about.get("name") == self._field and "filename" in about:
            if len(self.files) >= _FILES_LIMIT:
                raise WorkbenchError(f"More than {_FILES_LIMIT:,} files came in one request. Send them in several.")
            path = Path(self._folder.name) / str(len(self.files))
            self.files.append((about["filename"], path))
            self._file = path.open("wb")
        return True

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def _boundary(content_type: str) -> bytes:
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_boundary()
    if message.get_content_type() != "multipart/form-data" or not boundary:
        raise WorkbenchError("The body must be multipart/form-data, with the files in the field 'files'.")
    return boundary.encode("utf-8", "replace")


def _disposition(headers: str) -> dict[str, str]:
    """The parameters of Content-Disposition, as browsers write them: quotes escaped, the name in UTF-8."""
    line = next((each for each in headers.split("\r\n") if each.lower().startswith("content-disposition:")), "")
    found = {}
    for name, quoted, plain in re.findall(r';\s*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))', line):
        found[name.lower()] = re.sub(r"\\([\"\\])", r"\1", quoted).replace("%22", '"') if quoted else plain
    return found


def _malformed() -> WorkbenchError:
    return WorkbenchError("The body is not multipart/form-data. Send the files in the field 'files'.")

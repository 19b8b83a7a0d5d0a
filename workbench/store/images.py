"""The image files: kept once, under the hash of their content."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from workbench.errors import NotFoundError, WorkbenchError
from workbench.part_files import PART

_URI = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}\.[a-z0-9]{1,5}")
UNFINISHED = PART
# Windows writes two bytes for each line end, unless it is told that a file is no text.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# Elsewhere os.sync is missing (Windows) or returns before the files are safe (macOS).
_SYNCS_AT_ONCE = sys.platform == "linux"


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def is_uri(name: str) -> bool:
    """Say whether a name is a key of our making."""
    return _URI.fullmatch(name) is not None


def checked_uri(uri: str) -> str:
    """Return a key. Raises WorkbenchError for one that is not of our making (it could lead out of the folder)."""
    if not is_uri(uri):
        raise WorkbenchError(f"'{uri}' is not the key of a stored image. Allowed: ab/SHA256.suffix.")
    return uri


@dataclass(frozen=True)
class ImageFiles:
    """A folder of immutable files, each named after the SHA-256 of its bytes.

    A file is written to a temporary name and renamed, so that a name that exists always holds the whole content.
    """

    root: Path

    def uri(self, sha256: str, suffix: str) -> str:
        """Return the key of a content below the root: `ab/abcd....png`."""
        return f"{sha256[:2]}/{sha256}.{suffix.lstrip('.').lower()}"

    def path(self, uri: str) -> Path:
        """Return the file of a key. Raises WorkbenchError for a key that is not of our making."""
        return self.root / checked_uri(uri)

    def paths(self, uris: Sequence[str]) -> list[Path]:
        """Return the files of several keys, in their order."""
        return [self.path(uri) for uri in uris]

    def files(self, uris: Sequence[str]) -> list[str]:
        """Return what `paths` returns as plain strings, which a long list is made of several times faster."""
        root = os.fspath(self.root)
        return [f"{root}{os.sep}{checked_uri(uri)}" for uri in uris]

    def fetch(self, uris: Iterable[str]) -> None:
        """Make sure that the files of keys lie here; those of a folder do."""

    def put(self, content: bytes, *, sha256: str, suffix: str) -> str:
        """Keep some bytes and return their key; bytes that are there already are not written again.

        The content may still sit in the system's write cache: call `flush` before a transaction refers to it.
        """
        uri = checked_uri(self.uri(sha256, suffix))
        # Plain strings: path objects would take a tenth of a small image's import.
        folder = f"{os.fspath(self.root)}/{sha256[:2]}"
        path = f"{os.fspath(self.root)}/{uri}"
        if _refreshed(path, len(content)):
            return uri
        unfinished = f"{folder}/{UNFINISHED}{secrets.token_hex(8)}"
        try:
            _write(unfinished, folder, content)
            os.replace(unfinished, path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        return uri

    def flush(self) -> None:
        """Make every file that was put so far survive a loss of power."""
        # One call for a whole batch: syncing 500 small files one by one takes a hundred times as long.
        if _SYNCS_AT_ONCE:
            os.sync()

    def read(self, uri: str) -> bytes:
        """Return the bytes of a key. Raises NotFoundError when the file is gone."""
        try:
            return self.path(uri).read_bytes()
        except FileNotFoundError:
            raise NotFoundError(
                f"The image file {uri} is missing below {self.root}. "
                "Run 'workbench db check' to see what else is, and restore it from a backup."
            ) from None

    def read_each(self, uris: Iterable[str]) -> Iterator[tuple[str, bytes | Exception]]:
        """Yield each key with its bytes, or with the WorkbenchError or OSError that reading it ended in, in order."""
        return ((uri, self._tried(uri)) for uri in uris)

    def _tried(self, uri: str) -> bytes | Exception:
        try:
            return self.read(uri)
        except (WorkbenchError, OSError) as error:
            return error

    def uris(self) -> Iterator[str]:
        """Yield the key of every complete file, in order; what a file manager left there (.DS_Store) is no image."""
        if not self.root.is_dir():
            return
        for folder in sorted(self.root.iterdir()):
            if folder.is_dir():
                for file in sorted(folder.iterdir()):
                    if is_uri(uri := f"{folder.name}/{file.name}"):
                        yield uri

    def unfinished(self) -> list[str]:
        """Return the temporary names of files that writers are at, or that crashed ones left behind."""
        return sorted(f"{file.parent.name}/{file.name}" for file in self.root.glob(f"*/{UNFINISHED}*"))

    def discard_unfinished(self, *, older_than: timedelta = timedelta(0)) -> int:
        """Remove what crashed writers left behind and return how many files that were."""
        removed = 0
        for file in self.root.glob(f"*/{UNFINISHED}*"):
            # Its writer may finish at the same time, and it has its own name then.
            with suppress(FileNotFoundError):
                if _age(file) >= older_than:
                    file.unlink()
                    removed += 1
        return removed

    def remove(self, uri: str, *, older_than: timedelta = timedelta(0)) -> int:
        """Remove a file unless it was put within the last while; return its size, 0 when it stays or is gone."""
        path = self.path(uri)
        try:
            size = path.stat().st_size
            if _age(path) < older_than:
                return 0
            path.unlink()
        except FileNotFoundError:
            return 0
        return size


def _age(path: Path) -> timedelta:
    return timedelta(seconds=time.time() - path.stat().st_mtime)


def _refreshed(path: str, size: int) -> bool:
    """Whether a file is there as a whole. Its time is renewed, so that garbage collection leaves it for now."""
    try:
        if os.stat(path).st_size != size:
            return False
        os.utime(path)
    except OSError:
        return False
    return True


def _write(path: str, folder: str, content: bytes) -> None:
    try:
        descriptor = os.open(path, _NEW, 0o644)
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
        descriptor = os.open(path, _NEW, 0o644)
    try:
        written = os.write(descriptor, content)
        while written < len(content):
            written += os.write(descriptor, content[written:])
        if not _SYNCS_AT_ONCE:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""Vectors on disk: appended in whole batches, found by the digest of the image, read through a memory map.

A folder per encoder digest holds `vectors.f16`, one float16 row after the other, and `digests.bin`, the 32 bytes of
each image's SHA-256 in the same order. The vectors of a batch reach the disk before their digests do, so that the
length of `digests.bin` says how many rows count: what a writer that was killed left behind it is cut off by the next.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from workbench.embeddings.encoder import Encoder
from workbench.errors import ConflictError, WorkbenchError
from workbench.paths import atomic_write

_DIGEST_BYTES = 32


@dataclass(frozen=True)
class VectorFolder:
    """The vectors that one encoder made, of every image that any theme asked for.

    Readers need no lock. Writers take `appending()`, which only one process holds.
    """

    folder: Path
    dimensions: int

    @classmethod
    def of(cls, root: Path, encoder: Encoder) -> VectorFolder:
        """Return the folder of an encoder below `db/embeddings/`, made and described when it is new."""
        folder = root / f"{encoder.name.replace('/', '-')}-{encoder.digest}"
        folder.mkdir(parents=True, exist_ok=True)
        about = folder / "encoder.json"
        if not about.exists():
            content = {"encoder": encoder.name, "digest": encoder.digest, "dimensions": encoder.dimensions}
            with atomic_write(about) as part:
                part.write_text(json.dumps(content), encoding="utf-8")
        return cls(folder, encoder.dimensions)

    @property
    def row_bytes(self) -> int:
        """Bytes of one vector."""
        return self.dimensions * 2

    def __len__(self) -> int:
        return _size(self.folder / "digests.bin") // _DIGEST_BYTES

    def open(self) -> Vectors:
        """Return what is there now; what is appended later needs another `open`."""
        count = len(self)
        if count == 0:
            empty = np.empty((0, self.dimensions), np.float16)
            return Vectors.of(np.empty((0, _DIGEST_BYTES), np.uint8), empty)
        digests = np.memmap(self.folder / "digests.bin", np.uint8, "r", shape=(count, _DIGEST_BYTES))
        rows = np.memmap(self.folder / "vectors.f16", np.float16, "r", shape=(count, self.dimensions))
        return Vectors.of(digests, rows)

    def appending(self) -> Appender:
        """Return the writer, as a context. Raises ConflictError while another process writes here."""
        return Appender(self)


@dataclass(frozen=True)
class Vectors:
    """A view of the vectors of one moment: `rows` float16 (N, D) and `digests` uint8 (N, 32), memory-mapped.

    `prefixes` are the first eight bytes of the digests, sorted, and `order` the rows that they belong to.
    """

    prefixes: np.ndarray
    order: np.ndarray
    digests: np.ndarray
    rows: np.ndarray

    @classmethod
    def of(cls, digests: np.ndarray, rows: np.ndarray) -> Vectors:
        """Make them ready to be found by the digests, uint8 (N, 32), which belong to the rows."""
        prefixes = _prefixes(digests)
        order = np.argsort(prefixes, kind="stable")
        return cls(prefixes[order], order, digests, rows)

    def __len__(self) -> int:
        return len(self.rows)

    def positions(self, sha256: Sequence[str]) -> np.ndarray:
        """Return int64 (N,): the row of each image, -1 where there is none yet."""
        if not len(self) or not len(sha256):
            return np.full(len(sha256), -1, np.int64)
        wanted = np.frombuffer(bytes.fromhex("".join(sha256)), np.uint8).reshape(-1, _DIGEST_BYTES)
        at = self.order[np.minimum(np.searchsorted(self.prefixes, _prefixes(wanted)), len(self) - 1)]
        return np.where((self.digests[at] == wanted).all(axis=1), at, -1)


class Appender:
    """Appends batches to a folder; each is whole on disk or not there."""

    def __init__(self, target: VectorFolder) -> None:
        self._target = target
        self._vectors: BinaryIO | None = None
        self._digests: BinaryIO | None = None

    def __enter__(self) -> Appender:
        from filelock import FileLock, Timeout

        folder = self._target.folder
        self._lock = FileLock(folder / "writer.lock")
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            raise ConflictError(
                f"Another process is writing vectors below {folder}. Wait until it has finished; it writes for all."
            ) from None
        self._vectors = (folder / "vectors.f16").open("ab")
        self._digests = (folder / "digests.bin").open("ab")
        # What a killed writer left half-written goes; whole vectors without a digest go too.
        count = min(len(self._target), _size(folder / "vectors.f16") // self._target.row_bytes)
        self._digests.truncate(count * _DIGEST_BYTES)
        self._vectors.truncate(count * self._target.row_bytes)
        return self

    def __exit__(self, *_: object) -> None:
        for stream in (self._vectors, self._digests):
            if stream is not None:
                stream.close()
        self._lock.release()

    def append(self, sha256: Sequence[str], vectors: np.ndarray) -> None:
        """Add the vectors (N, D) of images that have none here. Raises WorkbenchError for another shape."""
        if vectors.shape != (len(sha256), self._target.dimensions):
            raise WorkbenchError(
                f"{len(sha256)} vectors of {self._target.dimensions} numbers are expected; {vectors.shape} came."
            )
        assert self._vectors is not None
        assert self._digests is not None
        self._vectors.write(np.ascontiguousarray(vectors, np.float16).tobytes())
        _flush(self._vectors)
        self._digests.write(b"".join(bytes.fromhex(digest) for digest in sha256))
        _flush(self._digests)


def _prefixes(digests: np.ndarray) -> np.ndarray:
    # Whole digests would take sixty times as long to sort.
    return np.ascontiguousarray(digests[:, :8]).view(">u8").ravel().astype(np.uint64)


def _flush(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0

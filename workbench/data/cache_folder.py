"""The cache folder: what was computed from images once, kept under a key, bounded in size, safe against crashes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import WorkbenchError
from workbench.part_files import PART, discard, remove_abandoned
from workbench.paths import atomic_write


@dataclass(frozen=True)
class CacheEntry:
    """One kept folder or file, its size, and when it was used last (seconds since 1970)."""

    path: Path
    size_bytes: int
    used: float


def cache_entries(folder: Path) -> list[CacheEntry]:
    """Return what is kept, least recently used first; what is still being built is not among it."""
    if not folder.is_dir():
        return []
    entries = []
    for path in folder.iterdir():
        if not path.name.startswith(PART):
            try:
                entries.append(CacheEntry(path, _size(path), path.stat().st_mtime))
            except FileNotFoundError:
                continue  # another process cleared it
    return sorted(entries, key=lambda entry: entry.used)


def clear_cache(folder: Path) -> list[CacheEntry]:
    """Remove everything that is kept, unfinished entries included, and return what it was."""
    removed = cache_entries(folder)
    if folder.is_dir():
        for path in folder.iterdir():
            discard(path)
    return removed


def touch(path: Path) -> None:
    """Note that an entry was used."""
    try:
        os.utime(path)
    except OSError:
        return  # a folder that may only be read serves as well


def make_room(folder: Path, needed: int, limit: int, *, keep: str) -> None:
    """Remove the least recently used entries until `needed` more bytes fit into `limit`.

    Entries whose names start with `keep` stay: they belong to the run that asks.
    """
    remove_abandoned(folder)
    entries = cache_entries(folder)
    total = sum(entry.size_bytes for entry in entries)
    for entry in entries:
        if total + needed <= limit:
            return
        if not entry.path.name.startswith(keep):
            discard(entry.path)
            total -= entry.size_bytes


def room(folder: Path, limit: int, *, keep: str) -> int:
    """Bytes that a build may take: the limit without the entries of the same run, and at most half the free disk."""
    taken = sum(entry.size_bytes for entry in cache_entries(folder) if entry.path.name.startswith(keep))
    return max(0, min(limit - taken, shutil.disk_usage(folder).free // 2))


@contextmanager
def building(folder: Path, name: str) -> Iterator[Path]:
    """Yield a temporary folder that becomes the entry `name` when the block ends well, and vanishes otherwise.

    Two processes may build the same entry: the first to finish is kept. A killed process leaves a temporary folder
    that a later build removes.
    """
    _make(folder, folder)
    try:
        with atomic_write(folder / name) as part:
            _make(part, folder)
            yield part
    except OSError:
        # Another process was quicker, and its entry is as good.
        if not (folder / name).is_dir():
            raise


def _make(path: Path, cache: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkbenchError(
            f"The cache folder {cache} cannot be written: {error.strerror}. "
            "Free it for writing, or set data.cache to memory or none in params.yaml."
        ) from error


def _size(path: Path) -> int:
    if path.is_dir():
        return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
    return path.stat().st_size

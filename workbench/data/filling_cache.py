"""Preprocessed images that are kept the first time they are asked for, so that a large training begins at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from workbench.data import cache_folder
from workbench.data.batches.dataset import FilePatches
from workbench.data.config.augment import AugmentConfig
from workbench.data.preprocessed_cache import INDEX, PIXELS, CachedPatches, InputCache, PatchIndex, open_entry
from workbench.data.preprocessing import Patches, Resize
from workbench.part_files import discard, part_name
from workbench.paths import move_into_place

_FILLED = "filled.bin"
_CHANNELS = 3


class FillingPatches:
    """A PatchSource of images of one size, over a file that this process and its workers share.

    `finish` makes the file an entry of the cache once every image was asked for; until then no other process sees it.
    Raises OSError where the file cannot be made.
    """

    def __init__(self, files: FilePatches, entry: Path, size: tuple[int, int]) -> None:
        self._files = files
        self._entry = entry
        self._part = entry.with_name(part_name())
        self._shape = (len(files), *size, _CHANNELS)
        self._part.mkdir(parents=True)
        for name, length in ((PIXELS, int(np.prod(self._shape))), (_FILLED, len(files))):
            with (self._part / name).open("wb") as stream:
                stream.truncate(length)
                if hasattr(os, "posix_fallocate"):
                    # A disk that is full when a mapped page is written ends a process without a word.
                    os.posix_fallocate(stream.fileno(), 0, length)
        self._map()

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, index: int) -> list[np.ndarray]:
        if self._filled[index]:
            # Copied, since some transforms write into what they are given.
            return [np.array(self._pixels[index])]
        (patch,) = self._files[index]
        self._pixels[index] = patch
        # After the pixels: another process that finds it set reads them.
        self._filled[index] = 1
        return [patch]

    def together(self, indices: Sequence[int]) -> np.ndarray | None:
        """Return images that were all read before at once; None where one was not."""
        chosen = np.asarray(indices, np.int64)
        return np.asarray(self._pixels[chosen]) if self._filled[chosen].all() else None

    def __getstate__(self) -> dict[str, Any]:
        # A worker that is spawned maps the files again instead of being sent their content.
        return {**self.__dict__, "_pixels": None, "_filled": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._map()

    def finish(self) -> CachedPatches | None:
        """Keep what was read under the entry's name; None while images are missing, or where that cannot be done."""
        if not self._filled.all():
            return None
        sizes = int(np.prod(self._shape[1:]))
        starts = np.arange(len(self), dtype=np.int64) * sizes
        shapes = np.tile(np.array([1, *self._shape[1:3]], np.int32), (len(self), 1))
        try:
            PatchIndex(starts, shapes).save(self._part / INDEX)
            move_into_place(self._part, self._entry)
        except OSError:
            # Another training of the same images was quicker, and its entry is as good.
            discard(self._part)
        return open_entry(self._entry, self._files)

    def give_up(self) -> None:
        """Remove what was read, of which images are missing."""
        discard(self._part)

    def _map(self) -> None:
        self._pixels = np.memmap(self._part / PIXELS, np.uint8, mode="r+", shape=self._shape)
        self._filled = np.memmap(self._part / _FILLED, np.uint8, mode="r+", shape=(len(self._files),))


def filling(cache: InputCache, files: FilePatches, config: AugmentConfig, split: str) -> FillingPatches | None:
    """Return a source that fills a cache while it is read.

    None where the entry is there already, where it has no place on a disk or too little, and where images have no size
    that is known before they are read.
    """
    size = size_of_all(config)
    entry = cache.entry(split)
    if size is None or entry is None or entry.exists():
        return None
    needed = len(files) * size[0] * size[1] * _CHANNELS
    if needed > cache.room():
        return None
    cache_folder.make_room(entry.parent, needed, cache.limit, keep=cache.run)
    try:
        return FillingPatches(files, entry, size)
    except OSError:
        return None  # what fills it before the training says why it cannot


def size_of_all(config: AugmentConfig) -> tuple[int, int] | None:
    """Return height and width that the preprocessing gives every image; None where they differ, or come in patches."""
    steps = [step for _, step in config.steps()]
    sizes = [step.size for step in steps if isinstance(step, Resize) and step.size is not None]
    return sizes[-1] if sizes and not any(isinstance(step, Patches) for step in steps) else None

"""The files of many images of the store, without an object for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import overload

import numpy as np


class StoredImages(Sequence[Path]):
    """The files of images of the store, as arrays of 33 bytes each: paths are made when they are asked for.

    `digests` uint8 (N, 32) are the SHA-256 of the images' bytes, `kinds` uint8 (N,) say which of `suffixes` each has.
    `fetch` brings the file of a key here when its path is asked for; without it the files are there.
    """

    def __init__(
        self,
        root: str,
        digests: np.ndarray,
        kinds: np.ndarray,
        suffixes: tuple[str, ...],
        fetch: Callable[[str], object] | None = None,
    ) -> None:
        self._root = root
        self._fetch = fetch
        self._digests = digests
        self._kinds = kinds
        self._suffixes = suffixes

    def __len__(self) -> int:
        return len(self._kinds)

    @overload
    def __getitem__(self, index: int) -> Path: ...
    @overload
    def __getitem__(self, index: slice) -> StoredImages: ...
    def __getitem__(self, index: int | slice) -> Path | StoredImages:
        if isinstance(index, slice):
            return StoredImages(self._root, self._digests[index], self._kinds[index], self._suffixes, self._fetch)
        uri = self.uri(index)
        if self._fetch is not None:
            self._fetch(uri)
        return Path(self._root, uri)

    def uri(self, index: int) -> str:
        """The key of an image below the image store."""
        name = self._digests[index].tobytes().hex()
        return f"{name[:2]}/{name}.{self._suffixes[self._kinds[index]]}"

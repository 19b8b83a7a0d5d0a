"""Thumbnails: made once from an image, kept in the cache, and sent many to a sheet."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from workbench.data.decoding import ImageError, decode_rgb
from workbench.errors import NotFoundError
from workbench.paths import atomic_write
from workbench.store.images import ImageFiles

SIDES = (128, 256)
"""Lengths in pixels of a thumbnail's longer side; images that are smaller keep their size."""

_LOSSLESS_SIDE = 64
# Images that take longer than this are worth a second thread; below, the threads cost more than they bring.
_WORTH_A_THREAD = 0.001
_AT_ONCE = 16


@dataclass(frozen=True)
class Sheet:
    """Thumbnails in one picture, row by row in square cells, each at its cell's top left corner.

    `shown` counts the thumbnails on it: less than were asked for when the time was up. `sizes` holds the width and
    height of each in pixels, (0, 0) for an image that cannot be read.
    """

    content: bytes
    media_type: str
    columns: int
    cell: int
    sizes: list[tuple[int, int]]

    @property
    def shown(self) -> int:
        return len(self.sizes)


class Thumbnails:
    """The thumbnails of an image store. `cache` is a folder that may be removed at any time."""

    def __init__(self, images: ImageFiles, cache: Path) -> None:
        self.images, self.cache = images, cache

    def get(self, uri: str, side: int) -> np.ndarray | None:
        """Return an image's thumbnail as uint8 RGB of shape (height, width, 3), None when it cannot be read.

        `side` is one of `SIDES`. The thumbnail comes from the cache, or is made and kept there; that of an image which
        is no larger is the image itself.
        """
        kept = self.cache / str(side) / f"{uri}.jpg"
        try:
            return np.asarray(Image.open(io.BytesIO(kept.read_bytes())))
        except (OSError, ValueError):
            # Not made yet, or damaged: the cache holds nothing that cannot be made again.
            pass
        try:
            pixels = decode_rgb(self.images.read(uri), at_least=(side, side))
        except (ImageError, NotFoundError):
            return None
        if max(pixels.shape[:2]) <= side:
            return pixels
        small = shrunk(pixels, side)
        # A full disk or a cache that is being cleared costs time later on, not the picture.
        with suppress(OSError), atomic_write(kept, durable=False) as part:
            Image.fromarray(small).save(part, "JPEG", quality=88)
        return small

    def sheet(self, uris: Sequence[str], side: int, *, seconds: float = math.inf) -> Sheet:
        """Put the thumbnails of some images on one sheet; stops when the time is up, with one at least."""
        until = time.monotonic() + seconds
        found: list[np.ndarray | None] = []
        step, threads = 2, False
        with ThreadPoolExecutor(max_workers=2) as pool:
            while len(found) < len(uris):
                begun = time.monotonic()
                if found and begun > until:
                    break
                part = uris[len(found) : len(found) + step]
                found += (pool.map if threads else map)(lambda uri: self.get(uri, side), part)
                threads = time.monotonic() - begun > _WORTH_A_THREAD * len(part)
                step = _AT_ONCE
        return sheet_of(found)


def shrunk(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return uint8 RGB (H, W, 3) with a longer side of `side` pixels; as it is where that is no larger."""
    if max(pixels.shape[:2]) <= side:
        return pixels
    small = Image.fromarray(pixels)
    small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(small)


def sheet_of(thumbnails: Sequence[np.ndarray | None]) -> Sheet:
    """Put pictures, uint8 (h, w, 3) each, on one sheet; None where there is none."""
    sizes = [(0, 0) if pixels is None else (pixels.shape[1], pixels.shape[0]) for pixels in thumbnails]
    cell = max([1, *(max(size) for size in sizes)])
    columns = max(1, math.ceil(math.sqrt(len(sizes))))
    rows = max(1, math.ceil(len(sizes) / columns))
    canvas = np.full((rows * cell, columns * cell, 3), 255, dtype=np.uint8)
    for index, pixels in enumerate(thumbnails):
        if pixels is not None:
            top, left = index // columns * cell, index % columns * cell
            canvas[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
    out = io.BytesIO()
    if cell <= _LOSSLESS_SIDE:
        gray = (canvas[..., 0] == canvas[..., 1]).all() and (canvas[..., 0] == canvas[..., 2]).all()
        Image.fromarray(canvas[..., 0] if gray else canvas).save(out, "PNG", compress_level=1)
        return Sheet(out.getvalue(), "image/png", columns, cell, sizes)
    Image.fromarray(canvas).save(out, "JPEG", quality=85)
    return Sheet(out.getvalue(), "image/jpeg", columns, cell, sizes)

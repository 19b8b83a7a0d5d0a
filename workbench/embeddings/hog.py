"""Histograms of oriented gradients (Dalal and Triggs, 2005): an encoder that needs no weights."""

from __future__ import annotations

import numpy as np

from workbench.embeddings.encoder import parts_of

_CELLS = 8
_BINS = 9


class Hog:
    """Gradients of an image of 32 x 32 pixels in cells of 4 x 4, nine directions each, in normalized blocks of 2 x 2.

    Directions are without sign. Of the three colors the one with the steepest gradient counts. Next to the gradients
    stands a small gray picture of 8 x 8, without which plain areas of different brightness would be one.
    """

    name = "hog"
    digest = "686f672d76322d33"
    side = 32
    parts = parts_of([("gradients", (_CELLS - 1) ** 2 * 4 * _BINS), ("gray", _CELLS**2)])

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.parts[-1].stop

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Return float32 (N, 1828) for uint8 RGB (N, 32, 32, 3)."""
        pixels = images.astype(np.float32) / 255
        magnitude, direction = _steepest(pixels)
        blocks = _normalized_blocks(_cells(magnitude, direction))
        cell = self.side // _CELLS
        gray = pixels.mean(axis=3).reshape(len(images), _CELLS, cell, _CELLS, cell).mean(axis=(2, 4))
        return np.concatenate([blocks, gray.reshape(len(images), -1)], axis=1)


def _steepest(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return size and direction in bins (N, H, W) of the gradient of each pixel's steepest color."""
    padded = np.pad(pixels, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="edge")
    across = padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]
    down = padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]
    size = np.hypot(across, down)
    color = size.argmax(axis=3)[..., None]
    across, down, size = (np.take_along_axis(values, color, 3)[..., 0] for values in (across, down, size))
    return size, (np.arctan2(down, across) % np.pi) * (_BINS / np.pi)


def _cells(size: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Return (N, 8, 8, 9): each pixel's gradient shared between the two nearest directions, and the four nearest cells.

    Without the latter a stroke that is moved by a pixel jumps from one cell to the next.
    """
    count, height, width = size.shape
    low = np.floor(direction - 0.5)
    upper = direction - 0.5 - low
    votes = np.zeros((count, _BINS, height, width), np.float32)
    for bins, share in ((low, 1 - upper), (low + 1, upper)):
        which = bins.astype(np.int64) % _BINS
        for number in range(_BINS):
            votes[:, number] += np.where(which == number, size * share, 0)
    window = _window(height)
    return np.ascontiguousarray((window @ votes @ window.T).transpose(0, 2, 3, 1))


def _window(side: int) -> np.ndarray:
    """Return float32 (8, side): how much each row of pixels counts in each row of cells, by its distance."""
    cell = side / _CELLS
    centers = cell * (np.arange(_CELLS) + 0.5)
    distances = np.abs(np.arange(side) + 0.5 - centers[:, None])
    return np.maximum(0, 1 - distances / cell).astype(np.float32)


def _normalized_blocks(cells: np.ndarray) -> np.ndarray:
    """Return (N, 7 * 7 * 4 * 9): blocks of four cells, each of length 1, clipped at 0.2 and of length 1 again."""
    corners = [cells[:, :-1, :-1], cells[:, :-1, 1:], cells[:, 1:, :-1], cells[:, 1:, 1:]]
    blocks = np.concatenate(corners, axis=3)
    for _ in range(2):
        length = np.sqrt((blocks**2).sum(axis=3, keepdims=True) + 1e-4)
        blocks = np.minimum(blocks / length, 0.2)
    return (blocks / np.sqrt((blocks**2).sum(axis=3, keepdims=True) + 1e-4)).reshape(len(cells), -1)

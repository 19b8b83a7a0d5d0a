"""Cut an image into patches that are classified one by one."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import model_validator

from workbench.data.preprocessing.step import Color, Size, Step


class Patches(Step):
    """Patches of `size`, every `stride` pixels (null: side by side); `edge` says what becomes of the remainder."""

    size: Size = (32, 32)
    stride: Size | None = None
    edge: Literal["shift", "pad", "drop"] = "shift"
    fill: Color = (0, 0, 0)

    @model_validator(mode="after")
    def _leave_no_gaps_unseen(self) -> Patches:
        if self.stride is not None and (self.stride[0] > self.size[0] or self.stride[1] > self.size[1]):
            raise ValueError(f"a stride {list(self.stride)} above the size {list(self.size)} would leave gaps")
        return self

    def pixels(self, height: int, width: int) -> int:
        """All patches together, which overlap where the stride is below the size."""
        stride = self.stride or self.size
        rows, columns = (
            len(_starts(length, size, step, self.edge))
            for length, size, step in zip((height, width), self.size, stride, strict=True)
        )
        return rows * columns * self.size[0] * self.size[1]

    def apply(self, image: np.ndarray) -> list[np.ndarray]:
        return cut_patches(image, self.size, self.stride or self.size, self.edge, fill=self.fill)


def cut_patches(
    image: np.ndarray,
    size: tuple[int, int],
    stride: tuple[int, int],
    edge: str = "shift",
    *,
    fill: int | tuple[int, int, int] = 0,
) -> list[np.ndarray]:
    """Cut uint8 RGB (H, W, 3) into patches of `size` (height, width), row by row; there is at least one.

    What a whole number of strides does not cover: `shift` moves the last patch inwards so that it ends at the edge,
    `pad` fills up beyond the edge, `drop` leaves it out. An image smaller than a patch is filled up in any case.
    """
    height, width = size
    rows = _starts(image.shape[0], height, stride[0], edge)
    columns = _starts(image.shape[1], width, stride[1], edge)
    bottom, right = max(rows) + height, max(columns) + width
    if bottom > image.shape[0] or right > image.shape[1]:
        canvas = np.empty((max(bottom, image.shape[0]), max(right, image.shape[1]), 3), np.uint8)
        canvas[:] = fill
        canvas[: image.shape[0], : image.shape[1]] = image
        image = canvas
    return [
        np.ascontiguousarray(image[row : row + height, column : column + width]) for row in rows for column in columns
    ]


def _starts(length: int, size: int, stride: int, edge: str) -> list[int]:
    if length <= size:
        return [0]
    starts = list(range(0, length - size + 1, stride))
    if starts[-1] + size < length:
        if edge == "shift":
            starts.append(length - size)
        elif edge == "pad":
            starts.append(starts[-1] + stride)
    return starts

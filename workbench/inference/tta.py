"""Test-time augmentation: views of a batch that show the same thing, whose probabilities are averaged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workbench.errors import NotFoundError, unknown_name

if TYPE_CHECKING:
    import torch

View = Callable[["torch.Tensor"], "torch.Tensor"]

_SHIFT = 16


def _shifted(rows: int, columns: int) -> View:
    """Move the image by a sixteenth of its side; the border is repeated where the image came from."""

    def view(images: torch.Tensor) -> torch.Tensor:
        from torch.nn.functional import pad

        height, width = images.shape[-2:]
        down, right = max(1, height // _SHIFT) * rows, max(1, width // _SHIFT) * columns
        padded = pad(images, (abs(right), abs(right), abs(down), abs(down)), mode="replicate")
        top, left = abs(down) - down, abs(right) - right
        return padded[..., top : top + height, left : left + width]

    return view


def _turned(quarters: int) -> View:
    return lambda images: images.rot90(quarters, (-2, -1))


VIEWS: dict[str, tuple[View, ...]] = {
    "flip": (lambda images: images.flip(-1),),
    "flip_vertical": (lambda images: images.flip(-2),),
    "rotate": (_turned(1), _turned(2), _turned(3)),
    "shift": tuple(_shifted(rows, columns) for rows, columns in ((-1, 0), (1, 0), (0, -1), (0, 1))),
}
"""Views by name; each adds to the image as it is. Choose those that leave the classes what they are."""


def views_named(names: Sequence[str]) -> list[View]:
    """Return the views of some names of `VIEWS`. Raises NotFoundError, which names the nearest one."""
    found: list[View] = []
    for name in names:
        if name not in VIEWS:
            raise NotFoundError(unknown_name("view for test-time augmentation", name, VIEWS))
        found += VIEWS[name]
    return found

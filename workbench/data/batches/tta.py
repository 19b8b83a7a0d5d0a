"""Test-time augmentation: views of a batch that show the same thing, whose probabilities are averaged.

A model names the views that it answers with; a prediction may choose others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

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
    "none": (),
    "flip": (lambda images: images.flip(-1),),
    "flip_vertical": (lambda images: images.flip(-2),),
    "rotate": (_turned(1), _turned(2), _turned(3)),
    "shift": tuple(_shifted(rows, columns) for rows, columns in ((-1, 0), (1, 0), (0, -1), (0, 1))),
}
"""Views by name; each adds to the image as it is. Choose those that leave the classes what they are."""

_DRAWN_BY = {
    "HorizontalFlip": ("flip",),
    "RandomHorizontalFlip": ("flip",),
    "VerticalFlip": ("flip_vertical",),
    "RandomVerticalFlip": ("flip_vertical",),
    "RandomRotate90": ("rotate",),
    "D4": ("flip", "flip_vertical", "rotate"),
    "SquareSymmetry": ("flip", "flip_vertical", "rotate"),
    "Affine": ("shift",),
    "RandomAffine": ("shift",),
    "ShiftScaleRotate": ("shift",),
    "RandomCrop": ("shift",),
}
"""Which views the training's transforms draw, too: their classes stay what they are."""


def views_of_transforms(transforms: Sequence[Any]) -> tuple[str, ...]:
    """Return the names of the views that show what some transforms of auguments.yaml draw."""
    drawn = {view for name in _names(transforms) for view in _DRAWN_BY.get(name, ())}
    return tuple(name for name in VIEWS if name in drawn)


def _names(listed: Any) -> Iterator[str]:
    """Yield the names of transforms, those within others too."""
    if isinstance(listed, str):
        yield listed
    elif isinstance(listed, dict):
        for name, value in listed.items():
            yield str(name)
            yield from _names(value)
    elif isinstance(listed, list | tuple):
        for each in listed:
            yield from _names(each)


def views_named(names: Sequence[str]) -> list[View]:
    """Return the views of some names of `VIEWS`. Raises NotFoundError, which names the nearest one."""
    found: list[View] = []
    for name in names:
        if name not in VIEWS:
            raise NotFoundError(unknown_name("view for test-time augmentation", name, VIEWS))
        found += VIEWS[name]
    return found

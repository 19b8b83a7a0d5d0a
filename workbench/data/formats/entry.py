"""What a format says, one image at a time: the common tongue between readers, the store and writers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class EntryBox:
    """A labeled rectangle: left edge, top edge, width and height.

    The unit is what the entry says: pixels of the upright image, or fractions of its width and height. `source` is
    the place where the box is stated.
    """

    label: str
    x: float
    y: float
    width: float
    height: float
    source: str = field(default="", compare=False)


@dataclass(frozen=True)
class Entry:
    """One image that a format names, and what it says about it.

    `name` is the image's name relative to what is imported, with `/`. `path` holds its bytes unless `content` has them.
    `boxes` is None where the format says nothing about boxes, empty where it says that there are none. `size` is the
    (width, height) in pixels that the format claims, to be compared with the real one. `source` is the place where it
    is said, such as `labels.csv:12`; empty when the image file itself says it.
    """

    name: str
    path: str | None = None
    content: bytes | None = None
    label: str | None = None
    split: str | None = None
    boxes: tuple[EntryBox, ...] | None = None
    fractions: bool = False
    size: tuple[int, int] | None = None
    source: str = ""


@dataclass(frozen=True)
class Rejection:
    """What was left out, and why. `path` is a file's name, with `:line` behind it where a line is meant."""

    path: str
    reason: str


class Source(Protocol):
    """An opened data set: known labels first, then one entry after the other, as often as asked."""

    @property
    def labels(self) -> list[str]:
        """Every label that an entry or box may carry, in the order in which a theme should have them."""
        ...

    @property
    def total(self) -> int | None:
        """How many entries and rejections there will be; None when counting would cost as much as reading."""
        ...

    def entries(self) -> Iterator[Entry | Rejection]:
        """Yield what is in it. Nothing is held in memory that grows with the number of images."""
        ...

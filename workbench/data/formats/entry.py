"""What a format says, one image at a time: what its reader hands to an import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from workbench.data.folder_scan import natural_key

Part = Literal["image", "label", "box", "suggestion", "split"]


@dataclass(frozen=True)
class EntryBox:
    """A labeled rectangle: left edge, top edge, width and height.

    The unit is what the entry says: pixels of the upright image, or fractions of its width and height. `source` is
    the place where the box is stated, `mark` what it is called there, such as `annotation 7`: all of a JSON file may
    stand on one line.
    """

    label: str
    x: float
    y: float
    width: float
    height: float
    source: str = field(default="", compare=False)
    mark: str = field(default="", compare=False)

    @classmethod
    def of(cls, label: str, values: Sequence[float], source: str, mark: str = "") -> EntryBox:
        """Make a box of four numbers: left, top, width, height."""
        x, y, width, height = map(float, values)
        return cls(label, x, y, width, height, source, mark)


@dataclass(frozen=True)
class EntrySuggestion:
    """A label that a model gave an image as a whole: `field` says where the data set holds it, `score` from 0 to 1."""

    field: str
    label: str
    score: float


@dataclass(frozen=True)
class Entry:
    """One image that a format names, and what it says about it.

    `name` is the image's name relative to what is imported, with `/`. `path` holds its bytes unless `content` has them.
    `boxes` is None where the format says nothing about boxes, empty where it says that there are none. `size` is the
    (width, height) in pixels that the format claims, to be compared with the real one. `source` is the place where it
    is said, such as `labels.csv:12`; empty when the image file itself says it. An entry with a `fault` is refused.
    `opinions` are (annotator, label) of further annotators, for the whole image.
    `suggestions` are what models predicted, of each field one.
    `incomplete` says that a box of it was refused: the others are then held back, so that nobody takes them for all
    there is, until the mended data set is imported.
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
    fault: str = ""
    opinions: tuple[tuple[str, str], ...] = ()
    suggestions: tuple[EntrySuggestion, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True)
class Rejection:
    """What was left out, and why. `path` is a file's name, with `:line` behind it where a line is meant.

    `part` is what did not come in: a whole image (or a file), or of an image that did come in one label, box,
    suggestion or split.
    """

    path: str
    reason: str
    part: Part = field(default="image", compare=False)


class Remark(Rejection):
    """What to know of a file or line that was read, although nothing of it was refused."""


class Source:
    """An opened data set: its labels first, then one entry after the other, as often as asked."""

    @cached_property
    def _survey(self) -> tuple[set[str], int, set[str]]:
        """The labels in use, the number of entries and rejections, and suggested labels, from reading all once."""
        labels: set[str] = set()
        suggested: set[str] = set()
        total = 0
        for found in self.entries():
            total += 1
            if isinstance(found, Entry):
                labels.update(box.label for box in found.boxes or ())
                labels.update([found.label] if found.label is not None else [])
                labels.update(label for _, label in found.opinions)
                suggested.update(each.label for each in found.suggestions)
        return labels, total, suggested

    @property
    def labels(self) -> list[str]:
        """Every label that an entry or box carries, in the order in which a theme should have them."""
        return sorted(self._survey[0], key=natural_key)

    @property
    def declared(self) -> list[str]:
        """Every label that the data set knows, those without an image among them."""
        return self.labels

    @property
    def suggested(self) -> list[str]:
        """Every label that a model suggests and nobody gave; most formats hold no suggestions."""
        return []

    @property
    def total(self) -> int:
        """How many entries and rejections there are."""
        return self._survey[1]

    def entries(self) -> Iterator[Entry | Rejection]:
        """Yield what is in it. Nothing that grows with the size of the images is held in memory."""
        raise NotImplementedError

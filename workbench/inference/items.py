"""What is predicted, item by item: samples of a theme, files of a folder, a list; never held in memory as a whole."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

from workbench.data.crops import Cut
from workbench.data.folder_scan import LOOP, begins_like_image, named_like_image, printable, scan_folder
from workbench.errors import NotFoundError, WorkbenchError
from workbench.store import Store
from workbench.store.images import ImageFiles
from workbench.store.samples import SampleFilter, count_samples, page_of_sample_files

STORED = "stored:"
"""What the path of an item begins with that is a key of the image store, for workers to find the file of."""

_PAGE = 2_000


class Item(NamedTuple):
    """One image to predict. `actual` is the label that a person gave it, None when there is none.

    With a `cut` only that part of it is predicted; with a `fault` it cannot be.
    """

    file: str
    path: str
    sample_id: int | None = None
    actual: str | None = None
    cut: Cut | None = None
    fault: str = ""
    state: str = ""
    """Size and time of a file that is no sample's: the same name may hold another image tomorrow."""


@dataclass(frozen=True)
class Position:
    """How far an earlier run came: rows written, and the last of them."""

    rows: int
    file: str
    sample_id: int | None
    digest: str = ""
    """Of the files up to there, see `chained`."""


class Source(Protocol):
    """A stream of items in an order that is the same every time."""

    @property
    def name(self) -> str:
        """The source in words that tell it from any other, for file names and messages."""

    @property
    def paths(self) -> Sequence[str | Path]:
        """The files and folders that it reads, those of the image store left out."""

    def count(self) -> int | None:
        """How many items there are, None where counting would mean reading through all of them."""

    def items(self, after: Position | None) -> Iterator[Item]:
        """Yield the items, those after a position when one is given.

        Raises SourceChangedError when the position is no longer where it was.
        """


class SourceChangedError(WorkbenchError):
    """The files before the position where an interrupted run stopped are not what they were."""


def chained(digest: str, item: Item) -> str:
    """Add an item's name and the state of its file to the digest of those before it."""
    return sha256(f"{digest}\0{item.file}\0{item.state}".encode(errors="surrogateescape")).hexdigest()


def _with_state(item: Item) -> Item:
    try:
        found = os.stat(item.path)
    except (OSError, ValueError):
        return item
    return item._replace(state=f"{found.st_size} {found.st_mtime_ns}")


def continue_after(items: Iterable[Item], after: Position | None, of: str = "files") -> Iterator[Item]:
    """Yield the items after the last one of an interrupted run.

    Raises SourceChangedError when those before it, which `of` names, are not the same.
    """
    stream = map(_with_state, items)
    if after is not None:
        digest = ""
        for item in islice(stream, after.rows):
            digest = chained(digest, item)
        if digest != after.digest:
            raise SourceChangedError(f"The {of} have changed since the interrupted run.")
    yield from stream


@dataclass(frozen=True)
class ThemeSource:
    """The samples of a theme that a filter means, by id."""

    store: Store
    theme_id: int
    where: SampleFilter
    name: str
    by_key: bool = False
    """Whether items tell the keys of their images, which nobody fetches here."""
    paths: tuple[str, ...] = ()

    def count(self) -> int:
        with self.store.read() as session:
            return sum(count_samples(self.theme_id, part, session=session) for part in self._parts())

    def count_test(self) -> int:
        """How many of them have a label and are in the test split: predicting them is an evaluation."""
        if self.where.split not in (None, "test") or self.where.state not in ("all", "labeled"):
            return 0
        parts = [replace(part, split="test", state="labeled") for part in self._parts()]
        with self.store.read() as session:
            return sum(count_samples(self.theme_id, part, session=session) for part in parts)

    def items(self, after: Position | None) -> Iterator[Item]:
        last = after.sample_id or 0 if after else 0
        for part in self._parts():
            while page := self._page(part, last):
                yield from page
                last = page[-1].sample_id or 0

    def _parts(self) -> list[SampleFilter]:
        """The filter in parts that a statement takes, with ids in order: a page is found by the last id before it."""
        if self.where.ids is None:
            return [self.where]
        return replace(self.where, ids=tuple(sorted(set(self.where.ids)))).parts()

    def _page(self, part: SampleFilter, last: int) -> list[Item]:
        with self.store.read() as session:
            rows = page_of_sample_files(self.theme_id, part, after=last, limit=_PAGE, session=session)
        uris = [row.uri for row in rows]
        files = [STORED + uri for uri in uris] if self.by_key else self._files(uris)
        return [Item(row.name, file, row.id, row.label) for row, file in zip(rows, files, strict=True)]

    def _files(self, uris: list[str]) -> list[str]:
        images = self.store.images
        try:
            return images.files(uris)
        except NotFoundError:
            # Gone from a remote storage: named by where its copy would lie, it is listed like any that cannot be read.
            return [_fetched(images, uri) for uri in uris]


def _fetched(images: ImageFiles, uri: str) -> str:
    try:
        return os.fspath(images.path(uri))
    except NotFoundError:
        return os.path.join(images.root, uri)


@dataclass(frozen=True)
class FolderSource:
    """The image files below a folder, or those whose path matches a pattern, in the order that an import has."""

    folder: Path
    pattern: re.Pattern[str] | None
    name: str

    @property
    def paths(self) -> list[Path]:
        return [self.folder]

    def count(self) -> None:
        return None

    def items(self, after: Position | None) -> Iterator[Item]:
        return continue_after(self._all(), after)

    def _all(self) -> Iterator[Item]:
        for found in scan_folder(self.folder):
            if found.is_folder:
                if found.fault != LOOP:
                    raise WorkbenchError(f"{printable(found.path)}: {found.fault}. Allow it, or name another folder.")
            elif self._asks_for(found.path):
                yield Item(printable(found.path), found.path, fault=found.fault)

    def _asks_for(self, path: str) -> bool:
        if self.pattern is None:
            # An import reads images without a suffix, too; those of phones cannot be read, which is told.
            return named_like_image(path) or (_may_be_image(path) and begins_like_image(path))
        return self.pattern.fullmatch(path.replace(os.sep, "/").removeprefix("./")) is not None


def _may_be_image(path: str) -> bool:
    return os.path.splitext(path)[1].lower() in ("", ".heic", ".heif", ".hif")


@dataclass(frozen=True)
class ListSource:
    """Files that the caller named one by one."""

    files: tuple[str, ...]
    name: str

    @property
    def paths(self) -> tuple[str, ...]:
        return self.files

    def count(self) -> int:
        return len(self.files)

    def items(self, after: Position | None) -> Iterator[Item]:
        return continue_after((Item(printable(file), file) for file in self.files), after)

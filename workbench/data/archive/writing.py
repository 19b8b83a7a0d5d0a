"""Writing a theme's archive."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from workbench.data.archive.layout import (
    CHECKSUMS,
    FORMAT,
    IMAGES,
    MANIFEST,
    MARKS,
    README,
    README_TEXT,
    TABLES,
    VERSION,
    TableFile,
    as_line,
    translated,
)
from workbench.data.formats.entry import Rejection
from workbench.data.formats.exported import MISSING, SafeNames, image_file
from workbench.errors import ConflictError, WorkbenchError
from workbench.paths import atomic_write
from workbench.store import Session, Store
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Base, Fork, Label, Sample, Theme
from workbench.store.steps.forks import link_of
from workbench.store.theme_rows import rows_of_theme
from workbench.store.themes import get_theme

# The same content gives the same file, byte for byte: no time of writing goes into it.
_TIME = (1980, 1, 1, 0, 0, 0)


def write_archive(store: Store, theme_name: str, path: Path, *, bar: Any) -> tuple[int, list[Rejection]]:
    """Write a theme with all that belongs to it, deleted samples too, into one zip file.

    Return how many images it holds, and the samples that were left out because their image file is missing. `bar` is
    told of each image. Raises NotFoundError for an unknown theme, ConflictError when the file is there.
    """
    if path.exists() or path.is_symlink():
        raise ConflictError(f"{path} is there already. Give the name of a new file.")
    try:
        with store.read() as session, atomic_write(path) as part:
            theme = get_theme(theme_name, session=session)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                return _Writer(store, archive, theme, session).write(bar)
    except OSError as error:
        raise WorkbenchError(f"Cannot write {path}: {error.strerror or error}. Nothing was exported.") from None


class _Writer:
    def __init__(self, store: Store, archive: zipfile.ZipFile, theme: Theme, session: Session) -> None:
        self.store = store
        self.archive = archive
        self.theme = theme
        self.session = session
        self.checksums: list[str] = []
        self.numbers: dict[str, dict[int, int]] = {"labels": {}, "groups": {}, "samples": {}, "batches": {}}
        # What marks count: the ids of the lines so far, in ascending order.
        self.ids = {name: array("q") for name in MARKS.values()}
        self.missing: dict[int, Rejection] = {}

    def write(self, bar: Any) -> tuple[int, list[Rejection]]:
        missing = [row for row in self._rows(Sample) if image_file(self.store, row["uri"]) is None]
        self.missing = {row["id"]: Rejection(row["name"], MISSING) for row in missing}
        self._add(README, iter([README_TEXT.encode()]))
        # A label may have gone into one that was made after it, whose line comes later.
        self.numbers["labels"] = {row["id"]: line for line, row in enumerate(self._rows(Label), start=1)}
        counts = {table.name: self._add(table.file, self._lines(table)) for table in TABLES}
        theme: dict[str, Any] = {
            "name": self.theme.name,
            "description": self.theme.description,
            "task": self.theme.task,
            "overlap": self.theme.overlap,
        }
        link = link_of(self.theme.id, session=self.session)
        if link is not None:
            theme["fork"] = self._fork(*link)
        about = {"format": FORMAT, "version": VERSION, "theme": theme, "rows": counts}
        self._add(MANIFEST, iter([json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n"]))
        names = SafeNames()
        for sample in self._rows(Sample):
            self._add_image(sample, names)
            bar.update()
        checksums = "".join(self.checksums).encode()
        self._add(CHECKSUMS, iter([checksums]))
        return counts["samples"], list(self.missing.values())

    def _lines(self, table: TableFile) -> Iterator[bytes]:
        names = SafeNames()
        numbers = self.numbers.get(table.name)
        for number, row in enumerate(self._rows(table.model), start=1):
            if numbers is not None:
                numbers[row["id"]] = number
            if table.name in self.ids:
                self.ids[table.name].append(row["id"])
            kept = {name: row[name] for name in table.columns}
            kept = translated(kept, lambda name, reference: self.numbers[name][reference])
            kept |= {name: self._mark(name, kept[name]) for name in MARKS if name in kept}
            if table.model is Sample:
                kept = {"file": self._image_name(row, names), **kept}
            yield as_line(kept).encode()

    def _mark(self, name: str, reference: int) -> int:
        """The number of the line up to which something goes."""
        return bisect_right(self.ids[MARKS[name]], reference)

    def _fork(self, link: Fork, origin: str) -> dict[str, Any]:
        """What the manifest has of a fork: the theme that it is of, and up to where that has its decisions."""
        marks = {name: self._mark(name, getattr(link, name)) for name in MARKS}
        return {"origin": origin, "at": link.at.isoformat(), "annotator": link.annotator, **marks}

    def _rows(self, model: type[Base]) -> Iterator[Mapping[str, Any]]:
        """The rows of a table; a sample whose image file is missing is left out with all that is about it."""
        about = ("id",) if model is Sample else ("sample_id", "first_id", "second_id")
        rows = rows_of_theme(model, self.theme.id, session=self.session)
        return (row for row in rows if not self.missing or not any(row.get(one) in self.missing for one in about))

    def _image_name(self, sample: Any, names: SafeNames) -> str:
        return IMAGES + names.of(sample["name"], sample["sha256"], sample["uri"].rpartition(".")[2])

    def _add_image(self, sample: Any, names: SafeNames) -> None:
        name = self._image_name(sample, names)
        info = zipfile.ZipInfo(name, _TIME)
        info.external_attr = 0o644 << 16
        file = self.store.images.path(sample["uri"])
        with file.open("rb") as source, self.archive.open(info, "w", force_zip64=True) as target:
            shutil.copyfileobj(source, target, 2**20)
        self.checksums.append(f"{sample['sha256']}  {name}\n")

    def _add(self, name: str, pieces: Iterator[bytes]) -> int:
        """Write one file and return how many pieces it had."""
        info = zipfile.ZipInfo(name, _TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        digest = hashlib.sha256()
        number = 0
        with self.archive.open(info, "w", force_zip64=True) as target:
            for piece in pieces:
                digest.update(piece)
                target.write(piece)
                number += 1
        self.checksums.append(f"{digest.hexdigest()}  {name}\n")
        return number


def count_images(store: Store, theme_name: str) -> int:
    """Count what an archive of a theme will hold."""
    with store.read() as session:
        theme = get_theme(theme_name, session=session)
        return count_samples(theme.id, SampleFilter(deleted=None), session=session)

"""Bringing a theme's archive back: everything is checked first, then all rows are written in one transaction."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.data.archive.layout import MANIFEST, SAMPLES, TABLES, TableFile, from_line, translated
from workbench.data.archive.opening import ArchiveFile
from workbench.data.formats.entry import Entry, Rejection
from workbench.data.importing.workers import prepare_image
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.store import Session, Store
from workbench.store.name_search import fold_all_names
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Label, Sample, Theme
from workbench.store.theme_rows import (
    carries_deleted_label,
    insert_rows,
    insert_rows_for_ids,
    rows_of_theme,
    update_row,
)
from workbench.store.themes import create_theme, get_theme
from workbench.store.upkeep.integrity import contradictions
from workbench.store.upkeep.wrong_values import line_of, wrong_values

_CHUNK = 1_000


def read_archive(store: Store, theme_name: str, path: Path, *, bar: Any) -> dict[str, int]:
    """Bring a theme back under a name that is free, or whose theme is empty; return how many rows of each table.

    `bar` is told of each image. The images go to the image store first, then all rows are written in one transaction,
    so that the theme is there as a whole or not at all. Raises ConflictError when the theme holds something,
    WorkbenchError, naming file and line, for an archive that is damaged or not sound.
    """
    _require_room(store, theme_name)
    with ArchiveFile(path) as archive:
        uris = _Images(store, archive).put(bar)
        store.images.flush()
        with store.write() as session:
            theme = _empty_theme(theme_name, archive.manifest["theme"], session)
            return _Rows(archive, theme, uris, session).write()


class _Images:
    """The images of an archive on their way into the image store."""

    def __init__(self, store: Store, archive: ArchiveFile) -> None:
        self.store = store
        self.archive = archive

    def put(self, bar: Any) -> list[str]:
        """Put every image and return the keys in the order of the samples."""
        table = SAMPLES
        uris: list[str] = []
        for number, line in self.archive.lines(table.file):
            row = from_line(table, line, number, extra=("file",))
            uris.append(self._put(row, f"{table.file}:{number}"))
            bar.update()
        return uris

    def _put(self, row: dict[str, Any], where: str) -> str:
        name = row["file"]
        if name not in self.archive.checksums or not str(name).startswith("images/"):
            raise WorkbenchError(f"{where}: the image {name!r} is not in the archive. Nothing was imported.")
        content = self.archive.read(name)
        if hashlib.sha256(content).hexdigest() != row["sha256"] or len(content) != row["size_bytes"]:
            raise WorkbenchError(f"{where}: {name} is not the image that the row describes. Nothing was imported.")
        image = prepare_image(Entry(name, content=content, size=(row["width"], row["height"])), self.store.images)
        if isinstance(image, Rejection):
            raise WorkbenchError(f"{where}: {name}: {image.reason}. Nothing was imported.")
        return image.uri


class _Rows:
    """The rows of an archive on their way into the store."""

    def __init__(self, archive: ArchiveFile, theme: Theme, uris: list[str], session: Session) -> None:
        self.archive = archive
        self.theme = theme
        self.uris = uris
        self.session = session
        # The new id of each line, by table; the first line has the number 1.
        self.ids = {"labels": array("q"), "groups": array("q"), "samples": array("q"), "batches": array("q")}

    def write(self) -> dict[str, int]:
        counts = {table.name: self._whole(table) for table in TABLES}
        if counts != {table.name: self.archive.manifest["rows"][table.name] for table in TABLES}:
            raise WorkbenchError(f"{self.archive.path}: rows are missing. Nothing was imported.")
        if carries_deleted_label(self.theme.id, session=self.session):
            raise WorkbenchError(f"{self.archive.path}: samples carry a label that is deleted. Nothing was imported.")
        self._require_possible_values()
        fold_all_names(theme_id=self.theme.id, session=self.session)
        return counts

    def _require_possible_values(self) -> None:
        """Refuse what nobody could have typed in, though every checksum is right."""
        self.session.flush()
        wrong = next(wrong_values(theme_id=self.theme.id, session=self.session), None)
        if wrong is not None:
            file = next((table.file for table in TABLES if table.model is wrong.model), MANIFEST)
            line = 1 if file == MANIFEST else line_of(wrong, theme_id=self.theme.id, session=self.session)
            raise WorkbenchError(f"{self.archive.path}: {file}:{line}: {wrong.reason}. Nothing was imported.")
        contradiction = next(contradictions(theme_id=self.theme.id, session=self.session), None)
        if contradiction is not None:
            line = self.ids["samples"].index(contradiction.row_id) + 1
            raise WorkbenchError(
                f"{self.archive.path}: {SAMPLES.file}:{line}: {contradiction.kind}. Nothing was imported."
            )

    def _whole(self, table: TableFile) -> int:
        try:
            return self._write_table(table)
        except ConflictError:
            raise WorkbenchError(
                f"{self.archive.path}: {table.file} contradicts itself: a label, an image or an opinion is there "
                "twice. Nothing was imported."
            ) from None

    def _write_table(self, table: TableFile) -> int:
        total = 0
        links: list[tuple[int, int]] = []
        for chunk in _chunks(self._rows(table)):
            if table.link is not None:
                numbers = [row.pop(table.link) for row in chunk]
                links += [(line, number) for line, number in enumerate(numbers, total + 1) if number is not None]
            if table.name in self.ids:
                self.ids[table.name].extend(insert_rows_for_ids(table.model, chunk, session=self.session))
            else:
                insert_rows(table.model, chunk, session=self.session)
            total += len(chunk)
        for line, number in links:
            self._link(table, line, number)
        return total

    def _link(self, table: TableFile, line: int, number: int) -> None:
        """Let one row refer to another of its own table, which may have come after it."""
        try:
            values = {str(table.link): self._id(table.name, number)}
        except IndexError:
            raise _no_such_line(table, line) from None
        update_row(table.model, self._id(table.name, line), values, session=self.session)

    def _rows(self, table: TableFile) -> Iterator[dict[str, Any]]:
        extra = ("file",) if table.model is Sample else ()
        for number, line in self.archive.lines(table.file):
            row = from_line(table, line, number, extra)
            link = None if table.link is None else row.pop(table.link)
            try:
                row = translated(row, self._id)
            except (ValueError, TypeError, IndexError):
                raise _no_such_line(table, number) from None
            if table.link is not None:
                row[table.link] = link
            if extra:
                del row["file"]
                row["uri"] = self.uris[number - 1]
            if table.belongs_to_theme:
                row["theme_id"] = self.theme.id
            yield row

    def _id(self, table: str, number: int) -> int:
        if not 1 <= number <= len(self.ids[table]):
            raise IndexError(number)
        return self.ids[table][number - 1]


def _chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _no_such_line(table: TableFile, line: int) -> WorkbenchError:
    return WorkbenchError(f"{table.file}:{line}: refers to a line that there is not.")


def _require_room(store: Store, theme_name: str) -> None:
    """Refuse early, before images are read, what `_empty_theme` would refuse."""
    with store.read() as session:
        try:
            theme = get_theme(theme_name, session=session)
        except NotFoundError:
            return
        _require_empty(theme, session)


def _empty_theme(name: str, about: dict[str, Any], session: Session) -> Theme:
    try:
        theme = get_theme(name, session=session)
    except NotFoundError:
        theme = create_theme(name, description=about["description"], task=about["task"], session=session)
    else:
        _require_empty(theme, session)
        theme.description, theme.task = about["description"], about["task"]
    theme.overlap = float(about.get("overlap", 0))
    return theme


def _require_empty(theme: Theme, session: Session) -> None:
    images = count_samples(theme.id, SampleFilter(deleted=None), session=session)
    labels = sum(1 for _ in rows_of_theme(Label, theme.id, session=session))
    for number, what in ((images, "images"), (labels, "labels")):
        if number:
            raise ConflictError(
                f"The theme '{theme.name}' has {number:,} {what} already. Import the archive under a new name."
            )

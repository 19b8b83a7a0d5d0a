"""Bringing a theme's archive back: its rows are staged in short transactions, checked, and then there at once."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.data.archive.layout import MANIFEST, MARKS, SAMPLES, TABLES, TableFile, from_line, translated
from workbench.data.archive.opening import ArchiveFile
from workbench.data.formats.entry import Entry, Rejection
from workbench.data.importing.workers import prepare_image
from workbench.errors import ConflictError, WorkbenchError
from workbench.store import Session, Store
from workbench.store.change_feed import event_ids
from workbench.store.name_search import fold_names
from workbench.store.schema import TASKS, Fork, Sample
from workbench.store.steps.forks import link_fork
from workbench.store.steps.themes import check_room, publish_theme, staged_theme
from workbench.store.steps.writing import Pace
from workbench.store.theme_rows import (
    carries_deleted_label,
    checked_value,
    columns_of,
    insert_rows,
    insert_rows_for_ids,
    update_row,
)
from workbench.store.upkeep.integrity import contradictions
from workbench.store.upkeep.wrong_values import line_of, wrong_values


@dataclass(frozen=True)
class ReadArchive:
    """How many rows of each table came. `lost_origin` is the theme that it was forked from, where that is not here."""

    rows: dict[str, int]
    lost_origin: str | None


def read_archive(store: Store, theme_name: str, path: Path, *, bar: Any) -> ReadArchive:
    """Bring a theme back under a name that is free, or whose theme is empty.

    A fork is linked to the theme that it was forked from where that is here under its name. `bar` is told of each
    image. The theme is there as a whole or not at all, and nobody waits for it. Raises ConflictError when the theme of
    that name holds something, WorkbenchError, naming file and line, for an archive that is damaged or not sound.
    """
    with store.read() as session:
        check_room(theme_name, session=session)
    with ArchiveFile(path) as archive:
        about = archive.manifest["theme"]
        if about["task"] not in TASKS:
            raise WorkbenchError(
                f"{path}: {MANIFEST}:1: there is no task {about['task'][:100]!r}; there are {', '.join(TASKS)}. "
                "Nothing was imported."
            )
        overlap = float(about.get("overlap", 0))
        with staged_theme(
            store, description=about["description"].strip(), task=about["task"], overlap=overlap
        ) as theme_id:
            rows = _Rows(store, archive, theme_id, bar)
            counts, fork = rows.write(), about.get("fork")
            with store.write() as session:
                publish_theme(theme_id, theme_name, session=session)
                linked = fork is None or link_fork(rows.fork(fork), fork["origin"], session=session)
        return ReadArchive(counts, None if linked else fork["origin"])


class _Rows:
    """The rows of an archive on their way into the store, and its images into the image store."""

    def __init__(self, store: Store, archive: ArchiveFile, theme_id: int, bar: Any) -> None:
        self.store = store
        self.archive = archive
        self.theme_id = theme_id
        self.bar = bar
        self.pace = Pace(store)
        # The new id of each line, by table; the first line has the number 1.
        self.ids = {"labels": array("q"), "groups": array("q"), "samples": array("q"), "batches": array("q")}

    def write(self) -> dict[str, int]:
        counts = {table.name: self._whole(table) for table in TABLES}
        if counts != {table.name: self.archive.manifest["rows"][table.name] for table in TABLES}:
            raise WorkbenchError(f"{self.archive.path}: rows are missing. Nothing was imported.")
        with self.store.read() as session:
            if carries_deleted_label(self.theme_id, session=session):
                raise WorkbenchError(
                    f"{self.archive.path}: samples carry a label that is deleted. Nothing was imported."
                )
            self._require_possible_values(session)
        return counts

    def fork(self, told: dict[str, Any]) -> Fork:
        """The link that the manifest tells of, but for the theme that it leads to."""
        try:
            values = {name: checked_value(columns_of(Fork)[name], told[name]) for name in ("at", "annotator", *MARKS)}
            values |= {name: self._mark(MARKS[name], values[name], f"{MANIFEST}:1") for name in MARKS}
        except (KeyError, ValueError, TypeError, OverflowError) as error:
            raise WorkbenchError(f"{self.archive.path}: {MANIFEST}:1: fork: {error}. Nothing was imported.") from None
        return Fork(theme_id=self.theme_id, **values)

    def _require_possible_values(self, session: Session) -> None:
        """Refuse what nobody could have typed in, though every checksum is right."""
        wrong = next(wrong_values(theme_id=self.theme_id, session=session), None)
        if wrong is not None:
            file = next((table.file for table in TABLES if table.model is wrong.model), MANIFEST)
            line = 1 if file == MANIFEST else line_of(wrong, theme_id=self.theme_id, session=session)
            raise WorkbenchError(f"{self.archive.path}: {file}:{line}: {wrong.reason}. Nothing was imported.")
        contradiction = next(contradictions(theme_id=self.theme_id, session=session), None)
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
        total, rows = 0, self._rows(table)
        links: list[tuple[int, int]] = []
        while part := list(islice(rows, self.pace.size)):
            if table.link is not None:
                numbers = [row.pop(table.link) for row in part]
                links += [(line, number) for line, number in enumerate(numbers, total + 1) if number is not None]
            self._write_part(table, part)
            total += len(part)
        self._link(table, links)
        return total

    def _write_part(self, table: TableFile, part: list[dict[str, Any]]) -> None:
        if table.model is Sample:
            self.store.images.flush()
        with self.pace.step(len(part)) as session:
            if table.name not in self.ids:
                insert_rows(table.model, part, session=session)
                return
            ids = insert_rows_for_ids(table.model, part, session=session)
            if table.model is Sample:
                fold_names(zip(ids, (row["name"] for row in part), strict=True), session=session)
        self.ids[table.name].extend(ids)

    def _link(self, table: TableFile, links: list[tuple[int, int]]) -> None:
        """Let rows refer to others of their own table, which may have come after them."""
        left = iter(links)
        while part := list(islice(left, self.pace.size)):
            with self.pace.step(len(part)) as session:
                for line, number in part:
                    try:
                        values = {str(table.link): self._id(table.name, number)}
                    except IndexError:
                        raise _no_such_line(table, line) from None
                    update_row(table.model, self._id(table.name, line), values, session=session)

    def _rows(self, table: TableFile) -> Iterator[dict[str, Any]]:
        extra = ("file",) if table.model is Sample else ()
        for number, line in self.archive.lines(table.file):
            row = from_line(table, line, number, extra)
            link = None if table.link is None else row.pop(table.link)
            uri = self._put(row, f"{table.file}:{number}") if extra else ""
            try:
                row = translated(row, self._id)
            except (ValueError, TypeError, IndexError):
                raise _no_such_line(table, number) from None
            if table.link is not None:
                row[table.link] = link
            row |= {name: self._mark(MARKS[name], row[name], f"{table.file}:{number}") for name in MARKS if name in row}
            if extra:
                del row["file"]
                row["uri"] = uri
                self.bar.update()
            if table.belongs_to_theme:
                row["theme_id"] = self.theme_id
            yield row

    def _put(self, row: dict[str, Any], where: str) -> str:
        """Put the image of a sample into the image store and return its key there."""
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

    def _mark(self, table: str, number: int, where: str) -> int:
        """The id of the line that something goes up to; 0 before the first."""
        if table == "events" and number and "events" not in self.ids:
            with self.store.read() as session:
                self.ids["events"] = array("q", event_ids(self.theme_id, session=session))
        try:
            return self._id(table, number) if number else 0
        except IndexError:
            raise WorkbenchError(f"{where}: refers to a line that there is not. Nothing was imported.") from None

    def _id(self, table: str, number: int) -> int:
        if not 1 <= number <= len(self.ids[table]):
            raise IndexError(number)
        return self.ids[table][number - 1]


def _no_such_line(table: TableFile, line: int) -> WorkbenchError:
    return WorkbenchError(f"{table.file}:{line}: refers to a line that there is not.")

"""CSV: one line per image, or one per box, beside the images.

Columns: `file` (relative to the CSV file), `label`, `split`, and for boxes `box_label`, `x`, `y`, `width`, `height` in
pixels. With `xmin`, `ymin`, `xmax`, `ymax` instead, `label` is that of the box; `width` and `height` without a left and
top edge are the image's and left alone. `boxes` is the number of an image's boxes: 0 says that somebody looked and
found nothing to mark. All but `file` may be missing; without `label`, columns of 0 and 1 are a label each. Several
tables, one for each split, are one data set.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from workbench.data.folder_scan import is_folder, is_visible, natural_key, printable, visible
from workbench.data.formats.csv_cells import BOX, box_of, image_size_of, is_within_one, label_of
from workbench.data.formats.csv_dialect import COLUMNS, Line, Table, look_at, open_table
from workbench.data.formats.entry import Entry, Part, Rejection, Source
from workbench.data.formats.exported import ExportedTheme, SafeNames, copy_image, plain_number
from workbench.data.formats.files import ImageFinder, images_not_named
from workbench.data.formats.split_names import loose_split, split_of_folder
from workbench.data.formats.spool import Spool
from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.schema import SPLITS

_TABLE = "samples.csv"
_PROBE = 20
_FEW = 20
_CONFIDENCE = ("confidence", "Confidence")
_DENIED = frozenset({"0", "0.0"})


class CsvSource(Source):
    """Opened CSV files, each with the split that its name or folder says, below a common folder."""

    def __init__(
        self, root: Path, tables: list[tuple[Path, str | None]], label: str | None = None, *, whole: bool = False
    ) -> None:
        self.root = root
        self.whole = whole
        self.spool = Spool()
        self.finder = ImageFinder(root)
        self._incomplete: set[str] = set()
        self._unsaid: set[str] = set()
        self._described = class_descriptions(root)
        self._shares: bool | None = None
        opened = [(open_table(path, label), split) for path, split in tables]
        if label is not None and not any(table.asked for table, _ in opened):
            found = ", ".join(filter(None, opened[0][0].header))
            raise WorkbenchError(f"{tables[0][0]} has no column '{label}'. Its columns: {found}.")
        for number, (table, split) in enumerate(opened):
            self._gather(number, table, split)
        if self._shares:
            self.spool.remark(
                tables[0][0].name, "all boxes lie between 0 and 1: they are read as shares of their images"
            )
        self.spool.settle()

    @property
    def labels(self) -> list[str]:
        return sorted(self.spool.labels(), key=natural_key)

    @property
    def total(self) -> int:
        return self.spool.total()

    def entries(self) -> Iterator[Entry | Rejection]:
        for found in self.spool.entries():
            if not isinstance(found, Entry):
                yield found
                continue
            incomplete = found.incomplete or found.path in self._incomplete
            yield replace(found, incomplete=incomplete, fractions=bool(self._shares))
        if self.whole:
            yield from images_not_named(self.root, self.spool.count_images(self._unsaid))

    def _gather(self, number: int, table: Table, split: str | None) -> None:
        where = table.path.relative_to(self.root).as_posix()
        missing = denied = 0
        for line in table.lines():
            missing += line.missing
            if any(line.cells.get(name) in _DENIED for name in _CONFIDENCE):
                denied += 1
                self._note_unsaid(table, line)
                continue
            source = f"{where}:{line.number}"
            fault, part = self._add(number, table, line, split, source)
            if fault:
                self.spool.reject(source, fault, part)
                noted = self._note_unsaid(table, line)
                self._incomplete |= set() if part == "label" else noted
        if denied:
            self.spool.remark(where, f"{denied:,} lines of confidence 0 say what is not there: they are not read")
        if missing:
            self.spool.remark(where, f"{missing:,} cells of NaN are read as empty")
        if table.classes:
            self.spool.remark(where, f"the columns {', '.join(table.classes)} are labels, 1 for that of the image")
        elif table.unread:
            says = {"label", "box_label"} & set(table.header)
            lacking = "" if says else "; no column is called 'label': --field COLUMN takes one of them for it"
            self.spool.remark(where, f"columns that are not read: {', '.join(table.unread)}{lacking}")

    def _note_unsaid(self, table: Table, line: Line) -> set[str]:
        """Note, and return, the image of a line that is not taken: it is named all the same."""
        path, _ = self._find(table, line.cells.get("file", ""))
        self._unsaid |= {path} if path else set()
        return {path} if path else set()

    def _find(self, table: Table, file: str) -> tuple[str | None, str]:
        if not file:
            return None, "no file is named"
        path, fault = self.finder.find(file, table.path.parent, self.root)
        return (os.path.normpath(path) if path else None), fault

    def _add(self, number: int, table: Table, line: Line, split: str | None, source: str) -> tuple[str, Part]:
        """Keep what a line says, or return what is wrong with it, and with which part."""
        cells = line.cells
        if line.fault:
            return line.fault, "image"
        path, fault = self._find(table, cells["file"])
        if path is None:
            return fault, "image"
        said = cells.get("split", "")
        split = split_of_folder(said) if said else split
        if said and split is None:
            return f"there is no split '{said}'. Allowed: {', '.join(SPLITS)}", "image"
        label, fault_in_label = label_of(table, cells)
        fault_in_box, box = box_of(table, cells, source)
        label = self._described.get(label, label) if label else None
        entry = Entry(
            self._name(cells["file"], path),
            path=path,
            label=label,
            split=split,
            boxes=() if cells.get("boxes") == "0" or fault_in_box else None,
            size=None if box is None else image_size_of(cells, box),
            source=source,
        )
        # Lines of one image that say the same are one row; the others are compared when all are there.
        key = f"{cells['file']}\0{label}\0{split}"
        self.spool.add(number, key, entry)
        if box is not None:
            self.spool.add_box(number, key, replace(box, label=self._described.get(box.label, box.label)))
            self._shares = self._shares is not False and not table.own and is_within_one(box)
        return fault_in_label or fault_in_box, "label" if fault_in_label else "box"

    def _name(self, file: str, path: str) -> str:
        """The name as it is written, or that of the file which was found under another one."""
        plain = file.replace("\\", "/")
        if path == os.path.join(self.root, plain) and not os.path.isabs(plain):
            return plain
        return printable(os.path.relpath(path, self.root))


def class_descriptions(root: Path) -> dict[str, str]:
    """The names of Open Images' classes by their codes (`/m/0cmf2`), from the table without a header beside them."""
    described: dict[str, str] = {}
    for file in root.glob("*class-descriptions*.csv"):
        with file.open(encoding="utf-8-sig", errors="replace", newline="") as stream:
            described |= {row[0]: row[1] for row in csv.reader(stream) if len(row) == 2 and row[0].startswith("/")}
    return described


def read_columns(path: Path, label: str | None = None) -> dict[str, list[str]]:
    """Read a table of labels, which may be about images that are elsewhere: each column's cells, "" where one is empty.

    `label` is the column with the labels, where it has another name. What an import takes for `file` is the column
    `path`; a file that lies where the table says is told with its folder.
    Raises WorkbenchError for a table that cannot be read, NotFoundError when there is none.
    """
    try:
        table = look_at(path, label)
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}. Give a CSV file with labels.") from None
    header = ["path" if name == "file" else name for name in table.header]
    columns: dict[str, list[str]] = {name: [] for name in header}
    for line in replace(table, header=tuple(header)).lines():
        if line.fault:
            raise WorkbenchError(f"{path}:{line.number}: {line.fault}.")
        for name, cells in columns.items():
            cells.append(line.cells[name])
    folder = path.parent
    if "path" in columns:
        columns["path"] = [
            str(folder / cell) if cell and (folder / cell).is_file() else cell for cell in columns["path"]
        ]
    return columns


def read(path: Path, label: str | None = None) -> CsvSource:
    """Open a CSV file, or those of a folder; `label` is the column of the labels, where it has another name.

    Raises WorkbenchError when their columns are not understood.
    """
    if not path.is_dir():
        return CsvSource(path.parent, [(path, None)], label)
    tables = tables_of(path, label)
    if not tables:
        names = ", ".join(file.name for file in csv_files(path)) or "none"
        raise WorkbenchError(
            f"{path}: one CSV file is needed, and it holds {names}. Give the file itself; "
            "--format images takes the images without labels."
        )
    return CsvSource(path, tables, label, whole=True)


def tables_of(root: Path, label: str | None = None) -> list[tuple[Path, str | None]]:
    """The CSV files that are a folder's data set, each with the split that is said by its name or its folder.

    It is the only one there, or those that are called like splits, or the only one that labels images that lie there,
    or the only one in each folder called like a split, or the only one in some folder that labels images.
    """
    here = csv_files(root)
    if len(here) == 1:
        return [(here[0], None)]
    named: list[tuple[Path, str | None]] = [(file, split) for file in here if (split := _split_of_table(file))]
    if here:
        speaking = _speaking(root, here, label)
        splits = [(file, split) for file, split in named if (file, None) in speaking] or named
        return splits or (speaking if len(speaking) == 1 else [])
    folders = [Path(each.path) for each in visible(root) if is_folder(each)]
    inside = [(csv_files(folder), split) for folder in folders if (split := split_of_folder(folder.name))]
    found: list[tuple[Path, str | None]] = [(files[0], split) for files, split in inside if len(files) == 1]
    if found or len(folders) > _FEW:
        return found
    speaking = _speaking(root, [file for folder in folders for file in csv_files(folder)], label)
    return speaking if len(speaking) == 1 else []


def _split_of_table(file: Path) -> str | None:
    loose = loose_split(file.stem)
    return split_of_folder(file.stem) or (loose[0] if loose else None)


def _speaking(root: Path, files: list[Path], label: str | None) -> list[tuple[Path, str | None]]:
    return [(file, None) for file in files if count_lines(root, [file], label).images]


def csv_files(folder: Path) -> list[Path]:
    """The tables that lie in a folder itself."""
    with os.scandir(folder) as children:
        names = [child.name for child in children if child.name.lower().endswith((".csv", ".tsv"))]
    return [folder / name for name in sorted(filter(is_visible, names), key=natural_key)]


class Counted(NamedTuple):
    """How many lines tables have, of how many there is an image to label, and of how many there is an image at all.

    `others` are the columns that may hold the labels where none is called so.
    """

    lines: int
    images: int
    named: int
    others: tuple[str, ...]


def count_lines(root: Path, tables: Sequence[Path], label: str | None = None) -> Counted:
    """Count the lines of some tables, and what they are about, judged by the first ones."""
    lines = images = named = 0
    others: dict[str, None] = {}
    finder = ImageFinder(root)
    for path in tables:
        try:
            table = open_table(path, label)
            rows = table.lines()
            first = [line.cells.get("file", "") for line in islice(rows, _PROBE)]
            count = len(first) + sum(1 for _ in rows)
        except (WorkbenchError, OSError):
            continue
        lines += count
        there = sum(bool(file) and finder.find(file, path.parent, root)[0] is not None for file in first)
        about = count * there // len(first) if first else 0
        says = {"label", "box_label"} & set(table.header) or table.classes
        named += about
        images += about if says else 0
        others |= {} if says else dict.fromkeys(table.unread)
    return Counted(lines, images, named, tuple(others))


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write `samples.csv` and the images below `images/`."""
    names = SafeNames()
    with (target / _TABLE).open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(COLUMNS)
        for sample in theme.samples:
            file = f"images/{names.of(sample.name, sample.sha256, sample.suffix)}"
            copy_image(sample, target / file)
            number = "" if sample.boxes is None else str(len(sample.boxes))
            about = [file, sample.label or "", sample.split or "", number]
            for box in sample.boxes or ():
                table.writerow([*about, box.label, *map(plain_number, (box.x, box.y, box.width, box.height))])
            if not sample.boxes:
                table.writerow([*about, *[""] * len(BOX)])
            yield None

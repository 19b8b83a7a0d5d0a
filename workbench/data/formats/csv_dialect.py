"""CSV tables as programs write them: their encoding, what is between the cells, and what their columns are called."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from workbench.errors import WorkbenchError, nearest
from workbench.paths import is_endless

COLUMNS = ("file", "label", "split", "boxes", "box_label", "x", "y", "width", "height")
"""The columns that an export writes, in this order."""

EDGES = ("xmin", "ymin", "xmax", "ymax")
"""Columns that mark a box of the label in their line by its edges."""

IMAGE_SIZE = ("image width", "image height")
"""What the reader calls the columns of an image's size."""

# Other names of a column, the surest first.
_ALIASES = {
    "file": (
        *("filename", "file_name", "filepath", "file_path", "path", "image_path", "image_name", "image_file", "image"),
        *("img", "img_name", "img_path", "imagename", "image_filename", "fname", "images", "imageid"),
        *("image_index", "image_id", "id_code", "id"),
    ),
    "label": (
        *("class", "class_name", "classname", "category", "category_name", "label_name", "species", "breed"),
        *("labelname", "ground_truth.label", "choice", "class_label", "labels", "target", "class_id", "classid"),
    ),
    "split": ("subset", "partition"),
    IMAGE_SIZE[0]: ("image_width", "img_width", "original_width", "imagewidth", "image_w", "img_w"),
    IMAGE_SIZE[1]: ("image_height", "img_height", "original_height", "imageheight", "image_h", "img_h"),
    "xmin": ("x_min", "x1"),
    "ymin": ("y_min", "y1"),
    "xmax": ("x_max", "x2"),
    "ymax": ("y_max", "y2"),
}
_MISSING = frozenset({"nan", "NaN", "<NA>", "NaT"})
_TEXTS = frozenset({"label", "box_label"})
_LOOKED_AT = 100


@dataclass(frozen=True)
class Line:
    """A line of a table: its number, its cells by column, and what is wrong with it. `missing` counts cells of NaN."""

    number: int
    cells: dict[str, str]
    fault: str = ""
    missing: int = 0


@dataclass(frozen=True)
class Table:
    """A CSV file that was looked at. `header` has our names of columns; `own` when it is one that we wrote,
    `asked` says that it has the column which was asked for as the label.

    `classes` are columns of a label each, with 1 for the label of the image and 0 for the others. `unread` are the
    columns that say nothing to us.
    """

    path: Path
    encoding: str
    delimiter: str
    skipped: int
    header: tuple[str, ...]
    own: bool = False
    asked: bool = False
    classes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def lines(self) -> Iterator[Line]:
        """Yield the lines below the header that are not empty. Raises WorkbenchError where it is no CSV file."""
        with self.path.open(encoding=self.encoding, newline="") as stream:
            reader = csv.reader(stream, delimiter=self.delimiter, strict=True, skipinitialspace=not self.own)
            try:
                for row in islice(reader, self.skipped + 1, None):
                    if any(cell.strip() for cell in row):
                        yield self._line(reader.line_num, row)
            except (csv.Error, UnicodeError) as error:
                raise WorkbenchError(
                    f"{self.path}:{reader.line_num + 1}: the CSV file cannot be read ({error}). Save it as UTF-8 CSV."
                ) from None

    def _line(self, number: int, row: list[str]) -> Line:
        cells = {
            name: cell if name in _TEXTS and cell.strip() else cell.strip()
            for name, cell in zip(self.header, row, strict=False)
        }
        if len(row) != len(self.header):
            return Line(number, cells, f"{len(row)} cells, but the table has {len(self.header)} columns")
        if self.own:
            return Line(number, cells)
        empty = [name for name, cell in cells.items() if cell in _MISSING and name in (*COLUMNS, *EDGES)]
        return Line(number, cells | dict.fromkeys(empty, ""), missing=len(empty))


def open_table(path: Path, label: str | None = None) -> Table:
    """Look at a CSV file; `label` is the column that is to be the label.

    Raises WorkbenchError when it cannot be read or its columns are not understood.
    """
    table = look_at(path, label)
    names = table.header
    if "file" not in names:
        raise WorkbenchError(
            f"{path}:1: the table has no column 'file'. Its columns: {', '.join(names) or 'none'}. "
            f"Known: {', '.join(COLUMNS)}."
        )
    for name in names:
        close = nearest(name, COLUMNS) if name not in COLUMNS else None
        if close and close not in names and _misspelt(name, close):
            raise WorkbenchError(f"{path}:1: there is no column '{name}'. Did you mean '{close}'?")
        if names.count(name) > 1 and name in COLUMNS:
            raise WorkbenchError(f"{path}:1: the column '{name}' is there more than once.")
    return _with_classes(_with_box_columns(table))


def look_at(path: Path, label: str | None = None) -> Table:
    """Find out the encoding, the delimiter and the names of the columns of a CSV file; `label` is the label's column.

    Raises FileNotFoundError when there is none, WorkbenchError when it cannot be read.
    """
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as stream:
            line, skipped = stream.readline(), 0
            if line.lower().startswith("sep=") and len(line.rstrip("\r\n")) == 5:
                line, skipped = f"{line}{stream.readline()}", 1
    except UnicodeError:
        raise WorkbenchError(f"{path} is not UTF-8 text. Save it as UTF-8 CSV.") from None
    if skipped:
        delimiter, line = line[4], line.splitlines()[-1] if len(line.splitlines()) > 1 else ""
    else:
        delimiter = max(",;\t|", key=lambda each: ("file" in _names(line, each, label), line.count(each)))
    names = _names(line, delimiter, label)
    asked = label in _cells(line, delimiter)
    return Table(path, encoding, delimiter, skipped, tuple(names), own=tuple(names) == COLUMNS, asked=asked)


def _encoding(path: Path) -> str:
    try:
        if is_endless(path):
            raise WorkbenchError(f"{path} is a device or a pipe. Give a CSV file.")
        with path.open("rb") as stream:
            start = stream.read(4)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror or error}.") from None
    return "utf-16" if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


def _cells(line: str, delimiter: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _names(line: str, delimiter: str, label: str | None) -> list[str]:
    """The columns of a header by our names; of several that could be one column the surest, or asked one, is it."""
    given = _cells(line, delimiter)
    plain = ["_".join(cell.lower().split()) for cell in given]
    if label in given:
        at = given.index(label)
        given = [
            f"{cell} (not asked for)" if name == "label" else cell for cell, name in zip(given, plain, strict=True)
        ]
        plain = ["label" if number == at else "_".join(cell.lower().split()) for number, cell in enumerate(given)]
    ours = {name for name in plain if name in COLUMNS or name in EDGES}
    names = [low if low in ours else cell for low, cell in zip(plain, given, strict=True)]
    for column, others in _ALIASES.items():
        meant = next((other for other in others if other in plain), None)
        if column not in ours and meant is not None:
            names[plain.index(meant)] = column
    return names


def _misspelt(name: str, column: str) -> bool:
    """Whether a column's name is another one with a letter more, fewer or two swapped; other words are their own."""
    long, short = sorted((name.lower(), column), key=len, reverse=True)
    if len(long) == len(short):
        return sorted(long) == sorted(short)
    return len(short) > 2 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _with_box_columns(table: Table) -> Table:
    """The columns as the reader calls them: the label beside edges, or a corner and sides, is that of the box.

    Sizes beside neither, or beside edges, are the image's.
    """
    names = set(table.header)
    called: dict[str, str] = {}
    if "box_label" not in names and (set(EDGES) <= names or {"x", "y", "width", "height"} <= names):
        called["label"] = "box_label"
    if not {"x", "y", "box_label"} & names or (set(EDGES) <= names and called):
        taken = " of something else" if IMAGE_SIZE[0] in names else ""
        called |= {"width": f"{IMAGE_SIZE[0]}{taken}", "height": f"{IMAGE_SIZE[1]}{taken}"}
    return replace(table, header=tuple(called.get(name, name) for name in table.header))


def _with_classes(table: Table) -> Table:
    """Find the columns of a label each, and those that say nothing."""
    known = {*COLUMNS, *EDGES, *IMAGE_SIZE}
    others = tuple(name for name in table.header if name and name not in known)
    classes: tuple[str, ...] = ()
    if len(others) > 1 and not {"label", "box_label"} & set(table.header) and len(set(others)) == len(others):
        looked = list(islice(table.lines(), _LOOKED_AT))
        if looked and all(one_of(line.cells.get(name, "")) is not None for line in looked for name in others):
            classes = others
    return replace(table, classes=classes, unread=() if classes else others)


def one_of(cell: str) -> bool | None:
    """Whether a cell says that an image is of a class; None when it is neither 1 nor 0."""
    return {"1": True, "1.0": True, "0": False, "0.0": False}.get(cell)


def number_in(cell: str, column: str, delimiter: str) -> float:
    """Read a cell as a number, with a decimal comma where that separates no cells. Raises ValueError in plain words."""
    try:
        return float(cell.replace(",", ".") if delimiter != "," else cell)
    except ValueError:
        raise ValueError(f"'{cell}' in the column '{column}' is not a number; a box has numbers of pixels") from None

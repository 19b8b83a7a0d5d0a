"""CSV: one line per image, or one per box, beside the images.

Columns: `file` (relative to the CSV file), `label`, `split`, and for boxes `box_label`, `x`, `y`, `width`, `height` in
pixels. With `xmin`, `ymin`, `xmax`, `ymax` instead, `label` is that of the box; `width` and `height` without a left and
top edge are the image's and left alone. `boxes` is the number of an image's boxes: 0 says that somebody looked and
found nothing to mark. All but `file` may be missing, other columns are left alone. The lines of one image follow each
other.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path

from workbench.data.formats.entry import Entry, EntryBox, Rejection, Source
from workbench.data.formats.exported import ExportedTheme, SafeNames, copy_image, plain_number
from workbench.data.formats.files import inside
from workbench.data.formats.folder import SPLIT_FOLDERS
from workbench.errors import NotFoundError, WorkbenchError, nearest
from workbench.store.schema import SPLITS

COLUMNS = ("file", "label", "split", "boxes", "box_label", "x", "y", "width", "height")
_BOX = COLUMNS[4:]
_EDGES = ("xmin", "ymin", "xmax", "ymax")
_ALIASES = {
    "filename": "file",
    "file_name": "file",
    "filepath": "file",
    "file_path": "file",
    "path": "file",
    "image": "file",
    "image_path": "file",
    "class": "label",
    "class_name": "label",
    "category": "label",
    "subset": "split",
}
_TABLE = "samples.csv"


@dataclass(frozen=True)
class _Line:
    """One line of the table: its number and its cells by column."""

    number: int
    cells: dict[str, str]


class CsvSource(Source):
    """An opened CSV file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open(encoding="utf-8-sig", newline="") as stream:
            self._header, self._delimiter = _header(path, stream.readline())

    def entries(self) -> Iterator[Entry | Rejection]:
        for file, lines in groupby(self._lines(), key=lambda line: line.cells.get("file", "")):
            yield from self._image(file, list(lines))

    def _lines(self) -> Iterator[_Line]:
        return _lines(self.path, self._header, self._delimiter)

    def _image(self, file: str, lines: list[_Line]) -> Iterator[Entry | Rejection]:
        good: list[_Line] = []
        boxes: list[EntryBox] = []
        for line in lines:
            fault, box = self._check(line, good[0] if good else None)
            if fault:
                yield Rejection(f"{self.path.name}:{line.number}", fault)
                continue
            good.append(line)
            boxes += [box] if box else []
        if good:
            first = good[0]
            split = first.cells.get("split") or None
            nothing = () if first.cells.get("boxes") == "0" else None
            yield Entry(
                file.replace("\\", "/"),
                path=inside(self.path.parent, file),
                label=first.cells.get("label") or None,
                split=SPLIT_FOLDERS[split.lower()] if split else None,
                boxes=tuple(boxes) or nothing,
                incomplete=len(good) < len(lines),
                source=f"{self.path.name}:{first.number}",
            )

    def _check(self, line: _Line, first: _Line | None) -> tuple[str, EntryBox | None]:
        """What is wrong with a line, and the box that it holds."""
        cells = line.cells
        if "?" in cells:
            return cells["?"], None
        if not cells["file"]:
            return "no file is named", None
        if inside(self.path.parent, cells["file"]) is None:
            return f"'{cells['file']}' leads out of the folder; paths are relative to the CSV file", None
        if cells.get("split") and cells["split"].lower() not in SPLIT_FOLDERS:
            return f"there is no split '{cells['split']}'. Allowed: {', '.join(SPLITS)}", None
        if first is not None:
            for column in ("label", "split"):
                if cells.get(column, "") != first.cells.get(column, ""):
                    return f"another {column} than in line {first.number} for the same file", None
        return self._box(line)

    def _box(self, line: _Line) -> tuple[str, EntryBox | None]:
        edges = set(_EDGES) <= line.cells.keys()
        columns = ("box_label", *_EDGES) if edges else _BOX
        given = [line.cells.get(column, "") for column in columns]
        if not any(given):
            return "", None
        missing = [column for column, cell in zip(columns, given, strict=True) if not cell]
        if missing:
            return f"a box without {', '.join(missing)}", None
        try:
            x, y, width, height = (float(cell) for cell in given[1:])
        except ValueError as error:
            return f"{error}", None
        if edges:
            width, height = width - x, height - y
        return "", EntryBox(given[0], x, y, width, height, source=f"{self.path.name}:{line.number}")


def read_columns(path: Path) -> dict[str, list[str]]:
    """Read a table of labels, which may be about images that are elsewhere: each column's cells, "" where one is empty.

    What an import takes for `file` is the column `path`; a file that lies where the table says is told with its folder.
    Raises WorkbenchError for a table that cannot be read, NotFoundError when there is none.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            names, delimiter = _names(stream.readline())
    except FileNotFoundError:
        raise NotFoundError(f"There is no file {path}. Give a CSV file with labels.") from None
    except UnicodeDecodeError:
        raise WorkbenchError(f"{path} is not UTF-8 text. Save it as UTF-8 CSV.") from None
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror or error}.") from None
    header = ["path" if name == "file" else name for name in names]
    columns: dict[str, list[str]] = {name: [] for name in header}
    for line in _lines(path, header, delimiter):
        if "?" in line.cells:
            raise WorkbenchError(f"{path}:{line.number}: {line.cells['?']}.")
        for name, cells in columns.items():
            cells.append(line.cells[name])
    folder = path.parent
    if "path" in columns:
        columns["path"] = [
            str(folder / cell) if cell and (folder / cell).is_file() else cell for cell in columns["path"]
        ]
    return columns


def read(path: Path) -> CsvSource:
    """Open a CSV file, or the only one in a folder. Raises WorkbenchError when its columns are not understood."""
    if path.is_dir():
        found = sorted(file for file in path.glob("*.csv") if not file.name.startswith("."))
        if len(found) != 1:
            raise WorkbenchError(f"{path} holds {len(found)} CSV files; one is needed. Give the file itself.")
        path = found[0]
    try:
        return CsvSource(path)
    except UnicodeDecodeError:
        raise WorkbenchError(f"{path} is not UTF-8 text. Save it as UTF-8 CSV.") from None
    except OSError as error:
        raise WorkbenchError(f"{path} cannot be read: {error.strerror or error}.") from None


def speaks_of_images(path: Path) -> bool:
    """Whether a table says labels or boxes of images, and the first of them lie there."""
    try:
        source = CsvSource(path)
        files = [line.cells.get("file", "") for line in islice(source._lines(), 20)]
    except (WorkbenchError, OSError, UnicodeDecodeError):
        return False
    there = [file for file in files if file and (found := inside(path.parent, file)) and os.path.isfile(found)]
    return bool({"label", "box_label"} & set(source._header)) and len(there) * 2 > len(files)


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
                table.writerow([*about, *[""] * len(_BOX)])
            yield None


def _lines(path: Path, header: list[str], delimiter: str) -> Iterator[_Line]:
    """Yield the lines of a table below its header that are not empty."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        try:
            for row in reader:
                if reader.line_num > 1 and any(cell.strip() for cell in row):
                    cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
                    if len(row) != len(header):
                        cells["?"] = f"{len(row)} cells, but the table has {len(header)} columns"
                    yield _Line(reader.line_num, cells)
        except (csv.Error, UnicodeDecodeError) as error:
            raise WorkbenchError(
                f"{path}:{reader.line_num + 1}: the CSV file cannot be read ({error}). Save it as UTF-8 CSV."
            ) from None


def _names(line: str) -> tuple[list[str], str]:
    """Return the names of the columns in the first line, and what is between them."""
    delimiter = max(",;\t", key=line.count)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    return [_ALIASES.get(cell.strip().lower(), cell.strip().lower()) for cell in cells], delimiter


def _header(path: Path, line: str) -> tuple[list[str], str]:
    names, delimiter = _names(line)
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
    return _with_box_columns(names), delimiter


def _misspelt(name: str, column: str) -> bool:
    """Whether a column's name is another one with a letter more, fewer or two swapped; other words are their own."""
    long, short = sorted((name, column), key=len, reverse=True)
    if len(long) == len(short):
        return sorted(long) == sorted(short)
    return len(short) > 2 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _with_box_columns(names: list[str]) -> list[str]:
    """The columns as this reader calls them: edges mark boxes of the class; sizes without edges are the image's."""
    if set(_EDGES) <= set(names) and "box_label" not in names:
        sizes = {"width": "image width", "height": "image height", "label": "box_label"}
        return [sizes.get(name, name) for name in names]
    if "x" not in names and "y" not in names and "box_label" not in names:
        sizes = {"width": "image width", "height": "image height"}
        return [sizes.get(name, name) for name in names]
    return names

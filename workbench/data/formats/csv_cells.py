"""What the cells of one line of a table say: the image's label, its size, and a box."""

from __future__ import annotations

import ast

from workbench.data.formats.csv_dialect import COLUMNS, EDGES, IMAGE_SIZE, Table, number_in, one_of
from workbench.data.formats.entry import EntryBox

BOX = COLUMNS[4:]
"""The columns of a box that is stated by its corner and sides."""


def label_of(table: Table, cells: dict[str, str]) -> tuple[str | None, str]:
    """The label of the image, and what is wrong with it."""
    if not table.classes:
        cell = cells.get("label") or None
        return (cell, "") if table.own or cell is None or cell[:1] not in "[{" else _written_label(cell)
    said = {name: one_of(cells[name]) for name in table.classes}
    unclear = [name for name, value in said.items() if value is None]
    if unclear:
        return None, f"'{cells[unclear[0]]}' in the column '{unclear[0]}' is neither 0 nor 1"
    chosen = [name for name, value in said.items() if value]
    if len(chosen) > 1:
        return None, f"several labels for one image: {', '.join(chosen)}"
    return (chosen[0] if chosen else None), ""


def _written_label(cell: str) -> tuple[str | None, str]:
    """The label in a cell that may hold a list, as programs write what can be several; and what is wrong with it."""
    try:
        listed = ast.literal_eval(cell)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return cell, ""
    if isinstance(listed, list) and all(isinstance(each, str) for each in listed):
        if len(listed) < 2:
            return (listed[0] if listed else None), ""
        return None, f"several labels for one image: {', '.join(listed)}"
    if isinstance(listed, list | dict):
        return None, f"'{cell[:40]}' is no label: export regions and choices as JSON"
    return cell, ""


def image_size_of(cells: dict[str, str], box: EntryBox) -> tuple[int, int] | None:
    """The size of the image that a line with a box states: boxes count from its corner, also where EXIF turns it.

    Columns of that name may hold the size of the box.
    """
    try:
        width, height = (float(cells[column]) for column in IMAGE_SIZE)
    except (KeyError, ValueError):
        return None
    of_box = (box.x > 0 or box.y > 0) and (width, height) == (box.width, box.height)
    whole = width > 0 < height and width.is_integer() and height.is_integer()
    return (int(width), int(height)) if whole and not of_box else None


def is_within_one(box: EntryBox) -> bool:
    """Whether a box fits into one pixel: where all do, they are shares of their images (Open Images, TensorFlow)."""
    return box.x >= 0 and box.y >= 0 and box.x + box.width <= 1.001 and box.y + box.height <= 1.001


def box_of(table: Table, cells: dict[str, str], source: str) -> tuple[str, EntryBox | None]:
    """What is wrong with the box of a line, and the box: None where there is none, or a wrong one."""
    edges = set(EDGES) <= cells.keys()
    columns = ("box_label", *EDGES) if edges else BOX
    given = [cells.get(column, "") for column in columns]
    if not any(given):
        return "", None
    missing = [column for column, cell in zip(columns, given, strict=True) if not cell]
    if missing:
        return f"a box without {', '.join(missing)}", None
    try:
        x, y, width, height = (
            number_in(cell, column, table.delimiter) for column, cell in zip(columns[1:], given[1:], strict=True)
        )
    except ValueError as error:
        return f"{error}", None
    if edges:
        width, height = width - x, height - y
    return "", EntryBox(given[0], x, y, width, height, source=source)

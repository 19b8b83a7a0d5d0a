"""A temporary database for formats whose lists refer to each other, so that none of them has to fit into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator
from itertools import groupby

from workbench.data.formats.entry import Entry, EntryBox, Rejection

_TABLES = """
CREATE TABLE images (
    file, key, name, path, label, split, width, height, source, fault, looked, PRIMARY KEY (file, key)
);
CREATE TABLE boxes (file, key, label, x, y, width, height, source);
CREATE TABLE held (file, key, unless_boxes);
CREATE TABLE rejections (path, reason);
"""


class Spool:
    """Entries and boxes by the number of their file and the key of the image, in a temporary SQLite database."""

    def __init__(self) -> None:
        # An empty name is SQLite's temporary database: in memory while small, then on disk, gone when closed.
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(f"PRAGMA synchronous = OFF; {_TABLES}; BEGIN")

    def add(self, file: int, key: Hashable, entry: Entry) -> bool:
        """Keep an image and say whether its key is new."""
        width, height = entry.size or (None, None)
        about = entry.label, entry.split, width, height, entry.source, entry.fault, entry.boxes is not None
        row = (file, str(key), entry.name, entry.path, *about)
        return self._database.execute(f"INSERT OR IGNORE INTO images VALUES ({_marks(row)})", row).rowcount == 1

    def add_box(self, file: int, key: Hashable, box: EntryBox) -> None:
        """Keep a box of an image, which may come later."""
        row = (file, str(key), box.label, box.x, box.y, box.width, box.height, box.source)
        self._database.execute(f"INSERT INTO boxes VALUES ({_marks(row)})", row)

    def hold(self, file: int, key: Hashable, *, unless_boxes: bool = False) -> None:
        """Note that a box of an image was refused; `unless_boxes` when that leaves its other boxes complete."""
        self._database.execute("INSERT INTO held VALUES (?, ?, ?)", (file, str(key), unless_boxes))

    def reject(self, path: str, reason: str) -> None:
        """Keep a rejection; an empty reason is none."""
        if reason:
            self._database.execute("INSERT INTO rejections VALUES (?, ?)", (path, reason))

    def reject_orphans(self, file: int, reason: str) -> None:
        """Turn the boxes of images that never came into rejections; `{key}` in the reason is the image's key."""
        orphans = "file = ? AND key NOT IN (SELECT key FROM images WHERE file = ?)"
        found = self._database.execute(f"SELECT source, key FROM boxes WHERE {orphans}", (file, file)).fetchall()
        for source, key in found:
            self.reject(source, reason.format(key=key))
        self._database.execute(f"DELETE FROM boxes WHERE {orphans}", (file, file))

    def labels(self) -> set[str]:
        """Every label of an image or box."""
        query = "SELECT label FROM images WHERE label IS NOT NULL UNION SELECT label FROM boxes"
        return {label for (label,) in self._database.execute(query)}

    def total(self) -> int:
        """How many entries and rejections there are."""
        query = "SELECT (SELECT count(*) FROM images) + (SELECT count(*) FROM rejections)"
        return int(self._database.execute(query).fetchone()[0])

    def entries(self) -> Iterator[Entry | Rejection]:
        """Yield the rejections, then the images in the order in which they came, each with its boxes."""
        for path, reason in self._database.execute("SELECT path, reason FROM rejections ORDER BY rowid"):
            yield Rejection(path, reason)
        self._database.execute("CREATE INDEX IF NOT EXISTS boxes_by_image ON boxes (file, key)")
        held = {(*row,) for row in self._database.execute("SELECT file, key, unless_boxes FROM held")}
        query = (
            "SELECT i.file, i.key, i.name, i.path, i.label, i.split, i.width, i.height, i.source, i.fault, i.looked,"
            " b.label, b.x, b.y, b.width, b.height, b.source"
            " FROM images i LEFT JOIN boxes b ON b.file = i.file AND b.key = i.key ORDER BY i.rowid, b.rowid"
        )
        for key, rows in groupby(self._database.execute(query), key=lambda row: row[:2]):
            image = list(rows)
            name, path, label, split, width, height, source, fault, looked = image[0][2:11]
            boxes = tuple(EntryBox(*row[11:]) for row in image if row[11] is not None)
            yield Entry(
                name,
                path=path,
                label=label,
                split=split,
                source=source,
                fault=fault,
                boxes=boxes or (() if looked else None),
                size=(width, height) if width else None,
                incomplete=(*key, 0) in held or (not boxes and (*key, 1) in held),
            )


def _marks(row: tuple[object, ...]) -> str:
    return ", ".join("?" * len(row))

"""A temporary database for formats whose lists refer to each other, so that none of them has to fit into memory."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Hashable, Iterator
from itertools import groupby
from typing import Any

from workbench.data.formats.entry import Entry, EntryBox, Part, Rejection, Remark

_TABLES = """
CREATE TABLE images (
    file, key, place, name, path, label, split, width, height, source, fault, looked, PRIMARY KEY (file, key)
);
CREATE TABLE boxes (file, key, label, x, y, width, height, source, mark);
CREATE TABLE marks (file, key, label, source);
CREATE TABLE held (file, key, unless_boxes);
CREATE TABLE rejections (path, reason, part DEFAULT 'image', remark DEFAULT 0);
"""
# Rows of one place are one image. What names it as a whole is its label when nothing else does, and no box is there.
_SETTLE = """
CREATE INDEX boxes_by_image ON boxes (file, key);
CREATE INDEX images_by_place ON images (place);
CREATE TABLE settled AS
    SELECT i.place AS place, min(m.label) AS label, count(DISTINCT m.label) AS different, min(m.source) AS source,
        replace(group_concat(DISTINCT m.label), ',', ', ') AS labels,
        max(EXISTS (SELECT 1 FROM boxes b WHERE b.file = i.file AND b.key = i.key)) AS boxed
    FROM marks m JOIN images i ON i.file = m.file AND i.key = m.key GROUP BY i.place;
CREATE INDEX settled_by_place ON settled (place);
INSERT INTO rejections (path, reason, part)
    SELECT source, 'labels of the whole image (' || labels || ') beside boxes of it', 'label' FROM settled WHERE boxed;
INSERT INTO rejections (path, reason, part)
    SELECT source, 'several labels for one image: ' || labels, 'label' FROM settled
    WHERE different > 1 AND NOT boxed;
UPDATE images SET looked = 0, label = coalesce(label, (
        SELECT label FROM settled s WHERE s.place = images.place AND different = 1
    )) WHERE place IN (SELECT place FROM settled WHERE NOT boxed);
INSERT INTO rejections (path, reason, part) SELECT max(source), 'the image ' || name || ' is in several splits: '
        || replace(group_concat(DISTINCT split), ',', ', ') || '; the first one is kept', 'split'
    FROM images GROUP BY place HAVING count(DISTINCT split) > 1;
INSERT INTO rejections (path, reason, part) SELECT max(source), 'the image ' || name || ' has several labels: '
        || replace(group_concat(DISTINCT label), ',', ', ') || '; none is taken', 'label'
    FROM images GROUP BY place HAVING count(DISTINCT label) > 1;
UPDATE images SET label = NULL
    WHERE place IN (SELECT place FROM images GROUP BY place HAVING count(DISTINCT label) > 1);
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
        # Names of files are kept as bytes: not all of them are UTF-8.
        path = None if entry.path is None else os.fsencode(entry.path)
        row = (file, str(key), path or f"{file}\0{key}", entry.name, path, *about)
        return self._database.execute(f"INSERT OR IGNORE INTO images VALUES ({_marks(row)})", row).rowcount == 1

    def add_box(self, file: int, key: Hashable, box: EntryBox) -> None:
        """Keep a box of an image, which may come later."""
        row = (file, str(key), box.label, box.x, box.y, box.width, box.height, box.source, box.mark)
        self._database.execute(f"INSERT INTO boxes VALUES ({_marks(row)})", row)

    def add_mark(self, file: int, key: Hashable, label: str, source: str) -> None:
        """Keep a label that is said of an image as a whole; the image may come later."""
        self._database.execute("INSERT INTO marks VALUES (?, ?, ?, ?)", (file, str(key), label, source))

    def settle(self) -> None:
        """Bring together what several files or rows say of one image. Call it once, when everything was added."""
        self._database.executescript(f"{_SETTLE} BEGIN")

    def hold(self, file: int, key: Hashable, *, unless_boxes: bool = False) -> None:
        """Note that a box of an image was refused; `unless_boxes` when that leaves its other boxes complete."""
        self._database.execute("INSERT INTO held VALUES (?, ?, ?)", (file, str(key), unless_boxes))

    def reject(self, path: str, reason: str, part: Part = "image") -> None:
        """Keep a rejection; an empty reason is none."""
        if reason:
            self._database.execute("INSERT INTO rejections VALUES (?, ?, ?, 0)", (path, reason, part))

    def remark(self, path: str, reason: str) -> None:
        """Keep a remark on what was read."""
        self._database.execute("INSERT INTO rejections (path, reason, remark) VALUES (?, ?, 1)", (path, reason))

    def reject_orphans(self, file: int, reason: str) -> None:
        """Turn the boxes of images that never came into rejections; `{key}` in the reason is the image's key."""
        orphans = "file = ? AND key NOT IN (SELECT key FROM images WHERE file = ?)"
        tables: tuple[tuple[str, Part], ...] = (("boxes", "box"), ("marks", "label"))
        for table, part in tables:
            found = self._database.execute(f"SELECT source, key FROM {table} WHERE {orphans}", (file, file)).fetchall()
            for source, key in found:
                self.reject(source, reason.format(key=key), part)
            self._database.execute(f"DELETE FROM {table} WHERE {orphans}", (file, file))

    def labels(self) -> set[str]:
        """Every label of an image or box."""
        query = "SELECT label FROM images WHERE label IS NOT NULL UNION SELECT label FROM boxes"
        return {label for (label,) in self._database.execute(query)}

    def total(self) -> int:
        """How many entries and rejections there are."""
        query = "SELECT (SELECT count(DISTINCT place) FROM images) + (SELECT count(*) FROM rejections)"
        return int(self._database.execute(query).fetchone()[0])

    def count_images(self, more: Collection[str] = ()) -> int:
        """How many image files are named that were found, these ones with them."""
        known = self._database.execute("SELECT count(DISTINCT path) FROM images").fetchone()[0]
        query = "SELECT NOT EXISTS (SELECT 1 FROM images WHERE place = ?)"
        return int(known) + sum(self._database.execute(query, (os.fsencode(path),)).fetchone()[0] for path in more)

    def entries(self) -> Iterator[Entry | Rejection]:
        """Yield the rejections, then the images in the order in which they came, each with its boxes."""
        for path, reason, part, remark in self._database.execute("SELECT * FROM rejections ORDER BY rowid"):
            yield Remark(path, reason) if remark else Rejection(path, reason, part)
        held = {(*row,) for row in self._database.execute("SELECT file, key, unless_boxes FROM held")}
        query = (
            "SELECT i.first, i.row, i.name, i.path, i.label, i.split, i.width, i.height, i.source, i.fault, i.looked,"
            " b.label, b.x, b.y, b.width, b.height, b.source, b.mark, i.file, i.key"
            " FROM (SELECT *, rowid AS row, min(rowid) OVER (PARTITION BY place) AS first FROM images) i"
            " LEFT JOIN boxes b ON b.file = i.file AND b.key = i.key ORDER BY i.first, i.row, b.rowid"
        )
        for _, rows in groupby(self._database.execute(query), key=lambda row: row[0]):
            image = list(rows)
            name, path, _, _, _, _, source, fault, _ = image[0][2:11]
            label, split = (next((row[at] for row in image if row[at] is not None), None) for at in (4, 5))
            size = next(((row[6], row[7]) for row in image if row[6]), None)
            looked = any(row[10] for row in image)
            boxes = _boxes(image)
            yield Entry(
                name,
                path=None if path is None else os.fsdecode(path),
                label=label,
                split=split,
                source=source,
                fault=fault,
                boxes=boxes or (() if looked else None),
                size=size,
                incomplete=any((*row[18:], 0) in held or (not boxes and (*row[18:], 1) in held) for row in image),
            )


def _boxes(rows: list[tuple[Any, ...]]) -> tuple[EntryBox, ...]:
    """The boxes of an image; one that an earlier file states too is there once."""
    boxes: list[EntryBox] = []
    for _, of_one in groupby(rows, key=lambda row: row[1]):
        stated = set(boxes)
        boxes += [box for row in of_one if row[11] is not None and (box := EntryBox(*row[11:18])) not in stated]
    return tuple(boxes)


def _marks(row: tuple[object, ...]) -> str:
    return ", ".join("?" * len(row))

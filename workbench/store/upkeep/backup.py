"""One file that holds a whole store: every row of one moment and every image, with checksums.

The file is a zip archive: `tables/<name>.jsonl` (a line of column names, then a line for each row), `images/<key>`, and
`manifest.json` with the schema's version, the number of rows and the SHA-256 of each table. It does not depend on the
kind of database: a backup of a SQLite store can be restored into PostgreSQL, which is how a store moves there.
"""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, func, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, WorkbenchError
from workbench.part_files import remove_abandoned
from workbench.paths import atomic_write, is_address, is_endless
from workbench.store.column_types import now
from workbench.store.connection import Store
from workbench.store.images import sha256_of
from workbench.store.kept_counts import TABLE
from workbench.store.name_search import INDEX
from workbench.store.upkeep import migrations

FORMAT = "workbench-backup-1"
MANIFEST = "manifest.json"
_ROWS = 5_000
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError, OSError)
"""What the zip library raises over flipped bits: RuntimeError for a bit that says encrypted, or an unknown method."""


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds. `missing` lists images that the store had lost or that were damaged already."""

    file: Path
    rows: int
    images: int
    bytes: int
    missing: tuple[str, ...] = ()


Read = Callable[[Mapping[str, str]], Iterable[tuple[str, bytes | Exception]]]


def backup(store: Store, file: Path, *, read: Read | None = None, progress: bool = False) -> BackupReport:
    """Write the store into one file while people go on working; it holds the store as it was at the start.

    A store of an older version (see `open_as_it_is`) is backed up in its own version. `read` reads the images, given by
    key with their SHA-256, in place of `ImageFiles.read_each`. `progress` shows a bar. Raises WorkbenchError when the
    file exists or cannot be written; nothing half-written stays.
    """
    if is_address(file):
        raise WorkbenchError(f"{file} is an address. Name a file of this machine, and copy it there afterwards.")
    if file.exists():
        raise WorkbenchError(f"{file} exists already. Name a new file: a backup is never overwritten.")
    remove_abandoned(file.parent)
    try:
        with atomic_write(file) as part, zipfile.ZipFile(part, "x", allowZip64=True) as archive:
            return _fill(archive, store, file, read or store.images.read_each, progress)
    except OSError as error:
        raise WorkbenchError(f"The backup {file} cannot be written: {error.strerror or error}.") from error


def _fill(archive: zipfile.ZipFile, store: Store, file: Path, read: Read, progress: bool) -> BackupReport:
    from tqdm import tqdm

    tables: dict[str, dict[str, Any]] = {}
    at = now()
    with store.read() as session:
        metadata = tables_of(session.connection())
        for table in metadata.sorted_tables:
            tables[table.name] = _dump(archive, table, session)
        samples = metadata.tables["samples"]
        uris = dict(
            session.execute(select(samples.c.uri, func.min(samples.c.sha256)).group_by(samples.c.uri)).tuples().all()
        )
    missing: list[str] = []
    size = 0
    found = tqdm(read(uris), desc="Saving images", unit="file", disable=not progress, total=len(uris))
    for uri, content in found:
        if isinstance(content, Exception) and not isinstance(content, NotFoundError):
            raise content
        if isinstance(content, Exception) or sha256_of(content) != uris[uri]:
            missing.append(uri)
            continue
        size += len(content)
        archive.writestr(zipfile.ZipInfo(f"images/{uri}"), content)
    manifest = {
        "format": FORMAT,
        "schema_version": migrations.current_version(store.engine),
        "created_at": at.isoformat(),
        "tables": tables,
        "images": len(uris) - len(missing),
        "missing": missing,
    }
    archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    rows = sum(table["rows"] for table in tables.values())
    return BackupReport(file, rows, len(uris) - len(missing), size, tuple(missing))


def _dump(archive: zipfile.ZipFile, table: Table, session: Session) -> dict[str, Any]:
    """Write a table's rows in the order of their keys and return their number and checksum."""
    checksum, rows = hashlib.sha256(), 0
    member = zipfile.ZipInfo(f"tables/{table.name}.jsonl")
    member.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(member, "w", force_zip64=True) as out:
        for part in _lines(table, session):
            data = "".join(part).encode()
            checksum.update(data)
            out.write(data)
            rows += len(part)
    return {"rows": rows - 1, "sha256": checksum.hexdigest()}


def _lines(table: Table, session: Session) -> Iterator[list[str]]:
    yield [json.dumps([column.name for column in table.columns]) + "\n"]
    query = select(table).order_by(*table.primary_key.columns)
    for rows in session.execute(query, execution_options={"yield_per": _ROWS}).partitions():
        yield [json.dumps([_plain(value) for value in row], ensure_ascii=False) + "\n" for row in rows]


def _plain(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()


def tables_of(connection: Connection) -> MetaData:
    """Return the tables that a store really has, which in an older version are not those of this code."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name != TABLE and not name.startswith(INDEX))
    if migrations.VERSION_TABLE in metadata.tables:
        metadata.remove(metadata.tables[migrations.VERSION_TABLE])
    return metadata


def open_backup(file: Path) -> zipfile.ZipFile:
    """Open a backup for reading. Raises WorkbenchError when it is not a complete one."""
    try:
        if is_endless(file):
            raise zipfile.BadZipFile("it is a device or a pipe")
        return zipfile.ZipFile(file)
    except FileNotFoundError:
        raise WorkbenchError(f"There is no file {file}. Name a backup made with 'workbench db backup FILE'.") from None
    except DAMAGE as error:
        raise WorkbenchError(f"{file} is not a backup, or is incomplete: {error}. Choose another one.") from None


def read_member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open one part of a backup. Raises WorkbenchError when it is not there."""
    try:
        if archive.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile("a kind of compression that backups do not use")
        return archive.open(name)
    except KeyError:
        raise WorkbenchError(f"The backup lacks {name}: it is damaged or not a backup. Choose another one.") from None
    except DAMAGE as error:
        raise WorkbenchError(f"The backup is damaged: {name} cannot be read ({error}). Choose another one.") from None

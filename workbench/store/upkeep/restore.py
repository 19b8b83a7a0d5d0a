"""Restoring a backup into an empty project, every byte of it verified."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Connection, Integer, Table, func, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, StoreVersionError, WorkbenchError, first_line
from workbench.paths import Project
from workbench.store.connection import Store, plain_errors
from workbench.store.engine import create_store_engine
from workbench.store.images import sha256_of
from workbench.store.name_search import INDEX, fold_all_names
from workbench.store.theme_rows import checked_value
from workbench.store.upkeep import migrations
from workbench.store.upkeep.backup import DAMAGE, FORMAT, MANIFEST, open_backup, read_member, tables_of
from workbench.store.upkeep.wrong_values import line_of, wrong_values
from workbench.trust import mark_foreign

_ROWS = 5_000
# Rows of text shrink to a fifth or tenth; a table that grows a thousandfold is an attack.
_LARGEST_GROWTH = 200
_LONGEST_LINE = 64 * 2**20


@dataclass(frozen=True)
class RestoreReport:
    """What was restored. `missing` lists images that the backup says were lost before it was made."""

    rows: int
    images: int
    missing: tuple[str, ...] = ()


def restore(project: Project, file: Path, *, progress: bool = False) -> RestoreReport:
    """Fill an empty project's store from a backup; the kind of database may be another one than it came from.

    Raises ConflictError when the store holds anything, StoreVersionError for a backup of a newer version, and
    WorkbenchError for a damaged file. Nothing stays behind then.
    """
    with open_backup(file) as archive:
        manifest = _manifest(archive, file)
        _verify(archive, manifest, file)
        engine = create_store_engine(project.database_url)
        store = Store(project, engine)
        try:
            with plain_errors(engine):
                _require_empty(store)
                return _restore(store, archive, manifest, f"was restored from {file.name}", progress)
        finally:
            engine.dispose()


def _restore(
    store: Store, archive: zipfile.ZipFile, manifest: dict[str, Any], how: str, progress: bool
) -> RestoreReport:
    current = migrations.current_version(store.engine)
    if current is None:
        migrations.upgrade_to(store.engine, manifest["schema_version"])
    elif current != manifest["schema_version"]:
        raise ConflictError(
            f"The empty store {migrations.where(store.engine)} has schema version {current}, the backup "
            f"{manifest['schema_version']}. Remove the empty store, then restore."
        )
    put: list[str] = []
    try:
        images = _restore_images(store, archive, put, progress)
        store.images.flush()
        told = _contradictions_told("tables/labels.jsonl")  # what refers to later rows is looked at in the end
        with told, store.engine.execution_options(writes=True).begin() as connection:
            rows = sum(_restore_table(connection, archive, name) for name in _in_order(connection, manifest))
            _require_images(connection, {*put, *manifest["missing"]})
            _require_possible_values(connection)
            if inspect(connection).has_table(INDEX):
                # An older store gets the index with its upgrade.
                with Session(connection, join_transaction_mode="create_savepoint") as session:
                    fold_all_names(session=session)
                    session.commit()
            # Before its rows are there, whatever happens then.
            mark_foreign(store.project, how)
    except BaseException:
        for uri in put:
            store.images.remove(uri)
        raise
    migrations.prepare(store.engine, upgrade=True)
    return RestoreReport(rows, images, tuple(manifest["missing"]))


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    with read_member(archive, MANIFEST) as member:
        try:
            manifest = json.loads(member.read(_LONGEST_LINE))
            tables = {str(name): (int(row["rows"]), str(row["sha256"])) for name, row in manifest["tables"].items()}
            found = {"tables": tables, "missing": [str(uri) for uri in manifest["missing"]]}
            found |= {"format": str(manifest["format"]), "schema_version": str(manifest["schema_version"])}
        except (KeyError, TypeError, AttributeError, *DAMAGE):
            raise WorkbenchError(f"{file} is not a backup of a workbench store. Choose another one.") from None
    if found["format"] != FORMAT or found["schema_version"] not in migrations.known_versions():
        raise StoreVersionError(
            f"{file} was made by a newer version of the workbench (schema {found['schema_version']}, this code has "
            f"{migrations.latest_version()}). Update the code (git pull, then make install), then restore it."
        )
    return found


def _verify(archive: zipfile.ZipFile, manifest: dict[str, Any], file: Path) -> None:
    """Read every table once against its checksum, before anything is written."""
    for name, (rows, sha256) in manifest["tables"].items():
        member = f"tables/{name}.jsonl"
        checksum, lines = hashlib.sha256(), 0
        try:
            for line in _lines(archive, member):
                checksum.update(line)
                lines += 1
        except DAMAGE:
            lines = -1
        if lines != rows + 1 or checksum.hexdigest() != sha256:
            raise WorkbenchError(f"{file} is damaged: {member} does not match its checksum. Choose another backup.")


def _lines(archive: zipfile.ZipFile, member: str) -> Iterator[bytes]:
    with read_member(archive, member) as lines:
        info = archive.getinfo(member)
        if info.file_size > _LARGEST_GROWTH * max(info.compress_size, 1_000):
            raise WorkbenchError(f"{member} in this archive would unpack to {info.file_size:,} bytes: not restored.")
        while line := lines.readline(_LONGEST_LINE):
            yield line


def _require_empty(store: Store) -> None:
    with store.engine.connect() as connection:
        tables = set(inspect(connection).get_table_names())
        if "themes" in tables and connection.scalar(text("SELECT 1 FROM themes LIMIT 1")) is not None:
            elsewhere = "set WORKBENCH_ROOT to a new folder with params.yaml, or move db/ away first"
            if store.engine.dialect.name == "postgresql":
                elsewhere = "name another database or schema in WORKBENCH_DATABASE_URL"
            raise ConflictError(
                f"The store {migrations.where(store.engine)} holds themes already. A backup is restored into an empty "
                f"project only: {elsewhere}."
            )
    if next(store.images.uris(), None) is not None:
        raise ConflictError(f"There are images in {store.images.root} already. Move that folder away first.")


def _restore_images(store: Store, archive: zipfile.ZipFile, put: list[str], progress: bool) -> int:
    from tqdm import tqdm

    members = [info for info in archive.infolist() if info.filename.startswith("images/")]
    for info in tqdm(members, desc="Restoring images", unit="file", disable=not progress):
        uri = info.filename.removeprefix("images/")
        store.images.path(uri)  # refuses a name that would leave the folder
        sha256, suffix = uri.rsplit("/")[-1].split(".")
        if info.compress_type != zipfile.ZIP_STORED:
            raise WorkbenchError(f"The image {uri} in this archive is compressed, which ours never are: not restored.")
        try:
            content = archive.read(info)
        except DAMAGE:
            content = b""
        if sha256_of(content) != sha256:
            raise WorkbenchError(f"The image {uri} in this backup is damaged. Choose another backup.")
        put.append(store.images.put(content, sha256=sha256, suffix=suffix))
    return len(members)


def _require_images(connection: Connection, known: set[str]) -> None:
    """Refuse a backup whose list of files has lost an image that a sample needs."""
    samples = tables_of(connection).tables["samples"]
    lacking = {uri for (uri,) in connection.execute(select(samples.c.uri).distinct()) if uri not in known}
    if lacking:
        raise WorkbenchError(
            f"The backup is damaged: it lacks {len(lacking):,} images that its samples refer to, {min(lacking)} say. "
            "Choose another backup."
        )


def _require_possible_values(connection: Connection) -> None:
    """Refuse what nobody could have typed in, though every checksum is right."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        wrong = next(wrong_values(session=session), None)
        if wrong is not None:
            # Above the first row stand the names of the columns.
            line = line_of(wrong, session=session) + 1
            raise WorkbenchError(
                f"The backup is refused: tables/{wrong.model.__tablename__}.jsonl:{line}: {wrong.reason}. Nothing was "
                "restored."
            )


def _in_order(connection: Connection, manifest: dict[str, Any]) -> list[Table]:
    known = tables_of(connection).sorted_tables
    if {table.name for table in known} != set(manifest["tables"]):
        raise WorkbenchError("The backup's tables are not those of its schema version. Choose another backup.")
    return known


def _restore_table(connection: Connection, archive: zipfile.ZipFile, table: Table) -> int:
    lines = _lines(archive, f"tables/{table.name}.jsonl")
    number, rows = 0, []
    for row in _rows(lines, table):
        rows.append(row)
        if len(rows) == _ROWS:
            _insert(connection, table, rows)
            number, rows = number + len(rows), []
    if rows:
        _insert(connection, table, rows)
    _move_sequence(connection, table)
    return number + len(rows)


def _rows(lines: Iterator[bytes], table: Table) -> Iterator[dict[str, Any]]:
    """Read a table's lines. Raises WorkbenchError, naming file and line, for one that is no row of the table."""
    columns: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            values = json.loads(line)
            if number == 1:
                columns = [str(name) for name in values]
                if sorted(columns) != sorted(table.columns.keys()):
                    raise ValueError("other columns than its schema version has")
                continue
            if not isinstance(values, list) or len(values) != len(columns):
                raise ValueError(f"not a list of {len(columns)} values")
            row = {name: _typed(table.columns[name], value) for name, value in zip(columns, values, strict=True)}
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise WorkbenchError(
                f"The backup is refused: tables/{table.name}.jsonl:{number}: {first_line(error)}. Nothing was restored."
            ) from None
        yield row


def _typed(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, JSON):
        return value
    if isinstance(column.type, Boolean) and value in (0, 1):
        # As SQLite writes it where the column was found, not declared.
        value = bool(value)
    checked = checked_value(column, value)
    if isinstance(checked, datetime) and not getattr(column.type, "timezone", True):
        return checked.replace(tzinfo=None)
    return checked


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    with _contradictions_told(f"tables/{table.name}.jsonl"):
        connection.execute(table.insert(), rows)


@contextmanager
def _contradictions_told(file: str) -> Iterator[None]:
    try:
        yield
    except (IntegrityError, DataError) as error:
        raise WorkbenchError(
            f"The backup is refused: {file} contradicts itself or another table: {first_line(error.orig or error)}. "
            "Nothing was restored."
        ) from None


def _move_sequence(connection: Connection, table: Table) -> None:
    """PostgreSQL hands out row numbers by a counter that knows nothing of rows inserted with theirs."""
    keys = list(table.primary_key.columns)
    if connection.dialect.name != "postgresql" or len(keys) != 1 or not isinstance(keys[0].type, Integer):
        return
    highest = connection.scalar(select(func.max(keys[0])))
    if highest is not None:
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, keys[0].name), highest)))

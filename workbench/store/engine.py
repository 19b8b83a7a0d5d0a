"""Engines for SQLite and PostgreSQL that behave alike: real transactions, foreign keys, waiting writers."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from workbench.distribution import extra_hint
from workbench.errors import WorkbenchError
from workbench.paths import may_write

# Longer than a bulk action on a million samples takes.
BUSY_TIMEOUT_MS = 30_000


def create_store_engine(url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> Engine:
    """Create the engine of a store.

    `url` is a `sqlite:///file` or `postgresql://` URL. `busy_timeout_ms` is how long a writer waits for
    another one before it gives up. Raises WorkbenchError for any other kind of URL.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, busy_timeout_ms)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql_engine(parsed, busy_timeout_ms)
    raise WorkbenchError(
        f"The database '{parsed.get_backend_name()}' is not supported. Allowed: sqlite and postgresql."
    )


def parse_url(url: str) -> URL:
    """Return a database URL in its parts. Raises WorkbenchError for a text that is none."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise WorkbenchError(
            f"'{url}' is not a database URL. Allowed: sqlite:///path/to/file.db or postgresql://user@host:5432/name."
        ) from None


def sqlite_file(engine: Engine) -> Path | None:
    """Return the file of a SQLite engine, None for another database."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def _sqlite_engine(url: URL, busy_timeout_ms: int) -> Engine:
    if not url.database or url.database == ":memory:":
        raise WorkbenchError("The store needs a SQLite file, not a database in memory: sqlite:///path/to/file.db.")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WorkbenchError(
            f"The folder {folder} for the database cannot be created: {error.strerror}. Check its permissions."
        ) from None
    file = Path(url.database)
    read_only = _cannot_be_written(file)
    engine = _create(url, creator=_reader(file)) if read_only else _create(url)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # The driver must not open transactions by itself: a reader that becomes a writer halfway would lose updates.
        connection.isolation_level = None
        # PostgreSQL has it; see `splits`.
        connection.create_function("sha256", 1, lambda data: hashlib.sha256(data).digest(), deterministic=True)
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {busy_timeout_ms}")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        else:
            _keep_a_write_ahead_log(cursor, busy_timeout_ms)
        # FULL: what was acknowledged survives a loss of power as well as kill -9.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.execute("PRAGMA mmap_size = 1073741824")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


def is_read_only(engine: Engine) -> bool:
    """Whether a database is a file that this process can read and not write."""
    file = sqlite_file(engine)
    return file is not None and _cannot_be_written(file)


def _cannot_be_written(file: Path) -> bool:
    # Not `Path.is_file`, which raises for a name that is too long; SQLite words what cannot be opened.
    return os.path.isfile(file) and not (may_write(file) and may_write(file.parent))


def _reader(file: Path) -> Callable[[], sqlite3.Connection]:
    """Return what connects to a database that cannot be written.

    SQLite could not make the files there that it keeps beside a database of ours, so it is told that nobody writes.
    What stands in a log beside the file, which it would not read then, is read in a copy.
    """
    log = file.with_name(f"{file.name}-wal")
    if log.is_file() and log.stat().st_size:
        folder = Path(tempfile.mkdtemp(prefix="workbench-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        for part in (file, log):
            shutil.copyfile(part, folder / part.name)
        return lambda: sqlite3.connect(folder / file.name, check_same_thread=False)
    address = f"file:{quote(os.fspath(file.resolve()))}?mode=ro&immutable=1"
    return lambda: sqlite3.connect(address, uri=True, check_same_thread=False)


def _keep_a_write_ahead_log(cursor: sqlite3.Cursor, timeout_ms: int) -> None:
    """Readers and a writer do not wait for each other then. SQLite does not wait for the lock that switching takes."""
    until = time.monotonic() + timeout_ms / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _postgresql_engine(url: URL, busy_timeout_ms: int) -> Engine:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise WorkbenchError(
            f"A PostgreSQL store needs the psycopg driver. Install it with: {extra_hint('postgres')}."
        ) from None
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    options = [*_given(url, "options"), f"-clock_timeout={busy_timeout_ms}"]
    return _create(url, pool_pre_ping=True, connect_args={"options": " ".join(options)})


def _create(url: URL, **options: Any) -> Engine:
    try:
        return create_engine(url, **options)
    except (ArgumentError, ImportError):
        raise WorkbenchError(
            f"The driver '{url.drivername}' is not here or not known. Leave it out: {url.get_backend_name()}://..."
        ) from None


def _given(url: URL, key: str) -> tuple[str, ...]:
    value = url.query.get(key, ())
    return (value,) if isinstance(value, str) else value

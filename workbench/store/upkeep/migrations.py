"""The schema's version: creating a fresh store, upgrading an old one, refusing a newer one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.schema import CreateSchema

from workbench.errors import StoreVersionError
from workbench.paths import asset
from workbench.store.engine import create_store_engine, sqlite_file

if TYPE_CHECKING:
    from alembic.config import Config

# A name of its own: MLflow and Optuna use Alembic's default name.
VERSION_TABLE = "workbench_version"
_LOCK_KEY = 7_306_271_994


def upgrade_to(engine: Engine, version: str) -> None:
    """Bring a store to a version up to this code's (a backup is restored into the version it was made with)."""
    _migrate(engine, version)


def prepare(engine: Engine, *, upgrade: bool) -> None:
    """Bring a store to the version of this code, or raise StoreVersionError.

    A store without any table is created; an older one is upgraded only when `upgrade` is true.
    """
    current = current_version(engine)
    if current == latest_version():
        return
    if current is None:
        _migrate(engine)
        return
    _refuse_newer(engine, current)
    if not upgrade:
        raise StoreVersionError(
            f"The store {where(engine)} has schema version {current}; this code needs {latest_version()}. "
            "Back it up with 'workbench db backup FILE', then run 'workbench db upgrade'."
        )
    _migrate(engine)


def current_version(engine: Engine) -> str | None:
    """Return the schema version that the store has, None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        return connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))


def latest_version() -> str:
    """Return the schema version of this code."""
    return max(known_versions())


def known_versions() -> set[str]:
    """Return every schema version that this code can bring up to date: the numbers that the migrations begin with.

    Asking Alembic would take every command a fifth of a second, to load it.
    """
    return {file.name.partition("_")[0] for file in asset("db", "migrations", "versions").glob("[0-9]*_*.py")}


def _refuse_newer(engine: Engine, current: str) -> None:
    if current not in known_versions():
        raise StoreVersionError(
            f"The store {where(engine)} has schema version {current}, which this code does not know: "
            f"it was made by a newer version. This code reads up to {latest_version()}. "
            "Update the code (git pull, then make install)."
        )


def _migrate(engine: Engine, version: str = "head") -> None:
    """Run all pending migrations in one transaction; several processes may try at once."""
    from alembic import command

    with engine.execution_options(writes=True).connect() as connection:
        if engine.dialect.name == "sqlite":
            # Rebuilding a table would delete its children. The pragma has no effect inside a transaction.
            connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        try:
            with connection.begin():
                _lock(connection)
                _make_schema(connection)
                _refuse_foreign(connection)
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, version)
        finally:
            if engine.dialect.name == "sqlite":
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = ON")  # type: ignore[union-attr]


def _lock(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE is lock enough.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


def make_schema(url: str) -> None:
    """Create the PostgreSQL schema that a URL's search_path names (`?options=-csearch_path%3Dmlflow`), if need be.

    MLflow and Optuna cannot share a schema with the store or with each other: all name Alembic's table alike.
    """
    if not url.startswith("postgresql"):
        return
    from workbench.store.connection import plain_errors

    engine = create_store_engine(url)
    try:
        with plain_errors(engine), engine.begin() as connection:
            _lock(connection)
            _make_schema(connection)
    finally:
        engine.dispose()


def _make_schema(connection: Connection) -> None:
    if connection.dialect.name != "postgresql" or connection.scalar(text("SELECT current_schema()")) is not None:
        return
    path = connection.scalar(text("SHOW search_path")) or ""
    schema = path.split(",")[0].strip().strip('"')
    connection.execute(CreateSchema(schema, if_not_exists=True))


def _refuse_foreign(connection: Connection) -> None:
    """MLflow's and Optuna's tables would not be harmed, but their own migrations and ours would meet."""
    found = inspect(connection)
    tables = found.get_table_names()
    if tables and VERSION_TABLE not in tables:
        raise StoreVersionError(
            f"{where(connection.engine)} holds the tables of another program ({', '.join(sorted(tables)[:3])} ...). "
            "Name a file of its own in WORKBENCH_DATABASE_URL, or on PostgreSQL a schema of its own: "
            "postgresql://user@host/name?options=-csearch_path%3Dworkbench."
        )


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(asset("db", "migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def where(engine: Engine) -> str:
    """Name a store for a message, without its password."""
    return str(sqlite_file(engine) or engine.url.render_as_string(hide_password=True))

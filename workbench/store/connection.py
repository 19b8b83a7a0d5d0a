"""Opening the store; transactions begin and end here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from workbench.errors import StoreFailedError, StoreLockedError, WorkbenchError
from workbench.part_files import PART
from workbench.paths import Project, find_project
from workbench.store.engine import BUSY_TIMEOUT_MS, create_store_engine, is_read_only, sqlite_file
from workbench.store.images import ImageFiles
from workbench.store.remote_images import open_images
from workbench.store.schema import STAGED, RunningBatch, Snapshot, Theme
from workbench.store.upkeep import migrations
from workbench.trust import is_begun, note_home


@dataclass(frozen=True)
class Store:
    """A project's SQL store and its image files. Safe to share between threads; sessions are not."""

    project: Project
    engine: Engine

    @cached_property
    def images(self) -> ImageFiles:
        """The bytes of the samples, by the key in `Sample.uri`."""
        return open_images(self.project)

    @cached_property
    def _readers(self) -> sessionmaker[Session]:
        engine = self.engine
        if engine.dialect.name == "postgresql":
            # Everything that one session reads is of one moment, as SQLite has it anyway.
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        return sessionmaker(engine, expire_on_commit=False)

    @cached_property
    def _writers(self) -> sessionmaker[Session]:
        return sessionmaker(self.engine.execution_options(writes=True), expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a session for reading; whatever it changed is rolled back. Its rows stay readable afterwards."""
        with plain_errors(self.engine), self._readers() as session:
            try:
                yield session
            finally:
                # A rollback alone would empty every row that was read.
                session.expunge_all()
                session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a session whose changes are committed together at the end, or not at all when an error is raised.

        Raises StoreLockedError when another process kept the write lock for longer than the busy timeout, and
        StoreFailedError when the database cannot be written at all (a full disk, a server that does not answer).
        """
        with plain_errors(self.engine), self._writers() as session, session.begin():
            yield session

    @property
    def is_read_only(self) -> bool:
        """Whether the store can be read and not written: its disk is mounted so, or it is somebody else's."""
        return is_read_only(self.engine)

    def close(self) -> None:
        """Close all connections; what uses the store afterwards opens new ones."""
        self.engine.dispose()


def open_store(
    project: Project | None = None, *, upgrade: bool = False, busy_timeout_ms: int = BUSY_TIMEOUT_MS
) -> Store:
    """Open the store of a project (default: the one that the working directory or WORKBENCH_ROOT leads to).

    A store that does not exist yet is created. One of an older version is upgraded when `upgrade` is true, else
    StoreVersionError says how; a newer one is refused. `busy_timeout_ms` is how long a writer waits for another one.

    >>> with wb.open_store().read() as session:
    ...     session.is_active
    True
    """
    project = project or find_project()
    begins = not is_begun(project)
    engine = create_store_engine(project.database_url, busy_timeout_ms=busy_timeout_ms)
    try:
        with plain_errors(engine):
            migrations.prepare(engine, upgrade=upgrade)
            store = Store(project, engine)
            if begins:
                # On a disk that is only read nothing is begun.
                with suppress(OSError):
                    note_home(project)
            _finish_abandoned(store)
    except BaseException:
        engine.dispose()
        raise
    return store


def _finish_abandoned(store: Store) -> None:
    """Take back what a killed process was changing, a step at a time, when it ended."""
    with store.read() as session:
        snapshots = select(Snapshot.id).where(Snapshot.digest.startswith(STAGED))
        themes = select(Theme.id).where(Theme.name.startswith(PART))
        left = session.scalar(select(RunningBatch.batch_id).union_all(snapshots, themes).limit(1))
    if left is None or store.is_read_only:
        return
    # Hardly ever is there anything to do, and it takes most of the room.
    from workbench.store.steps.snapshots import remove_abandoned_snapshots
    from workbench.store.steps.themes import remove_abandoned_themes
    from workbench.store.steps.writing import finish_abandoned

    finish_abandoned(store)
    remove_abandoned_snapshots(store)
    remove_abandoned_themes(store)


def open_as_it_is(project: Project | None = None) -> Store:
    """Open a store of any version that this code knows, without upgrading it: for a backup before an upgrade."""
    project = project or find_project()
    engine = create_store_engine(project.database_url)
    try:
        with plain_errors(engine):
            current = migrations.current_version(engine)
    except BaseException:
        engine.dispose()
        raise
    if current in migrations.known_versions():
        return Store(project, engine)
    engine.dispose()
    return open_store(project)  # creates one that is not there, and says of a newer one that it is newer


@contextmanager
def plain_errors(engine: Engine) -> Iterator[None]:
    """Turn the database errors that a person can do something about into a StoreFailedError that says how."""
    where = str(sqlite_file(engine) or engine.url.render_as_string(hide_password=True))
    try:
        yield
    except DatabaseError as error:
        reason = str(error.orig)
        if "not a database" in reason or "malformed" in reason:
            raise StoreFailedError(
                f"The database {where} is damaged or is not a database: {reason}. "
                "Restore a backup with 'workbench db restore FILE', or name another file."
            ) from error
        unanswered = error.statement is None and not isinstance(error, IntegrityError)
        if engine.dialect.name == "postgresql" and (unanswered or error.connection_invalidated):
            raise _no_answer(where, reason) from error
        if not isinstance(error, OperationalError):
            raise
        if any(word in reason for word in ("locked", "busy", "lock timeout", "deadlock")):
            raise StoreLockedError(
                f"The database {where} is locked: another program has been writing to it for too long. "
                "Wait for it (an import, a backup), or close it, then try again."
            ) from error
        if "disk is full" in reason or "No space left" in reason:
            raise StoreFailedError(
                f"The disk is full: nothing more can be written to {where}. Free some space, then try again; "
                "what was saved before is safe."
            ) from error
        if "readonly" in reason or "unable to open" in reason:
            raise StoreFailedError(
                f"The database {where} cannot be written: {reason}. Check its permissions."
            ) from error
        if "disk I/O error" in reason:
            raise StoreFailedError(
                f"The database {where} cannot be read or written: {reason}. Check that it is a file, on a sound disk."
            ) from error
        if engine.dialect.name == "postgresql" and "connection" in reason:
            raise _no_answer(where, reason) from error
        raise
    except UnicodeError as error:
        # What Python says of the name of a host that cannot be one.
        if engine.dialect.name == "postgresql" and "idna" in str(error):
            raise _no_answer(where, str(error)) from error
        if isinstance(error, UnicodeEncodeError):
            raise WorkbenchError(
                f"{error.object!a} is no text that can be stored: a part of it is not UTF-8. Type it once more."
            ) from error
        raise


def _no_answer(where: str, reason: str) -> StoreFailedError:
    # The driver's words have a line for each address that was tried.
    said = " ".join(reason.split())
    return StoreFailedError(
        f"The database {where} does not answer: {said}. Check its address in the settings, and the server."
    )

"""The lock that makes writers of a theme wait for each other; it ends with the transaction.

Edits of single samples share a theme's lock and lock their own rows; bulk edits, edits of labels, splits and undo hold
it exclusively. On PostgreSQL it is an advisory lock. On SQLite a write transaction is alone in any case.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import and_, bindparam, create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from workbench.errors import NotFoundError
from workbench.part_files import PART
from workbench.store.connection import plain_errors
from workbench.store.engine import parse_url
from workbench.store.schema import Label, Theme

# The first half of the advisory locks' keys in PostgreSQL; the second half is the theme, or for its assignments the
# theme's negative.
_LOCK_CLASS = 730_627

_THEME_IS_GONE = "This theme has been deleted. Choose another one, or restore it."
_THEME_AND_LABELS = (
    select(Theme.deleted_at, Label.id)
    .outerjoin(Label, and_(Label.theme_id == Theme.id, Label.deleted_at.is_(None)))
    .where(Theme.id == bindparam("theme"))
)


def lock_theme(theme_id: int, *, shared: bool = False, session: Session) -> Theme:
    """Wait until no other transaction holds the theme's lock (with `shared`: holds it exclusively), then take it.

    Returns the theme as it is now; raises NotFoundError when it has been deleted. One that is staged can be locked.
    """
    lock_theme_id(theme_id, shared=shared, session=session)
    session.flush()
    theme = session.get(Theme, theme_id, populate_existing=True)
    if theme is None or (theme.deleted_at is not None and not theme.name.startswith(PART)):
        raise NotFoundError(_THEME_IS_GONE)
    return theme


def lock_theme_id(theme_id: int, *, shared: bool = False, session: Session) -> None:
    """Take a theme's lock as `lock_theme` does, for a theme that may be deleted."""
    _acquire(theme_id, shared, session)


def lock_theme_shared(theme_id: int, *, session: Session) -> set[int]:
    """Take a theme's shared lock and return the ids of its labels: one query for both.

    Raises NotFoundError when the theme has been deleted.
    """
    _acquire(theme_id, True, session)
    rows = session.connection().execute(_THEME_AND_LABELS, {"theme": theme_id}).all()
    if not rows or rows[0].deleted_at is not None:
        raise NotFoundError(_THEME_IS_GONE)
    return {row.id for row in rows if row.id is not None}


def lock_assignments(theme_id: int, *, session: Session) -> None:
    """Wait until no other transaction assigns samples of the theme; edits of samples go on at the same time."""
    _acquire(-theme_id, False, session)


@contextmanager
def lock_database(url: str, key: int) -> Iterator[None]:
    """Hold a lock of a PostgreSQL server by its key, across processes and machines; it ends with its holder."""
    engine = create_engine(parse_url(url), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with plain_errors(engine):
        connection = engine.connect()
    with connection:
        connection.execute(select(func.pg_advisory_lock(key)))
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(key)))


def _acquire(key: int, shared: bool, session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        # Advisory locks queue fairly: with shared row locks a bulk edit might wait for ever.
        lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        session.execute(select(lock(_LOCK_CLASS, key)))

"""One lock for each study storage: whoever holds it may create studies and claim trials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Any fixed number serves, as long as all machines take the same one.
_ADVISORY_KEY = 7_201_846_003


@contextmanager
def storage_lock(url: str) -> Iterator[None]:
    """Hold the storage for a moment, across processes, and across machines where the storage is a PostgreSQL server.

    Both forms of the lock end with the process that holds it, however it ends. Not reentrant.
    """
    if url.startswith("sqlite:///"):
        from filelock import FileLock

        file = Path(url.removeprefix("sqlite:///"))
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(file.with_name(f"{file.name}.lock")):
            yield
        return
    if url.startswith("postgresql"):
        with _advisory_lock(url):
            yield
        return
    raise _unsupported(url)


@contextmanager
def _advisory_lock(url: str) -> Iterator[None]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.pool import NullPool

    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _ADVISORY_KEY})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _ADVISORY_KEY})


def _unsupported(url: str) -> Exception:
    from workbench.errors import WorkbenchError

    kind = url.split(":", 1)[0]
    return WorkbenchError(
        f"Studies cannot be kept in '{kind}'. WORKBENCH_OPTUNA_URL takes sqlite:///FILE or postgresql://..., "
        "or leave it unset for db/optuna.db."
    )

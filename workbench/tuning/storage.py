"""Optuna's storage: opened, and locked while studies are created or trials claimed."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from workbench.errors import StoreFailedError, WorkbenchError, first_line
from workbench.store.locks import lock_database
from workbench.store.upkeep.migrations import make_schema

if TYPE_CHECKING:
    from optuna.storages import RDBStorage

    from workbench.paths import Project

_HEARTBEAT_SECONDS = 20
_GRACE_SECONDS = 120
_ATTEMPTS_AFTER_THE_FIRST = 2
# Any fixed number serves, as long as all machines take the same one.
_ADVISORY_KEY = 7_201_846_003

_QUIET = Lock()
# What Optuna told before, once for each that keeps it quiet now.
_loud: list[int] = []


def open_storage(project: Project) -> RDBStorage:
    """Open Optuna's storage, and create its tables when they are not there.

    Call it while holding the lock: two processes that create the tables at once both fail.
    """
    from optuna.storages import RDBStorage

    url = project.optuna_url
    make_schema(url)
    options: dict[str, Any] = {"pool_pre_ping": True}
    if url.startswith("sqlite:///"):
        options = {"connect_args": {"timeout": 60}}
    try:
        with quiet_optuna():
            return RDBStorage(
                url,
                engine_kwargs=options,
                heartbeat_interval=_HEARTBEAT_SECONDS,
                grace_period=_GRACE_SECONDS,
                heartbeat_stale_trial_callback=retry_callback(),
            )
    except Exception as error:
        # What Optuna, SQLAlchemy and the drivers below them say of a server or a file that cannot be had.
        raise StoreFailedError(
            f"Optuna's storage {url} cannot be used: {first_line(error)} Check WORKBENCH_OPTUNA_URL."
        ) from error


def retry_callback() -> Any:
    """Optuna's way to queue a trial again whose process died; twice at most, then it counts as failed."""
    from optuna.storages import RetryHeartbeatStaleTrialCallback

    with quiet_optuna():
        return RetryHeartbeatStaleTrialCallback(max_retry=_ATTEMPTS_AFTER_THE_FIRST)


@contextmanager
def storage_lock(url: str) -> Iterator[None]:
    """Hold the storage for a moment, across processes, and across machines where the storage is a PostgreSQL server.

    Both forms of the lock end with the process that holds it, however it ends. Not reentrant.
    """
    if url.startswith("sqlite:///"):
        from filelock import FileLock

        file = Path(url.removeprefix("sqlite:///"))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreFailedError(
                f"Optuna's storage {file} cannot be made: {error.strerror}. Check WORKBENCH_OPTUNA_URL."
            ) from None
        with FileLock(file.with_name(f"{file.name}.lock")):
            yield
        return
    if url.startswith("postgresql"):
        with lock_database(url, _ADVISORY_KEY):
            yield
        return
    raise _unsupported(url)


def _unsupported(url: str) -> WorkbenchError:
    kind = url.split(":", 1)[0]
    return WorkbenchError(
        f"Studies cannot be kept in '{kind}'. WORKBENCH_OPTUNA_URL takes sqlite:///FILE or postgresql://..., "
        "or leave it unset for db/optuna.db."
    )


@contextmanager
def quiet_optuna() -> Iterator[None]:
    """Keep Optuna's notes about experimental parts, new studies and finished trials off the notebook.

    The panel looks at a study from a thread of its own while the cell tunes: notes come back after the last of the two.
    """
    import optuna
    from optuna.exceptions import ExperimentalWarning

    with _QUIET:
        before = _loud[0] if _loud else optuna.logging.get_verbosity()
        _loud.append(before)
        optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        # For good: put back by a panel's thread, the filters of before would end what a training in the cell has set.
        warnings.simplefilter("ignore", ExperimentalWarning)
        yield
    finally:
        with _QUIET:
            _loud.pop()
            if not _loud:
                optuna.logging.set_verbosity(before)

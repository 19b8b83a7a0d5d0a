"""The machines that work, as executors of `concurrent.futures`: processes of this one, or Dask's workers."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from workbench.engine.reach import check_reach
from workbench.engine.settings import ClusterSettings, read_settings
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.paths import Project

Result = TypeVar("Result")


class EngineLostError(WorkbenchError):
    """The scheduler is gone; what had been done by then is kept, and the same call goes on there."""


class Engine(Protocol):
    """Where chunks are done: `most_workers` is how many there may be, `dashboard` a sentence on where to watch them."""

    settings: ClusterSettings
    most_workers: int
    dashboard: str

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        """Have a worker call a function of a module. Raises EngineLostError when nobody can be asked any more."""
        ...

    def workers(self) -> int:
        """Count the workers that are there now."""
        ...

    def renew(self) -> None:
        """Be ready for more after a worker was lost. Raises EngineLostError where that cannot be."""
        ...

    def close(self) -> None:
        """Drop what is under way, and end the workers that were started from here."""
        ...


@contextmanager
def open_engine(on: str, project: Project, paths: Iterable[Path | str] = ()) -> Iterator[Engine]:
    """Have the workers that `on` means for the time of the block, see `read_settings`.

    `paths` are what they will read beside the image store. Raises ConfigError for what cluster.yaml says wrongly,
    WorkbenchError for images or paths that they cannot reach, a scheduler that does not answer within 10 s or a
    package that is not installed.
    """
    settings = read_settings(on, project)
    check_reach(settings, project, paths)
    engine: Engine
    if settings.engine == "local":
        engine = LocalProcesses(settings)
    else:
        from workbench.engine.dask_cluster import DaskCluster

        engine = DaskCluster(settings)
    if engine.dashboard:
        print(engine.dashboard, file=sys.stderr, flush=True)
    try:
        yield engine
    finally:
        engine.close()


class LocalProcesses:
    """Processes of this machine."""

    dashboard = ""

    def __init__(self, settings: ClusterSettings) -> None:
        self.settings = settings
        self.most_workers = settings.workers.maximum
        self._pool: Executor = self._started()

    def _started(self) -> ProcessPoolExecutor:
        # Forked, a process would share the threads' locks of libraries that are loaded here.
        return ProcessPoolExecutor(
            self.most_workers,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(dict(self.settings.environment), self.most_workers),
        )

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        with _no_main_program():
            return self._pool.submit(function, *arguments)

    def workers(self) -> int:
        return self.most_workers

    def renew(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._started()

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _begin(environment: Mapping[str, str], workers: int) -> None:
    """Prepare a worker process: it shares the cores with the others, and its parent answers Ctrl+C."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, cores // workers)))
    os.environ.update(environment)


@contextmanager
def _no_main_program() -> Iterator[None]:
    """Let started processes import no main program: a person's script need not be written to be read a second time."""
    before = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = before

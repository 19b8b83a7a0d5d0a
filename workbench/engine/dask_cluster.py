"""Dask's workers: those of a scheduler that runs, or those that a queue is asked for."""

from __future__ import annotations

import importlib
import logging
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from importlib.util import find_spec
from shlex import quote
from typing import Any, TypeVar
from urllib.parse import urlsplit

from workbench.distribution import NAME, extra_hint
from workbench.engine.engines import EngineLostError
from workbench.engine.settings import ClusterSettings
from workbench.engine.worker import check_versions, versions
from workbench.errors import WorkbenchError, first_line

Result = TypeVar("Result")

_ANSWER_SECONDS = 10
_LOOK_SECONDS = 0.1
_MODULES = {"GatewayCluster": "dask_gateway", "LocalCluster": "distributed"}
# Of those that dask-jobqueue starts jobs for: how many processes each job has is Dask's to guess otherwise.
_QUEUES = "dask_jobqueue"


class DaskCluster:
    """An engine over a Dask client."""

    def __init__(self, settings: ClusterSettings) -> None:
        self.settings = settings
        self.most_workers = settings.workers.maximum
        try:
            import distributed
        except ImportError:
            raise WorkbenchError(
                f"'engine: dask' needs Dask, which is not installed: {extra_hint('cluster')}."
            ) from None
        # What it logs of lost connections is told by us, in a sentence.
        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        self._cluster = self._started() if settings.cluster else None
        try:
            self._client: Any = _within(
                _ANSWER_SECONDS + 1,
                distributed.Client,
                self._cluster or settings.address,
                timeout=_ANSWER_SECONDS,
                set_as_default=False,
            )
        except (OSError, TimeoutError, ValueError) as error:
            if self._cluster is not None:
                self._cluster.close(timeout=10)
            raise WorkbenchError(
                f"The Dask scheduler at {settings.address} does not answer within {_ANSWER_SECONDS} s "
                f"({first_line(error)}). Start it (dask scheduler), or correct 'address' in cluster.yaml."
            ) from None
        self.dashboard = _dashboard(str(self._client.dashboard_link))
        try:
            self._check_workers()
        except BaseException:
            self.close()
            raise
        self.most_workers = max(self.most_workers, self.workers()) if settings.address else self.most_workers
        resources = {"resources": dict(settings.resources)} if settings.resources else {}
        self._executor = self._client.get_executor(pure=False, **resources)

    def submit(self, function: Callable[..., Result], *arguments: Any) -> Future[Result]:
        self.renew()
        found: Future[Result] = self._executor.submit(function, *arguments)
        return found

    def workers(self) -> int:
        try:
            return len(self._client.nthreads())
        except OSError:
            return 0

    def renew(self) -> None:
        until = time.monotonic() + _ANSWER_SECONDS
        while self._client.status != "running":
            # A scheduler that is started once more at its address is found by the client itself.
            if self._client.status != "connecting" or time.monotonic() > until:
                raise EngineLostError(
                    f"The connection to {self.settings.where} is gone. What was done is kept: start the same once more "
                    "when it answers, to go on there."
                )
            time.sleep(_LOOK_SECONDS)

    def close(self) -> None:
        if self._client.status == "running":
            self._executor_shutdown()
        self._client.close(timeout=2)
        if self._cluster is not None:
            self._cluster.close(timeout=10)

    def _executor_shutdown(self) -> None:
        executor = getattr(self, "_executor", None)
        if executor is not None:
            executor.shutdown(wait=False)

    def _check_workers(self) -> None:
        """Have the workers that are there already compare their packages; others do so with their first chunk."""
        try:
            self._client.run(check_versions, versions(), on_error="raise")
        except ModuleNotFoundError as error:
            raise WorkbenchError(
                f"A worker of {self.settings.where} has no package '{error.name}'. Install the same {NAME} there as "
                "here, and start the workers once more."
            ) from None
        except OSError:
            # A worker was lost while it was asked: its successor compares with its first chunk. Or the scheduler was,
            # and the client may not know it yet: asking it tells.
            self.workers()
            self.renew()

    def _started(self) -> Any:
        """Ask a queue, or a gateway, for workers. Raises WorkbenchError for arguments that its class refuses."""
        name = str(self.settings.cluster)
        module = _MODULES.get(name, _QUEUES)
        try:
            with _ctrl_c_kept():
                made = getattr(importlib.import_module(module), name)
        except ImportError:
            hint = "pip install dask-gateway" if module == "dask_gateway" else extra_hint("cluster")
            raise WorkbenchError(f"'cluster: {name}' needs {module}, which is not installed: {hint}.") from None
        arguments = dict(self.settings.arguments)
        if module == _QUEUES:
            _require_command(name, made.job_cls.submit_command)
            arguments.setdefault("processes", self.settings.processes)
            exports = [f"export {key}={quote(value)}" for key, value in self.settings.environment.items()]
            arguments["job_script_prologue"] = [*exports, *arguments.get("job_script_prologue", [])]
        try:
            cluster = made(**arguments)
        except Exception as error:
            raise WorkbenchError(
                f"{name} could not be started with the 'arguments' of cluster.yaml: {first_line(error)}. Allowed are "
                f"those of {module}.{name}."
            ) from error
        if name != "LocalCluster":
            cluster.adapt(minimum=self.settings.workers.minimum, maximum=self.settings.workers.maximum)
        return cluster


def _require_command(name: str, command: str) -> None:
    """Raise WorkbenchError where jobs cannot be submitted: dask-jobqueue would try for ever."""
    if shutil.which(command.split()[0]) is None:
        raise WorkbenchError(
            f"'cluster: {name}' submits its jobs with '{command}', which this machine does not have. Start the same "
            "where jobs are submitted, on the cluster's login node, or give cluster.yaml the 'address' of a scheduler."
        )


@contextmanager
def _ctrl_c_kept() -> Iterator[None]:
    """Leave Ctrl+C to this process: dask_jobqueue 0.9 has it exit, a notebook's kernel too, from its import on."""
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGINT) is not before:
            signal.signal(signal.SIGINT, before)


def _dashboard(link: str) -> str:
    # Without it a scheduler has none.
    port = urlsplit(link).port if find_spec("bokeh") is not None else None
    return f"Dask's dashboard: {link} (where JupyterLab runs on its machine: /proxy/{port}/status)" if port else ""


def _within(seconds: float, make: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
    """Call something that may wait forever, as Dask does for a program that listens and is no scheduler."""
    found: Future[Result] = Future()

    def call() -> None:
        try:
            found.set_result(make(*arguments, **options))
        except BaseException as error:
            found.set_exception(error)

    threading.Thread(target=call, daemon=True).start()
    return found.result(seconds)

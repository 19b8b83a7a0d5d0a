"""Further processes that take part in a study on this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from workbench.jobs.launcher import StartedJob, start_job
from workbench.jobs.processes import wait_or_kill
from workbench.training.distributed import available_cores, share_cores

if TYPE_CHECKING:
    from workbench.paths import Project

KIND = "tuning worker"
_PATIENCE_SECONDS = 20
_LOG_LINES = 15


class WorkerPool:
    """The running worker processes; they end by themselves when no trial is left."""

    def __init__(self, workers: Sequence[StartedJob]) -> None:
        self._workers = workers
        self.joined = False

    def __bool__(self) -> bool:
        return bool(self._workers)

    def join(self) -> None:
        """Let all take part in the study, which is open now."""
        self.joined = True
        for worker in self._workers:
            assert worker.process.stdin is not None
            # One that has died already is told of by `wait`.
            with suppress(BrokenPipeError):
                worker.process.stdin.write(b"join\n")
                worker.process.stdin.flush()

    def wait(self) -> None:
        """Wait for all; tell of those that failed, with the end of what they printed."""
        for worker in self._workers:
            if worker.process.wait() != 0:
                tail = "\n".join(worker.job.log_tail().splitlines()[-_LOG_LINES:])
                code, log = worker.process.returncode, worker.job.log
                print(f"A worker ended with code {code} (its whole output: {log}):\n{tail}", flush=True)

    def stop(self) -> None:
        """End those that still run: first asked, then made to. Nothing is lost by one that never joined."""
        for worker in self._workers:
            if not self.joined:
                worker.process.terminate()
            # The end of its standard input is how a worker learns that its parent is gone.
            if worker.process.stdin is not None:
                with suppress(BrokenPipeError):
                    worker.process.stdin.close()
        for worker in self._workers:
            wait_or_kill(worker.process, _PATIENCE_SECONDS)


@contextmanager
def worker_pool(count: int, project: Project, study: str, call: Mapping[str, Any]) -> Iterator[WorkerPool]:
    """Have `count` worker processes for the time of the block; they load the libraries and wait to `join`.

    `call` is the `tune` call that they take part in.
    """
    workers = [
        start_job(
            project,
            KIND,
            "workbench.tuning.worker:work",
            call,
            title=f"tune-{study}-worker-{number}",
            with_parent=True,
            environment=_environment(number, count + 1),
        )
        for number in range(1, count + 1)
    ]
    pool = WorkerPool(workers)
    try:
        yield pool
    finally:
        pool.stop()
        for worker in workers:
            if not pool.joined or worker.process.returncode in (0, -signal.SIGTERM):
                worker.job.forget()


@contextmanager
def shared_cores(workers: int) -> Iterator[None]:
    """Let this process use its share of the cores for the time of the block."""
    import torch

    before = torch.get_num_threads()
    share_cores(workers)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _environment(number: int, workers: int) -> dict[str, str]:
    """What each worker has to itself: a share of the cores, and a GPU where there are several."""
    share = max(1, available_cores() // workers)
    given = os.environ.get("OMP_NUM_THREADS", "")
    environment = {"OMP_NUM_THREADS": str(min(share, int(given)) if given.isdigit() else share)}
    devices = _devices()
    if len(devices) > 1:
        environment["CUDA_VISIBLE_DEVICES"] = devices[number % len(devices)]
    return environment


def _devices() -> list[str]:
    """The GPUs that this process may use, as CUDA_VISIBLE_DEVICES names them; this process itself takes the first."""
    import torch

    named = os.environ.get("CUDA_VISIBLE_DEVICES")
    if named:
        return named.split(",")
    return [str(index) for index in range(torch.cuda.device_count())]

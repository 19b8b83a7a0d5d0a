"""Further processes that take part in a study on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.notebooks import BATCH_VARIABLE
from workbench.training.distributed import available_cores, share_cores

if TYPE_CHECKING:
    from workbench.paths import Project

_PATIENCE_SECONDS = 20
_LOG_LINES = 15


class Workers:
    """The running worker processes; they end by themselves when no trial is left."""

    def __init__(self, processes: list[tuple[subprocess.Popen[bytes], Path]]) -> None:
        self._processes = processes
        self._joined = False

    def __bool__(self) -> bool:
        return bool(self._processes)

    def join(self, call: Mapping[str, Any]) -> None:
        """Tell all which `tune` call to take part in."""
        self._joined = True
        for process, _ in self._processes:
            assert process.stdin is not None
            # One that has died already is told of by `wait`.
            with suppress(BrokenPipeError):
                process.stdin.write(json.dumps(call).encode() + b"\n")
                process.stdin.flush()

    def wait(self) -> None:
        """Wait for all; tell of those that failed, with the end of what they printed."""
        for process, log in self._processes:
            if process.wait() != 0:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_LINES:])
                print(f"A worker ended with code {process.returncode} (its whole output: {log}):\n{tail}", flush=True)

    def stop(self) -> None:
        """End those that still run: first asked, then made to. Nothing is lost by one that never joined."""
        for process, _ in self._processes:
            if not self._joined:
                process.terminate()
            # The end of its standard input is how a worker learns that its parent is gone.
            if process.stdin is not None:
                with suppress(BrokenPipeError):
                    process.stdin.close()
        for process, _ in self._processes:
            try:
                process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def started(count: int, project: Project) -> Iterator[Workers]:
    """Have `count` worker processes for the time of the block; they load the libraries and wait to `join`."""
    folder = project.cache / "tuning"
    if count:
        folder.mkdir(parents=True, exist_ok=True)
    processes = []
    for number in range(1, count + 1):
        log = folder / f"worker-{os.getpid()}-{number}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "workbench.tuning.worker"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(number, count + 1, project),
                cwd=project.root,
            )
        processes.append((process, log))
    workers = Workers(processes)
    try:
        yield workers
    finally:
        workers.stop()
        for process, log in processes:
            if process.returncode in (0, -signal.SIGTERM):
                log.unlink(missing_ok=True)


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


def same_code(project: Project) -> dict[str, str]:
    """Environment variables by which a process finds the project and the code of this one, however that came to it."""
    # This package's folder comes first: MLflow puts the copy of it that a loaded model carries before all else.
    paths = [str(Path(__file__).parents[2]), *(path for path in sys.path if path)]
    return {"WORKBENCH_ROOT": str(project.root), "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def _environment(number: int, workers: int, project: Project) -> dict[str, str]:
    environment = {**os.environ, **same_code(project), BATCH_VARIABLE: "1"}
    share = max(1, available_cores() // workers)
    given = environment.get("OMP_NUM_THREADS", "")
    environment["OMP_NUM_THREADS"] = str(min(share, int(given)) if given.isdigit() else share)
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

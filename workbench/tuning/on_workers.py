"""A study on the workers of a cluster: each trains the next trial in a process of its own, until none is left."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.engine.chunks import run_chunks
from workbench.engine.engines import Engine
from workbench.engine.parts import PartFolder
from workbench.engine.progress import Watch
from workbench.engine.worker import Outcome, Task, WorkerError, Workplace, versions, worker_name
from workbench.errors import WorkbenchError
from workbench.jobs.launcher import start_job
from workbench.jobs.processes import wait_or_kill
from workbench.paths import Project, atomic_write
from workbench.store.remote_images import images_address
from workbench.tuning.queue import trials_left
from workbench.tuning.trial_lines import TrialLines
from workbench.tuning.worker_pool import KIND

if TYPE_CHECKING:
    from workbench.tuning.tune import Call, Search

_LOOK_SECONDS = 2.0
_BEAT_SECONDS = 5.0
# Of a shared disk, which may show a change some seconds late.
_SILENCE_SECONDS = 120.0
_PATIENCE_SECONDS = 20
_LOG_LINES = 15
_ROUNDS = 3
_ADDRESSES = ("WORKBENCH_DATABASE_URL", "WORKBENCH_MLFLOW_URI", "WORKBENCH_OPTUNA_URL", "WORKBENCH_IMAGES_URL")


def check_tuning_reach(engine: Engine, project: Project) -> None:
    """Raise WorkbenchError where workers on other machines could not share the study."""
    if not engine.settings.is_remote:
        return
    for name, url in zip(_ADDRESSES, (project.database_url, project.mlflow_uri, project.optuna_url), strict=False):
        if url.startswith("sqlite"):
            raise WorkbenchError(
                f"Trials on other machines write into one study, and {url.split('?')[0]} is a SQLite file, which they "
                f"cannot share. Set {name} to PostgreSQL. See docs/group.md."
            )


def work_on(engine: Engine, search: Search, call: Call) -> None:
    """Have the workers of an engine run the trials of a study that is open, until none is left."""
    project, study = search.project, search.study.study_name
    beat = _Heartbeat(project.cache / "tuning" / f"{os.getpid()}-{time.time_ns()}.beat")
    watch = _TrialWatch(lines=TrialLines(search.study), beat=beat)
    environment = {name: os.environ[name] for name in _ADDRESSES if name in os.environ}
    about = {"root": str(project.root), "study": study, "call": asdict(call), "environment": environment}
    about["beat"] = str(beat.file)
    task = Task(f"{__name__}:take_part", about, images_address(project), PartFolder(""), versions())
    try:
        # A worker that was killed leaves its trial behind.
        for _ in range(_ROUNDS):
            left = trials_left(project, search.plan)
            if not left or time.monotonic() > search.end:
                break
            for _ in run_chunks(engine, task, [[n] for n in range(min(left, engine.most_workers))], watch=watch):
                watch.trials.show()
    finally:
        beat.stop()
    watch.trials.show()


def take_part(
    _numbers: Sequence[int],
    place: Workplace,
    *,
    root: str,
    study: str,
    call: Mapping[str, Any],
    environment: Mapping[str, str],
    beat: str,
) -> Outcome:
    """Run trials on a worker, in a process of its own, until none is left or the client is gone."""
    project = Project(Path(root))
    if not project.params_file.is_file():
        raise WorkerError(
            f"The worker {worker_name()} does not see the project's folder {root}. Trials need it on every machine, "
            "under the same path."
        )
    title = f"tune-{study}-on-{worker_name().replace(':', '-').replace('/', '-')}"
    started = start_job(
        project, KIND, "workbench.tuning.worker:work", call, title=title, with_parent=True, environment=environment
    )
    assert started.process.stdin is not None
    with suppress(BrokenPipeError):
        started.process.stdin.write(b"join\n")
        started.process.stdin.flush()
    listening = _Listener(Path(beat))
    while started.process.poll() is None and listening.hears():
        time.sleep(_LOOK_SECONDS)
    with suppress(BrokenPipeError):
        started.process.stdin.close()
    wait_or_kill(started.process, _PATIENCE_SECONDS)
    if started.process.returncode > 0:
        tail = "\n".join(started.job.log_tail().splitlines()[-_LOG_LINES:])
        raise WorkerError(f"A process of the worker {worker_name()} ended with an error:\n{tail}")
    started.job.forget()
    return Outcome(0)


@dataclass
class _Heartbeat:
    """A file that tells workers that the client is there: it changes while it is, and is gone when it has stopped."""

    file: Path
    _next: float = 0.0

    def __post_init__(self) -> None:
        self.now()

    def now(self) -> None:
        if time.monotonic() >= self._next:
            with atomic_write(self.file, durable=False) as part:
                part.write_text(str(time.time_ns()), encoding="utf-8")
            self._next = time.monotonic() + _BEAT_SECONDS

    def stop(self) -> None:
        self.file.unlink(missing_ok=True)


@dataclass
class _Listener:
    """The other side of it; a client that was killed is silent."""

    file: Path
    _heard: str = ""
    _at: float = field(default_factory=time.monotonic)

    def hears(self) -> bool:
        try:
            said = self.file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return False
        except OSError:
            said = self._heard
        if said != self._heard:
            self._heard, self._at = said, time.monotonic()
        return time.monotonic() - self._at < _SILENCE_SECONDS


class _TrialWatch(Watch):
    """Shows trials as they end."""

    def __init__(self, *, lines: TrialLines, beat: _Heartbeat) -> None:
        super().__init__()
        self.trials = lines
        self._beat = beat

    def look(self, engine: Engine) -> None:
        super().look(engine)
        self._beat.now()
        self.trials.show()

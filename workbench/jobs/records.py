"""The record of a job: a small JSON file from which any process of the project can tell how the job stands.

A job leaves files of one stem under `runs/`: its record (`.job.json`) and its log (`.log`), and whatever it makes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workbench.errors import NotFoundError, unknown_name
from workbench.jobs.processes import is_alive
from workbench.masking import masked
from workbench.paths import atomic_write

if TYPE_CHECKING:
    from workbench.paths import Project

SUFFIX = ".job.json"
JOB_VARIABLE = "WORKBENCH_JOB"
"""The environment variable that names the job which a process is part of."""

JobState = Literal["running", "complete", "stopped", "interrupted", "failed", "lost"]
_BORN_WITHIN_S = 60
_LOG_BYTES = 20_000


@dataclass(frozen=True)
class Job:
    """A job as its record has it; times are in seconds since 1970.

    `kind` says what sort of work it is, `arguments` what it was asked to do. `state` is `lost` when its process ended
    without a word. A failed or interrupted one has an `error`, one that ended well a `result`.
    """

    record: Path
    kind: str
    task: str
    arguments: dict[str, Any]
    started: float
    state: JobState = "running"
    pid: int | None = None
    born: float | None = None
    ended: float | None = None
    result: dict[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def id(self) -> str:
        """The stem of the job's files."""
        return self.record.name.removesuffix(SUFFIX)

    @property
    def log(self) -> Path:
        """What the job prints."""
        return self.file(".log")

    def file(self, suffix: str) -> Path:
        """Return the path of one of the job's files."""
        return self.record.with_name(f"{self.id}{suffix}")

    def log_tail(self, size: int = _LOG_BYTES) -> str:
        """Return the end of what the job has printed, at most `size` bytes of it. Raises OSError without a log."""
        with self.log.open("rb") as stream:
            stream.seek(max(0, self.log.stat().st_size - size))
            return stream.read().decode("utf-8", "replace")

    def changed(self, **values: Any) -> Job:
        """Write other values into the record, and return the job with them."""
        job = replace(self, **values)
        content = {name: value for name, value in asdict(job).items() if name != "record"}
        with atomic_write(self.record) as part:
            text = json.dumps(content, default=str)
            # What it was asked to do, its process has to read as it is; once it has ended, nobody has.
            part.write_text(masked(text) if job.ended else text, encoding="utf-8")
        return job

    def forget(self) -> None:
        """Remove the record and the log."""
        for file in (self.record, self.log):
            file.unlink(missing_ok=True)


def new_job(project: Project, kind: str, task: str, arguments: Mapping[str, Any], title: str) -> Job:
    """Write the record of a job that begins now; `title` is in its id, after the time."""
    project.runs.mkdir(parents=True, exist_ok=True)
    name = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in title)
    stem = f"{datetime.now():%Y%m%d-%H%M%S}-{name}"
    number = 1
    while True:
        record = project.runs / f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}"
        try:
            record.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return Job(record, kind, task, dict(arguments), time.time()).changed()


def read_job(record: Path) -> Job | None:
    """Return the job of a record; None when the file is gone or not a whole record."""
    try:
        job = Job(record, **json.loads(record.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return replace(job, state="lost") if job.state == "running" and not _lives(job) else job


def list_jobs(project: Project, kind: str | None = None, *, limit: int | None = None) -> list[Job]:
    """Return the project's jobs, or those of a kind, the newest first and at most `limit`."""
    found: list[Job] = []
    for record in sorted(project.runs.glob(f"*{SUFFIX}"), reverse=True):
        job = read_job(record)
        if job is not None and kind in (None, job.kind):
            found.append(job)
        if len(found) == limit:
            break
    return found


def latest_job(project: Project, kind: str, arguments: Mapping[str, Any]) -> Job | None:
    """Return the latest of the project's last 20 jobs of a kind that was asked for just this; None without one."""
    return next((job for job in list_jobs(project, kind, limit=20) if job.arguments == arguments), None)


def find_job(project: Project, job_id: str) -> Job:
    """Return the job of an id. Raises NotFoundError, which names the nearest."""
    known = {path.name.removesuffix(SUFFIX): path for path in project.runs.glob(f"*{SUFFIX}")}
    job = read_job(known[job_id]) if job_id in known else None
    if job is None:
        raise NotFoundError(unknown_name("job", job_id, known))
    return job


def _lives(job: Job) -> bool:
    if job.pid is None or job.born is None:
        return time.time() - job.started < _BORN_WITHIN_S
    return is_alive(job.pid, job.born)

"""The one way in which a job is started, and asked to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.jobs.processes import same_code
from workbench.jobs.records import JOB_VARIABLE, Job, new_job, read_job
from workbench.notebooks import BATCH_VARIABLE

if TYPE_CHECKING:
    from workbench.paths import Project


@dataclass(frozen=True)
class StartedJob:
    """A job and its process, for the process that started it."""

    job: Job
    process: subprocess.Popen[bytes]

    def now(self) -> Job:
        """Return the job as its record has it now."""
        self.process.poll()
        return read_job(self.job.record) or self.job


def start_job(
    project: Project,
    kind: str,
    task: str,
    arguments: Mapping[str, Any],
    *,
    title: str,
    with_parent: bool = False,
    environment: Mapping[str, str] | None = None,
) -> StartedJob:
    """Start a function of this package in a process of its own.

    `task` names it as `module:function`; it gets the job and returns its result, a mapping ready for JSON. The process
    has this one's code, project and environment, and `environment` on top of it. It outlives this one, in a session of
    its own; `with_parent` gives it a pipe to this process as its standard input instead, which ends with this process.
    Raises WorkbenchError when it cannot be started.
    """
    job = new_job(project, kind, task, arguments, title)
    try:
        with job.log.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "workbench.jobs.run", str(job.record)],
                stdin=subprocess.PIPE if with_parent else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=project.root,
                env={**os.environ, **_environment(project, job), **(environment or {})},
                start_new_session=not with_parent,
            )
    except OSError as error:
        job.changed(state="failed", error=str(error), ended=time.time())
        raise WorkbenchError(f"The {kind} could not be started: {error}.") from None
    # Asked now and then, so that those that have ended do not stay as zombies.
    _children[:] = [child for child in _children if child.poll() is None]
    _children.append(process)
    return StartedJob(job, process)


def interrupt(job: Job) -> None:
    """Send a job the signal of Ctrl+C. Raises WorkbenchError when it does not run."""
    if job.state != "running":
        raise WorkbenchError(f"The job '{job.id}' does not run, so there is nothing to stop.")
    if job.pid is None:
        raise WorkbenchError(f"The job '{job.id}' is being started. Stop it in a few seconds.")
    os.kill(job.pid, signal.SIGINT)


_children: list[subprocess.Popen[bytes]] = []


def _environment(project: Project, job: Job) -> dict[str, str]:
    return {**same_code(project), JOB_VARIABLE: job.id, BATCH_VARIABLE: "1", "PYTHONUNBUFFERED": "1"}

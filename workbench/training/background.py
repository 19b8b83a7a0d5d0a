"""Trainings in the background: jobs that run the training notebook and outlive browser and kernel.

Beside its record and its log, such a job leaves the executed notebook under `runs/`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from workbench.errors import WorkbenchError
from workbench.jobs.launcher import interrupt, start_job
from workbench.jobs.processes import is_descendant
from workbench.jobs.records import Job, find_job, list_jobs
from workbench.notebooks import check_parameters, find_notebook, run_notebook
from workbench.paths import Project, find_project
from workbench.training.progress_file import RUNNING, State, progress_by_job, request_stop

NOTEBOOK = "03_train"
KIND = "training"
_SHOWN = 30
_AS_SHIPPED: dict[str, Any] = {"overrides": {}, "num_epochs": None, "run_name": None, "params_file": "params.yaml"}


def launch(project: Project, parameters: Mapping[str, Any]) -> str:
    """Start the training notebook with these parameters in a process of its own and return the job's id.

    What is not given is as params.yaml has it: what a person wrote into the notebook's cell is for training there, not
    here. Settings are checked first: raises ConfigError for wrong ones and NotFoundError for an unknown theme or
    network, before anything is started or written.
    """
    from workbench.store import open_store
    from workbench.store.themes import get_theme
    from workbench.training.networks import require_importable
    from workbench.training.plan import read_settings

    parameters = {**_AS_SHIPPED, **parameters}
    check_parameters(find_notebook(NOTEBOOK, project), parameters)
    params, _ = read_settings(
        project,
        theme=parameters.get("theme"),
        params_file=parameters.get("params_file"),
        overrides=parameters.get("overrides"),
        num_epochs=parameters.get("num_epochs"),
        run_name=parameters.get("run_name"),
    )
    require_importable([params.model.name])
    with closing(open_store(project)) as store, store.read() as session:
        get_theme(params.theme, session=session)
    values = {**parameters, "theme": params.theme}
    task = "workbench.training.background:run_training_notebook"
    return start_job(project, KIND, task, values, title=f"{NOTEBOOK}-{params.theme}").job.id


def run_training_notebook(job: Job) -> dict[str, Any]:
    """Run the notebook in this process, as the job asks, and return what it recorded."""
    output = job.file(".ipynb")
    return run_notebook(NOTEBOOK, job.arguments, project=find_project(), output=output, stream=sys.stdout).result


def launches(project: Project) -> list[State]:
    """Return how each of the last thirty trainings in the background stands, the newest first.

    A row holds `id`, `parameters`, `started` and `ended` (seconds since 1970, `ended` only then), `notebook`, and
    `state`: running, complete, stopped, failed, interrupted, or lost when its process ended without a word. A failed
    one holds `error`, a finished one `result`; `progress` is what its run said last, once there is one. One that was
    interrupted, and whose run was resumed elsewhere, has the state of that run.
    """
    progress = progress_by_job(project)
    return [_row(job, progress) for job in list_jobs(project, KIND, limit=_SHOWN)]


def launch_of(project: Project, job_id: str) -> State:
    """Return how a training in the background stands, as `launches` does. Raises NotFoundError for an unknown id."""
    return _row(find_job(project, job_id), progress_by_job(project))


def log_of(project: Project, job_id: str) -> str:
    """Return the end of what a training has printed, at most 20,000 bytes."""
    return find_job(project, job_id).log_tail()


def stop_launch(project: Project, job_id: str, *, at_once: bool = False) -> str:
    """Ask a training to end, and return what will happen.

    It ends after its present batch and is tested and saved; one that has not begun ends at once. `at_once`
    interrupts a training, too: its run then keeps the checkpoint of its last whole epoch. Raises WorkbenchError when
    it does not run.
    """
    job = find_job(project, job_id)
    if job.state != "running":
        raise WorkbenchError("This training does not run any more, so there is nothing to stop.")
    progress = progress_by_job(project).get(job.id)
    if progress is not None and progress["state"] in RUNNING:
        if not at_once:
            return request_stop(project, progress["run_id"])
        # Process ids are reused.
        if job.pid is not None and is_descendant(progress["pid"], job.pid):
            os.kill(progress["pid"], signal.SIGINT)
            if not progress["epochs"]:
                return "It is interrupted before its first epoch was over; there is no checkpoint yet."
            return "It is interrupted; its run keeps the checkpoint of the last whole epoch."
    # SIGINT lets papermill end its kernel and keep the notebook.
    interrupt(job)
    return "It ends before its training has begun."


def _row(job: Job, progress: Mapping[str, State]) -> State:
    row = {
        "id": job.id,
        "parameters": job.arguments,
        "started": job.started,
        "state": job.state,
        "notebook": str(job.file(".ipynb")),
    }
    row |= {name: value for name in ("ended", "error", "result") if (value := getattr(job, name))}
    now = progress.get(job.id)
    if now is not None:
        row["progress"] = now
        if now.get("resumed") and now["state"] in ("complete", "stopped"):
            row |= {"state": now["state"], "error": ""}
    return row

"""Searches in the background: jobs that run the tuning notebook and outlive browser and kernel.

How far a search is stands in its study; its job says whether a process works on it, and why one ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.jobs.launcher import interrupt, start_job
from workbench.jobs.processes import is_descendant
from workbench.jobs.records import Job, find_job, list_jobs
from workbench.notebooks import check_parameters, find_notebook, run_notebook
from workbench.paths import Project, find_project

if TYPE_CHECKING:
    from optuna import Study

NOTEBOOK = "04_tune"
KIND = "tuning"
_LOOKED_AT = 30


def start_search(project: Project, parameters: Mapping[str, Any]) -> Job:
    """Start, or go on with, the study of these parameters of the tuning notebook in a process of its own.

    Settings are checked first: raises ConfigError for wrong ones, NotFoundError for an unknown theme, ConflictError
    while a search of this study runs here, and WorkbenchError where it has all of its trials.
    """
    from workbench.store import open_store
    from workbench.store.themes import get_theme
    from workbench.training.networks import require_importable
    from workbench.tuning.queue import trials_left
    from workbench.tuning.tune import call_of, plan_of

    check_parameters(find_notebook(NOTEBOOK, project), parameters)
    plan = plan_of(call_of(project, **{name: parameters.get(name) for name in _OF_CALL}), project)
    searched = plan.space.get("model.name")
    require_importable([plan.params_with({}).model.name, *map(str, searched.choices or () if searched else ())])
    with closing(open_store(project)) as store, store.read() as session:
        get_theme(plan.theme, session=session)
    running = search_of(project, plan.theme, plan.study_name)
    if running is not None and running.state == "running":
        raise ConflictError(f"The study '{plan.study_name}' is being searched already. Stop that search first.")
    if not trials_left(project, plan):
        raise WorkbenchError(
            f"The study '{plan.study_name}' has its {plan.n_trials} trials. Give a larger number of trials to go on, "
            "or study.name another name in optuna_params.yaml to begin a new one."
        )
    arguments = {"study": plan.study_name, "parameters": {**parameters, "theme": plan.theme}}
    task = "workbench.tuning.background:run_tuning_notebook"
    return start_job(project, KIND, task, arguments, title=f"{NOTEBOOK}-{plan.theme}").job


_OF_CALL = ("theme", "run_name", "params_file", "optuna_params_file", "n_trials", "timeout", "overrides")


def run_tuning_notebook(job: Job) -> dict[str, Any]:
    """Run the notebook in this process, as the job asks, and return what it recorded."""
    parameters, output = job.arguments["parameters"], job.file(".ipynb")
    return run_notebook(NOTEBOOK, parameters, project=find_project(), output=output, stream=sys.stdout).result


def search_of(project: Project, theme: str, study: str | None = None) -> Job | None:
    """Return the job of the latest search in the background of a theme, or of one of its studies; None without any."""
    for job in list_jobs(project, KIND, limit=_LOOKED_AT):
        if job.arguments["parameters"]["theme"] == theme and study in (None, job.arguments["study"]):
            return job
    return None


def stop_search(project: Project, job_id: str, *, at_once: bool = False) -> str:
    """Ask a search to end, and return what will happen.

    It ends after its present trials; `at_once` interrupts those, too, and the next search of the study repeats them.
    One that has no trial yet ends at once. Raises WorkbenchError when it does not run.
    """
    from workbench.tuning.study import find_study, stop_study

    job = find_job(project, job_id)
    if job.state != "running":
        raise WorkbenchError("This search does not run any more, so there is nothing to stop.")
    try:
        study = find_study(project, job.arguments["study"])
    except NotFoundError:
        study = None
    working = [] if study is None or job.pid is None else _working(study, job.pid)
    if study is None or not working:
        # SIGINT lets papermill end its kernel and keep the notebook.
        interrupt(job)
        return "It ends before its next trial has begun."
    stop_study(study)
    if not at_once:
        return "It ends after the trials that run now."
    for pid in working:
        os.kill(pid, signal.SIGINT)
    return "It is interrupted; the trials that ran are repeated when it goes on."


def _working(study: Study, job_pid: int) -> list[int]:
    """The processes of a job that are at a trial now."""
    from optuna.trial import TrialState

    from workbench.tuning.queue import WORKER, is_dead

    workers = [trial.user_attrs.get(WORKER) for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,))]
    # Process ids are reused, and a worker may be on another machine.
    return [
        worker["pid"] for worker in workers if worker and not is_dead(worker) and is_descendant(worker["pid"], job_pid)
    ]

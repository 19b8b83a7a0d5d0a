"""A full training from a study's best settings, as a job that outlives the notebook that began it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.jobs.launcher import StartedJob, start_job

if TYPE_CHECKING:
    from workbench.jobs.records import Job
    from workbench.paths import Project

KIND = "full run"


def start_full_run(project: Project, study_name: str, num_epochs: int | None = None) -> StartedJob:
    """Begin to train a run of its own with the study's best settings, for the trials' epochs or another number.

    Raises WorkbenchError for a number of epochs below 1.
    """
    if num_epochs is not None and num_epochs < 1:
        raise WorkbenchError(f"The number of epochs is {num_epochs}; at least 1 is needed.")
    arguments = {"study": study_name, "num_epochs": num_epochs}
    task = "workbench.tuning.full_run:train_best_settings"
    return start_job(project, KIND, task, arguments, title=f"full_run-{study_name}")


def train_best_settings(job: Job) -> dict[str, Any]:
    """Train with the best settings of the job's study, and return what the training came to."""
    from workbench.paths import find_project
    from workbench.tuning.results import read_result
    from workbench.tuning.study import find_study

    project = find_project()
    result = read_result(find_study(project, job.arguments["study"]), project)
    return result.train_best(num_epochs=job.arguments["num_epochs"]).as_dict()


def full_run_state(job: Job) -> dict[str, Any]:
    """How far a full run is: `running`, whether it `failed`, and a `text` about it."""
    if job.state == "running":
        lines = job.log_tail().splitlines() if job.log.exists() else []
        return {"running": True, "failed": False, "text": lines[-1].strip() if lines else "getting ready"}
    if job.result:
        run, accuracy = job.result, job.result["metrics"]["test_accuracy"]
        text = f"Trained the run '{run['run_name']}' ({run['run_id']}): test accuracy {accuracy:.4f}."
        return {"running": False, "failed": False, "text": text}
    reason = job.error or f"its process ended early, see {job.log}"
    return {"running": False, "failed": True, "text": f"The training did not end well: {' '.join(reason.split())}"}

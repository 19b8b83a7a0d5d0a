"""What of a study goes into MLflow: its parent run, and the links between a trial and its run.

The parent run is begun once, by whichever process is the first, and filled when the study rests. The links' addresses
are those of `workbench mlflow` and `workbench dashboard`; below Jupyter's address the dashboard puts that in their
place, and a notebook's panel has its own.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from workbench.errors import NotFoundError
from workbench.masking import masked
from workbench.registry import mlflow_ui
from workbench.registry.tracking import FAILURE_TAG, THEME_TAG, connect, experiment_for, get_run
from workbench.training.params import text_of, yaml_text
from workbench.tuning import dashboard
from workbench.tuning.plots import draw, save
from workbench.tuning.results import LOST, read_result, read_trials, trial_rows
from workbench.tuning.space import describe
from workbench.tuning.storage import storage_lock
from workbench.tuning.study import KIND_TAG, PARENT_RUN, STATE_TAG, STUDY_TAG

if TYPE_CHECKING:
    import optuna
    from mlflow import MlflowClient
    from mlflow.entities import Metric, RunTag

    from workbench.paths import Project
    from workbench.tuning.plan import TuningPlan
    from workbench.tuning.results import Trial, TuningResult


def open_parent_run(project: Project, study: optuna.Study, plan: TuningPlan) -> str:
    """Return the id of the study's parent run; it is created when the study has none (any more)."""
    client = connect(project)
    with storage_lock(project.optuna_url):
        run_id = study.user_attrs.get(PARENT_RUN)
        if run_id is not None and _is_there(run_id, project):
            client.update_run(run_id, status="RUNNING")
            return str(run_id)
        tags = {STUDY_TAG: study.study_name, KIND_TAG: "tuning", THEME_TAG: plan.theme}
        run = client.create_run(experiment_for(plan.theme, project), tags=tags, run_name=plan.run_name)
        study.set_user_attr(PARENT_RUN, run.info.run_id)
    for name, value in _settings(plan).items():
        client.log_param(run.info.run_id, name, value)
    return str(run.info.run_id)


def log_study(project: Project, plan: TuningPlan, study: optuna.Study, *, interrupted: bool = False) -> None:
    """Record what the study has come to, and end its parent run unless trials are still running elsewhere.

    The run keeps a table of all trials and, once one is complete, the best settings ready to train with
    (`params.yaml`, `auguments.yaml`), the history and the figures. It is FAILED when no trial is complete.
    """
    client = connect(project)
    run_id = study.user_attrs[PARENT_RUN]
    trials = read_trials(study)
    _close_lost(trials, client)
    metrics = plan.study.metric
    client.log_text(run_id, trials_csv(trials, metrics), "trials.csv")
    complete = any(trial.state == "complete" for trial in trials)
    if complete:
        result = read_result(study, project)
        client.log_batch(run_id, metrics=history(study, result), tags=_tags(result))
        params = plan.params_with({**result.best_params, "training.run_name": None})
        client.log_text(run_id, masked(text_of(params)), "params.yaml")
        client.log_text(run_id, masked(yaml_text(plan.augment_with(result.best_params).to_dict())), "auguments.yaml")
        with TemporaryDirectory() as folder:
            save(draw(study), Path(folder))
            client.log_artifacts(run_id, folder, "figures")
    if not any(trial.state == "running" for trial in trials):
        client.set_terminated(run_id, "KILLED" if interrupted else "FINISHED" if complete else "FAILED")


def _close_lost(trials: Sequence[Trial], client: MlflowClient) -> None:
    """End the runs of trials whose process died once too often; no successor does."""
    for trial in trials:
        if trial.run_id is None or trial.failure != LOST:
            continue
        if client.get_run(trial.run_id).info.status == "RUNNING":
            client.set_tag(trial.run_id, STATE_TAG, trial.state)
            client.set_tag(trial.run_id, FAILURE_TAG, LOST)
            client.set_terminated(trial.run_id, "FAILED")


def history(study: optuna.Study, result: TuningResult) -> list[Metric]:
    """The best value so far after each complete trial, for each objective: `study_valid_accuracy` at step N."""
    from mlflow.entities import Metric

    points = []
    for index, (name, direction) in enumerate(zip(result.metrics, result.directions, strict=True)):
        better = max if direction == "maximize" else min
        best: float | None = None
        for trial, frozen in zip(result.all_trials, study.get_trials(deepcopy=False), strict=True):
            if trial.values is None or frozen.datetime_complete is None:
                continue
            value = trial.values[index]
            best = value if best is None else better(best, value)
            points.append(Metric(f"study_{name}", best, int(frozen.datetime_complete.timestamp() * 1000), trial.number))
    return points


def trials_csv(trials: Sequence[Trial], metrics: Sequence[str]) -> str:
    """All trials as a table in CSV."""
    rows = trial_rows(trials, metrics)
    stream = StringIO()
    writer = csv.DictWriter(stream, fieldnames=list(rows[0]) if rows else ["trial"])
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _tags(result: TuningResult) -> list[RunTag]:
    from mlflow.entities import RunTag

    counts = ", ".join(f"{count} {state}" for state, count in result.counts.items())
    return [
        RunTag("workbench.best_trial", str(result.best_trial.number)),
        RunTag("workbench.best_run_id", result.best_run_id or ""),
        RunTag("workbench.trials", counts),
    ]


def _is_there(run_id: str, project: Project) -> bool:
    try:
        return get_run(run_id, project).info.lifecycle_stage == "active"
    except NotFoundError:
        return False


def _settings(plan: TuningPlan) -> dict[str, str]:
    settings = {
        "study": plan.study_name,
        "sampler": plan.study.sampler.name,
        "pruner": plan.study.pruner.name,
        "metric": ", ".join(plan.study.metric),
        "direction": ", ".join(plan.study.goals),
    }
    return settings | {f"search {name}": describe(parameter) for name, parameter in plan.space.items()}


def run_path(experiment_id: str, run_id: str) -> str:
    """Where MLflow's pages have a run."""
    return f"/#/experiments/{experiment_id}/runs/{run_id}"


def trial_path(study_id: int, number: int) -> str:
    """Where optuna-dashboard has a trial."""
    return f"/dashboard/studies/{study_id}/trials?numbers={number}"


def note_of_run(trial: optuna.Trial) -> str:
    """What the run's description says of its trial, in Markdown."""
    study = trial.study
    address = f"http://127.0.0.1:{dashboard.DEFAULT_PORT}{trial_path(study._study_id, trial.number)}"
    return f"Trial {trial.number} of the study [{study.study_name}]({address}) (`workbench dashboard`)"


def save_note_of_trial(trial: optuna.Trial, experiment_id: str, run_id: str) -> None:
    """Write the way to a trial's run into its note, which optuna-dashboard shows."""
    from optuna_dashboard import save_note

    address = f"http://127.0.0.1:{mlflow_ui.DEFAULT_PORT}{run_path(experiment_id, run_id)}"
    save_note(trial, f"MLflow run [trial_{trial.number}]({address}) `{run_id}` (`workbench mlflow`)")

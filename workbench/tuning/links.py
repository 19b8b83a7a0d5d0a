"""A trial's way to its MLflow run, and the run's way back, for people who look at either.

The addresses are those of `workbench mlflow` and `workbench dashboard`. Below Jupyter's address the dashboard puts
that in their place, and a notebook's panel has its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.registry import mlflow_ui
from workbench.tuning import dashboard
from workbench.tuning.reading import RUN

if TYPE_CHECKING:
    import optuna
    from lightning.pytorch import Callback


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


def link_callback(trial: optuna.Trial) -> Callback:
    """Write the run's id into the trial as soon as there is one, so that a crash leaves the link behind."""
    import mlflow
    from lightning.pytorch import Callback

    class Link(Callback):
        def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:
            run = mlflow.active_run()
            if run is not None and stage == "fit":
                trial.set_user_attr(RUN, run.info.run_id)
                save_note_of_trial(trial, run.info.experiment_id, run.info.run_id)

    return Link()


def save_note_of_trial(trial: optuna.Trial, experiment_id: str, run_id: str) -> None:
    """Write the way to a trial's run into its note, which optuna-dashboard shows."""
    from optuna_dashboard import save_note

    address = f"http://127.0.0.1:{mlflow_ui.DEFAULT_PORT}{run_path(experiment_id, run_id)}"
    save_note(trial, f"MLflow run [trial_{trial.number}]({address}) `{run_id}` (`workbench mlflow`)")

"""Using a study's result: a full training from the best parameters, or the best trial's model registered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.configuration import parse, with_overrides
from workbench.data.config.augment import AugmentConfig
from workbench.errors import NotFoundError

if TYPE_CHECKING:
    from workbench.registry import RegistrationResult
    from workbench.training.run import TrainingResult
    from workbench.tuning.results import TuningResult


def train_best(result: TuningResult, *, run_name: str | None = None, num_epochs: int | None = None) -> TrainingResult:
    """Train a run of its own with the settings that the study's parent run keeps as the best.

    `num_epochs` lets it train longer than the trials did. The run is tagged with the study and the trial.
    """
    from workbench.training.params import Params
    from workbench.training.plan import make_plan
    from workbench.training.run import Control, run_plan
    from workbench.tuning.tags import KIND_TAG, STUDY_TAG

    source = f"the parent run {result.run_id}"
    given: dict[str, Any] = {"training.run_name": run_name or f"{result.study_name} best"}
    if num_epochs is not None:
        given["training.num_epochs"] = num_epochs
    params = parse(Params, with_overrides(_kept(result, "params.yaml"), given), source=f"params.yaml of {source}")
    augment = AugmentConfig.from_dict(_kept(result, "auguments.yaml"), source=f"auguments.yaml of {source}")
    tags = {STUDY_TAG: result.study_name, KIND_TAG: "best", "workbench.best_trial": str(result.best_trial.number)}
    return run_plan(make_plan(params, augment, result.project), control=Control(tags=tags))


def register_best(result: TuningResult, stage: str) -> RegistrationResult:
    """Register the best trial's model as a version of the theme's model and put it into a stage."""
    from workbench.registry import register

    run_id = result.best_run_id
    if run_id is None:
        raise NotFoundError(f"The best trial of '{result.study_name}' has no run. Train one with train_best().")
    return register(result.theme, run_id=run_id, stage=stage, project=result.project)


def _kept(result: TuningResult, name: str) -> dict[str, Any]:
    """Read a YAML artifact of the parent run."""
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from mlflow.exceptions import MlflowException

    from workbench.configuration import read_yaml
    from workbench.registry.tracking import connect

    with TemporaryDirectory() as folder:
        try:
            path = connect(result.project).download_artifacts(result.run_id, name, folder)
        except MlflowException as error:
            raise NotFoundError(
                f"The parent run {result.run_id} has no {name}: {error.message} Run the tuning once more to write it."
            ) from None
        return read_yaml(Path(path))[0]

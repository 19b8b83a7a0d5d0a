"""Resuming a run that was interrupted, and reproducing one that is finished."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.data.config.augment import AugmentConfig
from workbench.errors import ConflictError, WorkbenchError
from workbench.paths import Project, find_project
from workbench.registry.tracking import (
    AUGMENT_FILE,
    PARAMS_FILE,
    SNAPSHOT_TAG,
    THEME_TAG,
    get_run,
    run_artifact,
    run_of_others_kept,
)
from workbench.store import open_store
from workbench.store.snapshots import get_snapshot
from workbench.store.themes import get_theme
from workbench.training.own_modules import tell_changed
from workbench.training.params import load_params
from workbench.training.plan import Plan, check_names, plan_from_snapshot
from workbench.training.progress_file import checkpoint_folder, read_progress, trains_now
from workbench.training.result import TrainingResult
from workbench.training.run import FOUND_RATE, STATE_TAG, Control, run_plan

if TYPE_CHECKING:
    from mlflow.entities import Run

REPRODUCES_TAG = "workbench.reproduces"


@dataclass(frozen=True)
class Difference:
    """A metric that came out differently."""

    metric: str
    before: float
    after: float


@dataclass(frozen=True)
class Reproduction:
    """A run and its repetition. `differences` is empty when every test and validation metric came out equal."""

    run_id: str
    repeated: TrainingResult
    compared: int
    differences: list[Difference]

    @property
    def equal(self) -> bool:
        """Whether the run came out the same to the last digit."""
        return not self.differences

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {
            "run_id": self.run_id,
            "repeated": self.repeated.run_id,
            "equal": self.equal,
            "compared": self.compared,
            "differences": [asdict(difference) for difference in self.differences],
        }


@run_of_others_kept()
def resume(run_id: str, project: Project | None = None, control: Control | None = None) -> TrainingResult:
    """Resume an interrupted or stopped run, in the same MLflow run, from its last whole epoch.

    The result is what it would have been without the stop. A run that was interrupted before its first epoch ended
    starts over. Raises NotFoundError for an unknown run, ConflictError for one that trains at the moment, and
    WorkbenchError for one that is finished or has lost its checkpoint.

    >>> wb.resume(result.run_id)
    Traceback (most recent call last):
    ...
    workbench.errors.WorkbenchError: The run '...' is finished. ...
    """
    from workbench.training.callbacks.checkpoint import LAST

    project = project or find_project()
    run = get_run(run_id, project)
    folder = checkpoint_folder(project, run_id)
    if run.info.status == "FINISHED" and run.data.tags.get(STATE_TAG) != "stopped":
        raise WorkbenchError(
            f"The run '{run_id}' is finished. Train a new one, or reproduce it with `workbench reproduce {run_id}`."
        )
    progress = read_progress(project, run_id)
    if progress is not None and trains_now(progress):
        raise ConflictError(
            f"The run '{run_id}' is training now, in the process {progress['pid']}. Wait for its end, or stop it first."
        )
    plan = plan_of_run(run, project)
    if run.data.metrics.get("train_loss") is not None and not (folder / f"{LAST}.ckpt").is_file():
        raise WorkbenchError(
            f"The checkpoint of the run '{run_id}' is not in {folder}: it was removed, or the run was on another "
            f"machine. Train it from the start: `workbench reproduce {run_id}`."
        )
    return run_plan(plan, run_id=run_id, control=control)


@run_of_others_kept()
def reproduce(run_id: str, project: Project | None = None, control: Control | None = None) -> Reproduction:
    """Train what a run trained - its settings, its snapshot, its seed - in a new run, and compare the metrics.

    On the same machine and with the same packages they are equal. Samples that were relabeled or deleted since take
    part as they were. Raises NotFoundError for an unknown run and WorkbenchError for one that did not finish.

    >>> wb.reproduce(result.run_id).equal
    True
    """
    project = project or find_project()
    run = get_run(run_id, project)
    if run.info.status != "FINISHED" or run.data.tags.get(STATE_TAG) != "complete":
        state = run.data.tags.get(STATE_TAG, run.info.status)
        raise WorkbenchError(
            f"The run '{run_id}' is {state}, so it has no final metrics to compare with. "
            f"Resume it first: `workbench resume {run_id}`."
        )
    plan = plan_of_run(run, project)
    control = control or Control()
    tags = {**control.tags, REPRODUCES_TAG: run_id}
    repeated = run_plan(plan, control=_with_tags(control, tags))
    before = _comparable(run)
    after = _comparable(get_run(repeated.run_id, project))
    names = sorted(before.keys() | after.keys())
    nothing = float("nan")
    differences = [
        Difference(name, before.get(name, nothing), after.get(name, nothing))
        for name in names
        if before.get(name) != after.get(name)
    ]
    return Reproduction(run_id, repeated, len(names), differences)


def plan_of_run(run: Run, project: Project) -> Plan:
    """Plan the training that a run recorded. Raises WorkbenchError when the run recorded none."""
    tags = run.data.tags
    if SNAPSHOT_TAG not in tags or THEME_TAG not in tags:
        raise WorkbenchError(
            f"The run '{run.info.run_id}' is no training: it has no snapshot. Choose a run that `workbench train` "
            "made, or a trial of a tuning."
        )
    from workbench.training.mlflow_logging import MODULES_TAG

    run_id = run.info.run_id
    with run_artifact(run_id, PARAMS_FILE, project) as params_file, run_artifact(run_id, AUGMENT_FILE, project) as file:
        params, augment = load_params(params_file, _found_rate(run)), AugmentConfig.load(file)
    check_names(params, project)
    tell_changed(json.loads(tags.get(MODULES_TAG, "{}")), project)
    with closing(open_store(project)) as store:
        with store.write() as session:
            theme = get_theme(tags[THEME_TAG], session=session)
            snapshot = get_snapshot(tags[SNAPSHOT_TAG], theme_id=theme.id, session=session)
        return plan_from_snapshot(params, augment, store, theme, snapshot)


def _found_rate(run: Run) -> dict[str, Any]:
    """A learning rate that was found by the run is taken from it."""
    found = run.data.params.get(FOUND_RATE)
    return {"training.learning_rate": float(found), "training.find_learning_rate": False} if found else {}


def _comparable(run: Run) -> dict[str, float]:
    """The metrics that follow from settings and data; durations and the machine's load do not."""
    return {
        name: value
        for name, value in run.data.metrics.items()
        if name.startswith(("train_", "valid_", "test_", "best_valid_"))
    }


def _with_tags(control: Control, tags: dict[str, str]) -> Control:
    return replace(control, tags=tags)

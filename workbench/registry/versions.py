"""Registering a run's model, and moving its versions between stages."""

from __future__ import annotations

from workbench.errors import ConflictError, WorkbenchError, unknown_name
from workbench.paths import Project
from workbench.registry.runs import BEST_BY, best_run, check_run, versions_of_run
from workbench.registry.tracking import get_run
from workbench.registry.transaction import RegistrationResult, changing
from workbench.store.model_versions import get_model_version
from workbench.store.predictions import count_predictions
from workbench.store.schema import STAGES

_RANK = {"staging": 1, "production": 2}

__all__ = ["RegistrationResult", "delete_version", "demote", "promote", "register"]


def register(
    theme: str,
    run_id: str = "best",
    stage: str = "staging",
    project: Project | None = None,
    *,
    metric: str = BEST_BY,
    description: str = "",
    annotator: str | None = None,
) -> RegistrationResult:
    """Make a run's model a version of the model named after the theme, and put it into a stage.

    `run_id` "best" takes the finished run (trials of a tuning among them) with the best `metric`. A run that is a
    version already gets no second one, and keeps its stage where that is higher: nothing leaves production by being
    registered again (`promote` and `demote` do that). `annotator` (default: the user) goes into the history. Raises
    NotFoundError for an unknown theme or run, and WorkbenchError for a run of another theme or without a model.
    """
    _check_stage(stage)
    with changing(theme, project) as change:
        if run_id == "best":
            run = best_run(theme, change.project, metric, usable=change.knows)
        else:
            run = get_run(run_id, change.project)
        check_run(run, theme)
        present = versions_of_run(change.client, theme, run.info.run_id)
        version = present[0] if present else change.create(run, description)
        change.remember(version, run, annotator)
        held = get_model_version(change.theme_id, version, session=change.session).stage
        return change.move(version, held if _RANK.get(held, 0) > _RANK.get(stage, 0) else stage, annotator)


def promote(
    theme: str, version: int, stage: str, project: Project | None = None, *, annotator: str | None = None
) -> RegistrationResult:
    """Put a version into a stage; the version that was in `staging` or `production` before is archived with it."""
    _check_stage(stage)
    with changing(theme, project) as change:
        return change.move(version, stage, annotator)


def demote(
    theme: str, version: int, project: Project | None = None, *, annotator: str | None = None
) -> RegistrationResult:
    """Take a version out of its stage: it is archived. Raises ConflictError when it is in no stage."""
    with changing(theme, project) as change:
        row = get_model_version(change.theme_id, version, session=change.session)
        if row.stage not in ("staging", "production"):
            raise ConflictError(f"Version {version} of '{theme}' is in no stage (it is '{row.stage}').")
        return change.move(version, "archived", annotator)


def delete_version(theme: str, version: int, project: Project | None = None, *, annotator: str | None = None) -> int:
    """Delete a version from the registry and the store, and return how many of its answers went with it.

    Its run and the files of its model stay. Raises ConflictError for the version in production.
    """
    with changing(theme, project) as change:
        row = get_model_version(change.theme_id, version, session=change.session)
        if row.stage == "production":
            raise ConflictError(
                f"Version {version} of '{theme}' is in production and cannot be deleted. "
                f'Promote another one first, or demote it: workbench models demote "{theme}" {version}'
            )
        count = count_predictions(row.id, session=change.session)
        change.forget(row, annotator)
        return count


def _check_stage(stage: str) -> None:
    if stage not in STAGES:
        raise WorkbenchError(unknown_name("stage", stage, STAGES))

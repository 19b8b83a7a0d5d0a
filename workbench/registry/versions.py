"""A theme's model versions: registering a run's model, moving versions between stages, listing and deleting them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.errors import ConflictError, WorkbenchError, unknown_name
from workbench.paths import Project
from workbench.registry.runs import BEST_BY, best_run, check_run, versions_of_run
from workbench.registry.tracking import close_killed, experiment_for, get_run, run_of_others_kept
from workbench.registry.transaction import RegistrationResult, registry_transaction
from workbench.store import open_store
from workbench.store.groups.certificate import sentence
from workbench.store.model_versions import list_model_versions
from workbench.store.predictions import count_predictions
from workbench.store.schema import STAGES, StageEvent
from workbench.store.stage_history import stage_history
from workbench.store.themes import get_theme

_RANK = {"staging": 1, "production": 2}

__all__ = [
    "RegistrationResult",
    "VersionSummary",
    "delete_version",
    "demote",
    "history_of_stages",
    "list_versions",
    "promote",
    "register",
]


@dataclass(frozen=True)
class VersionSummary:
    """One version: its stage, its run and snapshot, its metrics, and how many predictions of it the store keeps.

    `leaks` says what was known of near duplicates and groups in two splits when its snapshot was last taken.
    """

    version: int
    stage: str
    run_id: str
    snapshot_digest: str
    created_at: datetime
    predictions: int
    metrics: dict[str, Any] = field(default_factory=dict)
    leaks: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return everything on one level, ready for a table or JSON."""
        return {
            "version": self.version,
            "stage": self.stage,
            "run_id": self.run_id,
            "snapshot": self.snapshot_digest[:12],
            "created_at": self.created_at.isoformat(timespec="seconds"),
            "predictions": self.predictions,
            "leaks": self.leaks,
            **self.metrics,
        }


def list_versions(theme: str, project: Project | None = None) -> list[VersionSummary]:
    """Return a theme's model versions, the newest first. Raises NotFoundError for an unknown theme."""
    store = open_store(project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            return [
                VersionSummary(
                    version=each.row.version,
                    stage=each.row.stage,
                    run_id=each.row.run_id,
                    snapshot_digest=each.digest,
                    created_at=each.row.created_at,
                    predictions=each.predictions,
                    metrics=each.row.metrics,
                    leaks=sentence(each.certificate),
                )
                for each in list_model_versions(theme_id, session=session)
            ]
    finally:
        store.close()


def history_of_stages(theme: str, project: Project | None = None) -> list[StageEvent]:
    """Return every change of stage in a theme, the oldest first; it outlives the versions themselves."""
    store = open_store(project)
    try:
        with store.read() as session:
            return stage_history(get_theme(theme, session=session).id, session=session)
    finally:
        store.close()


@run_of_others_kept()
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

    `run_id` "best" takes the finished run (trials of a tuning among them) with the best `metric`, of those that know
    all labels of the theme's samples and were measured on the same valid split as the newest of them. A run that is a
    version already gets no second one, and keeps its stage where that is higher: nothing leaves production by being
    registered again (`promote` and `demote` do that). `annotator` (default: the user) goes into the history. Raises
    NotFoundError for an unknown theme or run, and WorkbenchError for a run of another theme or without a model.

    >>> wb.register("cells", "best", stage="staging").version
    1
    """
    _check_stage(stage)
    with registry_transaction(theme, project, annotator=annotator) as transaction:
        if run_id == "best":
            run = best_run(
                theme,
                transaction.project,
                metric,
                usable=transaction.can_be_best,
                measured_on=transaction.valid_set,
            )
        else:
            close_killed(transaction.client, experiment_for(theme, transaction.project))
            run = get_run(run_id, transaction.project)
        check_run(run, theme)
        present = versions_of_run(transaction.client, theme, run.info.run_id)
        version = present[0] if present else transaction.create_version(run, description)
        transaction.add_row(version, run)
        held = transaction.row(version).stage
        return transaction.set_stage(version, held if _RANK.get(held, 0) > _RANK.get(stage, 0) else stage)


@run_of_others_kept()
def promote(
    theme: str, version: int, stage: str, project: Project | None = None, *, annotator: str | None = None
) -> RegistrationResult:
    """Put a version into a stage; the version that was in `staging` or `production` before is archived with it."""
    _check_stage(stage)
    with registry_transaction(theme, project, annotator=annotator) as transaction:
        return transaction.set_stage(version, stage)


@run_of_others_kept()
def demote(
    theme: str, version: int, project: Project | None = None, *, annotator: str | None = None
) -> RegistrationResult:
    """Take a version out of its stage: it is archived. Raises ConflictError when it is in no stage."""
    with registry_transaction(theme, project, annotator=annotator) as transaction:
        row = transaction.row(version)
        if row.stage not in ("staging", "production"):
            raise ConflictError(f"Version {version} of '{theme}' is in no stage (it is '{row.stage}').")
        return transaction.set_stage(version, "archived")


@run_of_others_kept()
def delete_version(theme: str, version: int, project: Project | None = None, *, annotator: str | None = None) -> int:
    """Delete a version from the registry and the store, and return how many of its predictions went with it.

    Its run and the files of its model stay. Raises ConflictError for the version in production.
    """
    with registry_transaction(theme, project, annotator=annotator) as transaction:
        row = transaction.row(version)
        if row.stage == "production":
            raise ConflictError(
                f"Version {version} of '{theme}' is in production and cannot be deleted. "
                f'Promote another one first, or demote it: workbench models demote "{theme}" {version}'
            )
        count = count_predictions(row.id, session=transaction.session)
        transaction.delete_version(row)
        return count


def _check_stage(stage: str) -> None:
    if stage not in STAGES:
        raise WorkbenchError(unknown_name("stage", stage, STAGES))

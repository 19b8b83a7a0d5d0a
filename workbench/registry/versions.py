"""A theme's model versions: registering a run's model, moving versions between stages, listing and deleting them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.errors import ConflictError, NotFoundError, WorkbenchError, unknown_name
from workbench.paths import Project
from workbench.registry.model_loading import ModelReference
from workbench.registry.rescoring import rescored_model
from workbench.registry.runs import BEST_BY, best_run, check_run, versions_of_run
from workbench.registry.test_meter import TestFigure, TestMeter, meter_of
from workbench.registry.tracking import close_killed, experiment_for, get_run, run_of_others_kept
from workbench.registry.transaction import RegistrationResult, registry_transaction
from workbench.store import Session, Store, open_store
from workbench.store.groups.certificate import leaks, sentence
from workbench.store.model_versions import list_model_versions
from workbench.store.predictions import count_predictions
from workbench.store.schema import STAGES, ModelVersion, StageEvent
from workbench.store.stage_history import stage_history
from workbench.store.staleness import ChangedLabels, changed_labels
from workbench.store.test_evaluations import measured_images
from workbench.store.themes import get_theme

_RANK = {"staging": 1, "production": 2}

__all__ = [
    "RegistrationResult",
    "VersionSummary",
    "delete_version",
    "demote",
    "history_of_stages",
    "leak_lines",
    "list_versions",
    "promote",
    "register",
]


@dataclass(frozen=True)
class VersionSummary:
    """One version: its stage, its run and snapshot, its metrics, and how many predictions of it the store keeps.

    `leaks` says what was known of near duplicates and groups in two splits when its snapshot was last taken.
    `changed` are the labels of its snapshot that changed since, None without a snapshot; `test_accuracy_now` its run's
    answers on today's labels, None where no label of its test images changed or the run keeps no answers.
    `test` is its test accuracy with its interval, widened for the models measured on the test split; None where no
    look of its run at test is recorded. `leaking` counts the groups in both train and test, None where unknown.
    """

    version: int
    stage: str
    run_id: str
    snapshot_digest: str
    created_at: datetime
    predictions: int
    metrics: dict[str, Any] = field(default_factory=dict)
    leaks: str = ""
    leaking: int | None = None
    changed: ChangedLabels | None = None
    test_accuracy_now: float | None = None
    test: TestFigure | None = None

    @property
    def test_interval(self) -> tuple[float, float] | None:
        """The interval of the true test accuracy, 0 to 1; None where it is not known."""
        return None if self.test is None else self.test.interval

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
            "labels_changed": None if self.changed is None else self.changed.number,
            "changed_since": "" if self.changed is None or not self.changed.is_stale else self.changed.words,
            **self.metrics,
            **({} if self.test_accuracy_now is None else {"test_accuracy_now": self.test_accuracy_now}),
            **dict(zip(("test_low", "test_high"), self.test_interval or (), strict=False)),
        }


def list_versions(theme: str, project: Project | None = None, *, compared: bool = True) -> list[VersionSummary]:
    """Return a theme's model versions, the newest first. Raises NotFoundError for an unknown theme.

    With `compared` False they are not compared with today's labels, which takes a second a million labels.
    """
    store = open_store(project)
    try:
        with store.read() as session:
            theme_id = get_theme(theme, session=session).id
            rows = list_model_versions(theme_id, session=session)
            snapshots = [each.row.snapshot_id for each in rows if compared and each.row.snapshot_id is not None]
            changed = changed_labels(theme_id, snapshots, session=session)
            meter = meter_of(theme_id, session=session)
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
                    leaking=leaks(each.certificate),
                    changed=changed.get(each.row.snapshot_id or 0),
                    test_accuracy_now=_accuracy_now(theme, each.row, changed, store, session),
                    test=_on_test(each.row, meter, session),
                )
                for each in rows
            ]
    finally:
        store.close()


def leak_lines(versions: Iterable[VersionSummary]) -> list[str]:
    """Say what is known of near duplicates in two splits: a sentence for all versions of which it is the same."""
    told: dict[str, list[int]] = {}
    for version in versions:
        told.setdefault(version.leaks, []).append(version.version)
    return [
        f"{'Version' if len(numbers) == 1 else 'Versions'} {', '.join(map(str, numbers))}: {said}."
        for said, numbers in told.items()
    ]


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


def _on_test(row: ModelVersion, meter: TestMeter, session: Session) -> TestFigure | None:
    accuracy, images = row.metrics.get("test_accuracy"), measured_images(row.theme_id, row.run_id, session=session)
    return meter.figure(round(accuracy * images), images) if images and isinstance(accuracy, float) else None


def _accuracy_now(
    theme: str, row: ModelVersion, changed: Mapping[int, ChangedLabels], store: Store, session: Session
) -> float | None:
    found = changed.get(row.snapshot_id or 0)
    if found is None or not found.changed.get("test"):
        return None
    reference = ModelReference(theme, row.theme_id, row.run_id, row.version, row.id, row.stage)
    try:
        return rescored_model(reference, "test", store=store, session=session).accuracy[1]
    except NotFoundError:
        return None


def _check_stage(stage: str) -> None:
    if stage not in STAGES:
        raise WorkbenchError(unknown_name("stage", stage, STAGES))

"""Versions of a theme's registered model: MLflow's registry and the store's table, kept in step."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from workbench.errors import NotFoundError, WorkbenchError, unknown_name
from workbench.paths import Project, find_project
from workbench.registry.logging_models import MODEL_NAME
from workbench.registry.tracking import THEME_TAG, connect, experiment_for, get_run
from workbench.store import Store, open_store
from workbench.store.model_versions import add_model_version, get_model_version, set_stage
from workbench.store.schema import STAGES
from workbench.store.snapshots import get_snapshot
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

ALIASES = ("staging", "production", "archived")
BEST_BY = "best_valid_accuracy"
_SNAPSHOT_TAG = "workbench.snapshot"
_COMMIT_TAG = "workbench.git.commit"


@dataclass(frozen=True)
class RegistrationResult:
    """A model version and where it stands. `archived` is the version that had to leave the stage, if one had."""

    theme: str
    version: int
    stage: str
    run_id: str
    snapshot_digest: str
    metrics: dict[str, float]
    archived: int | None = None

    @property
    def model_uri(self) -> str:
        """What `mlflow.pyfunc.load_model` takes."""
        return f"models:/{self.theme}/{self.version}"

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        return {**asdict(self), "model_uri": self.model_uri}


def register(
    theme: str,
    run_id: str = "best",
    stage: str = "staging",
    project: Project | None = None,
    *,
    metric: str = BEST_BY,
    description: str = "",
) -> RegistrationResult:
    """Make a run's model a version of the model named after the theme, and put it into a stage.

    `run_id` "best" takes the finished run (trials of a tuning among them) with the highest `metric`. A run that is a
    version already gets no second one. Raises NotFoundError for an unknown theme or run, and WorkbenchError for a run
    of another theme or without a model.
    """
    project = project or find_project()
    _check_stage(stage)
    store = open_store(project)
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
    client = connect(project)
    run = best_run(theme, project, metric) if run_id == "best" else get_run(run_id, project)
    _check_run(run, theme)
    version = _existing(client, theme, run.info.run_id) or _create(client, theme, run, description)
    _remember(store, theme_id, version, run)
    return _move(store, client, theme, theme_id, version, stage)


def promote(theme: str, version: int, stage: str, project: Project | None = None) -> RegistrationResult:
    """Put a version into a stage; the version that was in `staging` or `production` before is archived with it."""
    project = project or find_project()
    _check_stage(stage)
    store = open_store(project)
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        get_model_version(theme_id, version, session=session)
    return _move(store, connect(project), theme, theme_id, version, stage)


def best_run(theme: str, project: Project, metric: str = BEST_BY) -> Run:
    """Return the theme's finished run with the highest `metric` and a model, or raise NotFoundError."""
    client = connect(project)
    runs = client.search_runs(
        [experiment_for(theme, project)],
        filter_string=f"attributes.status = 'FINISHED' and metrics.`{metric}` > -1e30",
        order_by=[f"metrics.`{metric}` DESC", "attributes.start_time ASC"],
        max_results=50,
    )
    for run in runs:
        if _model_of(client, run) is not None:
            return run
    raise NotFoundError(
        f"The theme '{theme}' has no finished run with the metric '{metric}' and a model. Train one first: "
        f'`workbench train "{theme}"`.'
    )


def _check_stage(stage: str) -> None:
    if stage not in STAGES:
        raise WorkbenchError(unknown_name("stage", stage, STAGES))


def _check_run(run: Run, theme: str) -> None:
    if run.data.tags.get(THEME_TAG, theme) != theme:
        raise WorkbenchError(
            f"The run '{run.info.run_id}' belongs to the theme '{run.data.tags[THEME_TAG]}', not to '{theme}'."
        )
    if run.info.status != "FINISHED":
        raise WorkbenchError(
            f"The run '{run.info.run_id}' is {run.info.status}, so it has no model. Choose a finished one, or 'best'."
        )


def _model_of(client: MlflowClient, run: Run) -> str | None:
    """The URI of the model that a run logged, None when it logged none."""
    outputs = run.outputs.model_outputs if run.outputs else []
    for output in outputs:
        model = client.get_logged_model(output.model_id)
        if model.name == MODEL_NAME:
            return f"models:/{model.model_id}"
    return None


def _existing(client: MlflowClient, theme: str, run_id: str) -> int | None:
    found = client.search_model_versions(f"name = '{_quoted(theme)}' and run_id = '{run_id}'")
    return min((int(version.version) for version in found), default=None)


def _create(client: MlflowClient, theme: str, run: Run, description: str) -> int:
    from mlflow.exceptions import MlflowException

    source = _model_of(client, run)
    if source is None:
        raise WorkbenchError(f"The run '{run.info.run_id}' has no model, so there is nothing to register.")
    try:
        client.create_registered_model(theme, tags={THEME_TAG: theme})
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise WorkbenchError(f"MLflow refuses the model name '{theme}': {error.message}") from None
    made = client.create_model_version(
        theme,
        source=source,
        run_id=run.info.run_id,
        model_id=source.removeprefix("models:/"),
        description=description or f"{run.info.run_name}: {_words(run)}",
        tags=_tags(run),
    )
    return int(made.version)


def _tags(run: Run) -> dict[str, str]:
    wanted = {
        "run_name": str(run.info.run_name),
        "snapshot": run.data.tags.get(_SNAPSHOT_TAG, ""),
        "git_commit": run.data.tags.get(_COMMIT_TAG, ""),
        "class_names": run.data.tags.get("workbench.class_names", ""),
        "metrics": json.dumps(_metrics(run)),
    }
    return {name: value for name, value in wanted.items() if value}


def _metrics(run: Run) -> dict[str, float]:
    """The metrics that describe a whole model: test and best validation, per-class figures left out."""
    return {
        name: round(value, 6)
        for name, value in sorted(run.data.metrics.items())
        if name.startswith(("test_", "best_valid_")) and "/" not in name
    }


def _words(run: Run) -> str:
    accuracy = run.data.metrics.get("test_accuracy")
    return f"test accuracy {accuracy:.4f}" if accuracy is not None else "no test metrics"


def _quoted(text: str) -> str:
    return text.replace("'", "\\'")


def _remember(store: Store, theme_id: int, version: int, run: Run) -> None:
    """Write the store's row, unless another process has just done so."""
    digest = run.data.tags.get(_SNAPSHOT_TAG)
    with store.write() as session:
        try:
            get_model_version(theme_id, version, session=session)
        except NotFoundError:
            snapshot = get_snapshot(digest, theme_id=theme_id, session=session) if digest else None
            add_model_version(
                theme_id, version, run_id=run.info.run_id, snapshot_id=snapshot.id if snapshot else None,
                metrics=_metrics(run), session=session,
            )  # fmt: skip


def _move(
    store: Store, client: MlflowClient, theme: str, theme_id: int, version: int, stage: str
) -> RegistrationResult:
    """Change the stage in the store and the aliases in MLflow while the store's write lock is held.

    The lock lets two promotions follow one another, so that the aliases end as the rows do.
    """
    from workbench.store.schema import Snapshot

    with store.write() as session:
        changed = set_stage(theme_id, version, stage, session=session)
        row = get_model_version(theme_id, version, session=session)
        digest = session.get(Snapshot, row.snapshot_id) if row.snapshot_id else None
        for other in sorted(changed, key=lambda changed_row: changed_row.stage != "archived"):
            _set_alias(client, theme, other.version, other.stage)
        former = next((other.version for other in changed if other.version != version), None)
        return RegistrationResult(
            theme=theme,
            version=version,
            stage=stage,
            run_id=row.run_id,
            snapshot_digest=digest.digest if digest else "",
            metrics=dict(row.metrics),
            archived=former,
        )


def _set_alias(client: MlflowClient, theme: str, version: int, stage: str) -> None:
    """Give a version the alias of its stage and no other stage's. `archived` names the last one that was archived."""
    present = set(client.get_model_version(theme, str(version)).aliases)
    for alias in present.intersection(ALIASES) - {stage}:
        client.delete_registered_model_alias(theme, alias)
    if stage in ALIASES:
        client.set_registered_model_alias(theme, stage, str(version))
    client.set_model_version_tag(theme, str(version), "stage", stage)

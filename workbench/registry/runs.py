"""The runs that a model version can be made of, and what a version says of its run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.errors import NotFoundError, WorkbenchError, first_line, unknown_name
from workbench.paths import Project
from workbench.registry.tracking import (
    LEAKS_TAG,
    MODEL_NAME,
    SNAPSHOT_TAG,
    TEST_TAG,
    THEME_TAG,
    close_killed,
    connect,
    experiment_for,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

BEST_BY = "best_valid_accuracy"
_COMMIT_TAG = "workbench.git.commit"
_CLASSES_TAG = "workbench.class_names"
ORIGIN = ("network", "preprocessing")
"""Tags of a run, `workbench.` before them, and of its version: what the model is made of, in words."""

_LOOKED_AT = 1000
# A tag of a model version holds at most this many characters.
_TAG_LENGTH = 5000


def best_run(
    theme: str,
    project: Project,
    metric: str = BEST_BY,
    *,
    usable: Callable[[Run], bool] = lambda _: True,
    measured_on: Callable[[Run], str | None] = lambda _: None,
) -> Run:
    """Return the theme's finished run with the best `metric`, a model, and `usable`, or raise NotFoundError.

    Runs are compared on one set: those whose `measured_on` is that of the newest one. A metric whose name ends in
    `loss` or `error` is best when lowest. Of equal runs the oldest is taken.
    """
    client = connect(project)
    close_killed(client, experiment_for(theme, project))
    order = "ASC" if metric.endswith(("loss", "error")) else "DESC"
    runs = client.search_runs(
        [experiment_for(theme, project)],
        filter_string=f"attributes.status = 'FINISHED' and metrics.`{_quoted(metric, '`')}` > -1e30",
        order_by=[f"metrics.`{_quoted(metric, '`')}` {order}", "attributes.start_time ASC"],
        max_results=_LOOKED_AT,
    )
    newest = sorted(runs, key=lambda run: -run.info.start_time)
    reference = next((run for run in newest if usable(run) and model_of(client, run) is not None), None)
    if reference is not None:
        measured = measured_on(reference)
        for run in runs:
            if run is reference or (usable(run) and measured_on(run) == measured and model_of(client, run) is not None):
                return run
    if runs and not any(usable(run) for run in runs):
        raise NotFoundError(
            f"No finished run of '{theme}' was trained on all labels that the theme has now, so none of them is its "
            f'best. Train once more: `workbench train "{theme}"`; or name a run by its id.'
        )
    finished = client.search_runs(
        [experiment_for(theme, project)], filter_string="attributes.status = 'FINISHED'", max_results=_LOOKED_AT
    )
    known = sorted({name for run in finished for name in headline_metrics(run)})
    if known and metric not in known:
        raise NotFoundError(unknown_name("metric", metric, known))
    from workbench.store.crop_themes import SUFFIX

    if client.get_experiment_by_name(f"{theme}{SUFFIX}") is not None:
        raise NotFoundError(
            f"The models of the boxes of '{theme}' belong to the theme of its crops. Name that one: '{theme}{SUFFIX}'."
        )
    raise NotFoundError(
        f"The theme '{theme}' has no finished run with the metric '{metric}' and a model. Train one first: "
        f'`workbench train "{theme}"`.'
    )


@dataclass(frozen=True)
class CandidateRun:
    """A run that could become a version; `metrics` are those that describe a whole model."""

    run_id: str
    name: str
    started_at: datetime
    metrics: dict[str, float]


def unregistered_runs(theme: str, project: Project, limit: int = 20) -> list[CandidateRun]:
    """Return the theme's newest finished runs that have a model and are no version yet, at most `limit`."""
    client = connect(project)
    close_killed(client, experiment_for(theme, project))
    runs = client.search_runs(
        [experiment_for(theme, project)],
        filter_string="attributes.status = 'FINISHED'",
        order_by=["attributes.start_time DESC"],
        max_results=_LOOKED_AT,
    )
    registered = {
        version.run_id for version in client.search_model_versions(f"name = '{_quoted(theme)}'", max_results=10_000)
    }
    found: list[CandidateRun] = []
    for run in runs:
        if len(found) == limit:
            break
        if run.info.run_id not in registered and model_of(client, run) is not None:
            started = datetime.fromtimestamp(run.info.start_time / 1000, UTC)
            found.append(CandidateRun(run.info.run_id, str(run.info.run_name), started, headline_metrics(run)))
    return found


def check_run(run: Run, theme: str) -> None:
    """Raise WorkbenchError unless the run is a finished one of the theme."""
    if run.data.tags.get(THEME_TAG, theme) != theme:
        raise WorkbenchError(
            f"The run '{run.info.run_id}' belongs to the theme '{run.data.tags[THEME_TAG]}', not to '{theme}'."
        )
    if run.info.status == "KILLED":
        raise WorkbenchError(
            f"The run '{run.info.run_id}' was interrupted, so it has no model yet. Go on with it: "
            f"`workbench resume {run.info.run_id}`; or choose a finished one, or 'best'."
        )
    if run.info.status != "FINISHED":
        raise WorkbenchError(
            f"The run '{run.info.run_id}' is {run.info.status}, so it has no model. Choose a finished one, or 'best'."
        )


def model_of(client: MlflowClient, run: Run) -> str | None:
    """The URI of the model that a run logged last, None when it has none."""
    from mlflow.exceptions import MlflowException

    found: dict[str, int] = {}
    for output in run.outputs.model_outputs if run.outputs else []:
        try:
            model = client.get_logged_model(output.model_id)
        except MlflowException as error:
            # A training that was resumed discards the model of before, and the run goes on naming it.
            if error.error_code != "RESOURCE_DOES_NOT_EXIST":
                raise
            continue
        if model.name == MODEL_NAME:
            found[model.model_id] = model.creation_timestamp
    return f"models:/{max(found, key=found.__getitem__)}" if found else None


def weights_of(run: Run, project: Project) -> Path:
    """The file of the weights of a run's model: where MLflow keeps it, or a copy of one that lies elsewhere.

    Raises NotFoundError when the run has no model, or its files are gone.
    """
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    from workbench.registry.pyfunc import CONTENT_FOLDER, WEIGHTS_FILE

    client = connect(project)
    uri = model_of(client, run)
    if uri is None:
        raise NotFoundError(f"The run {run.info.run_id} has no model, so it has no weights.")
    try:
        kept = client.get_logged_model(uri.removeprefix("models:/")).artifact_location
        return Path(download_artifacts(f"{kept}/artifacts/{CONTENT_FOLDER}/{WEIGHTS_FILE}"))
    except (MlflowException, OSError) as error:
        raise NotFoundError(f"The weights of the run {run.info.run_id} are gone: {first_line(error)}") from None


def versions_of_run(client: MlflowClient, theme: str, run_id: str) -> list[int]:
    """The registered versions that were made of a run, in ascending order."""
    found = client.search_model_versions(f"name = '{_quoted(theme)}' and run_id = '{_quoted(run_id)}'")
    return sorted(int(version.version) for version in found)


def create_version(client: MlflowClient, theme: str, run: Run, description: str) -> int:
    """Register a run's model in MLflow, with its origin as tags, and return the new version's number."""
    from mlflow.exceptions import MlflowException

    source = model_of(client, run)
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
        tags=origin_tags(run),
    )
    return int(made.version)


def origin_tags(run: Run) -> dict[str, str]:
    """Where a version comes from: run, snapshot digest, commit, class names and metrics."""
    wanted = {
        "run_id": run.info.run_id,
        "run_name": str(run.info.run_name),
        "snapshot": run.data.tags.get(SNAPSHOT_TAG, ""),
        "leaks": run.data.tags.get(LEAKS_TAG, ""),
        "test": run.data.tags.get(TEST_TAG, ""),
        "git_commit": run.data.tags.get(_COMMIT_TAG, ""),
        "class_names": run.data.tags.get(_CLASSES_TAG, ""),
        "metrics": json.dumps(headline_metrics(run)),
        **{name: run.data.tags.get(f"workbench.{name}", "") for name in ORIGIN},
    }
    return {name: value for name, value in wanted.items() if value and len(value) <= _TAG_LENGTH}


def headline_metrics(run: Run) -> dict[str, float]:
    """The metrics that describe a whole model: test and best validation, per-class figures left out."""
    return {
        name: round(value, 6)
        for name, value in sorted(run.data.metrics.items())
        if name.startswith(("test_", "best_valid_")) and "/" not in name
    }


def _words(run: Run) -> str:
    if run.data.tags.get(TEST_TAG):
        return run.data.tags[TEST_TAG]
    accuracy = run.data.metrics.get("test_accuracy")
    return f"test accuracy {accuracy:.4f}" if accuracy is not None else "no test metrics"


def _quoted(text: str, sign: str = "'") -> str:
    return text.replace(sign, "\\" + sign)

"""MLflow, set up for a project: where runs go, and a run that says how it ended."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from workbench.compat.mlflow import forget_artifact_folders
from workbench.errors import InterruptedRunError, NotFoundError, StoreFailedError, first_line
from workbench.jobs.processes import is_gone, process_identity
from workbench.masking import masked
from workbench.paths import Project
from workbench.quiet import quiet_loggers
from workbench.registry.relocation import relocate_artifacts
from workbench.store.upkeep.migrations import make_schema

if TYPE_CHECKING:
    from mlflow import ActiveRun, MlflowClient
    from mlflow.entities import Run

MODEL_NAME = "model"
"""What every run calls the model that it logs."""

PARAMS_FILE = "params.yaml"
AUGMENT_FILE = "auguments.yaml"
CLASSES_FILE = "class_names.json"
FAILURE_TAG = "workbench.failure"
THEME_TAG = "workbench.theme"
PROCESS_TAG = "workbench.process"
SNAPSHOT_TAG = "workbench.snapshot"
LEAKS_TAG = "workbench.leaks"
TEST_TAG = "workbench.test"
TEST_LOOKS_TAG = "workbench.test_looks"
"""What was known of near duplicates and groups in two splits when the run began, in one line."""
CERTIFICATE_TAG = "workbench.leak_certificate"
"""The same as JSON; see `workbench.store.groups.certificate`."""
_OWN_OF_MLFLOW = "0"
_PARENT_TAG = "mlflow.parentRunId"
_REASON_LENGTH = 2000
_QUIET = {
    "MLFLOW_LOGGING_LEVEL": "WARNING",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_RECORD_ENV_VARS_IN_MODEL_LOGGING": "false",
}
_prepared: set[str] = set()


def connect(project: Project) -> MlflowClient:
    """Return a client of the project's MLflow, and point MLflow's own functions at it.

    A database that does not exist yet is created once, even when several processes ask for it together. Of a project
    that was moved, it is told where the artifacts are now.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    import mlflow

    uri = project.mlflow_uri
    if mlflow.get_tracking_uri() != uri:
        forget_artifact_folders()
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    if uri not in _prepared or _is_gone(uri):
        _prepare(project)
        _prepared.add(uri)
    return mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)


def _is_gone(uri: str) -> bool:
    return uri.startswith("sqlite:///") and not os.path.exists(uri.removeprefix("sqlite:///"))


def _prepare(project: Project) -> None:
    """Let the tracking and the registry store make their tables, one process at a time."""
    import mlflow
    from filelock import FileLock

    if project.is_read_only:
        return
    project.db.mkdir(parents=True, exist_ok=True)
    make_schema(project.mlflow_uri)
    # A new database reports each of its fifty migrations on stderr; nobody asked.
    quiet = quiet_loggers("alembic", "mlflow.store.db.utils", level=logging.WARNING)
    with FileLock(project.db / "mlflow.lock"), quiet:
        try:
            client = mlflow.MlflowClient(tracking_uri=project.mlflow_uri, registry_uri=project.mlflow_uri)
            client.search_experiments(max_results=1)
            client.search_registered_models(max_results=1)
        except Exception as error:
            # What MLflow, SQLAlchemy and the drivers below them say of a server or a file that cannot be had.
            raise StoreFailedError(
                f"MLflow at {project.mlflow_uri} cannot be used: {first_line(error)} Check WORKBENCH_MLFLOW_URI."
            ) from error
        relocate_artifacts(client, project)


def experiment_for(theme: str, project: Project) -> str:
    """Return the id of the experiment of a theme, which carries the theme's name; it is created or restored if needed.

    Its artifacts go below the project's artifact folder, wherever the process was started.
    """
    from mlflow.exceptions import MlflowException

    client = connect(project)
    found = client.get_experiment_by_name(theme)
    if found is not None and found.experiment_id == _OWN_OF_MLFLOW:
        # Its artifacts would go to the working directory, whichever that is.
        client.rename_experiment(_OWN_OF_MLFLOW, f"{theme} (MLflow's own)")
        found = None
    if found is None:
        location = None
        if not project.mlflow_uri.startswith(("http://", "https://")):
            location = (project.artifacts / _folder(theme)).as_uri()
        try:
            return client.create_experiment(theme, artifact_location=location, tags={THEME_TAG: theme})
        except MlflowException:
            # Another process was quicker, or the reason is a real one, which the next line will show.
            found = client.get_experiment_by_name(theme)
            if found is None:
                raise
    if found.lifecycle_stage == "deleted":
        client.restore_experiment(found.experiment_id)
    return str(found.experiment_id)


def _folder(theme: str) -> str:
    """A folder name for a theme: readable, and different for different themes on any file system."""
    import hashlib

    readable = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in theme)[:40]
    return f"{readable}-{hashlib.sha256(theme.encode()).hexdigest()[:8]}"


def get_run(run_id: str, project: Project) -> Run:
    """Return an MLflow run. Raises NotFoundError when there is none of that id."""
    from mlflow.exceptions import MlflowException

    try:
        return connect(project).get_run(run_id)
    except MlflowException:
        raise NotFoundError(
            f"There is no run '{run_id}' in {project.mlflow_uri}. "
            "Run ids are shown by `workbench mlflow` and in the result of a training."
        ) from None


@contextmanager
def run_artifact(run_id: str, name: str, project: Project) -> Iterator[Path]:
    """Lend a file that a run has logged, for as long as the block lasts. Raises NotFoundError when it has none."""
    from mlflow.exceptions import MlflowException

    with TemporaryDirectory() as folder:
        try:
            file = connect(project).download_artifacts(run_id, name, folder)
        except (MlflowException, OSError) as error:
            raise NotFoundError(f"The run {run_id} has no {name}: {first_line(error)}") from None
        yield Path(file)


@contextmanager
def run_of_others_kept() -> Iterator[None]:
    """Leave MLflow as it was when the block began inside a run of another server.

    Without it MLflow would go on with our server afterwards, and that run could not be ended.
    """
    mlflow = sys.modules.get("mlflow")
    if mlflow is None or mlflow.active_run() is None:
        yield
        return
    uris = mlflow.get_tracking_uri(), mlflow.get_registry_uri()
    try:
        yield
    finally:
        mlflow.set_tracking_uri(uris[0])
        mlflow.set_registry_uri(uris[1])


def _is_known(run: Run | None, client: MlflowClient) -> bool:
    from mlflow.exceptions import MlflowException

    if run is None:
        return False
    try:
        client.get_run(run.info.run_id)
    except MlflowException:
        return False
    return True


@contextmanager
def mlflow_run(
    theme: str,
    project: Project,
    *,
    run_name: str | None = None,
    run_id: str | None = None,
    parent_run_id: str | None = None,
    tags: Mapping[str, str] | None = None,
    system_metrics: bool = False,
) -> Iterator[ActiveRun]:
    """Open a run of a theme's experiment, or resume `run_id`, as MLflow's active run of this thread.

    When the block ends, the run is FINISHED; an error makes it FAILED and an interrupt KILLED, with the reason in the
    tag `workbench.failure`, and is raised on.
    """
    import mlflow

    experiment_id = experiment_for(theme, project)
    outer = mlflow.active_run()
    close_killed(connect(project), experiment_id)
    all_tags = {THEME_TAG: theme, PROCESS_TAG: json.dumps(process_identity()), **(tags or {})}
    run = mlflow.start_run(
        run_id=run_id,
        experiment_id=None if run_id else experiment_id,
        run_name=None if run_id else run_name,
        nested=outer is not None,
        parent_run_id=None if run_id else parent_run_id,
        tags=all_tags,
        log_system_metrics=system_metrics,
    )
    if outer is not None and run_id is None and parent_run_id is None and not _is_known(outer, connect(project)):
        mlflow.MlflowClient().delete_tag(run.info.run_id, _PARENT_TAG)  # of a run that this server lacks
    if FAILURE_TAG in run.data.tags:
        mlflow.MlflowClient().delete_tag(run.info.run_id, FAILURE_TAG)
    try:
        yield run
    except BaseException as error:
        mlflow.set_tag(FAILURE_TAG, _reason(error)[:_REASON_LENGTH])
        mlflow.end_run("KILLED" if _is_interrupt(error) else "FAILED")
        raise
    mlflow.end_run("FINISHED")


def close_killed(client: MlflowClient, experiment_id: str) -> None:
    """Say of an experiment's runs whose process was killed that they were: MLflow has them RUNNING for good."""
    for run in client.search_runs([experiment_id], filter_string="attributes.status = 'RUNNING'"):
        process = run.data.tags.get(PROCESS_TAG)
        if process and is_gone(json.loads(process)):
            client.set_tag(run.info.run_id, FAILURE_TAG, "its process was killed")
            client.set_terminated(run.info.run_id, "KILLED")


def _is_interrupt(error: BaseException) -> bool:
    if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | InterruptedRunError):
        return True
    # Lightning's answer to SIGTERM; its module is only there when Lightning is in use.
    module = sys.modules.get("lightning.pytorch.utilities.exceptions")
    return module is not None and isinstance(error, module.SIGTERMException)


def _reason(error: BaseException) -> str:
    text = masked(str(error).strip())
    if _is_interrupt(error) and not text:
        return "interrupted"
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

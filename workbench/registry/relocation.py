"""A project under another path than before: MLflow keeps absolute paths of artifacts, which then lead nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.compat.mlflow import move_artifact_paths
from workbench.paths import Project
from workbench.trust import MOVED, is_at_home, mark_foreign

if TYPE_CHECKING:
    from mlflow import MlflowClient


def relocate_artifacts(client: MlflowClient, project: Project) -> bool:
    """Let the project's own MLflow file name the artifacts where they are now; return whether it named another folder.

    Only folders that lie below `project.artifacts` are followed: those of a project that was moved, copied or restored
    there. A database that is not the project's own file is left alone.
    """
    file = project.db / "mlflow.db"
    if project.mlflow_uri != f"sqlite:///{file}" or not file.exists():
        return False
    former = _former_folders(client, project)
    for folder in former:
        move_artifact_paths(file, folder, project.artifacts.as_uri())
    if former and not is_at_home(project):
        mark_foreign(project, f"{MOVED} with its models")
    return bool(former)


def _former_folders(client: MlflowClient, project: Project) -> set[str]:
    """The URIs of the folders in which experiments had their artifacts that lie in `project.artifacts` now."""
    from mlflow.entities import ViewType

    found, token = set(), None
    while True:
        page = client.search_experiments(ViewType.ALL, page_token=token)
        for experiment in page:
            folder, _, name = (experiment.artifact_location or "").rpartition("/")
            moved = folder.startswith("file:") and folder != project.artifacts.as_uri()
            if moved and (project.artifacts / name).is_dir():
                found.add(folder)
        token = page.token
        if not token:
            return found

"""A project under another path than before: MLflow keeps absolute paths of artifacts, which then lead nowhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from workbench.paths import Project

_PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def follow_artifacts(project: Project) -> bool:
    """Let the project's own MLflow file name the artifacts where they are now; return whether it named another place.

    Only folders that lie below `project.artifacts` are followed: those of a project that was moved, copied or restored
    there. MLflow has no call for this, so its table is written directly; a database that is not the project's own file
    is left alone.
    """
    file = project.db / "mlflow.db"
    if project.mlflow_uri != f"sqlite:///{file}" or not file.exists():
        return False
    here = project.artifacts.as_uri()
    with closing(sqlite3.connect(file, timeout=30)) as database, database:
        former = _former_places(database, here, project.artifacts)
        for place in former:
            for table, column in _PLACES:
                if column in _columns(database, table):
                    database.execute(
                        f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?",
                        (here, len(place) + 1, len(place) + 1, f"{place}/"),
                    )
    return bool(former)


def _former_places(database: sqlite3.Connection, here: str, artifacts: Path) -> set[str]:
    if "artifact_location" not in _columns(database, "experiments"):
        return set()
    found = set()
    for (location,) in database.execute(
        "SELECT artifact_location FROM experiments WHERE artifact_location IS NOT NULL"
    ):
        place, _, folder = location.rpartition("/")
        if place.startswith("file:") and place != here and (artifacts / folder).is_dir():
            found.add(place)
    return found


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in database.execute(f"PRAGMA table_info({table})")}

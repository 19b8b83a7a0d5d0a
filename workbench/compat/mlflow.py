"""MLflow's private parts: where it keeps paths of artifacts, its look at type hints, its server's program.

Tried on MLflow 3.17. Where a table or column is gone, the models of a project that was moved may not load, and the log
says so; where what it remembers of folders is gone, nothing has to be forgotten; where the type hints are looked at,
MLflow warns about them and the model works all the same; where the server's program is gone, `workbench mlflow` and the
pages below Jupyter's address do not start.
"""

from __future__ import annotations

import logging
import sqlite3
import warnings
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

_log = logging.getLogger(__name__)
_PATH_COLUMNS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)


def move_artifact_paths(database: Path, before: str, after: str) -> None:
    """Let every path below the folder URI `before` lead below `after`, in MLflow's SQLite file.

    MLflow has no call for this. All paths change together or none.
    """
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        for table, column in _PATH_COLUMNS:
            if column not in _columns(connection, table):
                _log.warning(
                    "MLflow %s has no column %s.%s: models that were logged below %s may not load. Move the project "
                    "back there, or log them again.",
                    _version(),
                    table,
                    column,
                    before,
                )
                continue
            connection.execute(
                f"UPDATE {table} SET {column} = ? || substr({column}, ?) WHERE substr({column}, 1, ?) = ?",
                (after, len(before) + 1, len(before) + 1, f"{before}/"),
            )


def forget_artifact_folders() -> None:
    """Have MLflow look once more where the artifacts of runs lie.

    It remembers that by a run's id alone: of a project and its copy, which have the same runs, only one would be read
    and written in one process.
    """
    from mlflow.tracking._tracking_service import utils

    getattr(utils, "_artifact_repos_cache", {}).clear()


def server_environment(store: str, artifacts: str, hosts: Sequence[str]) -> dict[str, str]:
    """What MLflow's server reads as it is imported, as `mlflow server` would set it; `hosts` are beside loopback."""
    found = {
        "_MLFLOW_SERVER_FILE_STORE": store,
        "_MLFLOW_SERVER_REGISTRY_STORE": store,
        "_MLFLOW_SERVER_ARTIFACT_ROOT": artifacts,
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "_MLFLOW_SGI_NAME": "uvicorn",
        "_MLFLOW_IN_JOB_EXECUTOR": "false",
        # Jobs, telemetry and log lines of a server that one person looks at.
        "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_LOGGING_LEVEL": "WARNING",
    }
    if hosts:
        found["MLFLOW_SERVER_ALLOWED_HOSTS"] = ",".join(["localhost:*", "127.0.0.1:*", *hosts])
        found["MLFLOW_SERVER_CORS_ALLOWED_ORIGINS"] = ",".join(
            f"{scheme}://{host}" for scheme in ("https", "http") for host in hosts
        )
    return found


def server_application() -> Any:
    """MLflow's server as an ASGI application, after `server_environment` has been set."""
    with warnings.catch_warnings():
        # It uses a part of Starlette that is to go; who opens the pages can do nothing about it.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", UserWarning)
        from mlflow.server.fastapi_app import app

    return app


class AnyInput:
    """Put before `PythonModel` among the bases of a model whose `predict` takes several kinds of input.

    From a type hint MLflow would derive a schema of the input, and refuse arrays and tables; without one it warns.
    """

    _skip_type_hint_validation = True


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}


def _version() -> str:
    from mlflow import __version__

    return str(__version__)

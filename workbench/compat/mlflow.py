"""MLflow's private parts: the tables in which it keeps paths of artifacts, and its look at a model's type hints.

Tried on MLflow 3.17. Where a table or column is gone, the models of a project that was moved may not load, and the log
says so; where the type hints are looked at, MLflow warns about them and the model works all the same.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

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

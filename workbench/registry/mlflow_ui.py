"""MLflow's own pages on this project's runs, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.registry.tracking import connect

if TYPE_CHECKING:
    from workbench.paths import Project

DEFAULT_PORT = 5000
_ENVIRONMENT = {
    # Jobs, telemetry and log lines of a server that one person looks at; it starts in half the time without.
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}


def open_mlflow(project: Project, port: int = DEFAULT_PORT) -> None:
    """Serve MLflow's pages on http://127.0.0.1:`port` until interrupted.

    Raises WorkbenchError when the port is taken.
    """
    from workbench.registry.ports import require_free

    require_free(port)
    try:
        subprocess.run(mlflow_command(project, port), env={**os.environ, **_ENVIRONMENT}, check=False)
    except KeyboardInterrupt:
        return


def mlflow_command(project: Project, port: int | str, origins: Sequence[str] = ()) -> list[str]:
    """The command that serves MLflow's pages.

    `origins` are the addresses (https://hub.example) under which a browser may reach it besides loopback: MLflow
    refuses requests that come from elsewhere.
    """
    connect(project)
    command = [
        sys.executable, "-m", "mlflow", "server", "--workers", "1", "--host", "127.0.0.1", "--port", str(port),
        "--backend-store-uri", project.mlflow_uri, "--registry-store-uri", project.mlflow_uri,
        "--default-artifact-root", project.artifacts.as_uri(), "--uvicorn-opts", "--log-level warning",
    ]  # fmt: skip
    if origins:
        hosts = [origin.split("://", 1)[-1] for origin in origins]
        command += ["--allowed-hosts", ",".join(["localhost:*", "127.0.0.1:*", *hosts])]
        command += ["--cors-allowed-origins", ",".join(origins)]
    return command


def mlflow_environment() -> dict[str, str]:
    """What the server's environment has besides the usual."""
    return dict(_ENVIRONMENT)

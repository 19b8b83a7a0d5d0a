"""MLflow's own pages on this project's runs: on loopback, beside a notebook, and below Jupyter's own address."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

from workbench.jobs.ports import require_free
from workbench.jobs.servers import PATIENCE_SECONDS, Server, serve
from workbench.paths import find_project, icon
from workbench.registry.tracking import connect

if TYPE_CHECKING:
    from workbench.paths import Project

DEFAULT_PORT = 5000
_SETTINGS = {
    # Jobs, telemetry and log lines of a server that one person looks at; it starts in half the time without.
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "WARNING",
}


def open_mlflow(project: Project, port: int = DEFAULT_PORT) -> None:
    """Serve MLflow's pages on http://127.0.0.1:`port` until interrupted.

    Raises WorkbenchError when the port is taken.
    """
    require_free(port)
    try:
        subprocess.run(mlflow_command(project, port), env={**os.environ, **_environment(project)}, check=False)
    except KeyboardInterrupt:
        return


def mlflow_command(
    project: Project, port: int | str, origins: Sequence[str] = (), *, unix_socket: str | None = None
) -> list[str]:
    """The command that serves MLflow's pages, on a port of loopback or on a Unix socket.

    `origins` are the addresses (https://hub.example) under which a browser may reach it besides loopback: MLflow
    refuses requests that come from elsewhere.
    """
    connect(project)
    options = {
        "--workers": "1",
        "--host": "127.0.0.1",
        "--port": str(port),
        "--default-artifact-root": project.artifacts.as_uri(),
        "--uvicorn-opts": "--log-level warning",
    }
    if unix_socket is not None:
        options["--uvicorn-opts"] += f" --uds {quote(unix_socket)}"
    if origins:
        hosts = [origin.split("://", 1)[-1] for origin in origins]
        options["--allowed-hosts"] = ",".join(["localhost:*", "127.0.0.1:*", *hosts])
        options["--cors-allowed-origins"] = ",".join(origins)
    return [sys.executable, "-m", "mlflow", "server", *(word for option in options.items() for word in option)]


def _environment(project: Project) -> dict[str, str]:
    """What the server is told by its environment: a command line, and a password in it, can be read by everybody."""
    stores = dict.fromkeys(("MLFLOW_BACKEND_STORE_URI", "MLFLOW_REGISTRY_STORE_URI"), project.mlflow_uri)
    return {**_SETTINGS, **stores}


def serve_mlflow(project: Project, origin: str = "") -> Server:
    """Return this process's server of MLflow's pages, which is started when there is none.

    `origin` is the address at which the browser has Jupyter. Raises WorkbenchError when the server does not come up.
    """
    local = not origin or origin.startswith(("http://127.0.0.1", "http://localhost"))

    def command(port: int) -> list[str]:
        return mlflow_command(project, port, [] if local else [origin])

    return serve("mlflow", project, command, environment=_environment(project), variant="" if local else origin)


def mlflow_proxy() -> dict[str, Any]:
    """jupyter-server-proxy: MLflow's pages at `workbench-mlflow/` below Jupyter's address."""

    def command(unix_socket: str) -> list[str]:
        return mlflow_command(find_project(), DEFAULT_PORT, unix_socket=unix_socket)

    def environment() -> dict[str, str]:
        # The proxy puts its own values where a setting has braces.
        given = _environment(find_project())
        return {name: value.replace("{", "{{").replace("}", "}}") for name, value in given.items()}

    return {
        "command": command,
        "environment": environment,
        "timeout": PATIENCE_SECONDS,
        # In a folder of this user: on a port everybody on the machine would reach it, and MLflow has no login.
        "unix_socket": True,
        # MLflow answers loopback only; who may come here has been checked by Jupyter.
        "request_headers_override": {"Host": "localhost", "Origin": "http://localhost"},
        "launcher_entry": {"title": "MLflow", "category": "Workbench", "icon_path": icon("mlflow")},
    }

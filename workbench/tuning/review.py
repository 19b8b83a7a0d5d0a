"""optuna-dashboard and MLflow's pages beside a notebook: started when asked for, gone with the process that asked.

Also what jupyter-server-proxy needs to offer both below Jupyter's own address.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal

from workbench.errors import WorkbenchError
from workbench.paths import find_project
from workbench.registry.mlflow_ui import mlflow_command, mlflow_environment
from workbench.registry.ports import free_port
from workbench.tuning.workers import same_code

if TYPE_CHECKING:
    from workbench.paths import Project

Kind = Literal["dashboard", "mlflow"]

_PATIENCE_SECONDS = 90
_running: dict[tuple[Kind, str, str], Server] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Server:
    """A running server, its port on loopback, and what it says on its standard error."""

    port: int
    process: subprocess.Popen[bytes]
    log: IO[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def serve(kind: Kind, project: Project, origin: str = "") -> Server:
    """Return this process's server of a kind, started when there is none; it answers when this returns.

    `origin` is the address at which the browser has Jupyter. Raises WorkbenchError when the server does not come up.
    """
    key = (kind, str(project.root), origin)
    with _lock:
        found = _running.get(key)
        if found is None or found.process.poll() is not None:
            found = _running[key] = _start(kind, project, origin)
        return found


def _start(kind: Kind, project: Project, origin: str) -> Server:
    port = free_port()
    command = dashboard_command(port) if kind == "dashboard" else mlflow_command(project, port, _origins(origin))
    environment = {**os.environ, **mlflow_environment(), **same_code(project)}
    # A file, not a pipe: nobody reads what a server says once it is up, and a full pipe would halt it.
    log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.tuning.tether", *command], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=log, env=environment,
    )  # fmt: skip
    server = Server(port, process, log)
    atexit.register(_stop, process)
    _wait(kind, server)
    return server


def _origins(origin: str) -> list[str]:
    return [origin] if origin and not origin.startswith(("http://127.0.0.1", "http://localhost")) else []


def _wait(kind: Kind, server: Server) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            server.log.seek(0)
            said = server.log.read().decode(errors="replace").strip().splitlines()[-3:]
            raise WorkbenchError(f"The {kind} server ended at once: {' '.join(said)}")
        try:
            with urllib.request.urlopen(server.url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    _stop(server.process)
    raise WorkbenchError(f"The {kind} server did not answer within {_PATIENCE_SECONDS} s. Try `workbench {kind}`.")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None and not process.stdin.closed:
        process.stdin.close()


def dashboard_command(port: int | str) -> list[str]:
    """The command that serves optuna-dashboard on the project of WORKBENCH_ROOT or of the working directory."""
    return [sys.executable, "-m", "workbench.tuning.review", str(port)]


def dashboard_proxy() -> dict[str, Any]:
    """jupyter-server-proxy: optuna-dashboard at `workbench-dashboard/` below Jupyter's address."""
    return {
        "command": dashboard_command("{port}"),
        "timeout": _PATIENCE_SECONDS,
        "launcher_entry": {"title": "Optuna dashboard", "category": "Workbench"},
    }


def mlflow_proxy() -> dict[str, Any]:
    """jupyter-server-proxy: MLflow's pages at `workbench-mlflow/` below Jupyter's address."""

    def command(port: int) -> list[str]:
        return mlflow_command(find_project(), port)

    return {
        "command": command,
        "environment": mlflow_environment(),
        "timeout": _PATIENCE_SECONDS,
        # MLflow answers loopback only; who may come here has been checked by Jupyter.
        "request_headers_override": {"Host": "localhost", "Origin": "http://localhost"},
        "launcher_entry": {"title": "MLflow", "category": "Workbench"},
    }


if __name__ == "__main__":
    from workbench.tuning.dashboard import open_dashboard

    open_dashboard(find_project(), int(sys.argv[1]))

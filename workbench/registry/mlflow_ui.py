"""MLflow's own pages on this project's runs: on loopback, beside a notebook, and below Jupyter's own address.

`python -m workbench.registry.mlflow_ui PORT` or `... SOCKET` serves them on the project of WORKBENCH_ROOT or of the
working directory.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from workbench.compat.mlflow import server_application, server_environment
from workbench.jobs.page_guard import Guard, process_token, with_token
from workbench.jobs.ports import require_free
from workbench.jobs.servers import PATIENCE_SECONDS, Server, serve
from workbench.paths import find_project, icon
from workbench.registry.tracking import connect

if TYPE_CHECKING:
    from workbench.paths import Project

DEFAULT_PORT = 5000
# A command line can be read by everybody on the machine, an environment cannot.
_TOKEN, _HOSTS = "WORKBENCH_MLFLOW_TOKEN", "WORKBENCH_MLFLOW_HOSTS"


def open_mlflow(project: Project, port: int = DEFAULT_PORT, tell: Callable[[str], None] = lambda _: None) -> None:
    """Serve MLflow's pages on http://127.0.0.1:`port` until interrupted; `tell` is told the address to open.

    Programs that log to it give its token as MLFLOW_TRACKING_TOKEN. Raises WorkbenchError when the port is taken.
    """
    require_free(port)
    token = os.environ.get(_TOKEN) or secrets.token_urlsafe(32)
    tell(with_token(f"http://127.0.0.1:{port}/", token))
    _serve(project, token, os.environ.get(_HOSTS, "").split(), port=port)


def mlflow_command(port_or_socket: int | str) -> list[str]:
    """The command that serves MLflow's pages on a port of loopback, behind a token, or on a Unix socket."""
    return [sys.executable, "-m", "workbench.registry.mlflow_ui", str(port_or_socket)]


def serve_mlflow(project: Project, origin: str = "") -> Server:
    """Return this process's server of MLflow's pages, which is started when there is none.

    `origin` is the address at which the browser has Jupyter. Pages are opened by `page_guard.address_with_token`.
    Raises WorkbenchError when the server does not come up.
    """
    host = urlsplit(origin).netloc
    connect(project)
    environment = {_TOKEN: process_token(), _HOSTS: host}
    return serve("mlflow", project, mlflow_command, environment=environment, variant=host)


def mlflow_proxy() -> dict[str, Any]:
    """jupyter-server-proxy: MLflow's pages at `workbench-mlflow/` below Jupyter's address."""
    return {
        "command": mlflow_command("{unix_socket}"),
        "timeout": PATIENCE_SECONDS,
        # In a folder of this user: on a port everybody on the machine would reach it.
        "unix_socket": True,
        # MLflow answers loopback only; who may come here has been checked by Jupyter.
        "request_headers_override": {"Host": "localhost", "Origin": "http://localhost"},
        "launcher_entry": {"title": "MLflow", "category": "Notebook", "icon_path": icon("mlflow")},
    }


def _serve(project: Project, token: str | None, hosts: Sequence[str], *, port: int = 0, uds: str | None = None) -> None:
    """Serve until interrupted. On a socket there is no token: its folder is the user's own."""
    import uvicorn

    # MLflow reads it as it is imported.
    os.environ.update(server_environment(project.mlflow_uri, project.artifacts.as_uri(), hosts))
    connect(project)
    application: Any = server_application()
    if token is not None:
        application = Guard("mlflow", token, hosts).asgi(application)
    options: Mapping[str, Any] = {"uds": uds} if uds else {"host": "127.0.0.1", "port": port}
    uvicorn.run(application, log_level="warning", **options)


if __name__ == "__main__":
    where = sys.argv[1]
    if where.isdecimal():
        open_mlflow(find_project(), int(where))
    else:
        _serve(find_project(), None, (), uds=where)

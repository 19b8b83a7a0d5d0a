"""optuna-dashboard on this project's studies, on loopback or below any address that a proxy gives it.

`python -m workbench.tuning.dashboard PORT` serves it on the project of WORKBENCH_ROOT or of the working directory.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from workbench.compat.optuna_dashboard import page_below, program_below
from workbench.jobs.page_guard import TOKEN_HEADER, Guard, WsgiApplication, process_token, with_token
from workbench.jobs.ports import port_in_use
from workbench.jobs.servers import PATIENCE_SECONDS, Server, serve
from workbench.registry import mlflow_ui
from workbench.tuning.storage import open_storage, quiet_optuna, storage_lock

if TYPE_CHECKING:
    from workbench.paths import Project

DEFAULT_PORT = 8080
# A command line can be read by everybody on the machine, an environment cannot.
_TOKEN, _HOSTS = "WORKBENCH_DASHBOARD_TOKEN", "WORKBENCH_DASHBOARD_HOSTS"

# What jupyter-server-proxy puts after Jupyter's own address.
_PROXIED = re.compile(r"/(proxy/\d+|workbench-dashboard)$")


def open_dashboard(project: Project, port: int = DEFAULT_PORT, tell: Callable[[str], None] = lambda _: None) -> None:
    """Serve optuna-dashboard on http://127.0.0.1:`port` until interrupted; `tell` is told the address to open.

    Raises WorkbenchError when the port is taken.
    """
    token = os.environ.get(_TOKEN) or secrets.token_urlsafe(32)
    hosts = os.environ.get(_HOSTS, "").split()
    try:
        application = Guard("dashboard", token, hosts).wsgi(dashboard_app(project))
        server = make_server("127.0.0.1", port, application, _Server, _QuietHandler)
    except OSError:
        raise port_in_use(port) from None
    tell(with_token(f"http://127.0.0.1:{port}/dashboard", token))
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def serve_dashboard(project: Project, origin: str = "") -> Server:
    """Return this process's server of optuna-dashboard, which is started when there is none.

    `origin` is the address at which the browser has Jupyter. Pages are opened by `page_guard.address_with_token`.
    """
    host = urlsplit(origin).netloc
    environment = {_TOKEN: process_token(), _HOSTS: host}
    return serve("dashboard", project, dashboard_command, environment=environment, variant=host)


def dashboard_command(port: int | str) -> list[str]:
    """The command that serves optuna-dashboard on the project of WORKBENCH_ROOT or of the working directory."""
    return [sys.executable, "-m", "workbench.tuning.dashboard", str(port)]


def dashboard_proxy() -> dict[str, Any]:
    """jupyter-server-proxy: optuna-dashboard at `workbench-dashboard/` below Jupyter's address."""
    from workbench.paths import icon

    return {
        "command": dashboard_command("{port}"),
        "environment": {_TOKEN: process_token()},
        # Jupyter has checked who asks.
        "request_headers_override": {TOKEN_HEADER: process_token()},
        "timeout": PATIENCE_SECONDS,
        "launcher_entry": {"title": "Optuna dashboard", "category": "Notebook", "icon_path": icon("dashboard")},
    }


def dashboard_app(project: Project) -> WsgiApplication:
    """The dashboard as a WSGI application that also works below a prefix (X-Forwarded-Prefix of the request)."""
    from optuna_dashboard import wsgi

    with quiet_optuna(), storage_lock(project.optuna_url):
        storage = open_storage(project)
    with quiet_optuna():
        return below_prefix(wsgi(storage))


def below_prefix(application: WsgiApplication) -> WsgiApplication:
    """Make the dashboard's pages find their program and their data below the prefix that a proxy announces."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        prefix = environ.get("HTTP_X_FORWARDED_PREFIX", "").rstrip("/")
        path = environ.get("PATH_INFO", "").rstrip("/")
        if not path:
            # Relative, for some proxies put their prefix before an absolute one by themselves, and others do not.
            start_response("302 Found", [("Location", "dashboard"), ("Content-Length", "0")])
            return [b""]
        if not prefix:
            return application(environ, start_response)
        if path == "/static/bundle.js":
            headers = [("Content-Type", "text/javascript"), ("Content-Encoding", "gzip")]
            return _send(start_response, program_below(prefix), headers)
        if path == "/dashboard" or path.startswith("/dashboard/"):
            return _send(start_response, page_below(prefix), [("Content-Type", "text/html; charset=utf-8")])
        if path.startswith("/api/"):
            return _with_mlflow_beside(prefix, application, environ, start_response)
        return application(environ, start_response)

    return answer


def _with_mlflow_beside(
    prefix: str, application: WsgiApplication, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer with the trials' links to MLflow leading below the same Jupyter's address, not to a port of its own."""
    said: list[Any] = []
    body = b"".join(application(environ, lambda status, headers, *_: said.extend((status, headers))))
    jupyter = _PROXIED.sub("", prefix)
    body = body.replace(f"http://127.0.0.1:{mlflow_ui.DEFAULT_PORT}/".encode(), f"{jupyter}/workbench-mlflow/".encode())
    headers = [(name, value) for name, value in said[1] if name.lower() != "content-length"]
    start_response(said[0], [*headers, ("Content-Length", str(len(body)))])
    return [body]


def _send(start_response: Callable[..., Any], body: bytes, headers: list[tuple[str, str]]) -> Iterable[bytes]:
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """A line for each request would be noise here."""


if __name__ == "__main__":
    from workbench.paths import find_project

    open_dashboard(find_project(), int(sys.argv[1]))

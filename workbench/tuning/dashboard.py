"""optuna-dashboard on this project's studies, on loopback or below any address that a proxy gives it."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from workbench.errors import WorkbenchError
from workbench.registry import mlflow_ui
from workbench.registry.ports import port_in_use
from workbench.tuning.lock import storage_lock
from workbench.tuning.study import open_storage, quiet_optuna

if TYPE_CHECKING:
    from workbench.paths import Project

DEFAULT_PORT = 8080
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# What jupyter-server-proxy puts after Jupyter's own address.
_PROXIED = re.compile(r"/(proxy/\d+|workbench-dashboard)$")

# Where the pages' program names addresses from the root of the server.
_ADDRESSES = (
    ('url_prefix:"/dashboard"', 'url_prefix:"{prefix}/dashboard"'),
    ("fetch(`${{this.baseURL}}/api", "fetch(`{prefix}${{this.baseURL}}/api"),
    ("`/csv/", "`{prefix}/csv/"),
)


def open_dashboard(project: Project, port: int = DEFAULT_PORT) -> None:
    """Serve optuna-dashboard on http://127.0.0.1:`port` until interrupted.

    Raises WorkbenchError when the port is taken.
    """
    try:
        server = make_server("127.0.0.1", port, dashboard_app(project), _Server, _QuietHandler)
    except OSError:
        raise port_in_use(port) from None
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def dashboard_app(project: Project) -> Application:
    """The dashboard as a WSGI application that also works below a prefix (X-Forwarded-Prefix of the request)."""
    from optuna_dashboard import wsgi

    with quiet_optuna(), storage_lock(project.optuna_url):
        storage = open_storage(project)
    with quiet_optuna():
        return below_prefix(wsgi(storage))


def below_prefix(application: Application) -> Application:
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
            return _send(start_response, _program(prefix), headers)
        if path == "/dashboard" or path.startswith("/dashboard/"):
            page = (_assets() / "index.html").read_text(encoding="utf-8")
            page = page.replace('"/static/', f'"{prefix}/static/').replace('"/favicon.ico', f'"{prefix}/favicon.ico')
            return _send(start_response, page.encode(), [("Content-Type", "text/html; charset=utf-8")])
        if path.startswith("/api/"):
            return _with_mlflow_beside(prefix, application, environ, start_response)
        return application(environ, start_response)

    return answer


@cache
def _program(prefix: str) -> bytes:
    """The pages' program with the prefix before every address, compressed."""
    text = (_assets() / "public" / "bundle.js").read_text(encoding="utf-8")
    for known, changed in _ADDRESSES:
        sought = known.replace("{{", "{").replace("}}", "}")
        if sought not in text:
            raise WorkbenchError(
                "This version of optuna-dashboard cannot be shown through Jupyter's address. "
                "Use `workbench dashboard` and its own port."
            )
        text = text.replace(sought, changed.format(prefix=prefix))
    return gzip.compress(text.encode(), compresslevel=5)


def _with_mlflow_beside(
    prefix: str, application: Application, environ: dict[str, Any], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """Answer with the trials' links to MLflow leading below the same Jupyter's address, not to a port of its own."""
    said: list[Any] = []
    body = b"".join(application(environ, lambda status, headers, *_: said.extend((status, headers))))
    jupyter = _PROXIED.sub("", prefix)
    body = body.replace(f"http://127.0.0.1:{mlflow_ui.DEFAULT_PORT}/".encode(), f"{jupyter}/workbench-mlflow/".encode())
    headers = [(name, value) for name, value in said[1] if name.lower() != "content-length"]
    start_response(said[0], [*headers, ("Content-Length", str(len(body)))])
    return [body]


def _assets() -> Path:
    import optuna_dashboard

    return Path(optuna_dashboard.__file__).parent


def _send(start_response: Callable[..., Any], body: bytes, headers: list[tuple[str, str]]) -> Iterable[bytes]:
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """One line for each request helps nobody here."""

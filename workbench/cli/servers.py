"""Commands that start a server on loopback."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import click

from workbench.cli.options import PORT

if TYPE_CHECKING:
    from workbench.paths import Project


_no_browser = click.option("--no-browser", is_flag=True, help="Do not open a browser.")


@click.command("lab")
@click.option("--port", type=PORT, default=8888, show_default=True, help="Port on loopback.")
@_no_browser
def lab(port: int, no_browser: bool) -> None:
    """Open JupyterLab on this project."""
    from workbench.paths import find_project

    _serve_jupyter(find_project(), port, "/lab/tree/notebooks/01_label.ipynb", no_browser=no_browser)


@click.command("label")
@click.argument("name", metavar="[THEME]", required=False)
@click.option("--predictions", is_flag=True, help="Accept and correct what the theme's model predicts.")
@click.option("--port", type=PORT, help="Port [one that is free].")
@click.option("--ip", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for other machines.")
@_no_browser
def label(name: str | None, predictions: bool, port: int | None, ip: str, no_browser: bool) -> None:
    """Open the label panel alone, in the whole window, and print its address.

    Whoever opens the address labels with a kernel and under a name of their own. Without THEME that of params.yaml is
    opened. Where a server of this project runs already, its address is opened.
    """
    from workbench.paths import find_project

    project = find_project()
    if predictions and not name:
        from workbench.training.plan import default_theme

        name = default_theme(project=project)
    if name:
        _require_theme(project, name)
    door = "predictions" if predictions else "label"
    page = f"workbench/{door}/{quote(name, safe='')}" if name else f"workbench/{door}"
    running = None if port else _running_server(project)
    if running:
        address = f"{running['url']}{page}?token={running['token']}"
        click.echo(address)
        if not no_browser:
            click.launch(address)
        return
    from workbench.jobs.ports import free_port

    port = port or free_port()
    token = os.environ.setdefault("JUPYTER_TOKEN", secrets.token_hex(24))
    host = socket.gethostname() if ip in {"0.0.0.0", "::"} else ip
    click.echo(f"http://{host}:{port}/{page}?token={token}")
    click.echo("(Ctrl+C ends it)", err=True)
    sys.stdout.flush()
    os.environ["WORKBENCH_LABEL"] = "1"
    _serve_jupyter(project, port, f"/{page}", no_browser=no_browser, ip=ip)


def _require_theme(project: Project, name: str) -> None:
    from workbench.store import open_store
    from workbench.store.themes import get_theme

    store = open_store(project)
    try:
        with store.read() as session:
            get_theme(name, session=session)
    finally:
        store.close()


def _running_server(project: Project) -> dict[str, Any] | None:
    """The Jupyter server of this project that has our pages, None without."""
    from jupyter_server.serverapp import list_running_servers

    for found in list_running_servers():
        if Path(found["root_dir"]).resolve() != project.root:
            continue
        request = Request(f"{found['url']}workbench/api/openapi.json")
        request.add_header("Authorization", f"token {found['token']}")
        with suppress(OSError), urlopen(request, timeout=5):
            return dict(found)
    return None


def _serve_jupyter(project: Project, port: int, page: str, *, no_browser: bool, ip: str = "127.0.0.1") -> None:
    """Become a Jupyter server of the project that opens `page`."""
    from workbench.paths import SERVER_CONFIG

    os.environ["WORKBENCH_ROOT"] = str(project.root)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ip={ip}",
        f"--port={port}",
        f"--ServerApp.root_dir={project.root}",
        f"--config={SERVER_CONFIG}",
        "--ServerApp.jpserver_extensions={'workbench.api': True, 'voila.server_extension': True}",
        # Nothing is sent anywhere unless a person asks for it.
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        f"--LabApp.default_url={page}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # In a container everybody is root, and Jupyter would refuse to start.
        command.append("--allow-root")
    if no_browser:
        command.append("--no-browser")
    if os.name == "nt":
        # There `execv` would give the console back while the server still runs in it.
        sys.exit(subprocess.call(command))
    os.execv(sys.executable, command)


_port = click.option("--port", type=PORT, help="Port on loopback.")


@click.command("dashboard")
@_port
def dashboard(port: int | None) -> None:
    """Open optuna-dashboard on this project's studies."""
    from workbench.paths import find_project
    from workbench.tuning.dashboard import DEFAULT_PORT, open_dashboard

    def tell(address: str) -> None:
        click.echo(f"optuna-dashboard: {address} (Ctrl+C ends it)", err=True)

    open_dashboard(find_project(), port or DEFAULT_PORT, tell)


@click.command("mlflow")
@_port
def mlflow(port: int | None) -> None:
    """Open MLflow's pages on this project's runs and models."""
    from workbench.paths import find_project
    from workbench.registry.mlflow_ui import DEFAULT_PORT, open_mlflow

    def tell(address: str) -> None:
        click.echo(f"MLflow: {address} (Ctrl+C ends it)", err=True)

    open_mlflow(find_project(), port or DEFAULT_PORT, tell)

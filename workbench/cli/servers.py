"""Commands that start a server on loopback."""

from __future__ import annotations

import os
import subprocess
import sys

import click


@click.command("lab")
@click.option("--port", default=8888, show_default=True, help="Port on loopback.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
def lab(port: int, no_browser: bool) -> None:
    """Open JupyterLab on this project."""
    from workbench.paths import SERVER_CONFIG, find_project

    project = find_project()
    os.environ["WORKBENCH_ROOT"] = str(project.root)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--ServerApp.root_dir={project.root}",
        f"--config={SERVER_CONFIG}",
        "--ServerApp.jpserver_extensions={'workbench.api': True}",
        # Nothing is sent anywhere unless a person asks for it.
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.default_url=/lab/tree/notebooks/01_label.ipynb",
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


_port = click.option("--port", type=int, help="Port on loopback.")


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

    port = port or DEFAULT_PORT
    click.echo(f"MLflow: http://127.0.0.1:{port} (Ctrl+C ends it)", err=True)
    open_mlflow(find_project(), port)

"""MLflow's pages on this project's runs, over HTTP."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from importlib.metadata import entry_points
from pathlib import Path

import psutil

from workbench.registry.mlflow_ui import mlflow_proxy, serve_mlflow
from workbench.registry.tracking import experiment_for


def test_they_answer_on_the_projects_runs_also_for_a_foreign_origin(project):
    experiment_for("pets", project)
    server = serve_mlflow(project, "https://hub.example")
    try:
        request = urllib.request.Request(
            f"{server.url}/api/2.0/mlflow/experiments/search",
            data=json.dumps({"max_results": 10}).encode(),
            headers={"Content-Type": "application/json", "Host": "hub.example", "Origin": "https://hub.example"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            names = [each["name"] for each in json.load(answer)["experiments"]]
        assert "pets" in names
    finally:
        server.stop()
        server.process.wait(60)


def test_jupyter_offers_them_below_its_own_address(project):
    found = {entry.name: entry.value for entry in entry_points(group="jupyter_serverproxy_servers")}
    assert found["workbench-mlflow"] == "workbench.registry.mlflow_ui:mlflow_proxy"
    offered = mlflow_proxy()
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    socket_file = folder / "mlflow"
    command = offered["command"](str(socket_file))
    environment = {**os.environ, **{name: value.format() for name, value in offered["environment"]().items()}}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert answer_on(socket_file, process).startswith(b"HTTP/1.1 200")
        connections = [
            each
            for one in (psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True))
            for each in one.net_connections("inet")
        ]
        assert not [each for each in connections if each.status == psutil.CONN_LISTEN], "nobody else reaches it"
    finally:
        for one in (*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)):
            one.terminate()
        process.wait(60)
        shutil.rmtree(folder)


def answer_on(socket_file, process):
    """Ask a server on a Unix socket for its health, once it listens."""
    while process.poll() is None:
        with (
            socket.socket(socket.AF_UNIX) as connection,
            contextlib.suppress(FileNotFoundError, ConnectionRefusedError),
        ):
            connection.connect(str(socket_file))
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.makefile("rb").read()
        time.sleep(0.05)
    return b""

"""MLflow's pages on this project's runs, over HTTP."""

import contextlib
import json
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from importlib.metadata import entry_points
from pathlib import Path

import psutil

from workbench.jobs.page_guard import address_with_token, process_token
from workbench.registry.mlflow_ui import mlflow_proxy, serve_mlflow
from workbench.registry.tracking import experiment_for


def experiments(server, browser=None, **headers):
    """The names of the server's experiments, or the status of its refusal."""
    request = urllib.request.Request(
        f"{server.url}/api/2.0/mlflow/experiments/search",
        data=json.dumps({"max_results": 10}).encode(),
        headers={"Content-Type": "application/json", **headers},
    )
    try:
        with (browser or urllib.request.build_opener()).open(request, timeout=60) as answer:
            return [each["name"] for each in json.load(answer)["experiments"]]
    except urllib.error.HTTPError as error:
        return error.code


def test_they_answer_to_the_token_on_the_projects_runs_also_for_a_foreign_origin(project):
    experiment_for("pets", project)
    server = serve_mlflow(project, "https://hub.example")
    elsewhere = {"Host": "hub.example", "Origin": "https://hub.example"}
    bearer = {"Authorization": f"Bearer {process_token()}"}
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    try:
        assert not [each for each in psutil.Process(server.process.pid).cmdline() if process_token() in each]
        # Another user of the machine, and a page of another name that leads to loopback.
        assert experiments(server) == 403
        assert experiments(server, **bearer, Host="evil.example") == 403
        assert "pets" in experiments(server, **bearer)
        assert "pets" in experiments(server, **bearer, **elsewhere)
        with browser.open(server.url + address_with_token("/#/experiments/1")) as page:
            assert (page.url.partition("#")[0], b"<html" in page.read()) == (f"{server.url}/", True)
        assert "pets" in experiments(server, browser)
        assert experiments(server, browser, Origin="http://127.0.0.1:1") == 403
    finally:
        server.stop()
        server.process.wait(60)


def test_jupyter_offers_them_below_its_own_address(project):
    found = {entry.name: entry.value for entry in entry_points(group="jupyter_serverproxy_servers")}
    assert found["workbench-mlflow"] == "workbench.registry.mlflow_ui:mlflow_proxy"
    offered = mlflow_proxy()
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    socket_file = folder / "mlflow"
    command = [word.format(unix_socket=socket_file) for word in offered["command"]]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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

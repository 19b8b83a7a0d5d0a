"""The pages of Optuna and MLflow on this project, over HTTP."""

import gzip
import json
import sys
import urllib.request

import pytest
from click.testing import CliRunner

from workbench.cli import main
from workbench.errors import WorkbenchError
from workbench.registry.ports import free_port, require_free
from workbench.tuning import review
from workbench.tuning.dashboard import dashboard_app
from workbench.tuning.lock import storage_lock
from workbench.tuning.review import dashboard_proxy, mlflow_proxy, serve
from workbench.tuning.study import open_storage, quiet_optuna


@pytest.fixture
def study(project):
    """A study named "search" with one complete trial."""
    import optuna

    with quiet_optuna(), storage_lock(project.optuna_url):
        study = optuna.create_study(study_name="search", storage=open_storage(project))
    study.tell(study.ask(), 0.5)
    return study


def get(application, path, prefix=""):
    """Ask a WSGI application; returns status, headers and body."""
    from wsgiref.util import setup_testing_defaults

    environ = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": "gzip"}
    if prefix:
        environ["HTTP_X_FORWARDED_PREFIX"] = prefix
    setup_testing_defaults(environ)
    said = []
    body = b"".join(application(environ, lambda status, headers, *rest: said.extend((status, dict(headers)))))
    return said[0], said[1], body


def test_the_dashboard_answers_with_the_projects_study(project, study):
    application = dashboard_app(project)
    status, _, body = get(application, "/api/studies")
    assert status.startswith("200")
    assert [each["study_name"] for each in json.loads(body)["study_summaries"]] == ["search"]
    assert get(application, "/")[1]["Location"] == "dashboard"


def test_a_server_that_says_much_goes_on(project, monkeypatch):
    talking = (
        "import http.server, sys; sys.stderr.write('word ' * 50_000); "
        "http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"
    )
    monkeypatch.setattr(review, "dashboard_command", lambda port: [sys.executable, "-c", talking, str(port)])
    monkeypatch.setattr(review, "_PATIENCE_SECONDS", 20)
    assert review.serve("dashboard", project).process.poll() is None


def test_below_a_prefix_every_address_of_the_dashboard_has_it(project, study):
    application = dashboard_app(project)
    prefix = "/user/mika/proxy/8080"
    assert get(application, "/", prefix)[1]["Location"] == "dashboard"
    page = get(application, "/dashboard/studies/1", prefix)[2].decode()
    assert f'src="{prefix}/static/bundle.js"' in page
    program = gzip.decompress(get(application, "/static/bundle.js", prefix)[2]).decode()
    assert f'url_prefix:"{prefix}/dashboard"' in program
    assert "fetch(`${this.baseURL}/api" not in program
    assert "search" in get(application, "/api/studies", prefix)[2].decode()


def test_a_trials_link_to_its_run_stays_below_jupyters_address(project, study):
    from workbench.tuning.links import run_path, save_note_of_trial

    trial = study.ask()
    save_note_of_trial(trial, "3", "abc")
    application = dashboard_app(project)
    path = f"/api/studies/{study._study_id}"
    assert f"(http://127.0.0.1:5000{run_path('3', 'abc')})" in get(application, path)[2].decode()
    for prefix in ("/user/mika/proxy/8080", "/user/mika/workbench-dashboard"):
        _, headers, body = get(application, path, prefix)
        assert f"(/user/mika/workbench-mlflow{run_path('3', 'abc')})" in body.decode()
        assert headers["Content-Length"] == str(len(body))


def test_servers_are_started_once_and_end_with_the_process_that_asked(project, study, run_python):
    code = """
    import sys, urllib.request
    from workbench.paths import find_project
    from workbench.tuning.review import serve
    server = serve("dashboard", find_project())
    assert serve("dashboard", find_project()) is server
    print(server.port, server.process.pid, flush=True)
    sys.stdin.read()
    """
    child = run_python(code)
    port, pid = map(int, child.stdout.readline().split())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/studies", timeout=20) as answer:
        assert b"search" in answer.read()
    import psutil

    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    child.kill()
    gone, alive = psutil.wait_procs(family, timeout=60)
    assert not alive
    assert len(gone) == 2


def test_mlflow_answers_on_the_projects_runs_also_for_a_foreign_origin(project):
    from workbench.registry.tracking import experiment_for

    experiment_for("pets", project)
    server = serve("mlflow", project, "https://hub.example")
    try:
        request = urllib.request.Request(
            f"{server.url}/api/2.0/mlflow/experiments/search", data=json.dumps({"max_results": 10}).encode(),
            headers={"Content-Type": "application/json", "Host": "hub.example", "Origin": "https://hub.example"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=60) as answer:
            names = [each["name"] for each in json.load(answer)["experiments"]]
        assert "pets" in names
    finally:
        server.process.stdin.close()
        server.process.wait(60)


def test_the_command_refuses_a_port_that_is_taken(project):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkbenchError, match=f"--port {port + 1}"):
            require_free(port)
        done = CliRunner().invoke(main, ["dashboard", "--port", str(port)])
    assert done.exit_code == 2
    assert f"Port {port} is in use" in done.stderr
    assert free_port() != port


def test_jupyter_offers_both_below_its_own_address(project):
    from importlib.metadata import entry_points

    names = {entry.name: entry.value for entry in entry_points(group="jupyter_serverproxy_servers")}
    assert names["workbench-dashboard"] == "workbench.tuning.review:dashboard_proxy"
    assert names["workbench-mlflow"] == "workbench.tuning.review:mlflow_proxy"
    assert "{port}" in dashboard_proxy()["command"]
    assert "--port" in mlflow_proxy()["command"](5123)

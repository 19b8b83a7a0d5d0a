"""optuna-dashboard on this project's studies, over HTTP."""

import gzip
import json
import socket
import urllib.request
from importlib.metadata import entry_points

import psutil
import pytest
from click.testing import CliRunner

from workbench.cli import main
from workbench.tuning.dashboard import dashboard_app, dashboard_proxy
from workbench.tuning.storage import open_storage, quiet_optuna, storage_lock


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


def test_it_answers_with_the_projects_study(project, study):
    application = dashboard_app(project)
    status, _, body = get(application, "/api/studies")
    assert status.startswith("200")
    assert [each["study_name"] for each in json.loads(body)["study_summaries"]] == ["search"]
    assert get(application, "/")[1]["Location"] == "dashboard"


def test_below_a_prefix_every_address_has_it(project, study):
    application = dashboard_app(project)
    prefix = "/user/mika/proxy/8080"
    assert get(application, "/", prefix)[1]["Location"] == "dashboard"
    page = get(application, "/dashboard/studies/1", prefix)[2].decode()
    assert f'src="{prefix}/static/bundle.js"' in page
    program = gzip.decompress(get(application, "/static/bundle.js", prefix)[2]).decode()
    assert f'url_prefix:"{prefix}/dashboard"' in program
    assert "search" in get(application, "/api/studies", prefix)[2].decode()


def test_a_trials_link_to_its_run_stays_below_jupyters_address(project, study):
    from workbench.tuning.mlflow_logging import run_path, save_note_of_trial

    trial = study.ask()
    save_note_of_trial(trial, "3", "abc")
    application = dashboard_app(project)
    path = f"/api/studies/{study._study_id}"
    assert f"(http://127.0.0.1:5000{run_path('3', 'abc')})" in get(application, path)[2].decode()
    for prefix in ("/user/mika/proxy/8080", "/user/mika/workbench-dashboard"):
        _, headers, body = get(application, path, prefix)
        assert f"(/user/mika/workbench-mlflow{run_path('3', 'abc')})" in body.decode()
        assert headers["Content-Length"] == str(len(body))


def test_its_server_is_started_once_and_ends_with_the_process_that_asked(project, study, run_python):
    code = """
    import sys
    from workbench.paths import find_project
    from workbench.tuning.dashboard import serve_dashboard
    server = serve_dashboard(find_project())
    assert serve_dashboard(find_project()) is server
    print(server.port, server.process.pid, flush=True)
    sys.stdin.read()
    """
    child = run_python(code)
    port, pid = map(int, child.stdout.readline().split())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/studies", timeout=20) as answer:
        assert b"search" in answer.read()
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    child.kill()
    gone, alive = psutil.wait_procs(family, timeout=60)
    assert not alive
    assert len(gone) == 2


def test_the_command_refuses_a_port_that_is_taken(project):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = CliRunner().invoke(main, ["dashboard", "--port", str(port)])
    assert done.exit_code == 2
    assert f"Port {port} is in use" in done.stderr


def test_jupyter_offers_it_below_its_own_address(project):
    found = {entry.name: entry.value for entry in entry_points(group="jupyter_serverproxy_servers")}
    assert found["workbench-dashboard"] == "workbench.tuning.dashboard:dashboard_proxy"
    assert "{port}" in dashboard_proxy()["command"]

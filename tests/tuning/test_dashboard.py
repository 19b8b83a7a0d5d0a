"""optuna-dashboard on this project's studies, over HTTP."""

import gzip
import json
import socket
import urllib.error
import urllib.request
from importlib.metadata import entry_points

import psutil
import pytest
from click.testing import CliRunner

from workbench.cli import main
from workbench.jobs.page_guard import TOKEN_HEADER, Guard
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


def get(application, path, prefix="", **more):
    """Ask a WSGI application; returns status, headers and body."""
    from wsgiref.util import setup_testing_defaults

    environ = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": "gzip", **more}
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
    from workbench.jobs.page_guard import address_with_token
    from workbench.tuning.dashboard import serve_dashboard
    server = serve_dashboard(find_project())
    assert serve_dashboard(find_project()) is server
    print(server.port, server.process.pid, address_with_token("/api/studies"), flush=True)
    sys.stdin.read()
    """
    child = run_python(code)
    port, pid, path = child.stdout.readline().split()
    url = f"http://127.0.0.1:{port}"
    family = [psutil.Process(int(pid)), *psutil.Process(int(pid)).children(recursive=True)]
    token = path.partition("token=")[2]
    assert not [process for process in family if token in " ".join(process.cmdline())]
    # Another user of the machine, and a page of another name that leads to loopback.
    assert status(f"{url}/api/studies") == 403
    assert status(f"{url}{path}", headers={"Host": "evil.example"}) == 403
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(f"{url}{path}", timeout=20) as answer:
        assert (answer.url, b"search" in answer.read()) == (f"{url}/api/studies", True)
    delete = urllib.request.Request(f"{url}/api/studies/1", method="DELETE", headers={"Origin": "http://127.0.0.1:1"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        browser.open(delete)
    delete.add_header("Origin", url)
    with browser.open(delete) as answer:
        assert answer.status == 204
    child.kill()
    gone, alive = psutil.wait_procs(family, timeout=60)
    assert not alive
    assert len(gone) == 2


def status(url, headers=None):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=20) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_jupyters_proxy_tells_the_token_that_its_server_has(project, study, monkeypatch):
    offered = dashboard_proxy()
    (token,) = offered["environment"].values()
    assert offered["request_headers_override"] == {TOKEN_HEADER: token}
    assert len(token) > 32
    application = Guard("dashboard", token).wsgi(dashboard_app(project))
    name = f"HTTP_{TOKEN_HEADER.upper().replace('-', '_')}"
    assert get(application, "/api/studies", "/hub", HTTP_HOST="hub.example")[0].startswith("403")
    asked = {"HTTP_HOST": "hub.example", name: token}
    assert get(application, "/api/studies", "/hub", **asked)[0].startswith("200")
    elsewhere = {"REQUEST_METHOD": "DELETE", "HTTP_ORIGIN": "https://evil.example"}
    assert get(application, "/api/studies/1", "/hub", **asked, **elsewhere)[0].startswith("403")


def test_the_first_address_leads_on_below_the_proxys_prefix(project, study):
    application = Guard("dashboard", "secret", ["hub.example"]).wsgi(dashboard_app(project))
    query = {"QUERY_STRING": "numbers=3&token=secret", "HTTP_HOST": "hub.example", "SERVER_PORT": "8080"}
    status, headers, _ = get(application, "/dashboard/studies/1/trials", "/user/mika/proxy/8080", **query)
    assert (status[:3], headers["Location"]) == ("303", "trials?numbers=3")
    assert headers["Set-Cookie"].endswith("=secret; Path=/user/mika/proxy/8080/; HttpOnly; SameSite=Strict")


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

"""`workbench lab`, `dashboard` and `mlflow` serve the project until they are ended."""

import os
import shutil
import signal
import time
import urllib.request

import pytest

from workbench.jobs.ports import free_port

COMMAND = """
    import sys
    from workbench.cli import main

    main(sys.argv[1:])
"""


@pytest.fixture
def serve(project, mlflow_template, optuna_template, run_python):
    """`serve("lab", "--no-browser")` starts the command; returns the process and its address."""
    project.db.mkdir()
    shutil.copy(mlflow_template, project.db)
    shutil.copy(optuna_template, project.db)
    started = []

    def start(*words):
        port = free_port()
        started.append(run_python(COMMAND, *words, "--port", port))
        return started[-1], f"http://127.0.0.1:{port}"

    yield start
    for child in started:
        os.killpg(child.pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("words", "path", "answer"),
    [
        (["dashboard"], "/api/studies?token=secret", b"study_summaries"),
        (["mlflow"], "/health?token=secret", b"OK"),
        (["lab", "--no-browser"], "/api", b"version"),
    ],
    ids=["dashboard", "mlflow", "lab"],
)
def test_it_answers(serve, words, path, answer, monkeypatch):
    monkeypatch.setenv("WORKBENCH_DASHBOARD_TOKEN", "secret")
    monkeypatch.setenv("WORKBENCH_MLFLOW_TOKEN", "secret")
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    child, address = serve(*words)
    deadline = time.monotonic() + 60
    while True:
        assert child.poll() is None, child.communicate()
        try:
            with browser.open(address + path, timeout=10) as response:
                assert answer in response.read()
                return
        except OSError:
            assert time.monotonic() < deadline, "it does not come up"
            time.sleep(0.1)

"""MLflow's pages on this project's runs, over HTTP."""

import json
import urllib.request
from importlib.metadata import entry_points

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
    assert "--port" in mlflow_proxy()["command"](5123)

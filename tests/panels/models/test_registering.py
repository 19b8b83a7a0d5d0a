"""The models panel offers runs and registers one of them."""

from workbench.panels.models.panel import ModelsPanel
from workbench.registry.versions import history_of_stages, list_versions


def test_the_panel_offers_the_runs_that_are_no_version_yet_and_registers_one(shades):
    panel = ModelsPanel("shades", store=shades.store, annotator="ann")

    def call(method, **params):
        return panel._methods[method](params).value

    assert call("runs")["runs"] == []
    run_id = shades.log_run(accuracy=0.8)
    shades.log_run(accuracy=0.7)
    offered = call("runs")
    assert [row["metrics"] for row in offered["runs"]] == [{"best_valid_accuracy": 0.7}, {"best_valid_accuracy": 0.8}]
    assert offered["metrics"] == ["best_valid_accuracy"]
    assert call("register", run=run_id, stage="staging")["version"] == 2
    assert run_id not in [row["run"] for row in call("runs")["runs"]]
    assert {row.version: row.stage for row in list_versions("shades")} == {2: "staging", 1: "production"}
    assert history_of_stages("shades")[-1].annotator == "ann"

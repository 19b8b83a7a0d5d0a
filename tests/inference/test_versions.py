"""Versions of a registered model: stages, history, deletion; MLflow's registry and the store in step."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from sqlalchemy import delete

from workbench import predict, register
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.panels.models.panel import ModelsPanel
from workbench.registry.sync import check_registry, repair_registry
from workbench.registry.tracking import connect, mlflow_run
from workbench.registry.versions import delete_version, demote, history_of_stages, list_versions, promote
from workbench.store.schema import ModelVersion, Snapshot
from workbench.store.themes import create_theme, delete_theme

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def client(shades) -> MlflowClient:
    return connect(shades.project)


def aliases(client: MlflowClient) -> dict[str, int]:
    return {alias: int(version) for alias, version in client.get_registered_model("shades").aliases.items()}


def stages() -> dict[int, str]:
    return {row.version: row.stage for row in list_versions("shades")}


def test_registering_makes_a_version_with_its_origin(shades, client):
    with shades.store.read() as session:
        digest = session.query(Snapshot).one().digest
    run_id = shades.log_run(tags={"workbench.snapshot": digest, "workbench.git.commit": "c0ffee"}, accuracy=0.9)
    result = register("shades", run_id, "staging", description="less blurred")
    assert (result.version, result.stage, result.snapshot_digest, result.archived) == (2, "staging", digest, None)
    assert result.metrics["best_valid_accuracy"] == 0.9
    assert aliases(client) == {"production": 1, "staging": 2}
    version = client.get_model_version("shades", "2")
    assert version.description == "less blurred"
    expected = {"run_id": run_id, "snapshot": digest, "git_commit": "c0ffee", "stage": "staging"}
    assert expected.items() <= version.tags.items()
    assert check_registry("shades").ok


def test_the_best_run_is_found_and_gets_one_version_only(shades, client):
    shades.log_run(accuracy=0.5)
    best = shades.log_run(accuracy=0.8)
    shades.log_run(accuracy=0.7)
    assert register("shades").run_id == best
    assert register("shades", stage="production").version == 2
    assert len(client.search_model_versions("name = 'shades'")) == 2
    assert stages() == {2: "production", 1: "archived"}
    with pytest.raises(NotFoundError, match="Did you mean 'best_valid_accuracy'"):
        register("shades", metric="best_valid_acuracy")
    assert register("shades", best).stage == "production", "the notebook's default takes nothing out of production"
    assert stages() == {2: "production", 1: "archived"}


def test_the_panel_offers_the_runs_that_are_no_version_yet_and_registers_one(shades, client):
    panel = ModelsPanel("shades", store=shades.store, annotator="ann")

    def call(method, **params):
        return panel._methods[method](params, []).value

    assert call("runs")["runs"] == []
    run_id = shades.log_run(accuracy=0.8)
    shades.log_run(accuracy=0.7)
    offered = call("runs")
    assert [row["metrics"] for row in offered["runs"]] == [{"best_valid_accuracy": 0.7}, {"best_valid_accuracy": 0.8}]
    assert offered["metrics"] == ["best_valid_accuracy"]
    assert call("register", run=run_id, stage="staging")["version"] == 2
    assert run_id not in [row["run"] for row in call("runs")["runs"]]
    assert stages() == {2: "staging", 1: "production"}
    assert history_of_stages("shades")[-1].annotator == "ann"


def test_promoting_archives_the_former_one_and_keeps_the_history(shades, client):
    register("shades", shades.log_run(), "staging", annotator="ann")
    result = promote("shades", 2, "production", annotator="bob")
    assert result.archived == 1
    assert aliases(client) == {"production": 2, "archived": 1}
    assert {version: client.get_model_version("shades", str(version)).tags["stage"] for version in (1, 2)} == {
        1: "archived", 2: "production",
    }  # fmt: skip
    demote("shades", 2, annotator="cleo")
    assert aliases(client) == {"archived": 2}
    promote("shades", 1, "production", annotator="bob")
    assert [
        (event.version, event.before, event.after, event.annotator) for event in history_of_stages("shades")[1:]
    ] == [
        (2, None, "staging", "ann"),
        (1, "production", "archived", "bob"),
        (2, "staging", "production", "bob"),
        (2, "production", "archived", "cleo"),
        (1, "archived", "production", "bob"),
    ]
    with pytest.raises(ConflictError, match="in no stage"):
        demote("shades", 2)


def test_deleting_takes_the_answers_along_but_never_production(shades, client):
    register("shades", shades.log_run(), "staging")
    predict("shades", model=2)
    with pytest.raises(ConflictError, match="in production"):
        delete_version("shades", 1)
    assert delete_version("shades", 2) == 18
    assert stages() == {1: "production"}
    assert aliases(client) == {"production": 1}
    with pytest.raises(MlflowException):
        client.get_model_version("shades", "2")
    assert [(event.version, event.after) for event in history_of_stages("shades")][-1] == (2, None)
    assert check_registry("shades").ok


@pytest.mark.parametrize(
    ("action", "error", "words"),
    [
        (lambda: register("shades", "0" * 32), NotFoundError, "There is no run"),
        (lambda: register("shade"), NotFoundError, "Did you mean 'shades'?"),
        (lambda: register("shades"), NotFoundError, "Train one first"),
        (lambda: register("shades", stage="prod"), WorkbenchError, "Did you mean 'production'?"),
        (lambda: promote("shades", 9, "production"), NotFoundError, "Known: 1"),
        (lambda: delete_version("shades", 9), NotFoundError, "Known: 1"),
    ],
)
def test_bad_input_changes_nothing(shades, client, action, error, words):
    with pytest.raises(error) as raised:
        action()
    assert words in str(raised.value)
    assert stages() == {1: "production"}
    assert len(history_of_stages("shades")) == 1


def test_a_run_without_a_model_or_of_another_theme_is_refused(shades):
    with mlflow_run("shades", shades.project) as run:
        pass
    with pytest.raises(WorkbenchError, match="no model"):
        register("shades", run.info.run_id)
    with mlflow_run("other", shades.project) as run:
        pass
    with pytest.raises(WorkbenchError, match="belongs to the theme 'other'"):
        register("shades", run.info.run_id)
    assert check_registry("shades").ok


def test_when_mlflow_fails_half_way_both_sides_stay_as_they_were(shades, client, monkeypatch):
    run_id = shades.log_run()
    real = MlflowClient.set_model_version_tag

    def fail(self, *arguments):
        monkeypatch.setattr(MlflowClient, "set_model_version_tag", real)
        raise MlflowException("the server has gone away")

    monkeypatch.setattr(MlflowClient, "set_model_version_tag", fail)
    with pytest.raises(MlflowException, match="gone away"):
        register("shades", run_id, "production")
    assert stages() == {1: "production"}
    assert aliases(client) == {"production": 1}
    assert [int(version.version) for version in client.search_model_versions("name = 'shades'")] == [1]
    assert check_registry("shades").ok


PROMOTE = """
import sys
import mlflow.store.db.utils, mlflow.store.tracking.sqlalchemy_store
from workbench.registry.versions import promote
print("ready", flush=True)
sys.stdin.readline()
for _ in range(3):
    promote("shades", int(sys.argv[1]), "production", annotator=f"process {sys.argv[1]}")
"""


def test_two_who_promote_at_once_follow_one_another(shades, client, run_python):
    register("shades", shades.log_run(), "none")
    register("shades", shades.log_run(), "none")
    children = [run_python(PROMOTE, version) for version in (2, 3)]
    assert [child.stdout.readline() for child in children] == ["ready\n", "ready\n"]
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    errors = [child.communicate()[1] for child in children]
    assert [child.returncode for child in children] == [0, 0], errors
    assert sorted(stages().values()) == ["archived", "archived", "production"]
    holder = next(version for version, stage in stages().items() if stage == "production")
    assert aliases(client)["production"] == holder
    assert check_registry("shades").ok
    # Every step of the history begins where the one before it ended.
    held: dict[int, str | None] = {}
    for event in history_of_stages("shades"):
        assert held.get(event.version) == event.before
        held[event.version] = event.after


def test_a_moved_alias_is_found_and_put_back(shades, client):
    register("shades", shades.log_run(), "staging")
    client.set_registered_model_alias("shades", "production", "2")
    client.delete_registered_model_alias("shades", "staging")
    report = check_registry("shades")
    assert [each.kind for each in report.differences] == ["stage", "stage"]
    assert "'production' is on version 2 in MLflow and belongs on version 1" in report.differences[1].text
    assert repair_registry("shades").ok
    assert aliases(client) == {"production": 1, "staging": 2}


def test_a_version_that_only_mlflow_has_gets_its_row(shades, client):
    register("shades", shades.log_run(), "staging")
    with shades.store.write() as session:
        session.execute(delete(ModelVersion).where(ModelVersion.version == 2))
    assert {each.kind for each in check_registry("shades").differences} == {"missing in the store", "stage"}
    report = repair_registry("shades")
    assert report.ok
    assert report.repaired[0] == "added the row of version 2, stage 'staging'"
    assert stages() == {1: "production", 2: "staging"}


def test_a_version_that_only_the_store_has_is_registered_anew_with_its_answers(shades, client):
    predict("shades")
    client.delete_model_version("shades", "1")
    report = check_registry("shades")
    assert report.differences[0].repair == "register its run once more, under a new number"
    assert repair_registry("shades").ok
    assert stages() == {2: "production"}
    assert aliases(client) == {"production": 2}
    assert list_versions("shades")[0].predictions == 18
    assert predict("shades").model_version == 2


def test_a_model_that_mlflow_has_lost_as_a_whole_is_registered_anew_in_the_same_order(shades, client):
    first, second = shades.log_run(), shades.log_run()
    register("shades", first, "staging")
    register("shades", second, "none")
    delete_version("shades", 3)
    register("shades", second, "none")
    client.delete_registered_model("shades")
    assert repair_registry("shades").ok
    assert stages() == {1: "production", 2: "staging", 3: "none"}
    assert [row.run_id for row in list_versions("shades")][:2] == [second, first]
    assert aliases(client) == {"production": 1, "staging": 2}


def test_a_version_of_mlflow_that_no_run_of_the_project_made_is_said_to_be_one(shades, client):
    client.create_model_version("shades", source="file:///elsewhere", run_id=None)
    [found] = repair_registry("shades").differences
    assert found.repair is None
    assert "comes from no run of this project" in found.text


def test_a_theme_of_a_name_that_was_there_before_has_nothing_to_do_with_its_versions(shades, client):
    with shades.store.write() as session:
        delete_theme(shades.theme_id, annotator="ann", session=session)
        shades.theme_id = create_theme("shades", labels=("dark", "gray"), session=session).id
    with pytest.raises(NotFoundError, match="no finished run"):
        register("shades")
    mine = shades.log_run(accuracy=0.5)
    shades.log_run(accuracy=0.9, tags={"workbench.snapshot": "f" * 64})
    assert register("shades", stage="production").run_id == mine
    [found] = check_registry("shades").differences
    assert "belongs to a theme of this name that was deleted" in found.text
    report = repair_registry("shades")
    assert (report.ok, report.repaired[0]) == (True, "deleted version 1 of the former theme in MLflow")
    assert aliases(client) == {"production": 2}


def test_files_that_are_gone_are_reported_and_left(shades, client):
    for file in shades.project.artifacts.rglob("MLmodel"):
        file.unlink()
    report = repair_registry("shades")
    assert [(each.kind, each.repair) for each in report.differences] == [("files", None)]
    with pytest.raises(WorkbenchError, match="cannot be loaded"):
        predict("shades")

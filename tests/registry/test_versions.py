"""Versions of a registered model: stages, history, deletion; MLflow's registry and the store in step."""

from __future__ import annotations

import pytest
from mlflow.exceptions import MlflowException

from workbench import predict, register
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.registry.sync import check_registry
from workbench.registry.tracking import mlflow_run
from workbench.registry.versions import delete_version, demote, history_of_stages, promote
from workbench.store.schema import Snapshot


def test_registering_makes_a_version_with_its_origin(shades, client, aliases):
    with shades.store.read() as session:
        digest = session.query(Snapshot).one().digest
    run_id = shades.log_run(tags={"workbench.snapshot": digest, "workbench.git.commit": "c0ffee"}, accuracy=0.9)
    result = register("shades", run_id, "staging", description="less blurred")
    assert (result.version, result.stage, result.snapshot_digest, result.archived) == (2, "staging", digest, None)
    assert result.metrics["best_valid_accuracy"] == 0.9
    assert aliases() == {"production": 1, "staging": 2}
    version = client.get_model_version("shades", "2")
    assert version.description == "less blurred"
    expected = {"run_id": run_id, "snapshot": digest, "git_commit": "c0ffee", "stage": "staging"}
    assert expected.items() <= version.tags.items()
    assert check_registry("shades").ok


def test_the_best_run_is_found_and_gets_one_version_only(shades, client, stages):
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


def test_promoting_archives_the_former_one_and_keeps_the_history(shades, client, aliases):
    register("shades", shades.log_run(), "staging", annotator="ann")
    result = promote("shades", 2, "production", annotator="bob")
    assert result.archived == 1
    assert aliases() == {"production": 2, "archived": 1}
    assert {version: client.get_model_version("shades", str(version)).tags["stage"] for version in (1, 2)} == {
        1: "archived",
        2: "production",
    }
    demote("shades", 2, annotator="cleo")
    assert aliases() == {"archived": 2}
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


def test_deleting_takes_the_answers_along_but_never_production(shades, client, aliases, stages):
    register("shades", shades.log_run(), "staging")
    predict("shades", model=2)
    with pytest.raises(ConflictError, match="in production"):
        delete_version("shades", 1)
    assert delete_version("shades", 2) == 18
    assert stages() == {1: "production"}
    assert aliases() == {"production": 1}
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
def test_bad_input_changes_nothing(shades, action, error, words, stages):
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

"""Where MLflow's registry and the store differ, and what a repair makes of it."""

import pytest
from sqlalchemy import delete, select

from workbench import predict, register
from workbench.errors import NotFoundError, WorkbenchError
from workbench.registry.sync import check_registry, repair_registry
from workbench.registry.versions import delete_version, history_of_stages, list_versions
from workbench.store.model_versions import add_model_version
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.schema import ModelVersion, Sample
from workbench.store.themes import create_theme, delete_theme


def test_a_moved_alias_is_found_and_put_back(shades, client, aliases):
    register("shades", shades.log_run(), "staging")
    client.set_registered_model_alias("shades", "production", "2")
    client.delete_registered_model_alias("shades", "staging")
    report = check_registry("shades")
    assert [each.kind for each in report.differences] == ["stage", "stage"]
    assert "'production' is on version 2 in MLflow and belongs on version 1" in report.differences[1].text
    assert repair_registry("shades").ok
    assert aliases() == {"production": 1, "staging": 2}


def test_a_version_that_only_mlflow_has_gets_its_row(shades, stages):
    register("shades", shades.log_run(), "staging")
    with shades.store.write() as session:
        session.execute(delete(ModelVersion).where(ModelVersion.version == 2))
    assert {each.kind for each in check_registry("shades").differences} == {"missing in the store", "stage"}
    report = repair_registry("shades")
    assert report.ok
    assert report.repaired[0] == "added the row of version 2, stage 'staging'"
    assert stages() == {1: "production", 2: "staging"}


def test_a_version_that_only_the_store_has_is_registered_with_its_predictions(shades, client, aliases, stages):
    predict("shades")
    client.delete_model_version("shades", "1")
    report = check_registry("shades")
    assert report.differences[0].repair == "register its run once more, under a new number"
    assert repair_registry("shades").ok
    assert stages() == {2: "production"}
    assert aliases() == {"production": 2}
    assert list_versions("shades")[0].predictions == 18
    assert predict("shades").model_version == 2


def test_a_model_that_mlflow_has_lost_is_registered_in_the_same_order(shades, client, aliases, stages):
    first, second = shades.log_run(), shades.log_run()
    register("shades", first, "staging")
    register("shades", second, "none")
    delete_version("shades", 3)
    register("shades", second, "none")
    client.delete_registered_model("shades")
    assert repair_registry("shades").ok
    assert stages() == {1: "production", 2: "staging", 3: "none"}
    assert [row.run_id for row in list_versions("shades")][:2] == [second, first]
    assert aliases() == {"production": 1, "staging": 2}


def test_a_version_of_mlflow_that_no_run_of_the_project_made_is_said_to_be_one(shades, client):
    client.create_model_version("shades", source="file:///elsewhere", run_id=None)
    [found] = repair_registry("shades").differences
    assert found.repair is None
    assert "comes from no run of this project" in found.text


def test_a_theme_of_a_name_that_was_there_before_has_nothing_to_do_with_its_versions(shades, aliases):
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
    assert aliases() == {"production": 2}


def test_files_that_are_gone_are_reported_and_left(shades):
    for file in shades.project.artifacts.rglob("MLmodel"):
        file.unlink()
    report = repair_registry("shades")
    assert [(each.kind, each.repair) for each in report.differences] == [("files", None)]
    with pytest.raises(WorkbenchError, match="cannot be loaded"):
        predict("shades")


def test_a_version_that_has_lost_its_snapshot_is_linked_to_it(shades):
    with shades.store.write() as session:
        session.scalars(select(ModelVersion)).one().snapshot_id = None
    [found] = check_registry("shades").differences
    assert (found.kind, found.text) == ("snapshot", "version 1 has lost its snapshot")
    report = repair_registry("shades")
    assert (report.ok, report.repaired) == (True, ["linked version 1 to its snapshot"])
    assert list_versions("shades")[0].snapshot_digest


def test_a_version_whose_run_is_lost_too_goes_with_its_predictions(shades, stages):
    with shades.store.write() as session:
        sample_id = session.scalars(select(Sample.id).limit(1)).one()
        row = add_model_version(shades.theme_id, 2, run_id="2" * 32, snapshot_id=None, metrics={}, session=session)
        write_predictions(row.id, [Predicted(sample_id, None, 0.9)], session=session)
    [found] = check_registry("shades").differences
    assert "delete its row and its 1 predictions" in found.repair
    assert "bring mlflow.db and artifacts/ back instead" in found.repair
    assert repair_registry("shades").repaired == ["deleted version 2, whose run has no model any more"]
    assert stages() == {1: "production"}
    last = history_of_stages("shades")[-1]
    assert (last.version, last.before, last.after) == (2, "none", None)


def test_a_number_that_mlflow_gave_to_another_run_is_that_runs_and_the_row_gets_a_new_one(shades, client, stages):
    mine = list_versions("shades")[0].run_id
    client.delete_registered_model("shades")
    other = shades.log_run()
    client.create_registered_model("shades")
    (logged,) = client.get_run(other).outputs.model_outputs
    client.create_model_version("shades", source=f"models:/{logged.model_id}", run_id=other)
    assert {each.kind for each in check_registry("shades").differences} >= {"missing in MLflow", "missing in the store"}
    assert repair_registry("shades").ok
    assert {row.version: row.run_id for row in list_versions("shades")} == {1: other, 2: mine}
    assert stages() == {1: "none", 2: "production"}


def test_a_version_of_a_snapshot_that_the_theme_lacks_is_left_and_told(shades, client):
    run_id = shades.log_run(tags={"workbench.snapshot": "f" * 64})
    (logged,) = client.get_run(run_id).outputs.model_outputs
    client.create_model_version("shades", source=f"models:/{logged.model_id}", run_id=run_id)
    [found] = repair_registry("shades").differences
    assert found.repair is None
    assert "trained on a snapshot that the theme lacks; restore its backup" in found.text

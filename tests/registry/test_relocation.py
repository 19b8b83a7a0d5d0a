"""A project's folder that was copied or moved: its models are where it is now."""

import shutil

import pytest
from click.testing import CliRunner

from workbench import predict, train
from workbench.cli import main
from workbench.errors import NotTrustedError
from workbench.paths import Project, asset
from workbench.registry.relocation import relocate_artifacts
from workbench.registry.sync import check_registry
from workbench.registry.tracking import connect, mlflow_run
from workbench.store import open_store
from workbench.trust import trust


def test_the_models_of_a_moved_project_answer_and_nothing_is_written_to_its_former_place(shades, tmp_path, monkeypatch):
    expected = [row["label"] for row in predict("shades", model=1, source="all").table().to_dict("records")]
    shades.store.close()
    moved = Project(tmp_path / "moved")
    shutil.copytree(shades.project.root, moved.root)
    shutil.rmtree(shades.project.root)
    monkeypatch.setenv("WORKBENCH_ROOT", str(moved.root))

    with pytest.raises(NotTrustedError, match=r"The model v1 of 'shades' would run code .* was moved or copied here"):
        predict("shades", model=1, source="all", project=moved)
    assert CliRunner().invoke(main, ["trust"]).output.endswith("its code may run from now on.\n")
    found = predict("shades", model=1, source="all", project=moved)
    assert [row["label"] for row in found.table().to_dict("records")] == expected
    assert check_registry("shades", moved).ok
    with mlflow_run("shades", moved) as run:
        import mlflow

        mlflow.log_text("hello", "note.txt")
    assert connect(moved).get_run(run.info.run_id).info.artifact_uri.startswith(moved.artifacts.as_uri())
    assert not shades.project.root.exists()


def test_a_copied_project_runs_no_code_before_its_models_are_looked_for(tmp_path, monkeypatch):
    begun = Project(tmp_path / "begun")
    begun.root.mkdir()
    shutil.copy(asset("params.yaml"), begun.root)
    shutil.copy(asset("auguments.yaml"), begun.root)
    monkeypatch.setenv("WORKBENCH_ROOT", str(begun.root))
    open_store(begun).close()
    (begun.root / "mine.py").write_text("raise SystemExit('the code ran')")
    copied = Project(tmp_path / "copied")
    shutil.copytree(begun.root, copied.root)
    with pytest.raises(NotTrustedError, match=r"modules of params\.yaml .* was moved or copied here\."):
        train("pets", overrides={"modules": ["mine"]}, project=copied)
    assert trust(copied) == "was moved or copied here"
    for project in (begun, copied):
        with pytest.raises(SystemExit, match="the code ran"):
            train("pets", overrides={"modules": ["mine"]}, project=project)


def test_only_what_lies_below_the_projects_artifacts_is_followed(project, tmp_path):
    client = connect(project)
    kept = client.create_experiment("kept", artifact_location=(tmp_path / "elsewhere" / "kept").as_uri())
    gone = client.create_experiment("gone", artifact_location=(tmp_path / "before" / "gone").as_uri())
    moved = client.create_experiment("moved", artifact_location=(tmp_path / "before" / "moved").as_uri())
    deleted = client.create_experiment("deleted", artifact_location=(tmp_path / "earlier" / "deleted").as_uri())
    client.delete_experiment(deleted)
    for name in ("moved", "deleted"):
        (project.artifacts / name).mkdir(parents=True)

    assert relocate_artifacts(client, project)

    assert client.get_experiment(kept).artifact_location == (tmp_path / "elsewhere" / "kept").as_uri()
    # What was logged beside it was moved with it.
    assert client.get_experiment(gone).artifact_location == (project.artifacts / "gone").as_uri()
    assert client.get_experiment(moved).artifact_location == (project.artifacts / "moved").as_uri()
    assert client.get_experiment(deleted).artifact_location == (project.artifacts / "deleted").as_uri()
    assert not relocate_artifacts(client, project), "once is enough"


def test_a_database_that_is_not_the_projects_own_is_left_alone(project, tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_MLFLOW_URI", f"sqlite:///{tmp_path / 'shared.db'}")
    client = connect(project)
    there = client.create_experiment("moved", artifact_location=(tmp_path / "before" / "moved").as_uri())
    (project.artifacts / "moved").mkdir(parents=True)
    assert not relocate_artifacts(client, project)
    assert client.get_experiment(there).artifact_location == (tmp_path / "before" / "moved").as_uri()

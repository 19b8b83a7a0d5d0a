"""What is needed of MLflow's private parts, on the installed version."""

import logging
import shutil
import sqlite3
import warnings
from contextlib import closing

from mlflow.pyfunc import PythonModel

from workbench.compat.mlflow import AnyInput, move_artifact_paths
from workbench.paths import Project
from workbench.registry.tracking import connect, mlflow_run, run_artifact


def test_every_path_that_mlflow_keeps_leads_below_the_new_folder(project, tmp_path, caplog):
    import mlflow

    client = connect(project)
    client.create_experiment("pets", artifact_location="file:///before/pets")
    with mlflow_run("pets", project) as run:
        model = mlflow.initialize_logged_model("model")
    client.create_registered_model("pets")
    client.create_model_version("pets", source="file:///before/pets/source", run_id=run.info.run_id)

    move_artifact_paths(project.db / "mlflow.db", "file:///before", "file:///after")

    assert caplog.text == ""
    assert client.get_experiment_by_name("pets").artifact_location == "file:///after/pets"
    assert client.get_run(run.info.run_id).info.artifact_uri.startswith("file:///after/pets/")
    assert client.get_logged_model(model.model_id).artifact_location.startswith("file:///after/pets/")
    assert client.get_model_version("pets", "1").source == "file:///after/pets/source"
    assert client.get_model_version_download_uri("pets", "1") == "file:///after/pets/source"


def test_a_project_and_its_copy_keep_the_artifacts_of_a_run_apart(project, tmp_path):
    import mlflow

    with mlflow_run("pets", project) as run:
        mlflow.log_text("first", "notes.txt")
    copy = Project(tmp_path / "copy")
    shutil.copytree(project.root, copy.root)
    run_id = run.info.run_id
    with mlflow_run("pets", copy, run_id=run_id):
        mlflow.log_text("second", "notes.txt")
    for there, said in ((project, "first"), (copy, "second")):
        with run_artifact(run_id, "notes.txt", there) as file:
            assert file.read_text() == said


def test_a_column_that_is_gone_is_logged_and_the_others_are_changed(tmp_path, caplog):
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database, database:
        database.execute("CREATE TABLE experiments (artifact_location TEXT)")
        database.execute("INSERT INTO experiments VALUES ('file:///before/pets'), ('file:///beforehand/pets')")
    with caplog.at_level(logging.WARNING, "workbench.compat.mlflow"):
        move_artifact_paths(tmp_path / "mlflow.db", "file:///before", "file:///after")
    assert (
        "has no column model_versions.source: models that were logged below file:///before may not load" in caplog.text
    )
    with closing(sqlite3.connect(tmp_path / "mlflow.db")) as database:
        paths = [path for (path,) in database.execute("SELECT artifact_location FROM experiments")]
    assert paths == ["file:///after/pets", "file:///beforehand/pets"]


def test_a_model_that_takes_any_input_needs_no_type_hint():
    with warnings.catch_warnings():
        warnings.simplefilter("error")

        class Model(AnyInput, PythonModel):
            def predict(self, context, model_input, params=None):
                return model_input

    assert Model().predict(None, [1]) == [1]

"""MLflow as the project has it: one database, runs that say how they ended."""

import json
import shutil
import socket

import pytest

from workbench.errors import InterruptedRunError, NotFoundError, WorkbenchError
from workbench.jobs.processes import process_identity
from workbench.registry.runs import check_run
from workbench.registry.tracking import (
    PROCESS_TAG,
    connect,
    experiment_for,
    get_run,
    mlflow_run,
    run_of_others_kept,
)


def test_runs_and_artifacts_stay_below_db(project, tmp_path, monkeypatch):
    import mlflow

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    with mlflow_run("my pets / 2", project, run_name="one", tags={"a": "b"}) as run:
        mlflow.log_text("hello", "note.txt")
    done = get_run(run.info.run_id, project)
    assert (done.info.status, done.info.run_name, done.data.tags["a"]) == ("FINISHED", "one", "b")
    assert [path.read_text() for path in project.artifacts.rglob("note.txt")] == ["hello"]
    assert list(elsewhere.iterdir()) == []
    assert {path.name for path in project.root.iterdir()} - {"db"} <= {
        "params.yaml",
        "auguments.yaml",
        "optuna_params.yaml",
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ValueError("no such thing"), "FAILED"),
        (KeyboardInterrupt(), "KILLED"),
        (SystemExit(1), "KILLED"),
        (InterruptedRunError("stopped in epoch 2"), "KILLED"),
    ],
)
def test_a_run_that_did_not_end_well_says_why(project, error, status):
    with pytest.raises(type(error)), mlflow_run("pets", project) as run:
        raise error
    done = get_run(run.info.run_id, project)
    assert done.info.status == status
    assert (str(error) or "interrupted") in done.data.tags["workbench.failure"]


def test_a_run_that_is_taken_up_again_loses_its_failure(project):
    import mlflow

    with pytest.raises(ValueError, match="first"), mlflow_run("pets", project, run_name="named") as run:
        raise ValueError("first")
    with mlflow_run("pets", project, run_id=run.info.run_id):
        mlflow.log_metric("again", 1)
    done = get_run(run.info.run_id, project)
    assert done.info.status == "FINISHED"
    assert "workbench.failure" not in done.data.tags
    assert (done.info.run_name, done.data.metrics) == ("named", {"again": 1})


def test_a_deleted_experiment_comes_back_with_the_theme(project):
    first = experiment_for("pets", project)
    connect(project).delete_experiment(first)
    assert experiment_for("pets", project) == first
    assert connect(project).get_experiment(first).lifecycle_stage == "active"


def test_an_unknown_run_is_named(project):
    with pytest.raises(NotFoundError, match="no run 'abc'"):
        get_run("abc", project)


def test_several_processes_may_open_a_fresh_database_together(project, run_python):
    code = """
        import mlflow.store.db.utils, mlflow.store.tracking.sqlalchemy_store
        from workbench.paths import find_project
        from workbench.registry.tracking import mlflow_run
        with mlflow_run("pets", find_project()) as run:
            print(run.info.run_id)
    """
    children = [run_python(code) for _ in range(3)]
    outputs = [child.communicate() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], outputs
    ids = {output.strip() for output, _ in outputs}
    assert len(ids) == 3
    experiment = experiment_for("pets", project)
    assert {run.info.run_id for run in connect(project).search_runs([experiment])} == ids


def test_a_theme_called_default_keeps_its_files_in_the_project(project, mlflow_template, monkeypatch, tmp_path):
    project.db.mkdir()
    shutil.copy(mlflow_template, project.db)
    monkeypatch.chdir(tmp_path)
    client = connect(project)
    experiment = client.get_experiment(experiment_for("Default", project))
    assert experiment.name == "Default"
    assert experiment.artifact_location.startswith(project.artifacts.as_uri())
    assert experiment_for("Default", project) == experiment.experiment_id


def test_a_run_whose_process_was_killed_is_closed_by_the_next_one(project, mlflow_template):
    project.db.mkdir()
    shutil.copy(mlflow_template, project.db)
    client = connect(project)
    experiment = experiment_for("pets", project)
    gone = json.dumps({**process_identity(), "pid": 2**22 + 1})
    killed = client.create_run(experiment, tags={PROCESS_TAG: gone}).info.run_id
    alive = client.create_run(experiment, tags={PROCESS_TAG: json.dumps(process_identity())}).info.run_id
    elsewhere = client.create_run(experiment, tags={PROCESS_TAG: gone.replace(socket.gethostname(), "node7")})
    with mlflow_run("pets", project):
        pass
    assert client.get_run(killed).info.status == "KILLED"
    assert client.get_run(alive).info.status == "RUNNING"
    assert client.get_run(elsewhere.info.run_id).info.status == "RUNNING"
    with pytest.raises(WorkbenchError, match=f"workbench resume {killed}"):
        check_run(client.get_run(killed), "pets")


def test_a_run_of_ones_own_on_another_server_stays_ones_own(project, mlflow_template, tmp_path):
    import mlflow

    project.db.mkdir()
    shutil.copy(mlflow_template, project.db)
    shutil.copy(mlflow_template, tmp_path / "other.db")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    mlflow.set_tracking_uri(other)
    mlflow.set_registry_uri(other)
    mlflow.set_experiment("mine")
    with mlflow.start_run() as mine:
        with run_of_others_kept(), mlflow_run("pets", project) as ours:
            mlflow.log_metric("of_ours", 1)
        assert mlflow.get_tracking_uri() == other
        mlflow.log_metric("of_mine", 2)
    assert mlflow.get_run(mine.info.run_id).info.status == "FINISHED"
    assert mlflow.get_run(mine.info.run_id).data.metrics == {"of_mine": 2}
    done = get_run(ours.info.run_id, project)
    assert (done.info.status, done.data.metrics) == ("FINISHED", {"of_ours": 1})
    assert "mlflow.parentRunId" not in done.data.tags
    with mlflow_run("pets", project) as outer, mlflow_run("pets", project) as inner:
        assert inner.data.tags["mlflow.parentRunId"] == outer.info.run_id

"""A project's folder that was copied or moved: its models are where it is now."""

import shutil

from workbench import predict
from workbench.paths import Project
from workbench.registry.sync import check_registry
from workbench.registry.tracking import connect, mlflow_run


def test_the_models_of_a_moved_project_answer_and_nothing_is_written_to_its_former_place(shades, tmp_path, monkeypatch):
    expected = [row["label"] for row in predict("shades", model=1, source="all").table().to_dict("records")]
    shades.store.close()
    moved = Project(tmp_path / "moved")
    shutil.copytree(shades.project.root, moved.root)
    shutil.rmtree(shades.project.root)
    monkeypatch.setenv("WORKBENCH_ROOT", str(moved.root))

    found = predict("shades", model=1, source="all", project=moved)
    assert [row["label"] for row in found.table().to_dict("records")] == expected
    assert check_registry("shades", moved).ok
    with mlflow_run("shades", moved) as run:
        import mlflow

        mlflow.log_text("hello", "note.txt")
    assert connect(moved).get_run(run.info.run_id).info.artifact_uri.startswith(moved.artifacts.as_uri())
    assert not shades.project.root.exists()

"""Finding the project and the library's own files."""

import pytest

from workbench.errors import WorkbenchError
from workbench.paths import asset, find_project


def test_the_nearest_folder_with_params_yaml_is_the_project(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_ROOT", raising=False)
    (tmp_path / "params.yaml").touch()
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_project(inner).root == tmp_path
    (tmp_path / "a" / "params.yaml").touch()
    assert find_project(inner).root == tmp_path / "a"


def test_the_environment_variable_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path))
    assert find_project().root == tmp_path.resolve()


def test_outside_a_project_the_error_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_ROOT", raising=False)
    with pytest.raises(WorkbenchError, match="set WORKBENCH_ROOT"):
        find_project(tmp_path)


def test_a_wrong_environment_variable_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path / "gone"))
    with pytest.raises(WorkbenchError, match="gone"):
        find_project()


def test_all_data_lies_under_db(tmp_path, monkeypatch):
    for name in ("WORKBENCH_DATABASE_URL", "WORKBENCH_MLFLOW_URI", "WORKBENCH_OPTUNA_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WORKBENCH_ROOT", str(tmp_path))
    project = find_project()
    db = str(project.db)
    places = (project.images, project.artifacts, project.cache, project.backups)
    assert all(str(place).startswith(db) for place in places)
    assert all(db in url for url in (project.database_url, project.mlflow_uri, project.optuna_url))


def test_the_migrations_ship_with_the_library():
    assert (asset("db", "migrations") / "env.py").is_file()

"""Finding the project and the library's own files, and writing there."""

import signal
import subprocess
import sys

import pytest

from workbench.errors import WorkbenchError
from workbench.paths import Project, asset, atomic_write, find_project, move_into_place


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


@pytest.mark.parametrize("durable", [True, False])
def test_a_written_file_replaces_the_former_one_and_leaves_nothing_beside_it(tmp_path, durable):
    file = tmp_path / "new folder" / "settings.yaml"
    for text in ("one", "two"):
        with atomic_write(file, durable=durable) as part:
            part.write_text(text)
            assert part.parent == file.parent, "a rename is one step only within a file system"
        assert file.read_text() == text
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_is_written_the_same_way(tmp_path):
    with atomic_write(tmp_path / "export") as part:
        (part / "train").mkdir(parents=True)
        (part / "train" / "a.txt").write_text("a")
        assert not (tmp_path / "export").exists()
    assert (tmp_path / "export" / "train" / "a.txt").read_text() == "a"
    assert [file.name for file in tmp_path.iterdir()] == ["export"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_write_that_fails_leaves_what_was_there(tmp_path, kind):
    file = tmp_path / "kept"
    file.write_text("former")
    with pytest.raises(ValueError, match="half-way"):
        _half_write(file, kind)
    assert file.read_text() == "former"
    assert list(tmp_path.iterdir()) == [file]


def _half_write(file, kind):
    with atomic_write(file) as part:
        if kind == "folder":
            part.mkdir()
        (part / "x" if kind == "folder" else part).write_text("half")
        raise ValueError("half-way")


def test_what_cannot_take_its_name_leaves_nothing(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "a.txt").touch()
    with pytest.raises(OSError), atomic_write(tmp_path / "there") as part:  # noqa: PT011 - each system has its own
        part.write_text("a file in place of a folder that holds something")
    assert [file.name for file in tmp_path.rglob("*")] == ["there", "a.txt"]


_WRITER = """
import os, resource, signal, sys
from pathlib import Path
from workbench.paths import atomic_write

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if sys.argv[2] == "full":
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
with atomic_write(Path(sys.argv[1])) as part, part.open("w") as stream:
    for _ in range(1000):
        stream.write("half-written")
        stream.flush()
        if sys.argv[2] == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("end", ["full", "killed"])
def test_a_full_disk_or_a_killed_process_leaves_the_former_file(tmp_path, end):
    file = tmp_path / "settings.yaml"
    file.write_text("former")
    done = subprocess.run([sys.executable, "-c", _WRITER, str(file), end], capture_output=True, text=True, check=False)
    assert file.read_text() == "former"
    if end == "killed":
        assert done.returncode == -signal.SIGKILL
    else:
        assert "File too large" in done.stderr
        assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_is_complete_takes_its_name(tmp_path):
    (tmp_path / "rows.partial").write_text("all of it")
    move_into_place(tmp_path / "rows.partial", tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text() == "all of it"
    assert not (tmp_path / "rows.partial").exists()


@pytest.mark.parametrize("name", ["a%20b", "what?", "50%3f"])
def test_a_folder_whose_name_urls_would_change_is_refused(tmp_path, name):
    with pytest.raises(WorkbenchError, match="Rename the folder"):
        Project(tmp_path / name)
    assert Project(tmp_path / "50% of #1 ü").db.name == "db"

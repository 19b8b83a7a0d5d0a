"""Beginning a project where the workbench was installed as a package."""

import pytest
from click.testing import CliRunner

from workbench.cli import main
from workbench.errors import WorkbenchError
from workbench.new_project import new_project
from workbench.notebooks import find_notebook
from workbench.paths import SERVER_CONFIG, find_project
from workbench.training.params import load_params


def test_a_new_project_has_what_the_commands_need(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_ROOT", raising=False)
    folder = tmp_path / "mine"

    done = CliRunner().invoke(main, ["init", str(folder)])

    assert done.exit_code == 0
    assert "workbench theme create" in done.output
    project = find_project(folder)
    assert project.root == folder
    assert load_params(project.params_file).training.num_epochs > 0
    assert find_notebook("train", project) == folder / "notebooks" / "03_train.ipynb"


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "auguments.yaml").write_text("mine")

    with pytest.raises(WorkbenchError, match=r"auguments\.yaml exists already.*Choose another folder"):
        new_project(tmp_path)

    assert [file.name for file in tmp_path.iterdir()] == ["auguments.yaml"]
    assert (tmp_path / "auguments.yaml").read_text() == "mine"


def test_jupyterlab_finds_its_settings():
    assert SERVER_CONFIG.is_file()

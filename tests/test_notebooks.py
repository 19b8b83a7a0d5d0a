"""Running notebooks in batch: parameters, results, errors."""

import io
import json
import subprocess
import sys

import nbformat
import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.notebooks import find_notebook, parse_parameters, record_result, run_notebook
from workbench.paths import Project

PARAMETERS = "theme: str | None = None\nnum_epochs: int = 2\noverrides: dict = {}"


@pytest.fixture
def small_project(tmp_path):
    (tmp_path / "params.yaml").touch()
    return Project(tmp_path)


def _notebook(project, name, *sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[0].metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = project.notebooks / f"{name}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
    return path


def test_the_recorded_result_comes_back_and_the_copy_stays(small_project):
    _notebook(
        small_project,
        "03_train",
        PARAMETERS,
        "import os\nfrom workbench import record_result\nfrom workbench.notebooks import is_batch\n"
        "print('epoch 1')\n"
        "record_result({'theme': theme, 'epochs': num_epochs, 'batch': is_batch(), 'cwd': os.getcwd()})",
    )
    stream = io.StringIO()
    run = run_notebook("train", {"theme": "cells", "num_epochs": 5}, project=small_project, stream=stream)
    assert run.result == {"theme": "cells", "epochs": 5, "batch": True, "cwd": str(small_project.root)}
    assert run.output.parent == small_project.runs
    assert run.output.name.endswith("-03_train-cells.ipynb")
    assert "epoch 1" in stream.getvalue()
    assert json.loads(json.dumps(run.as_dict()))["epochs"] == 5


def test_two_runs_in_one_second_keep_two_copies(small_project):
    _notebook(small_project, "03_train", PARAMETERS, "1 + 1")
    outputs = {run_notebook("03", project=small_project, stream=io.StringIO()).output for _ in range(2)}
    assert len(outputs) == 2
    assert all(path.is_file() for path in outputs)


@pytest.mark.parametrize("name", ["3", "03", "03_train", "train", "03_train.ipynb"])
def test_a_notebook_is_found_by_any_short_name(small_project, name):
    path = _notebook(small_project, "03_train", PARAMETERS)
    assert find_notebook(name, small_project) == path


def test_an_unknown_notebook_names_the_nearest(small_project):
    _notebook(small_project, "03_train", PARAMETERS)
    with pytest.raises(NotFoundError, match="Did you mean '03_train'"):
        find_notebook("03_trian", small_project)


def test_parameters_get_the_declared_types(small_project):
    path = _notebook(small_project, "03_train", PARAMETERS)
    given = {"theme": "007", "num_epochs": "3", "overrides": "{training.learning_rate: 1e-2}"}
    assert parse_parameters(path, given) == {
        "theme": "007",
        "num_epochs": 3,
        "overrides": {"training.learning_rate": 0.01},
    }


def test_an_unknown_parameter_is_refused_before_anything_runs(small_project):
    _notebook(small_project, "03_train", PARAMETERS)
    with pytest.raises(WorkbenchError, match=r"no parameter 'num_epoch'. Did you mean 'num_epochs'\?"):
        run_notebook("train", {"num_epoch": 3}, project=small_project)
    assert not small_project.runs.exists()


def test_bad_input_inside_the_notebook_is_told_without_a_traceback(small_project):
    _notebook(
        small_project,
        "03_train",
        PARAMETERS,
        "from workbench.errors import NotFoundError\nraise NotFoundError(\"There is no theme 'x'.\")",
    )
    with pytest.raises(NotFoundError, match="There is no theme 'x'") as caught:
        run_notebook("train", project=small_project, stream=io.StringIO())
    assert "Traceback" not in str(caught.value)
    assert next(small_project.runs.glob("*.ipynb")).name in str(caught.value)


def test_another_failure_names_the_cell_and_the_copy(small_project):
    _notebook(small_project, "03_train", PARAMETERS, "1 / 0")
    with pytest.raises(WorkbenchError, match="ZeroDivisionError"):
        run_notebook("train", project=small_project, stream=io.StringIO())


def test_a_parameter_that_may_be_none_is_found_and_keeps_its_text(small_project):
    path = _notebook(
        small_project, "03_train", "run_name: str | None = None  # a name; None: none\nnum_epochs: int | None = None"
    )
    assert parse_parameters(path, {"run_name": "007", "num_epochs": "3"}) == {"run_name": "007", "num_epochs": 3}


def test_a_notebook_shows_a_users_mistake_as_a_sentence_without_a_traceback():
    code = "from workbench.errors import NotFoundError; raise NotFoundError('There is no theme of that name.')"
    command = [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    shown = done.stdout + done.stderr
    assert "There is no theme of that name." in shown
    assert "Traceback" not in shown


def test_a_results_nested_values_are_tables_for_the_reader(monkeypatch):
    displayed = []
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: displayed.append(bundle))
    record_result({"metrics": {"accuracy": 0.98765432, "a<b": 1}, "class_names": ["red", "white"]})
    shown = displayed[0]["text/html"]
    assert "0.987654" in shown
    assert "a&lt;b" in shown
    assert "red, white" in shown
    assert "{" not in shown

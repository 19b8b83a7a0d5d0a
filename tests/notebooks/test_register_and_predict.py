"""What the notebooks for registering and predicting do and show, run unattended."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from workbench.errors import NotFoundError
from workbench.notebooks import run_notebook

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


@pytest.fixture
def notebooks(shades, notebooks_in_process):
    shutil.copytree(NOTEBOOKS, shades.project.notebooks)
    return shades


def shown(path: Path) -> str:
    """All HTML of an executed notebook."""
    cells = json.loads(path.read_text())["cells"]
    outputs = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return "\n".join("".join(data["text/html"]) for data in outputs if "text/html" in data)


def test_register_and_predict_leave_readable_notebooks(notebooks):
    best = notebooks.log_run(accuracy=0.9)
    done = run_notebook("05_register", {"theme": "shades", "stage": "production"}, project=notebooks.project)
    assert {"version": 2, "stage": "production", "run_id": best, "archived": 1}.items() <= done.result.items()
    assert "shades</b>: 2 model versions" in shown(done.output)
    output = str(notebooks.project.runs / "unlabeled.parquet")
    parameters = {"theme": "shades", "source": "unlabeled", "output": output}
    done = run_notebook("06_predict", parameters, project=notebooks.project)
    assert {"count": 3, "stored": 3, "file": output, "accuracy": None}.items() <= done.result.items()
    assert "predictions of version 2</b>: 0 agree with the label" in shown(done.output)
    assert "<img" in shown(done.output)


def test_a_model_that_is_not_there_is_told_in_plain_words(notebooks):
    with pytest.raises(NotFoundError, match="No version of 'shades' is in staging"):
        run_notebook("06_predict", {"theme": "shades", "model": "staging"}, project=notebooks.project)

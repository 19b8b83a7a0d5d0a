"""A small project of real digits that the commands of the guides run in."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from ruamel.yaml import YAML
from sklearn.datasets import load_digits

from tests.colors import SMALL_NETWORK
from workbench.cli import main

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("one", "two", "three")
STUDY = {
    "study": {"name": "small", "metric": "valid_accuracy", "direction": "maximize", "n_trials": 2},
    "params_to_tune": {"training.learning_rate": {"type": "float", "low": 0.001, "high": 0.01, "log": True}},
}


@pytest.fixture
def guide_project(tmp_path, monkeypatch, mlflow_template, optuna_template, notebooks_in_process):
    """A project with the theme `digits`: 60 labeled images that have their splits, 9 unlabeled ones in `new/`.

    What the guides call `path/to/...` is there: a flat `folder` of 30 images, and the data sets `data` and `other/data`
    with boxes.
    """
    root = tmp_path / "project"
    (root / "db").mkdir(parents=True)
    shutil.copy(mlflow_template, root / "db")
    shutil.copy(optuna_template, root / "db")
    shutil.copy(ROOT / "auguments.yaml", root)
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    yaml = YAML()
    params = yaml.load((ROOT / "params.yaml").read_text())
    params["data"].update({"num_workers": 0, "batch_size": 32})
    params["training"]["num_epochs"] = 1
    # What a ResNet18 takes is for its own tests.
    params["modules"], params["model"]["name"] = ["small_network"], "Small"
    (root / "small_network.py").write_text(SMALL_NETWORK)
    yaml.dump(params, root / "params.yaml")
    yaml.dump(STUDY, root / "optuna_params.yaml")
    monkeypatch.chdir(root)
    monkeypatch.setenv("WORKBENCH_ROOT", str(root))
    for name in ("DATABASE_URL", "MLFLOW_URI", "OPTUNA_URL", "IMAGES_URL"):
        monkeypatch.delenv(f"WORKBENCH_{name}", raising=False)
    digits = load_digits()
    chosen = np.flatnonzero(np.isin(digits.target, (1, 2, 3)))
    for count, number in enumerate(chosen[:69]):
        folder = root / "digits" / NAMES[digits.target[number] - 1] if count < 60 else root / "new"
        _write(np.uint8(digits.images[number] * 15), folder / f"{number}.png")
    for number in chosen[69:99]:
        _write(np.uint8(digits.images[number] * 15), root / "path" / "to" / "folder" / f"{number}.png")
    _draw_boxes(root / "path" / "to" / "data", range(12))
    _draw_boxes(root / "path" / "to" / "other" / "data", range(12, 14))
    for command in ("theme create digits", "import digits digits", "split digits"):
        done = CliRunner().invoke(main, command.split())
        assert done.exit_code == 0, done.stderr
    return root


def _write(pixels, file):
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(file)


def _draw_boxes(folder, numbers):
    """Write a COCO data set whose images hold a cell of each kind: red, white, platelet."""
    kinds = ("red", "white", "platelet")
    images, annotations = [], []
    for number in numbers:
        pixels = np.full((24, 24, 3), number, np.uint8)
        for kind, level in enumerate((90, 170, 250)):
            pixels[kind * 8 : kind * 8 + 7, 2:9] = level
            annotations.append(
                {
                    "id": len(annotations),
                    "image_id": number,
                    "category_id": kind,
                    "bbox": [2, kind * 8, 7, 7],
                    "area": 49,
                    "iscrowd": 0,
                }
            )
        _write(pixels, folder / f"{number}.png")
        images.append({"id": number, "file_name": f"{number}.png", "width": 24, "height": 24})
    categories = [{"id": kind, "name": name} for kind, name in enumerate(kinds)]
    content = {"images": images, "annotations": annotations, "categories": categories}
    (folder / "annotations.json").write_text(json.dumps(content))

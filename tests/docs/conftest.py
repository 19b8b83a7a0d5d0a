"""A small project of real digits that the commands of the guides run in."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from ruamel.yaml import YAML
from sklearn.datasets import load_digits

from workbench.cli import main

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("one", "two", "three")
QUICK = {"data": {"num_workers": 0, "batch_size": 32}}
STUDY = {
    "study": {"name": "small", "metric": "valid_accuracy", "direction": "maximize", "n_trials": 2},
    "params_to_tune": {"training.learning_rate": {"type": "float", "low": 0.001, "high": 0.01, "log": True}},
}


@pytest.fixture
def guide_project(tmp_path, monkeypatch):
    """A project with the theme `digits`: 60 labeled images that have their splits, 9 unlabeled ones in `new/`."""
    root = tmp_path / "project"
    root.mkdir()
    shutil.copy(ROOT / "auguments.yaml", root)
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    yaml = YAML()
    params = yaml.load((ROOT / "params.yaml").read_text())
    params["data"].update(QUICK["data"])
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
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.uint8(digits.images[number] * 15)).save(folder / f"{number}.png")
    for command in ("theme create digits", "import digits digits", "split digits"):
        done = CliRunner().invoke(main, command.split())
        assert done.exit_code == 0, done.stderr
    return root

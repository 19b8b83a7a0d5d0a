"""The notebooks as batch runs execute them: all six, in the order of the work, on a small theme of real digits."""

import json
import shutil
from pathlib import Path

import nbformat
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from ruamel.yaml import YAML
from sklearn.datasets import load_digits

from workbench.cli import main
from workbench.paths import asset

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("one", "two", "three")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A project with 90 digits in the theme `digits`, split, and settings that train in seconds."""
    folder = tmp_path_factory.mktemp("six") / "project"
    folder.mkdir()
    for name in ("params.yaml", "auguments.yaml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    study = {
        "study": {"name": "small", "metric": "valid_accuracy", "direction": "maximize", "n_trials": 2},
        "params_to_tune": {"training.learning_rate": {"type": "float", "low": 0.001, "high": 0.01, "log": True}},
    }
    YAML(typ="safe").dump(study, folder / "optuna_params.yaml")
    digits = load_digits()
    for number in np.flatnonzero(np.isin(digits.target, (1, 2, 3)))[:90]:
        target = folder / "images" / NAMES[digits.target[number] - 1]
        target.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.uint8(digits.images[number] * 15)).save(target / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def workbench(root):
    """Call a workbench command and get its JSON."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_ROOT", str(root))
        for name in ("WORKBENCH_DATABASE_URL", "WORKBENCH_MLFLOW_URI", "WORKBENCH_OPTUNA_URL"):
            patch.delenv(name, raising=False)

        def call(*arguments):
            done = CliRunner().invoke(main, [*arguments, "--json"])
            assert done.exit_code == 0, done.stderr
            return json.loads(done.stdout)

        call("theme", "create", "digits")
        call("import", "digits", str(root / "images"))
        call("split", "digits")
        yield call


@pytest.fixture(scope="module")
def label(workbench):
    return workbench("run", "01_label", "-p", "theme", "digits")


@pytest.fixture(scope="module")
def explore(workbench):
    return workbench("run", "02_explore")


@pytest.fixture(scope="module")
def train(workbench):
    overrides = ["--set", "training.learning_rate=0.004", "--set", "data.num_workers=0"]
    return workbench("train", "digits", "--run-name", "first", "--num-epochs", "2", *overrides)


@pytest.fixture(scope="module")
def tune(workbench, train):
    return workbench("tune", "digits", "--set", "training.num_epochs=1", "--set", "data.num_workers=0")


@pytest.fixture(scope="module")
def register(workbench, train, tune):
    return workbench("register", "digits", "--run-id", train["run_id"], "--stage", "production")


@pytest.fixture(scope="module")
def predict(workbench, register):
    return workbench("predict", "digits", "--source", "test", "--output", "runs/digits.csv")


@pytest.fixture
def outputs():
    """The mime bundles that an executed copy shows, by mime type."""

    def read(path):
        shown = {}
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                assert output["output_type"] != "error"
                assert output.get("name") != "stderr", output["text"]
                for mime, content in output.get("data", {}).items():
                    shown.setdefault(mime, []).append(content)
        return shown

    return read


def test_label_leaves_a_static_summary(label, outputs):
    html = "".join(outputs(label["output"])["text/html"])
    assert "digits" in html
    assert all(name in html for name in NAMES)
    assert "<img" in html


def test_explore_shows_plots_and_counts(explore, outputs):
    assert explore["samples"] == 90
    assert outputs(explore["output"])["image/png"]


def test_train_makes_one_run_with_plots(train, outputs, root):
    assert train["epochs"] == 2
    assert train["run_name"] == "first"
    assert 0 <= train["metrics"]["test_accuracy"] <= 1
    assert len(outputs(train["output"])["image/png"]) >= 2


def test_tune_runs_its_trials(tune, outputs):
    assert tune["n_trials"] == 2
    assert outputs(tune["output"])["image/png"]


def test_register_promotes(register, train, workbench):
    assert (register["version"], register["stage"], register["run_id"]) == (1, "production", train["run_id"])
    assert [row["stage"] for row in workbench("models", "list", "digits")] == ["production"]


def test_predict_writes_a_row_for_each_test_image(predict, root):
    lines = Path(predict["file"]).read_text().splitlines()
    assert len(lines) - 1 == predict["count"]
    assert predict["count"] == predict["predicted"] == 12
    assert 0 <= predict["accuracy"] <= 1


def test_nothing_is_written_beside_db_and_runs(predict, label, explore, root):
    known = {"params.yaml", "auguments.yaml", "optuna_params.yaml", "notebooks", "images", "db", "runs"}
    assert {path.name for path in root.iterdir()} == known


def test_no_copy_holds_widget_state_or_bar_litter(train, tune):
    for run in (train, tune):
        assert Path(run["output"]).stat().st_size < 2_000_000
        assert "application/vnd.jupyter.widget-state+json" not in Path(run["output"]).read_text()


def test_the_parameters_alone_can_be_changed_and_no_cell_deleted():
    for file in asset("notebooks").glob("*.ipynb"):
        for cell in nbformat.read(file, as_version=4).cells:
            kept = {name: cell.metadata.get(name, True) for name in ("editable", "deletable")}
            parameters = "parameters" in cell.metadata.get("tags", ())
            assert kept == {"editable": parameters, "deletable": False}, (file.name, cell.id)

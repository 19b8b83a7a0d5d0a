"""What a person finds after `train()`."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from matplotlib import pyplot
from PIL import Image
from sqlalchemy import select

from workbench.store.schema import Snapshot


@pytest.fixture
def trained(colors):
    return colors, colors.train(run_name="first")


def test_one_run_holds_everything_and_nothing_else_is_written(trained):
    colors, result = trained
    (run,) = colors.runs()
    assert (run.info.run_id, run.info.run_name, run.info.status) == (result.run_id, "first", "FINISHED")
    assert run.data.params["training.num_epochs"] == "2"
    assert run.data.params["augment.image.size"] == "[8, 8]"
    assert run.data.metrics["test_accuracy"] == result.metrics["test_accuracy"]
    for metric in ("loss", "accuracy", "precision", "recall", "f1"):
        for split in ("train", "valid"):
            values = colors.client.get_metric_history(run.info.run_id, f"{split}_{metric}")
            assert [value.step for value in values] == [1, 2]
        assert f"test_{metric}" in run.data.metrics
    assert "test_f1/red" in run.data.metrics
    assert "test_calibration_error" in run.data.metrics
    assert "learning_rate" in run.data.metrics
    names = {item.path for item in colors.client.list_artifacts(run.info.run_id)}
    assert {
        "params.yaml",
        "auguments.yaml",
        "confusion_matrix.png",
        "confusion_matrix.csv",
        "per_class.csv",
        "history.csv",
        "curves.png",
        "test_predictions.csv",
    } <= names
    assert list(Path.cwd().iterdir()) == []
    assert {path.name for path in colors.project.root.iterdir()} - {"optuna_params.yaml"} == {
        "params.yaml",
        "auguments.yaml",
        "db",
    }
    assert not list(colors.project.cache.glob("training/*")), "a finished run needs no checkpoint"


def test_the_run_leads_back_to_the_snapshot_and_the_code(trained):
    colors, result = trained
    (run,) = colors.runs()
    with colors.store.read() as session:
        snapshot = session.scalar(select(Snapshot))
        assert snapshot.digest == result.snapshot_digest == run.data.tags["workbench.snapshot"]
    (entry,) = run.inputs.dataset_inputs
    assert entry.dataset.name == "colors"
    assert snapshot.digest.startswith(entry.dataset.digest)
    assert run.data.tags["workbench.version.torch"]
    assert run.data.tags["workbench.version.python"]


def test_the_confusion_matrix_adds_up(trained):
    colors, result = trained
    rows = list(csv.reader(io.StringIO(colors.artifact(result.run_id, "confusion_matrix.csv"))))
    matrix = np.array([[int(value) for value in row[1:]] for row in rows[1:]])
    assert rows[0][1:] == [row[0] for row in rows[1:]] == ["red", "green", "blue"]
    assert matrix.tolist() == result.confusion.counts.tolist()
    predictions = list(csv.DictReader(io.StringIO(colors.artifact(result.run_id, "test_predictions.csv"))))
    assert matrix.sum() == len(predictions) == 9
    assert matrix.sum(axis=1).tolist() == [3, 3, 3]
    right = sum(row["true"] == row["predicted"] for row in predictions)
    assert right == np.trace(matrix)
    assert result.metrics["test_accuracy"] == pytest.approx(right / 9)


def test_the_theme_is_learned(colors):
    result = colors.train({"training.num_epochs": 6})
    assert result.metrics["test_accuracy"] == 1.0
    assert len(result.epochs) == 6
    assert result.epochs[-1]["train_loss"] < result.epochs[0]["train_loss"]


def test_the_same_settings_give_the_same_numbers_with_any_number_of_workers(colors):
    augmented = {"augmentation.train": [{"Affine": {"rotate": [-30, 30], "p": 1.0}}]}
    first = colors.train(augmented)
    again = colors.train({**augmented, "data.num_workers": 2})
    other = colors.train({**augmented, "training.seed": 1})

    def numbers(result):
        return [{name: value for name, value in row.items() if name != "seconds"} for row in result.epochs]

    assert numbers(first) == numbers(again)
    assert first.metrics == again.metrics
    assert numbers(first) != numbers(other)


def test_the_logged_model_predicts_what_the_test_said(trained):
    import mlflow

    colors, result = trained
    model = mlflow.pyfunc.load_model(f"runs:/{result.run_id}/model")
    predictions = list(csv.DictReader(io.StringIO(colors.artifact(result.run_id, "test_predictions.csv"))))
    with colors.store.read() as session:
        from workbench.store.samples import get_sample

        paths = [
            str(colors.store.images.path(get_sample(int(row["sample_id"]), session=session).uri)) for row in predictions
        ]
    answers = model.predict(paths)
    assert answers["label"].tolist() == [row["predicted"] for row in predictions]
    assert answers["score"].tolist() == pytest.approx([float(row["score"]) for row in predictions], abs=1e-5)


def test_what_is_given_wins_over_the_file(colors):
    (colors.project.root / "mine.yaml").write_text(
        "theme: nothing\ntraining: {num_epochs: 9, run_name: from the file}\n"
    )
    result = colors.train(params_file="mine.yaml", num_epochs=1, run_name="from the call")
    assert (result.theme, len(result.epochs), result.run_name) == ("colors", 1, "from the call")
    assert "num_epochs: 1" in colors.artifact(result.run_id, "params.yaml")


def test_labeled_samples_without_a_split_get_one_and_later_ones_join(colors, capsys):
    first = colors.train(num_epochs=1)
    assert "had no split got one, by data.split_ratio: 42 train, 9 valid, 9 test." in capsys.readouterr().out
    with colors.store.read() as session:
        from workbench.store.counts import theme_counts
        from workbench.store.themes import get_theme

        theme_id = get_theme("colors", session=session).id
        counts = theme_counts(theme_id, session=session).labeled_splits
    assert counts == {"train": 42, "valid": 9, "test": 9, "unassigned": 0}
    assert first.snapshot_digest == colors.train(num_epochs=1).snapshot_digest
    assert "split" not in capsys.readouterr().out


def test_a_gray_network_trains_on_colored_images(colors):
    result = colors.train({"model.in_channels": 1}, num_epochs=1)
    import mlflow

    model = mlflow.pyfunc.load_model(f"runs:/{result.run_id}/model")
    answer = model.predict([np.zeros((8, 8, 3), np.uint8)])
    assert answer["label"][0] in ("red", "green", "blue")


def test_patches_are_combined_before_counting(colors):
    patches = {"image.size": 16, "preprocessing.patches": {"enabled": True, "size": 8}}
    result = colors.train(patches, num_epochs=1)
    assert result.confusion.total == 9, "9 test images, not 36 patches"


def test_the_result_is_json_and_draws_its_figures(trained):
    _, result = trained
    assert json.loads(json.dumps(result.as_dict()))["run_id"] == result.run_id
    for figure in (result.plot_curves(), result.plot_confusion()):
        content = io.BytesIO()
        figure.savefig(content)
        assert Image.open(content).size[0] > 300
        assert Image.open(io.BytesIO(figure._repr_png_())).size[0] > 300
    assert pyplot.get_fignums() == [], "IPython would show, and close, what pyplot knows"

"""What more labels should bring, from real trainings: on nested parts, looked at on valid, with nothing recorded."""

import json
from collections import Counter

import mlflow
import numpy as np
import pytest
from click.testing import CliRunner

from workbench.cli import main
from workbench.errors import WorkbenchError
from workbench.store.bulk_edits import delete_samples
from workbench.store.samples import SampleFilter, sample_ids
from workbench.store.test_evaluations import evaluations_of
from workbench.store.themes import get_theme
from workbench.tuning.forecast import _nested, forecast_by_training


def test_each_beginning_has_each_class_in_its_share():
    targets = np.array([0] * 80 + [1] * 16 + [2] * 4)
    order = _nested(targets, 7)
    assert sorted(order) == list(range(100))
    for size in (10, 25, 50):
        counts = Counter(targets[order[:size]].tolist())
        assert all(abs(counts[each] - size * share) <= 1 for each, share in ((0, 0.8), (1, 0.16), (2, 0.04)))


def test_trainings_on_parts_say_what_more_labels_bring_and_record_nothing(theme, sqlite_store, monkeypatch):
    project = sqlite_store.project
    monkeypatch.chdir(project.root)
    done = CliRunner().invoke(
        main, ["theme", "forecast", theme, "--more", "20", "--by-training", "--num-epochs", "1", "--json"]
    )
    assert done.exit_code == 0, done.output + done.stderr
    told = json.loads(done.stdout)
    with sqlite_store.read() as session:
        theme_id = get_theme(theme, session=session).id
        assert list(evaluations_of(theme_id, session=session)) == []
    sizes = [size for size, _ in told["curve"]]
    assert sizes == sorted(sizes)
    assert sizes[-1] == told["labels"]
    assert all(0 <= accuracy <= 1 for _, accuracy in told["curve"])
    # So few images of valid tell no accuracy within a point.
    assert told["forecast"] is None
    assert "is not known" in told["words"]
    assert mlflow.MlflowClient(project.mlflow_uri).search_runs(["0", "1"]) == []
    assert list((project.cache / "training").glob("forecast-*")) == []
    with sqlite_store.write() as session:
        some = tuple(sample_ids(theme_id, SampleFilter(split="train"), session=session)[:10])
        delete_samples(theme_id, SampleFilter(ids=some), annotator="test", session=session)
    with pytest.raises(WorkbenchError, match="too few for trainings on parts"):
        forecast_by_training(theme, project=project)

"""Scores that say how often the model is right."""

import json
from pathlib import Path

import numpy as np
import pytest

from workbench.registry.model_loading import load_model
from workbench.store.samples import SampleFilter, page_of_sample_files
from workbench.training.calibration import find_temperature


def drawn(temperature, count=4000, classes=5, patches=1):
    """Answers that are right as often as they say once their logits are divided by a temperature."""
    random = np.random.default_rng(0)
    logits = random.normal(0, 2, (count, classes))
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    targets = np.array([random.choice(classes, p=row) for row in shares])
    louder = np.exp(logits * temperature)
    probabilities = louder / louder.sum(axis=1, keepdims=True)
    owners = np.repeat(np.arange(count), patches)
    return np.repeat(probabilities, patches, axis=0).astype(np.float32), owners, np.repeat(targets, patches)


@pytest.mark.parametrize(("temperature", "patches"), [(2.5, 1), (0.6, 1), (1.0, 2)])
def test_the_temperature_that_was_put_in_is_found(temperature, patches):
    assert find_temperature(*drawn(temperature, patches=patches)) == pytest.approx(temperature, rel=0.08)


def test_few_images_say_little_and_none_say_nothing():
    sure = np.tile([[0.9, 0.1]], (3, 1)).astype(np.float32)
    assert 0.7 < find_temperature(sure, np.arange(3), np.zeros(3, dtype=int)) < 1
    nothing = np.empty(0, dtype=int)
    assert find_temperature(np.empty((0, 0), dtype=np.float32), nothing, nothing) == 1


def test_the_temperature_is_kept_with_the_model_and_used_wherever_it_answers(colors):
    run = colors.train({"training.learning_rate": 0.001})
    plain = colors.train({"training.learning_rate": 0.001, "training.calibrate": False})
    temperature = colors.client.get_run(run.run_id).data.metrics["temperature"]
    assert temperature != 1
    model, uncalibrated = (load_model("colors", each.run_id, device="cpu") for each in (run, plain))
    assert model.classifier.content.temperature == temperature
    assert type(model.network).__name__ == "TwoLayers"
    assert json.loads(model.classifier.content.to_json())["temperature"] == temperature
    with colors.store.read() as session:
        where = SampleFilter(split="test")
        rows = page_of_sample_files(1, where, session=session)
    files: list[Path] = colors.store.images.paths([row.uri for row in rows])
    ours, _ = model.classifier.probabilities(files)
    theirs, _ = uncalibrated.classifier.probabilities(files)
    scaled = theirs.astype(float) ** (1 / temperature)
    np.testing.assert_allclose(ours, scaled / scaled.sum(axis=1, keepdims=True), atol=1e-5)
    said = {int(line.split(",")[0]): float(line.split(",")[3]) for line in _rows(colors, run.run_id)}
    assert [said[row.id] for row in rows] == pytest.approx(ours.max(axis=1).tolist(), abs=1e-5)


def _rows(colors, run_id):
    return colors.artifact(run_id, "test_predictions.csv").splitlines()[1:]

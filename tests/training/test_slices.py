"""Where a model is worse than on the whole."""

import csv
import io

import numpy as np
import pytest

from tests.colors import COLORS
from workbench.training.slices import by_name, by_range


def test_images_are_cut_into_three_parts_and_names():
    values = np.arange(30)
    right = values >= 10
    parts = by_range("brightness", values, right)
    assert [(each.value, each.images, each.accuracy) for each in parts] == [
        ("0 to 9", 10, 0.0),
        ("10 to 19", 10, 1.0),
        ("20 to 29", 10, 1.0),
    ]
    assert [each.difference for each in parts] == pytest.approx([-2 / 3, 1 / 3, 1 / 3])
    assert by_range("size", np.full(30, 8), right) == []
    people = ["ann"] * 20 + ["bob"] * 7 + ["eve"] * 2 + [""]
    assert [(each.value, each.images) for each in by_name("annotator", people, right)] == [("ann", 20), ("bob", 7)]


def test_a_training_tells_its_slices_the_worst_first(project_without_theme):
    colors = project_without_theme
    colors.add(dict.fromkeys(COLORS, 24), split=lambda index: ["train", "valid", "test"][index % 3])
    result = colors.train({"training.learning_rate": 1e-6}, num_epochs=1)
    assert result.slices
    assert [each.difference for each in result.slices] == sorted(each.difference for each in result.slices)
    rows = list(csv.DictReader(io.StringIO(colors.artifact(result.run_id, "slices.csv"))))
    assert [row["value"] for row in rows] == [each.value for each in result.slices]
    assert result.as_dict()["slices"][0]["kind"] == result.slices[0].kind

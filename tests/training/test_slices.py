"""Where a model is worse than on the whole."""

import csv
import io

import numpy as np
import pytest

from tests.colors import COLORS
from workbench.embeddings.filling import embed
from workbench.store.groups.given import set_groups
from workbench.store.samples import SampleFilter, sample_ids
from workbench.training.slices import by_name, by_range, clusters


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


def test_look_alikes_form_a_cluster_named_by_the_image_in_its_middle():
    random = np.random.default_rng(0)
    vectors = np.eye(3)[np.arange(90) % 3] + random.normal(0, 0.05, (90, 3))
    vectors[4] = [0, 1, 0]
    files = [f"{number}.png" for number in range(100)]
    found = clusters(vectors, np.arange(90) + 5, files)
    assert [int(chosen.sum()) for _, chosen in found] == [30, 30, 30]
    assert {tuple(np.flatnonzero(chosen) % 3)[:1] for _, chosen in found} == {(0,), (1,), (2,)}
    assert "like 9.png" in [value for value, _ in found]
    assert clusters(vectors[:50], np.arange(50), files) == []


def test_a_training_tells_its_slices_the_worst_first(project_without_theme):
    colors = project_without_theme
    colors.add(dict.fromkeys(COLORS, 66), split=lambda index: ["train", "valid", "test"][index % 3])
    embed(colors.store, "colors", progress=False)
    with colors.store.read() as session:
        tested = sample_ids(1, SampleFilter(split="test"), session=session)
    patients = {sample: f"patient {number % 2}" for number, sample in enumerate(tested)}
    set_groups(colors.store, 1, patients, annotator="ann")
    result = colors.train({"training.learning_rate": 1e-6}, num_epochs=1)
    assert {each.kind for each in result.slices} == {"brightness", "group", "cluster"}
    assert [each.difference for each in result.slices] == sorted(each.difference for each in result.slices)
    rows = list(csv.DictReader(io.StringIO(colors.artifact(result.run_id, "slices.csv"))))
    assert [row["value"] for row in rows] == [each.value for each in result.slices]
    assert result.as_dict()["slices"][0]["kind"] == result.slices[0].kind

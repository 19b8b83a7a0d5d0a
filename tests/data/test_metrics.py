"""One definition of the metrics, which is that of the well-known libraries."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score, precision_score, recall_score
from torchmetrics.functional import classification

from workbench.data.metrics import ConfusionCounter, ConfusionMatrix, accuracy_interval, top_k

NAMES = ("cat", "dog", "bird", "fish")
# Fish are never there; once, one is predicted. No bird is ever predicted.
TRUE = ("cat", "cat", "cat", "dog", "dog", "bird", "bird")
PREDICTED = ("cat", "cat", "dog", "dog", "fish", "cat", "dog")


def counted(names: tuple[str, ...] = NAMES) -> ConfusionMatrix:
    counter = ConfusionCounter(names)
    for true, predicted in zip(TRUE, PREDICTED, strict=True):
        counter.add(true, predicted)
    return counter.matrix()


@pytest.mark.parametrize("name", ["precision", "recall", "f1"])
def test_every_metric_is_that_of_scikit_learn_and_of_torchmetrics(name: str) -> None:
    matrix = counted()
    score = {"precision": precision_score, "recall": recall_score, "f1": f1_score}[name]
    given = {"y_true": TRUE, "y_pred": PREDICTED, "labels": NAMES, "zero_division": 0}
    of_torch = getattr(classification, f"multiclass_{name}" + ("_score" if name == "f1" else ""))
    preds, target = (torch.tensor([NAMES.index(each) for each in names]) for names in (PREDICTED, TRUE))
    per_class = [getattr(each, name) for each in matrix.per_class()]
    assert per_class == pytest.approx(score(**given, average=None).tolist())
    assert per_class == pytest.approx(of_torch(preds, target, num_classes=4, average=None).tolist())
    assert matrix.metrics()[name] == pytest.approx(score(**given, average="macro"))
    assert matrix.metrics()[name] == pytest.approx(float(of_torch(preds, target, num_classes=4, average="macro")))


def test_accuracy_balanced_accuracy_support_and_the_matrix_itself() -> None:
    matrix = counted()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a class that is only predicted
        balanced = balanced_accuracy_score(TRUE, PREDICTED)
    assert matrix.metrics()["accuracy"] == pytest.approx(3 / 7)
    assert matrix.metrics()["balanced_accuracy"] == pytest.approx(balanced)
    assert [each.support for each in matrix.per_class()] == [3, 2, 2, 0]
    assert np.array_equal(matrix.counts, confusion_matrix(TRUE, PREDICTED, labels=NAMES))


def test_a_class_that_nobody_has_or_names_changes_no_mean() -> None:
    assert counted((*NAMES, "unicorn")).metrics() == counted().metrics()
    nothing = ConfusionCounter(NAMES).matrix()
    assert (nothing.total, set(nothing.metrics().values())) == (0, {0.0})


def test_names_that_are_no_class_stand_behind_the_classes() -> None:
    matrix = counted(("dog", "cat"))
    assert matrix.labels == ("dog", "cat", "bird", "fish")
    assert matrix.total == 7
    assert matrix == counted(("dog", "cat"))
    assert matrix != counted()


def test_more_guesses_count_where_there_are_classes_enough() -> None:
    assert [top_k(count) for count in (2, 4, 5, 10, 11)] == [None, None, 3, 3, 5]


def test_long_names_leave_a_figure_its_room():
    names = [f"squamous cell carcinoma of the skin, {'well differentiated, ' * 8}grade {grade}" for grade in (1, 2)]
    figure = ConfusionMatrix(tuple(names), np.array([[3, 1], [0, 4]])).plot(names[0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    axes = figure.axes[0]
    assert axes.get_window_extent().width > figure.bbox.width / 3
    shown = [text.get_text() for text in axes.get_yticklabels()]
    assert len(set(shown)) == 2, "their ends tell them apart"


def test_intervals_are_those_of_images_drawn_with_replacement() -> None:
    generator = np.random.default_rng(3)
    true = generator.integers(0, 3, 200)
    predicted = np.where(generator.random(200) < 0.8, true, generator.integers(0, 3, 200))
    labels = ("a", "b", "c")
    matrix = ConfusionMatrix(labels, confusion_matrix(true, predicted, labels=[0, 1, 2]))
    found, of_classes = matrix.intervals(0.9), matrix.per_class_intervals(0.9)
    rows = generator.integers(0, 200, (400, 200))
    drawn = np.array([f1_score(true[row], predicted[row], average=None) for row in rows])
    for told, values in ((found["f1"], drawn.mean(axis=1)), (of_classes["b"]["f1"], drawn[:, 1])):
        assert told == pytest.approx(np.quantile(values, (0.05, 0.95)), abs=0.015)
    for name, value in matrix.metrics().items():
        low, high = found[name]
        assert low < value < high
    assert of_classes["a"]["recall"] == accuracy_interval(int(matrix.counts[0, 0]), int(matrix.counts[0].sum()), 0.9)
    # As a bootstrap of a perfect model would be sure of it, nothing is said.
    good = ConfusionMatrix(labels, np.diag([20, 20, 20])).intervals()
    assert good["f1"] is None
    assert good["accuracy"] == pytest.approx((0.94, 1.0), abs=0.01)

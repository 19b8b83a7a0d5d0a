"""The Lightning module: what is frozen, what is refused, how patches are combined."""

import pytest
import torch

from tests.colors import plain
from workbench.errors import WorkbenchError
from workbench.training.module import Classifier, Predictions
from workbench.training.params import Params


def test_a_frozen_backbone_stays_and_thaws_when_told(probe):
    _, seen = probe({"model.freeze_backbone": True})
    changed = {name for name, value in seen["end"].items() if not torch.equal(value, seen["start"][name])}
    assert changed == {"head.weight", "head.bias"}, "norm statistics stay as well"
    _, seen = probe({"model.freeze_backbone": True, "model.unfreeze_after": 1})
    assert seen["per_epoch"] == {0: 2, 1: 6}
    assert not torch.equal(seen["end"]["body.0.weight"], seen["start"]["body.0.weight"])


def test_patches_vote_with_their_mean():
    predictions = Predictions()
    predictions.add(torch.tensor([4, 2]), torch.tensor([1, 0]), torch.tensor([[0.4, 0.6], [0.9, 0.1]]))
    predictions.add(torch.tensor([4]), torch.tensor([1]), torch.tensor([[0.8, 0.2]]))
    rows, targets, means = predictions.per_image()
    assert rows.tolist() == [4, 2]
    assert targets.tolist() == [1, 0]
    assert means.tolist() == [[pytest.approx(0.6), pytest.approx(0.4)], [pytest.approx(0.9), pytest.approx(0.1)]]


def test_a_loss_that_explodes_says_what_to_try(colors):
    overrides = {"training.optimizer": "SGD", "training.learning_rate": 1e30, "training.scheduler": "none"}
    with pytest.raises(WorkbenchError, match=r"loss became .* epoch 1.*lower training.learning_rate \(now 1e\+30\)"):
        colors.train({**overrides, "model.name": "Plain"})
    (run,) = colors.runs()
    assert run.info.status == "FAILED"
    assert "learning_rate" in run.data.tags["workbench.failure"]


def test_the_loss_of_an_evaluation_is_plain_whatever_is_minimized_and_in_whatever_batches():
    torch.manual_seed(0)
    settings = {"class_weights": "balanced", "label_smoothing": 0.2}
    images, targets = torch.randn(9, 3, 8, 8), torch.tensor([0, 0, 0, 0, 0, 0, 0, 1, 2])
    module = Classifier(plain(3), Params(training=settings), ["a", "b", "c"], [70, 2, 1], total_steps=1).eval()
    expected = torch.nn.functional.cross_entropy(module(images), targets).item()
    for size in (2, 9):
        module.on_validation_epoch_start()
        for rows in torch.arange(9).split(size):
            module.validation_step((images[rows], targets[rows], rows), 0)
        assert module.valid_metrics.loss.compute().item() == pytest.approx(expected, rel=1e-5)

"""The metrics of a split."""

import pytest
import torch

from workbench.training.metrics import SplitMetrics


def test_metrics_are_those_of_scikit_learn():
    from sklearn.metrics import balanced_accuracy_score, confusion_matrix, f1_score, precision_score, recall_score

    torch.manual_seed(1)
    probabilities = torch.rand(200, 6).softmax(dim=1)
    targets = torch.randint(6, (200,))
    metrics = SplitMetrics("test", list("abcdef"))
    for part in range(0, 200, 50):
        metrics.update(probabilities[part : part + 50], targets[part : part + 50])
        metrics.update_loss(torch.tensor(float(part)), 50)
    values, confusion = metrics.compute()
    guess = probabilities.argmax(dim=1)
    assert values["test_loss"] == pytest.approx(75)
    assert values["test_accuracy"] == pytest.approx((guess == targets).float().mean().item())
    for name, score in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        assert values[f"test_{name}"] == pytest.approx(score(targets, guess, average="macro", zero_division=0))
        each = [getattr(one, name) for one in confusion.per_class()]
        assert each == pytest.approx(score(targets, guess, average=None, zero_division=0).tolist())
    assert values["test_balanced_accuracy"] == pytest.approx(balanced_accuracy_score(targets, guess))
    assert confusion.counts.tolist() == confusion_matrix(targets, guess).tolist()
    best_three = probabilities.topk(3).indices
    assert values["test_top3_accuracy"] == pytest.approx(
        (best_three == targets[:, None]).any(dim=1).float().mean().item()
    )
    assert 0 <= values["test_calibration_error"] <= 1

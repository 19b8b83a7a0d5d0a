"""Each setting changes what it says it changes."""

import math
import sys

import pytest
import torch
from torch import nn

from workbench.errors import WorkbenchError
from workbench.training.metrics import SplitMetrics
from workbench.training.module import Predictions
from workbench.training.optim import balanced_weights, build_loss, build_mix, build_optimizer
from workbench.training.params import Params, TrainingParams

PROBE = '''
import torch
from lightning.pytorch.callbacks import Callback

seen = {}


class Probe(Callback):
    """Notes what a training is made of."""

    def __init__(self, name="probe"):
        seen.clear()
        seen["name"] = name
        seen["steps"] = 0

    def on_train_start(self, trainer, module):
        seen["optimizer"] = trainer.optimizers[0]
        seen["start"] = {name: value.clone() for name, value in module.network.state_dict().items()}
        seen["precision"] = trainer.precision

    def on_train_batch_start(self, trainer, module, batch, index):
        seen["trainable"] = [parameter.requires_grad for parameter in module.network.parameters()]
        seen.setdefault("per_epoch", {})[trainer.current_epoch] = sum(seen["trainable"])

    def on_train_end(self, trainer, module):
        seen["steps"] = trainer.global_step
        seen["end"] = {name: value.clone() for name, value in module.network.state_dict().items()}
'''


@pytest.fixture
def probe(colors, tmp_path, monkeypatch):
    """Train with settings and a callback of one's own; returns the result and what the callback saw."""
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own_probe.py").write_text(PROBE)
    monkeypatch.syspath_prepend(str(folder))
    sys.modules.pop("own_probe", None)

    def train(overrides=None, **arguments):
        custom = {"callbacks.custom": [{"path": "own_probe.Probe", "arguments": {"name": "mine"}}]}
        result = colors.train({**custom, **(overrides or {})}, **arguments)
        return result, sys.modules["own_probe"].seen

    return train


def rates(result):
    return [row["learning_rate"] for row in result.epochs]


@pytest.mark.parametrize("name", ["Adam", "AdamW", "SGD"])
def test_the_optimizer_is_the_one_asked_for(probe, name):
    _, seen = probe({"training.optimizer": name, "training.weight_decay": 0.125}, num_epochs=1)
    optimizer = seen["optimizer"]
    assert type(optimizer).__name__ == name
    assert optimizer.param_groups[0]["weight_decay"] == 0.125
    if name == "SGD":
        assert optimizer.param_groups[0]["nesterov"] is True
        assert optimizer.param_groups[0]["momentum"] == 0.9
    assert seen["name"] == "mine", "the callback got its argument"


def test_schedulers_move_the_rate_as_they_say(colors):
    def run(**settings):
        return rates(colors.train({f"training.{name}": value for name, value in settings.items()}))

    common = {"num_epochs": 4, "learning_rate": 0.01}
    assert run(scheduler="none", **common) == pytest.approx([0.01] * 4)
    step = run(scheduler="StepLR", scheduler_options={"step_size": 2, "gamma": 0.1}, **common)
    assert step == pytest.approx([0.01, 0.01, 0.001, 0.001])
    cosine = run(scheduler="CosineAnnealingLR", scheduler_options={"min_lr": 0.002}, **common)
    assert cosine == pytest.approx([0.002 + 0.004 * (1 + math.cos(math.pi * k / 4)) for k in range(4)])
    one = run(scheduler="OneCycleLR", scheduler_options={"pct_start": 0.5}, **common)
    assert one[0] == pytest.approx(0.0004)
    assert one[2] > one[1] > one[0]
    assert one[3] < one[2]
    still = {"model.name": "Plain", "training.num_epochs": 4, "training.learning_rate": 1e-7}
    waiting = {"training.scheduler": "ReduceLROnPlateau", "training.scheduler_options": {"patience": 0, "factor": 0.5}}
    plateau = rates(colors.train({**still, **waiting}))
    assert plateau == pytest.approx([1e-7, 1e-7, 5e-8, 2.5e-8], abs=0)
    warm = run(scheduler="none", warmup_epochs=2, **common)
    assert warm[0] == pytest.approx(0.0001)
    assert warm[0] < warm[1] < warm[2] == pytest.approx(0.01)
    both = run(scheduler="StepLR", scheduler_options={"step_size": 1, "gamma": 0.1}, warmup_epochs=2, **common)
    assert both == pytest.approx([0.0001, both[1], 0.01, 0.001])


def test_the_backbone_gets_a_rate_of_its_own(probe):
    result, seen = probe({"training.backbone_lr_factor": 0.1, "training.scheduler": "none"}, num_epochs=1)
    assert [group["name"] for group in seen["optimizer"].param_groups] == ["backbone", "head"]
    assert result.epochs[0]["learning_rate_backbone"] == pytest.approx(0.001)
    assert result.epochs[0]["learning_rate_head"] == pytest.approx(0.01)


def test_a_frozen_backbone_stays_and_thaws_when_told(probe):
    _, seen = probe({"model.freeze_backbone": True})
    changed = {name for name, value in seen["end"].items() if not torch.equal(value, seen["start"][name])}
    assert changed == {"head.weight", "head.bias"}, "norm statistics stay as well"
    _, seen = probe({"model.freeze_backbone": True, "model.unfreeze_after": 1})
    assert seen["per_epoch"] == {0: 2, 1: 6}
    assert not torch.equal(seen["end"]["body.0.weight"], seen["start"]["body.0.weight"])


def test_clipping_keeps_the_steps_small(probe):
    plain = {"training.optimizer": "SGD", "training.momentum": 0.0, "training.scheduler": "none"}
    plain |= {"training.weight_decay": 0.0, "training.learning_rate": 1.0, "model.name": "Plain"}

    def moved(overrides):
        _, seen = probe({**plain, **overrides, "data.batch_size": 64}, num_epochs=1)
        parts = [(seen["end"][name] - seen["start"][name]).flatten() for name in seen["end"]]
        return torch.cat(parts).norm().item(), seen["steps"]

    free, steps = moved({})
    clipped, _ = moved({"training.gradient_clip": 0.001})
    assert steps == 1
    assert clipped == pytest.approx(0.001, rel=0.01)
    assert free > 0.01


def test_accumulating_makes_fewer_steps(probe):
    assert probe(num_epochs=2)[1]["steps"] == 2 * 6
    assert probe({"training.accumulate": 3}, num_epochs=2)[1]["steps"] == 2 * 2


def test_precision_reaches_lightning_and_trains(probe):
    result, seen = probe({"training.precision": "bf16-mixed"}, num_epochs=4)
    assert seen["precision"] == "bf16-mixed"
    assert result.metrics["test_accuracy"] > 0.6


def test_clipping_goes_with_mixed_precision(colors):
    result = colors.train({"training.precision": "bf16-mixed", "training.gradient_clip": 1.0}, num_epochs=1)
    assert result.epochs[0]["train_loss"] > 0


def test_early_stopping_ends_before_the_last_epoch(colors):
    result = colors.train(
        {
            "training.num_epochs": 30,
            "training.learning_rate": 1e-9,
            "callbacks.early_stopping": {"enabled": True, "patience": 2, "min_delta": 0.1},
        }
    )
    assert len(result.epochs) == 3
    assert not result.stopped


def test_the_weights_of_the_best_epoch_are_kept(colors):
    from workbench.training.callbacks import resolve_mode
    from workbench.training.epoch_log import best_epoch

    settings = {"training.learning_rate": 0.3, "training.scheduler": "none", "training.num_epochs": 6}
    for monitor in ("valid_loss", "valid_f1"):
        result = colors.train({**settings, "callbacks.checkpoint": {"monitor": monitor}})
        best = best_epoch(result.epochs, monitor, resolve_mode(monitor, "auto"))
        values = [row[monitor] for row in result.epochs]
        assert best[monitor] == (min(values) if monitor == "valid_loss" else max(values))
        assert result.best_epoch == best["epoch"]
        assert result.metrics[f"best_{monitor}"] == best[monitor]


def test_the_gradient_norm_and_the_rate_are_logged_when_asked_for(colors):
    with_both = colors.train({"callbacks.gradient_norm": True}, num_epochs=1).epochs[0]
    assert 0 < with_both["gradient_norm"] <= with_both["gradient_norm_max"]
    without = colors.train({"callbacks.lr_monitor": False}, num_epochs=1).epochs[0]
    assert "learning_rate" not in without
    assert "gradient_norm" not in without


def test_ema_validates_and_keeps_the_average(colors):
    settings = {"training.optimizer": "SGD", "training.learning_rate": 0.1, "training.scheduler": "none"}
    plain = colors.train(settings)
    averaged = colors.train({**settings, "training.ema_decay": 0.99})
    assert plain.epochs[0]["train_loss"] == averaged.epochs[0]["train_loss"]
    assert plain.epochs[0]["valid_loss"] != averaged.epochs[0]["valid_loss"]
    best = averaged.epochs[averaged.best_epoch - 1]
    assert averaged.metrics["best_valid_loss"] == best["valid_loss"]
    again = colors.train({**settings, "training.ema_decay": 0.99})
    assert again.metrics == averaged.metrics


def test_a_learning_rate_is_searched_used_and_remembered(colors):
    overrides = {"training.find_learning_rate": True, "training.scheduler": "none", "data.batch_size": 4}
    result = colors.train(overrides, num_epochs=1)
    run = colors.client.get_run(result.run_id)
    found = float(run.data.params["training.found_learning_rate"])
    assert rates(result) == [pytest.approx(found)]
    assert found != 0.01
    assert 1e-6 <= found <= 1
    from workbench.training import reproduce

    assert reproduce(result.run_id).equal


def test_system_metrics_are_logged_when_asked_for(colors, monkeypatch):
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.1")
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING", "1")
    result = colors.train({"callbacks.system_metrics": True}, num_epochs=3)
    names = set(colors.client.get_run(result.run_id).data.metrics)
    assert "system/cpu_utilization_percentage" in names


@pytest.mark.parametrize(("mode", "expected"), [("lines", 2), ("none", 0), ("auto", 2)])
def test_progress_is_a_line_per_epoch_or_nothing(colors, capfd, monkeypatch, mode, expected):
    monkeypatch.setenv("WORKBENCH_BATCH", "1")
    colors.train({"callbacks.progress": mode})
    out = capfd.readouterr()
    lines = [line for line in (out.out + out.err).splitlines() if line.strip()]
    assert lines.pop(0).startswith("Labeled samples that had no split got one")
    assert len(lines) == expected, lines
    assert all("valid accuracy" in line for line in lines)


@pytest.mark.parametrize("mode", ["tqdm", "rich"])
def test_bars_are_shown_where_asked_for(colors, capfd, monkeypatch, mode):
    monkeypatch.delenv("WORKBENCH_BATCH", raising=False)
    colors.train({"callbacks.progress": mode})
    out = capfd.readouterr()
    assert "Epoch" in out.out + out.err


# --- the parts by themselves


def test_balanced_weights_make_every_class_weigh_the_same():
    weights = balanced_weights([90, 9, 1])
    counts = torch.tensor([90.0, 9.0, 1.0])
    assert torch.allclose(weights * counts, torch.full((3,), 100 / 3))
    logits, targets = torch.zeros(4, 3), torch.tensor([0, 1, 2, 2])
    settings = TrainingParams(class_weights="balanced")
    expected = nn.functional.cross_entropy(logits, targets, weight=weights)
    assert torch.equal(build_loss(settings, [90, 9, 1])(logits, targets), expected)


def test_label_smoothing_keeps_a_sure_answer_from_being_free():
    logits, targets = torch.tensor([[20.0, -20.0]]), torch.tensor([0])
    assert build_loss(TrainingParams(), [1, 1])(logits, targets) < 1e-6
    assert build_loss(TrainingParams(label_smoothing=0.1), [1, 1])(logits, targets) > 1


@pytest.mark.parametrize("name", ["mixup", "cutmix"])
def test_mixing_blends_images_and_targets_alike(name):
    torch.manual_seed(0)
    mix = build_mix(TrainingParams(**{name: 1.0}), num_classes=2)
    images = torch.stack([torch.zeros(3, 16, 16), torch.ones(3, 16, 16)])
    mixed, soft = mix(images, torch.tensor([0, 1]))
    assert soft.shape == (2, 2)
    assert torch.allclose(soft.sum(dim=1), torch.ones(2))
    shares = mixed.mean(dim=(1, 2, 3))
    assert torch.allclose(shares, soft[:, 1], atol=1e-5)
    assert build_mix(TrainingParams(), num_classes=2) is None


def test_both_mixings_take_turns():
    torch.manual_seed(0)
    mix = build_mix(TrainingParams(mixup=1.0, cutmix=1.0), num_classes=2)
    images = torch.stack([torch.zeros(3, 16, 16), torch.ones(3, 16, 16)])
    kinds = {
        bool(((mixed > 0) & (mixed < 1)).any()) for mixed, _ in (mix(images, torch.tensor([0, 1])) for _ in range(20))
    }
    assert kinds == {True, False}


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


def test_patches_vote_with_their_mean():
    predictions = Predictions()
    predictions.add(torch.tensor([4, 2]), torch.tensor([1, 0]), torch.tensor([[0.4, 0.6], [0.9, 0.1]]))
    predictions.add(torch.tensor([4]), torch.tensor([1]), torch.tensor([[0.8, 0.2]]))
    rows, targets, means = predictions.per_image()
    assert rows.tolist() == [4, 2]
    assert targets.tolist() == [1, 0]
    assert means.tolist() == [[pytest.approx(0.6), pytest.approx(0.4)], [pytest.approx(0.9), pytest.approx(0.1)]]


def test_nesterov_needs_momentum():
    network = nn.Linear(2, 2)
    optimizer = build_optimizer(network, TrainingParams(optimizer="SGD", momentum=0.0), 0.1)
    assert optimizer.param_groups[0]["nesterov"] is False


def test_the_defaults_are_checked_too():
    assert Params().training.scheduler == "OneCycleLR"
    with pytest.raises((ValueError, WorkbenchError)):
        TrainingParams(optimizer="Lion")

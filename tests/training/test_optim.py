"""Optimizers, schedules, losses and mixing do what their settings say."""

import math

import pytest
import torch
from torch import nn

from workbench.training.optim import balanced_weights, build_loss, build_mix, build_optimizer, build_scheduler
from workbench.training.params import TrainingParams


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


def rates(result):
    return [row["learning_rate"] for row in result.epochs]


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


def test_nesterov_needs_momentum():
    network = nn.Linear(2, 2)
    optimizer = build_optimizer(network, TrainingParams(optimizer="SGD", momentum=0.0), 0.1)
    assert optimizer.param_groups[0]["nesterov"] is False


@pytest.mark.parametrize(("steps", "start"), [(1, 0.3), (2, 0.3), (10, 0.1), (5, 0.2), (2, 0.5), (3, 1.0), (3, 0.0)])
def test_one_cycle_of_few_steps_learns_something(steps, start):
    network = nn.Linear(2, 2)
    options = {"pct_start": start}
    settings = TrainingParams(scheduler="OneCycleLR", scheduler_options=options, num_epochs=1)
    optimizer = build_optimizer(network, settings, 0.1)
    scheduler = build_scheduler(optimizer, settings, steps)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if scheduler is not None and len(rates) < steps:
            scheduler.step()
    assert max(rates) > 0.05

"""What reaches Lightning's Trainer, and how its errors are worded."""

import math

import pytest
import torch

from workbench.data import ImageError
from workbench.errors import WorkbenchError
from workbench.training import register_network


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


def test_system_metrics_are_logged_when_asked_for(colors, monkeypatch):
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.1")
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING", "1")
    result = colors.train({"callbacks.system_metrics": True}, num_epochs=3)
    names = set(colors.client.get_run(result.run_id).data.metrics)
    assert "system/cpu_utilization_percentage" in names


@pytest.mark.parametrize("workers", [0, 1])
def test_an_image_that_broke_is_named_and_the_run_is_marked(colors, workers):
    colors.train(num_epochs=1)
    victim = next(colors.project.images.rglob("*.png"))
    victim.write_bytes(b"broken")
    with pytest.raises(ImageError, match=victim.name) as caught:
        colors.train({"data.num_workers": workers, "data.cache": "none"}, num_epochs=1)
    assert "Traceback" not in str(caught.value)
    run = colors.runs()[0]
    assert run.info.status == "FAILED"
    assert victim.name in run.data.tags["workbench.failure"]


def test_a_batch_of_one_with_norm_layers_says_what_to_do(colors):
    with pytest.raises(WorkbenchError, match=r"Set data.batch_size to 2 or more"):
        colors.train({"data.batch_size": 1, "model.name": "ResNet18", "image.size": 32})


def test_a_last_batch_of_one_is_no_trouble(colors):
    result = colors.train({"data.batch_size": 41, "model.name": "ResNet18", "image.size": 32}, num_epochs=1)
    assert math.isfinite(result.epochs[0]["train_loss"])


def test_a_batch_of_one_trains_where_the_network_can(colors):
    assert math.isfinite(colors.train({"data.batch_size": 1, "model.name": "Plain"}, num_epochs=1).metrics["test_loss"])


def test_too_little_memory_says_what_to_change(colors):
    @register_network("Huge")
    class Huge(torch.nn.Module):
        def __init__(self, num_classes: int) -> None:
            super().__init__()
            self.head = torch.nn.Linear(8 * 8 * 3, num_classes)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            if self.training:
                torch.empty(2**60)
            return self.head(images.flatten(1))

    with pytest.raises(WorkbenchError, match=r"not enough memory.*smaller data.batch_size"):
        colors.train({"model.name": "Huge"})
    assert colors.runs()[0].info.status == "FAILED"

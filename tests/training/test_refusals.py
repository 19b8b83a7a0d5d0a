"""Bad input is refused before anything is written, in words that say what to do."""

import math

import pytest
import torch

from workbench.data import ImageError
from workbench.errors import ConfigError, NotFoundError, WorkbenchError
from workbench.training import register_network

BAD_SETTINGS = [
    ({"theme": "colours"}, NotFoundError, "Did you mean 'colors'"),
    ({"training.learning_rat": 1}, ConfigError, "Did you mean 'learning_rate'"),
    ({"augmentation.librari": "torchvision"}, ConfigError, "Did you mean 'library'"),
    ({"augmentation.train": ["HorizontalFlop"]}, ConfigError, "HorizontalFlip"),
    ({"model.name": "ResNet19"}, NotFoundError, "Did you mean 'ResNet18'"),
    ({"model.in_channels": 4}, ConfigError, "Allowed: 1, 3"),
    ({"model.name": "TwoLayers", "model.options": {"wdth": 3}}, ConfigError, "no option 'wdth'"),
    ({"model.name": "ResNet18", "model.pretrained": "nowhere.pth"}, WorkbenchError, "does not exist"),
    ({"callbacks.checkpoint": {"monitor": "valid_acuracy"}}, NotFoundError, "Did you mean 'valid_accuracy'"),
    ({"callbacks.custom": [{"path": "nowhere.Beep"}]}, ConfigError, "cannot be imported"),
    ({"callbacks.custom": [{"path": "json.JSONDecoder"}]}, ConfigError, "is not a class derived from"),
    ({"data.split_ratio": [0.5, 0.2, 0.2]}, ConfigError, "must sum to 1"),
    ({"data.split_ratio": [0.8, 0.2, 0.0]}, WorkbenchError, "split 'test' of the theme 'colors' has no samples"),
]


@pytest.mark.parametrize(("overrides", "kind", "message"), BAD_SETTINGS)
def test_bad_settings_are_refused_and_nothing_is_written(colors, overrides, kind, message):
    with pytest.raises((kind, ConfigError), match=message):
        colors.train(overrides)
    assert colors.is_untouched()


@pytest.mark.parametrize("name", ["params.yaml", "auguments.yaml"])
def test_a_missing_file_is_named(colors, name):
    (colors.project.root / name).unlink()
    with pytest.raises(ConfigError, match=f"{name} does not exist"):
        colors.train()
    assert colors.is_untouched()


@pytest.mark.parametrize(
    ("numbers", "labels", "message"),
    [
        ({}, ("red", "green"), "at least two labels"),
        ({"red": 9}, ("red",), "at least two labels"),
        ({"red": 9}, ("red", "green"), "only 'red'"),
        ({"red": 9, "green": 1}, ("red", "green"), "'green' has 1; each label needs at least 3"),
        ({"red": 9, "green": 9}, ("red", "green", "blue"), "has the label 'blue'"),
    ],
)
def test_data_that_cannot_be_trained_on_is_refused(project_without_theme, numbers, labels, message):
    project_without_theme.add(numbers, labels=labels)
    with pytest.raises(WorkbenchError, match=message):
        project_without_theme.train()
    assert project_without_theme.is_untouched()


def test_a_label_without_training_samples_is_refused(project_without_theme):
    colors = project_without_theme
    colors.add(
        {"red": 9, "green": 9}, labels=("red", "green"), split=lambda index: ("train", "valid", "test")[index % 3]
    )
    with colors.store.write() as session:
        from sqlalchemy import update

        from workbench.store.schema import Label, Sample

        green = session.query(Label.id).where(Label.name == "green").scalar()
        session.execute(update(Sample).where(Sample.label_id == green, Sample.split == "train").values(split="test"))
    with pytest.raises(WorkbenchError, match="label 'green' of the theme 'colors' has no training samples"):
        colors.train()


def test_a_missing_image_is_named(colors):
    victim = next(colors.project.images.rglob("*.png"))
    victim.unlink()
    with pytest.raises(WorkbenchError, match=rf"1 image files .* are missing: .*{victim.name}"):
        colors.train()
    assert not colors.runs()


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


def test_a_loss_that_explodes_says_what_to_try(colors):
    overrides = {"training.optimizer": "SGD", "training.learning_rate": 1e30, "training.scheduler": "none"}
    with pytest.raises(WorkbenchError, match=r"loss became .* epoch 1.*lower training.learning_rate \(now 1e\+30\)"):
        colors.train({**overrides, "model.name": "Plain"})
    (run,) = colors.runs()
    assert run.info.status == "FAILED"
    assert "learning_rate" in run.data.tags["workbench.failure"]


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

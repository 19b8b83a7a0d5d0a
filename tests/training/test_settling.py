"""Stem and channels that follow from the images."""

from dataclasses import replace

import pytest
import torch
from PIL import Image
from torch import nn

from tests.colors import QUICK
from workbench.training.networks import create_network, register_network
from workbench.training.networks.forms import FORMS
from workbench.training.params import Params
from workbench.training.plan import make_plan, read_settings
from workbench.training.settling import are_gray, settle, stem_for


@pytest.mark.parametrize(
    ("name", "size", "stem"),
    [
        ("ResNet18", (16, 16), "small"),
        ("resnet50", (32, 48), "middle"),
        ("ResNet18", (224, 224), "standard"),
        ("ResNet18", None, "standard"),
        ("squeezenet1_1", (32, 32), "standard"),
    ],
)
def test_the_stem_follows_the_size_of_the_images(name, size, stem):
    assert stem_for(Params.model_validate({"model": {"name": name, "stem": "auto"}}), size) == stem


def test_the_middle_stem_keeps_a_quarter_of_what_the_small_one_does():
    sizes = []
    for given in ({"small_stem": True}, {"middle_stem": True}, {}):
        network = create_network("ResNet18", num_classes=3, **given).eval()
        network.get_submodule("layer4").register_forward_hook(lambda _m, _i, out: sizes.append(tuple(out.shape[2:])))
        network(torch.zeros(1, 3, 32, 32))
    assert sizes == [(4, 4), (2, 2), (1, 1)]


def test_images_without_color_are_gray_and_one_with_color_is_enough(tmp_path):
    files = []
    for number in range(4):
        files.append(tmp_path / f"{number}.png")
        Image.new("L", (4, 4), 100).convert("L" if number else "RGB").save(files[-1])
    assert are_gray(files)
    Image.new("RGB", (4, 4), (100, 100, 101)).save(files[2])
    assert not are_gray(files)


def test_what_is_left_to_the_images_is_recorded_as_what_it_came_to(colors, capsys):
    run = colors.train({"model.in_channels": "auto", "model.stem": "auto"}, num_epochs=1)
    recorded = colors.client.get_run(run.run_id).data.params
    assert (recorded["model.in_channels"], recorded["model.stem"]) == ("3", "standard")
    params, augment = read_settings(colors.project, theme="colors", overrides={"image.size": 32})
    plan = make_plan(params, augment, colors.project)
    capsys.readouterr()
    settle(plan)
    assert "'middle' 2 x 2 at about 4 times the work and 'small' 4 x 4" in capsys.readouterr().out
    settle(plan, quiet=True)
    settle(replace(plan, augment=read_settings(colors.project, overrides={"image.size": 64})[1]))
    assert not capsys.readouterr().out


def test_a_long_training_tries_the_forms_once_and_a_network_that_cannot_be_tried_is_left(colors, capsys):
    def settled(**model):
        overrides = {**QUICK, "training.num_epochs": 500, **{f"model.{name}": value for name, value in model.items()}}
        params, augment = read_settings(colors.project, theme="colors", overrides=overrides)
        return settle(make_plan(params, augment, colors.project)).params.model.shortcuts

    first = settled()
    assert first in FORMS
    told = capsys.readouterr().out
    assert f"TwoLayers is computed in the form {first}" in told
    kept = {path.name: path.stat().st_mtime_ns for path in (colors.project.cache / "forms").iterdir()}
    assert settled() == first
    assert {path.name: path.stat().st_mtime_ns for path in (colors.project.cache / "forms").iterdir()} == kept
    assert settled(shortcuts=False) == "none"
    assert settled(shortcuts="channels_last") == "channels_last"
    assert settled(name="Fails") == "pixels"


@register_network("Fails")
class Fails(nn.Module):
    """A network that can be asked, and not trained."""

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        self.head = nn.Linear(3, num_classes)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if self.training:
            raise RuntimeError("not enough memory")
        return self.head(images.mean(dim=(2, 3)))

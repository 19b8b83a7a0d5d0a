"""Where in an image a network found what it says."""

import io

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from tests.colors import colors, project_without_theme  # noqa: F401
from workbench.errors import WorkbenchError
from workbench.inference.grad_cam import explain, heat_of
from workbench.registry.model_loading import load_model
from workbench.training.networks import create_network


def looks_for_red() -> nn.Sequential:
    """Class 1 is red, class 0 is blue."""
    convolution = nn.Conv2d(3, 2, 1, bias=False)
    convolution.weight.data = torch.tensor([[-1.0, 0, 1], [1, 0, -1]]).reshape(2, 3, 1, 1)
    head = nn.Linear(2, 2, bias=False)
    head.weight.data = torch.eye(2)
    return nn.Sequential(convolution, nn.ReLU(), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(1), nn.Flatten(), head)


@pytest.mark.parametrize(("target", "corner"), [(1, (slice(0, 8), slice(0, 8))), (0, (slice(16, 24), slice(8, 16)))])
def test_the_heat_is_where_the_class_is_seen(target, corner):
    images = torch.zeros(2, 3, 24, 16)
    images[1, 0, :8, :8] = 1
    images[1, 2, 16:, 8:] = 1
    chosen, heat = heat_of(looks_for_red().eval(), images, target)
    assert chosen == 1, "the patch that speaks for the class"
    assert heat.shape == (24, 16)
    assert heat.max() == pytest.approx(1)
    elsewhere = heat.copy()
    elsewhere[corner] = 0
    assert heat[corner].mean() > 0.7
    assert elsewhere.mean() < 0.05


@pytest.mark.parametrize("name", ["ResNet18", "mobilenet_v3_small", "vit_b_16"])
def test_real_networks_have_heat_and_are_left_as_they_were(name):
    torch.manual_seed(0)
    side = 224 if name.startswith("vit") else 32
    network = create_network(name, num_classes=3, form="pixels").eval()
    _, heat = heat_of(network, torch.rand(1, 3, side, side), 2)
    assert heat.shape == (side, side)
    assert np.isfinite(heat).all()
    assert all(parameter.grad is None for parameter in network.parameters())
    assert not any(module._forward_hooks for module in network.modules())


def test_a_network_without_feature_maps_says_so():
    with pytest.raises(WorkbenchError, match="no feature maps"):
        heat_of(nn.Sequential(nn.Flatten(), nn.Linear(12, 2)), torch.rand(1, 3, 2, 2), 0)


def test_a_model_tells_its_likeliest_classes_and_paints_where_it_looks(colors):  # noqa: F811
    run = colors.train(num_epochs=1)
    pixels = np.zeros((8, 8, 3), dtype=np.uint8)
    pixels[:4] = (200, 40, 40)
    found = explain(load_model("colors", run.run_id, device="cpu"), pixels)
    assert {name for name, _ in found.answers} == {"red", "green", "blue"}
    scores = [score for _, score in found.answers]
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) == pytest.approx(1, abs=1e-5)
    assert np.array_equal(found.pixels, pixels)
    assert Image.open(io.BytesIO(found.png())).size == (320, 320)

"""A network that only answers gives the same answers in less work."""

import copy
import json

import numpy as np
import pytest
import torch
from torch import nn

from workbench.data.batches.evaluation_copy import evaluation_copy, packed_copy
from workbench.data.batches.probabilities import Forward
from workbench.training.networks import create_network


def norms(network):
    return sum(isinstance(module, nn.BatchNorm2d) for module in network.modules())


@pytest.mark.parametrize("name", ["ResNet18", "mobilenet_v3_small", "densenet121"])
def test_the_answers_are_those_of_the_network(name):
    torch.manual_seed(0)
    network = create_network(name, num_classes=5, in_channels=1, rgb_input=True).double()
    images = torch.rand(3, 3, 32, 32, dtype=torch.float64)
    with torch.no_grad():
        network(images)  # statistics of its own for each norm
    network.eval()
    before = copy.deepcopy(network.state_dict())
    copied = evaluation_copy(network)
    with torch.inference_mode():
        for _ in range(2):
            assert torch.allclose(copied(images), network(images), rtol=1e-8, atol=1e-10)
        larger = torch.rand(2, 3, 64, 48, dtype=torch.float64)
        assert torch.allclose(copied(larger), network(larger), rtol=1e-8, atol=1e-10)
    assert norms(copied) < norms(network)
    assert network.state_dict().keys() == before.keys()


def test_after_many_batches_the_quickest_copy_is_found_and_remembered(tmp_path):
    torch.manual_seed(0)
    network = create_network("ResNet18", num_classes=5).eval()
    images = torch.rand(4, 3, 32, 32)
    answers = []
    for _ in range(2):
        forward = Forward(network, torch.device("cpu"), trials=tmp_path)
        answers += [forward(images) for _ in range(22)]
    for each in answers:
        np.testing.assert_allclose(each, answers[0], atol=1e-6)
    (kept,) = tmp_path.glob("*.json")
    assert json.loads(kept.read_text())["answer"]["copy"] in ("usual", "packed")


def test_a_packed_copy_answers_alike_or_there_is_none():
    torch.manual_seed(0)
    images = torch.rand(2, 3, 32, 32)
    with torch.inference_mode():
        network = create_network("ResNet18", num_classes=5).eval()
        found = packed_copy(network, images)
        assert found is not None
        assert torch.allclose(found(images), network(images), atol=1e-5)
        assert packed_copy(Shared(looks=True).eval(), images) is None
        assert packed_copy(network.double(), images.double()) is None


class Shared(nn.Module):
    """One convolution before two norms, and a forward that looks at values, which cannot be traced."""

    def __init__(self, *, looks: bool) -> None:
        super().__init__()
        self.looks = looks
        self.convolution = nn.Conv2d(3, 4, 1)
        self.first, self.second = nn.BatchNorm2d(4), nn.BatchNorm2d(4)

    def forward(self, images):
        if self.looks and images.sum() < 0:
            return images
        between = self.convolution(images)
        return self.first(between) + self.second(between)


@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_a_network_that_cannot_be_copied_answers_itself():
    network = nn.Sequential(nn.utils.weight_norm(nn.Conv2d(3, 4, 3)), nn.BatchNorm2d(4))
    images = torch.rand(2, 3, 8, 8)
    network(images)
    assert torch.equal(evaluation_copy(network)(images), network.eval()(images))


@pytest.mark.parametrize("looks", [False, True])
def test_what_cannot_be_folded_is_left_as_it_is(looks):
    network = Shared(looks=looks).double().eval()
    images = torch.rand(2, 3, 4, 4, dtype=torch.float64)
    copied = evaluation_copy(network)
    assert torch.equal(copied(images), network(images))
    assert norms(copied) == 2

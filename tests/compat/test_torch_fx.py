"""Networks whose weights lie as the processor wants them."""

import torch
from torch import nn

from workbench.compat.torch_fx import packed
from workbench.training.networks import create_network


class LooksAtValues(nn.Module):
    """Cannot be traced."""

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return images if images.sum() < 0 else -images


def test_a_packed_network_answers_alike_and_what_cannot_be_packed_is_left():
    torch.manual_seed(0)
    network = create_network("ResNet18", num_classes=5).eval()
    images = torch.rand(2, 3, 32, 32)
    found = packed(network)
    assert found is not None
    with torch.inference_mode():
        assert torch.allclose(found(images), network(images), atol=1e-5)
    assert packed(LooksAtValues()) is None
    assert packed(network.double()) is None

"""ResNet 18 to 152 (He et al., Deep Residual Learning for Image Recognition, 2015), with a stem for small images."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from torch import nn

from workbench.training.networks.registry import register_network
from workbench.training.networks.surgery import adapt_input, replace_head
from workbench.training.networks.torchvision_models import build_bare

log = logging.getLogger(__name__)


def _factory(depth: int) -> Callable[..., nn.Module]:
    def build(
        num_classes: int,
        in_channels: int = 3,
        pretrained: bool | str = False,
        small_stem: bool = False,
        middle_stem: bool = False,
        partial_weights: bool = False,
        **options: Any,
    ) -> nn.Module:
        def surgery(network: nn.Module, keep_weights: bool) -> None:
            if small_stem or middle_stem:
                _shrink_stem(network, stride=2 if middle_stem else 1)
                if keep_weights:
                    log.warning("ResNet%d: the stem is new, the pretrained weights begin after it.", depth)
            adapt_input(network, in_channels, keep_weights=keep_weights)

        network = build_bare(f"resnet{depth}", pretrained, options, surgery, partial=partial_weights)
        replace_head(network, num_classes)
        return network

    build.__name__ = f"resnet{depth}"
    return build


def _shrink_stem(network: nn.Module, *, stride: int) -> None:
    """A 3x3 convolution and no pooling; without stride, too, it is the paper's stem for 32x32 images (section 4.2)."""
    stem = nn.Conv2d(3, 64, kernel_size=3, stride=stride, padding=1, bias=False)
    nn.init.kaiming_normal_(stem.weight, mode="fan_out", nonlinearity="relu")
    network.set_submodule("conv1", stem)
    network.set_submodule("maxpool", nn.Identity())


for _depth in (18, 34, 50, 101, 152):
    register_network(f"ResNet{_depth}")(_factory(_depth))

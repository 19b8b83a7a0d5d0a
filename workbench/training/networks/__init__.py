"""Networks by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.training.networks import resnet as _resnet  # noqa: F401  (registers the ResNets)
from workbench.training.networks.factory import Factory
from workbench.training.networks.gray import GrayInput
from workbench.training.networks.registry import (
    call_factory,
    register_network,
    registered_factory,
    registered_networks,
    resolve_factory,
)
from workbench.training.networks.weights import WeightsError

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "WeightsError",
    "create_network",
    "register_network",
    "registered_factory",
    "registered_networks",
    "resolve_factory",
]


def create_network(
    name: str,
    *,
    num_classes: int,
    in_channels: int = 3,
    small_stem: bool = False,
    pretrained: bool | str = False,
    options: dict[str, Any] | None = None,
    rgb_input: bool = False,
    factory: Factory | None = None,
) -> nn.Module:
    """Build the network `name` (any case) for images (N, in_channels, H, W) and `num_classes` logits.

    With `rgb_input`, a network of one channel takes (N, 3, H, W) all the same and sees the gray of it. `factory`
    stands in for the one that is registered under the name.

    Raises NotFoundError for an unknown name, ConfigError for options that do not suit it, WeightsError when
    `pretrained` weights cannot be had.
    """
    given = {
        "num_classes": num_classes,
        "in_channels": in_channels,
        "pretrained": pretrained,
        "small_stem": small_stem,
    }
    network = call_factory(factory or resolve_factory(name), name, given, options or {})
    return GrayInput(network) if rgb_input and in_channels == 1 else network

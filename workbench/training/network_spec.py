"""From the settings to the network, and to what a saved model needs to build it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.training.params import ModelParams

if TYPE_CHECKING:
    from torch import nn

FACTORY = "workbench.training.networks:create_network"


def network_arguments(settings: ModelParams, num_classes: int) -> dict[str, Any]:
    """Return the arguments of `create_network` as plain data, pretrained weights left out."""
    return {
        "name": settings.name,
        "num_classes": num_classes,
        "in_channels": settings.in_channels,
        "small_stem": settings.stem == "small",
        "options": dict(settings.options),
        "rgb_input": True,
    }


def build_network(settings: ModelParams, num_classes: int) -> nn.Module:
    """Build the network that a training begins with, pretrained weights included."""
    from workbench.training.networks import create_network

    return create_network(**network_arguments(settings, num_classes), pretrained=settings.pretrained)


def own_factory(name: str) -> Callable[..., nn.Module] | None:
    """Return the registered factory when it lives outside the workbench, where a saved model could not import it."""
    from workbench.training.networks import registered_factory

    factory = registered_factory(name)
    if factory is None or str(getattr(factory, "__module__", "")).startswith("workbench."):
        return None
    return factory

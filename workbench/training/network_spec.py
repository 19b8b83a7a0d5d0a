"""From the settings to the network, and to what a saved model needs to build it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.data.config import AugumentsConfig
from workbench.training.params import ModelParams

if TYPE_CHECKING:
    from torch import nn

FACTORY = "workbench.training.networks:create_network"
SMALL_IMAGE = 64


def network_arguments(settings: ModelParams, auguments: AugumentsConfig, num_classes: int) -> dict[str, Any]:
    """Return the arguments of `create_network` as plain data, pretrained weights left out."""
    return {
        "name": settings.name,
        "num_classes": num_classes,
        "in_channels": settings.in_channels,
        "small_stem": takes_small_stem(settings, auguments),
        "options": dict(settings.options),
        "rgb_input": True,
    }


def takes_small_stem(settings: ModelParams, auguments: AugumentsConfig) -> bool:
    """Whether `model.stem` comes to the small stem: `auto` takes it for a ResNet on small images from scratch."""
    if settings.stem != "auto":
        return settings.stem == "small"
    if settings.pretrained or not settings.name.lower().startswith("resnet"):
        return False
    size = input_size(auguments)
    return size is not None and max(size) <= SMALL_IMAGE


def input_size(auguments: AugumentsConfig) -> tuple[int, int] | None:
    """Height and width of the network's input as the preprocessing makes it, None when it leaves images as they are."""
    size: tuple[int, int] | None = None
    for _, step in auguments.steps():
        size = getattr(step, "size", None) or size
    return size


def build_network(settings: ModelParams, auguments: AugumentsConfig, num_classes: int) -> nn.Module:
    """Build the network that a training begins with, pretrained weights included."""
    from workbench.training.networks import create_network

    return create_network(**network_arguments(settings, auguments, num_classes), pretrained=settings.pretrained)


def own_factory(name: str) -> Callable[..., Any] | None:
    """Return the registered factory when it lives outside the workbench, where a saved model could not import it."""
    from workbench.training.networks import registered_factory

    factory = registered_factory(name)
    if factory is None or str(getattr(factory, "__module__", "")).startswith("workbench."):
        return None
    return factory

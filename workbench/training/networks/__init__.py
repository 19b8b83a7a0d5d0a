"""Networks by name: built from the settings, with pretrained weights, and as a saved model builds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from workbench.errors import ConfigError, NotFoundError, unknown_name
from workbench.training.networks import resnet as _resnet  # noqa: F401  (registers the ResNets)
from workbench.training.networks.forms import put_into_form
from workbench.training.networks.gray import GrayInput
from workbench.training.networks.registry import (
    Factory,
    call_factory,
    register_network,
    registered_factory,
    registered_networks,
    takes,
)
from workbench.training.networks.weights import WeightsError
from workbench.training.params import ModelParams

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "FACTORY",
    "WeightsError",
    "build_network",
    "create_network",
    "network_arguments",
    "network_names",
    "own_factory",
    "register_network",
    "registered_factory",
    "registered_networks",
    "require_importable",
    "resolve_factory",
]

FACTORY = "workbench.training.networks:create_network"
"""What a saved model calls to build its network."""

_OWN = (
    "Set model.name, or add your own with @register_network, in a module of the project that params.yaml names "
    "(modules)."
)


def build_network(settings: ModelParams, num_classes: int) -> nn.Module:
    """Build the network that a training begins with, pretrained weights included."""
    return create_network(
        **network_arguments(settings, num_classes),
        pretrained=settings.pretrained,
        partial_weights=settings.partial_weights,
        form="pixels" if settings.shortcuts == "auto" else settings.shortcuts,
    )


def network_arguments(settings: ModelParams, num_classes: int) -> dict[str, Any]:
    """Return the arguments of `create_network` as plain data, without pretrained weights and the form of computing."""
    return {
        "name": settings.name,
        "num_classes": num_classes,
        "in_channels": 3 if settings.in_channels == "auto" else settings.in_channels,
        "small_stem": settings.stem == "small",
        "middle_stem": settings.stem == "middle",
        "options": dict(settings.options),
        "rgb_input": True,
    }


def own_factory(name: str) -> Callable[..., nn.Module] | None:
    """Return the registered factory when it lives outside the workbench, where a saved model could not import it."""
    factory = registered_factory(name)
    if factory is None or str(getattr(factory, "__module__", "")).startswith("workbench."):
        return None
    return factory


def require_importable(names: Iterable[str]) -> None:
    """Raise ConfigError for a network that a notebook's cell registers: no other process knows it."""
    for name in names:
        factory = own_factory(name)
        if factory is not None and factory.__module__ == "__main__":
            raise ConfigError(
                f"model.name: the network '{name}' is registered in this notebook alone, which a process of its own "
                "does not run. Write it into a module in the project's folder, my_networks.py say, and name that in "
                "params.yaml (modules: [my_networks]); or train here, in this notebook."
            )


def create_network(
    name: str,
    *,
    num_classes: int,
    in_channels: int = 3,
    small_stem: bool = False,
    middle_stem: bool = False,
    pretrained: bool | str = False,
    partial_weights: bool = False,
    options: dict[str, Any] | None = None,
    rgb_input: bool = False,
    form: str = "none",
    factory: Factory | None = None,
) -> nn.Module:
    """Build the network `name` (any case) for images (N, in_channels, H, W) and `num_classes` logits.

    With `rgb_input`, a network of one channel takes (N, 3, H, W) all the same and sees the gray of it. `factory`
    stands in for the one that is registered under the name. `form` is one of `FORMS`, in which it is
    computed to the same within rounding.

    Raises NotFoundError for an unknown name, ConfigError for options that do not suit it, WeightsError when
    `pretrained` weights cannot be had, or are not those of the whole backbone without `partial_weights`.
    """
    given = {
        "num_classes": num_classes,
        "in_channels": in_channels,
        "pretrained": pretrained,
        "small_stem": small_stem,
        "partial_weights": partial_weights,
        "middle_stem": middle_stem,
    }
    chosen = factory or resolve_factory(name)
    network = call_factory(chosen, name, given, options or {})
    put_into_form(network, form)
    # A factory that does not ask for the channels has made a network for RGB.
    return GrayInput(network) if rgb_input and in_channels == 1 and takes(chosen, "in_channels") else network


def resolve_factory(name: str) -> Factory:
    """Find a factory: a registered one, then torchvision's and timm's classification models by name.

    Raises NotFoundError with the nearest known name.
    """
    from workbench.training.networks.timm_models import timm_factory, timm_names
    from workbench.training.networks.torchvision_models import torchvision_factory, torchvision_names

    factory = registered_factory(name) or torchvision_factory(name) or timm_factory(name)
    if factory is None:
        known = list(dict.fromkeys([*registered_networks(), *torchvision_names(), *timm_names(like=name)]))
        raise NotFoundError(unknown_name("network", name, known, then=_OWN))
    return factory


def network_names(like: str = "") -> list[str]:
    """Return the names that `model.name` takes and that hold `like`, in any case; those that begin with it first.

    Registered ones come before torchvision's, and those before timm's, where it is installed.
    """
    from workbench.training.networks.timm_models import timm_names
    from workbench.training.networks.torchvision_models import torchvision_names

    known: dict[str, str] = {}
    for name in [*registered_networks(), *torchvision_names(), *timm_names()]:
        known.setdefault(name.lower(), name)
    typed = like.strip().lower().removeprefix("timm/")
    found = [name for lower, name in known.items() if typed in lower]
    return sorted(found, key=lambda name: not name.lower().startswith(typed))

"""The names under which networks are known, and the decorator that adds one.

    @register_network("TwoLayers")
    def two_layers(num_classes: int, in_channels: int = 3, width: int = 64) -> torch.nn.Module: ...

makes `model.name: TwoLayers` and `model.options: {width: 128}` valid in params.yaml.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.errors import ConfigError

if TYPE_CHECKING:
    from torch import nn

Factory = Callable[..., "nn.Module"]
FactoryT = TypeVar("FactoryT", bound=Callable[..., Any])

_FACTORIES: dict[str, tuple[str, Factory]] = {}
_BUILT_IN = "workbench."
_LATER = ("partial_weights", "middle_stem")


def register_network(name: str) -> Callable[[FactoryT], FactoryT]:
    """Decorate a factory (a function or a class) that makes a network.

    The factory is called with those of `num_classes: int`, `in_channels: int`, `small_stem: bool`, `middle_stem: bool`,
    `pretrained: bool | str`, `partial_weights: bool` that its signature has, and with `model.options`. The network maps
    float images (N, C, H, W) to logits (N, num_classes). Names are matched without regard to case; registering a name
    once more replaces the former factory, so that a notebook cell can be run twice.
    """

    def add(factory: FactoryT) -> FactoryT:
        known = _FACTORIES.get(name.lower())
        if known and _is_built_in(known[1]) and not _is_built_in(factory):
            raise ConfigError(f"The network name '{known[0]}' belongs to the workbench itself. Choose another name.")
        _FACTORIES[name.lower()] = (name, factory)
        return factory

    return add


def _is_built_in(factory: Callable[..., Any]) -> bool:
    return str(getattr(factory, "__module__", "")).startswith(_BUILT_IN)


def registered_networks() -> list[str]:
    """The registered names, in the order of their registration."""
    return [name for name, _ in _FACTORIES.values()]


def registered_factory(name: str) -> Factory | None:
    """Return the factory registered under a name, or None."""
    found = _FACTORIES.get(name.lower())
    return found[1] if found else None


def takes(factory: Factory, argument: str) -> bool:
    """Whether a factory has an argument of that name, or takes any."""
    parameters = inspect.signature(factory).parameters
    return argument in parameters or any(each.kind is each.VAR_KEYWORD for each in parameters.values())


def call_factory(factory: Factory, name: str, given: dict[str, Any], options: dict[str, Any]) -> nn.Module:
    """Call a factory with what its signature takes.

    Raises ConfigError when an option is unknown, or when weights or a small stem are asked of a factory that has none.
    """
    parameters = inspect.signature(factory).parameters
    takes_all = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    own = [key for key in parameters if key not in given and key not in ("args", "kwargs", "self")]
    unknown = [] if takes_all else [key for key in options if key not in parameters or key in given]
    if unknown:
        raise ConfigError(
            f"model.options: the network '{name}' has no option '{unknown[0]}'. "
            f"Its options: {', '.join(own) or 'none'}."
        )
    if given["pretrained"] and not takes_all and "pretrained" not in parameters:
        raise ConfigError(
            f"model.pretrained is {given['pretrained']!r}, but the network '{name}' takes no pretrained weights. "
            "Set it to false, or give its factory an argument `pretrained`."
        )
    if given["middle_stem"] and "middle_stem" not in parameters:
        raise ConfigError(f"model.stem is 'middle', which '{name}' does not have: set it to 'standard'.")
    # Younger than factories that take whatever they are given and hand it on.
    later = [key for key in _LATER if not given[key] and key not in parameters]
    given = {key: value for key, value in given.items() if key not in later}
    return factory(**{key: value for key, value in given.items() if takes_all or key in parameters}, **options)

"""Any model of timm by name, where timm is installed."""

from __future__ import annotations

import difflib
import importlib.util
from typing import Any

from torch import nn

from workbench.errors import ConfigError
from workbench.training.networks.registry import Factory
from workbench.training.networks.weights import WeightsError, fetch, load_into


def timm_names(like: str | None = None) -> list[str]:
    """Names of timm's models; with `like` only the few nearest, since there are about a thousand."""
    if importlib.util.find_spec("timm") is None:
        return []
    import timm

    names = list(timm.list_models())
    return names if like is None else difflib.get_close_matches(like.lower(), names, n=3, cutoff=0.5)


def timm_factory(name: str) -> Factory | None:
    """Return a factory for the timm model of that name (`timm/` before it is allowed), or None."""
    key = name.lower().removeprefix("timm/")
    if importlib.util.find_spec("timm") is None or key not in timm_names():
        return None

    def build(
        num_classes: int,
        in_channels: int = 3,
        pretrained: bool | str = False,
        small_stem: bool = False,
        partial_weights: bool = False,
        **options: Any,
    ) -> nn.Module:
        import timm

        if small_stem:
            raise ConfigError(f"model.stem is 'small', which '{name}' does not have: set it to 'standard'.")
        try:
            network = timm.create_model(
                key, pretrained=pretrained is True, num_classes=num_classes, in_chans=in_channels, **options
            )
        except TypeError as error:
            raise ConfigError(f"model.options do not suit the network '{name}': {error}.") from None
        except Exception as error:  # each way of fetching weights raises its own types
            if pretrained is not True:
                raise
            raise WeightsError(
                f"The pretrained weights of {name} could not be fetched ({error}). Set model.pretrained to the path of "
                "a state dict that you have, or to false to start from scratch."
            ) from None
        if isinstance(pretrained, str):
            load_into(network, fetch(pretrained, name), source=pretrained, partial=partial_weights)
        return network

    return build

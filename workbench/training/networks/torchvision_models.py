"""Any classification model of torchvision, by name."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

from torch import nn

from workbench.errors import ConfigError
from workbench.training.networks.registry import Factory
from workbench.training.networks.surgery import adapt_input, replace_head
from workbench.training.networks.weights import WeightsError, fetch, input_fits, load_into

Surgery = Callable[[nn.Module, bool], None]


def torchvision_names() -> list[str]:
    """The names of torchvision's classification models."""
    import torchvision.models as models

    return [name for name in models.list_models(module=models) if not name.startswith("quantized_")]


def torchvision_factory(name: str) -> Factory | None:
    """Return a factory for the torchvision model of that name, in any case, or None."""
    known = {known.lower(): known for known in torchvision_names()}
    key = name.lower()
    if key not in known:
        return None

    def build(
        num_classes: int,
        in_channels: int = 3,
        pretrained: bool | str = False,
        small_stem: bool = False,
        partial_weights: bool = False,
        **options: Any,
    ) -> nn.Module:
        if small_stem:
            raise ConfigError(f"model.stem is 'small', which '{name}' does not have: set it to 'standard'.")

        def surgery(network: nn.Module, keep_weights: bool) -> None:
            adapt_input(network, in_channels, keep_weights=keep_weights)

        network = build_bare(known[key], pretrained, options, surgery, partial=partial_weights)
        replace_head(network, num_classes)
        return network

    return build


def build_bare(
    name: str, pretrained: bool | str, options: dict[str, Any], surgery: Surgery, *, partial: bool = False
) -> nn.Module:
    """Build a torchvision model (1000 classes) with its weights when asked for, its input changed by `surgery`.

    `surgery` is told whether the network that it changes has weights to keep. Weights of a network that was changed
    in the same way, one's own trained one for instance, are loaded behind it.
    """
    import torchvision.models as models

    builder = models.get_model_builder(name)
    arguments = {"weights": None, **options}
    if "init_weights" in inspect.signature(_class_of(name)).parameters:
        # googlenet and inception_v3 warn and wait for minutes in a scipy initialisation unless told.
        arguments.setdefault("init_weights", False)
        arguments.setdefault("aux_logits", False)
    try:
        network = builder(**arguments)
    except TypeError as error:
        raise ConfigError(f"model.options do not suit the network '{name}': {error}.") from None
    if pretrained:
        source = _published(name) if pretrained is True else str(pretrained)
        state = fetch(source, name)
        if arguments.get("aux_logits") is False:
            state = {key: value for key, value in state.items() if not key.startswith(("aux", "AuxLogits"))}
        changed = copy.deepcopy(network)
        surgery(changed, False)
        if input_fits(changed, state) and not input_fits(network, state):
            load_into(changed, state, source=source, partial=partial)
            return changed
        load_into(network, state, source=source, partial=partial)
    surgery(network, bool(pretrained))
    return network


def _published(name: str) -> str:
    import torchvision.models as models

    weights = models.get_model_weights(name)
    if not len(weights):
        raise WeightsError(f"torchvision publishes no weights for '{name}'. Set model.pretrained to a path, or false.")
    return str(weights.DEFAULT.url)  # type: ignore[attr-defined]


def _class_of(name: str) -> type:
    import torchvision.models as models

    special = {"googlenet": models.GoogLeNet, "inception_v3": models.Inception3}
    return special.get(name, nn.Module)

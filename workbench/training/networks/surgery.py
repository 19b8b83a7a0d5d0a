"""Changing a finished network: another head, other input channels, a frozen backbone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from weakref import WeakKeyDictionary

import torch
from torch import nn

from workbench.errors import ConfigError

_HEADS: WeakKeyDictionary[nn.Module, str] = WeakKeyDictionary()
_TRIED = tuple((channels, side) for side in (64, 224, 32, 28, 299) for channels in (3, 1))


def find_head(network: nn.Module) -> str:
    """Return the dotted name of the last layer that makes the logits: the Linear, else the Conv2d, that runs last.

    Where there are several, an image is sent through the network to see; when none suits it, the one that was
    registered last is taken. Raises ConfigError when the network has neither.
    """
    for kind in (nn.Linear, nn.Conv2d):
        names = [name for name, module in network.named_modules() if isinstance(module, kind)]
        if len(names) > 1:
            return _runs_last(network, names) or names[-1]
        if names:
            return names[0]
    raise ConfigError(
        f"{type(network).__name__} has no Linear and no Conv2d layer, so it has no head that could be found."
    )


def _runs_last(network: nn.Module, names: list[str]) -> str | None:
    """The one of these layers that is called last for an image, None when the network takes no image that is tried."""
    if network in _HEADS and _HEADS[network] in names:
        return _HEADS[network]
    called: list[str] = []
    layers = [(name, network.get_submodule(name)) for name in names]
    hooks = [layer.register_forward_hook(_noting(name, called)) for name, layer in layers]
    modes = [(module, module.training) for module in network.modules()]
    first = next(network.parameters())
    network.eval()
    try:
        for channels, side in _TRIED:
            called.clear()
            with suppress(RuntimeError, ValueError, AssertionError), torch.no_grad():
                network(torch.zeros(1, channels, side, side, dtype=first.dtype, device=first.device))
                break
            called.clear()
    finally:
        for hook in hooks:
            hook.remove()
        for module, training in modes:
            module.training = training
    if called:
        _HEADS[network] = called[-1]
    return called[-1] if called else None


def _noting(name: str, called: list[str]) -> Callable[..., None]:
    def note(*_: object) -> None:
        called.append(name)

    return note


def replace_head(network: nn.Module, num_classes: int) -> None:
    """Replace the head by a fresh one for `num_classes`."""
    name = find_head(network)
    old = network.get_submodule(name)
    new: nn.Module
    if isinstance(old, nn.Linear):
        new = nn.Linear(old.in_features, num_classes, bias=old.bias is not None)
    else:
        assert isinstance(old, nn.Conv2d)
        new = nn.Conv2d(old.in_channels, num_classes, old.kernel_size, old.stride, old.padding)  # type: ignore[arg-type]
    network.set_submodule(name, new)


def adapt_input(network: nn.Module, in_channels: int, *, keep_weights: bool) -> None:
    """Let the first convolution take `in_channels` channels.

    With `keep_weights` the filters are carried over: summed for one channel, otherwise repeated in order and scaled so
    that the response to the same gray image stays what it was.
    """
    name = next((name for name, module in network.named_modules() if isinstance(module, nn.Conv2d)), None)
    if name is None:
        raise ConfigError(f"{type(network).__name__} has no convolution, so its input channels cannot be changed.")
    old = network.get_submodule(name)
    assert isinstance(old, nn.Conv2d)
    if old.in_channels == in_channels:
        return
    if old.groups != 1:
        raise ConfigError(f"{type(network).__name__}'s first convolution is grouped: in_channels must stay 3.")
    new = nn.Conv2d(
        in_channels,
        old.out_channels,
        old.kernel_size,  # type: ignore[arg-type]
        old.stride,  # type: ignore[arg-type]
        old.padding,  # type: ignore[arg-type]
        bias=old.bias is not None,
    )
    if keep_weights:
        with torch.no_grad():
            source = old.weight.sum(dim=1, keepdim=True) if in_channels == 1 else old.weight
            order = torch.arange(in_channels) % source.shape[1]
            scale = 1.0 if in_channels == 1 else old.in_channels / in_channels
            new.weight.copy_(source[:, order] * scale)
            if old.bias is not None and new.bias is not None:
                new.bias.copy_(old.bias)
    network.set_submodule(name, new)


def backbone_parameters(network: nn.Module) -> Iterator[nn.Parameter]:
    """Yield the parameters outside the head."""
    head = find_head(network) + "."
    return (parameter for name, parameter in network.named_parameters() if not name.startswith(head))


def head_parameters(network: nn.Module) -> Iterator[nn.Parameter]:
    """Yield the parameters of the head."""
    return network.get_submodule(find_head(network)).parameters()


def set_backbone_frozen(network: nn.Module, frozen: bool) -> None:
    """Freeze or release every parameter outside the head. `hold_backbone_still` keeps the norm layers still, too."""
    for parameter in backbone_parameters(network):
        parameter.requires_grad_(not frozen)


def hold_backbone_still(network: nn.Module) -> None:
    """Put everything but the head into evaluation mode: norm statistics and dropout stay as they are."""
    head = find_head(network)
    network.eval()
    network.get_submodule(head).train()

"""A network as it is computed where it only answers: the same within rounding, in less time.

A batch norm that evaluates multiplies and shifts each channel by fixed numbers, which the convolution before it can do
as well; and what a convolution of single pixels needs of its weights is cut out once.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from workbench.compat.torch_fx import packed
from workbench.data.batches.pixel_convolutions import PixelConv2d, compute_pixels_as_products

_CLOSE = 1e-3
"""How far logits may be off; what differs is the order in which floats are summed."""


def evaluation_copy(network: nn.Module) -> nn.Module:
    """Return a copy of a network in evaluation mode that is quicker; the network itself is left as it is.

    A network that cannot be traced, because its forward asks for values, keeps its batch norms; one that cannot be
    copied, as with torch's old `weight_norm`, answers itself.
    """
    try:
        copied = copy.deepcopy(network).eval()
    except RuntimeError:
        return network.eval()
    for convolution, norm in list(_pairs(copied)):
        pair: Any = copied.get_submodule(convolution), copied.get_submodule(norm)
        fused: nn.Module = fuse_conv_bn_eval(*pair)
        copied.set_submodule(convolution, fused)
        copied.set_submodule(norm, nn.Identity())
    compute_pixels_as_products(copied, weights_stay=True)
    return copied.requires_grad_(False)


def packed_copy(network: nn.Module, images: torch.Tensor) -> nn.Module | None:
    """Return a copy whose weights lie as the processor wants them; None where there is none for such images.

    Only for float32 on the CPU, where it may take two thirds of the time or, with layers that it does not know, more.
    """
    if images.device.type != "cpu" or images.dtype != torch.float32:
        return None
    found = packed(network)
    try:
        same = found is not None and torch.allclose(found(images), network(images), rtol=_CLOSE, atol=_CLOSE)
    except RuntimeError:
        return None
    return found if same else None


def _pairs(network: nn.Module) -> Iterator[tuple[str, str]]:
    """Yield the names of each convolution and the batch norm that alone takes its result."""
    try:
        nodes = torch.fx.Tracer().trace(network).nodes
    except Exception:  # whatever a forward of one's own raises when it is shown no numbers
        return
    calls = Counter(str(node.target) for node in nodes if node.op == "call_module")
    for node in nodes:
        before = node.args[0] if node.op == "call_module" and len(node.args) == 1 else None
        if not isinstance(before, torch.fx.Node) or before.op != "call_module" or len(before.users) != 1:
            continue
        convolution, norm = str(before.target), str(node.target)
        if calls[convolution] == calls[norm] == 1 and _fits(network, convolution, norm):
            yield convolution, norm


def _fits(network: nn.Module, convolution: str, norm: str) -> bool:
    first, second = network.get_submodule(convolution), network.get_submodule(norm)
    kept = isinstance(second, nn.BatchNorm2d) and second.running_mean is not None
    return kept and type(first) in (nn.Conv2d, PixelConv2d) and not _watched(first) and not _watched(second)


def _watched(module: nn.Module) -> bool:
    """Whether something looks at what goes through a layer, or makes its weights of others."""
    return bool(module._forward_hooks or module._forward_pre_hooks or module._parameters.keys() - {"weight", "bias"})

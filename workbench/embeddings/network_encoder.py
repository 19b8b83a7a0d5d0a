"""Any torch network as an encoder: the last maps of its three lowest resolutions, and what enters its head."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from workbench.embeddings.encoder import Part, parts_of
from workbench.errors import WorkbenchError

Prepare = Callable[[np.ndarray], tuple[torch.Tensor, np.ndarray]]
"""From uint8 RGB (N, side, side, 3) to normalized inputs (P, 3, H, W) and int64 (P,): whose each of them is."""

_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_DEPTHS = 3


def for_imagenet(images: np.ndarray) -> tuple[torch.Tensor, np.ndarray]:
    """Normalize images as networks that were trained on ImageNet expect them."""
    pixels = torch.from_numpy(np.ascontiguousarray(images)).float() / 255
    normalized = (pixels - torch.tensor(_MEAN)) / torch.tensor(_DEVIATION)
    return normalized.permute(0, 3, 1, 2), np.arange(len(images))


class NetworkEncoder:
    """Features of a network whose layers are not known in advance.

    `middle` are the maps that the network last makes at each of its three lowest resolutions, pooled to 2 x 2; `last`
    is what enters its last linear layer. Found by one pass of a blank image. Raises WorkbenchError for a network that
    takes no images of this side.
    """

    def __init__(self, name: str, network: nn.Module, side: int, *, prepare: Prepare | None = None) -> None:
        self.name, self.side = name, side
        self._prepare = prepare or for_imagenet
        self._network = network.cpu().eval()
        try:
            self._taps = self._find_taps()
            sizes = [(part, values.shape[1]) for part, values in self._parts(torch.zeros(1, 3, side, side))]
        except (RuntimeError, ValueError, AssertionError) as error:
            raise WorkbenchError(
                f"The encoder '{name}' takes no images of {side} x {side} pixels: {error}. Name another side."
            ) from None
        self.parts: tuple[Part, ...] = parts_of(sizes)
        self.digest = _digest(network, f"v1 {side} {sizes}")

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.parts[-1].stop

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Return float32 (N, dimensions) for uint8 RGB (N, side, side, 3)."""
        inputs, owners = self._prepare(images)
        values = torch.cat([values for _, values in self._parts(inputs)], dim=1).numpy()
        found = np.zeros((len(images), values.shape[1]), np.float32)
        np.add.at(found, owners, values)
        return found / np.maximum(np.bincount(owners, minlength=len(images)), 1)[:, None].astype(np.float32)

    @torch.inference_mode()
    def _parts(self, images: torch.Tensor) -> list[tuple[str, torch.Tensor]]:
        """Return the values (N, D) of each part."""
        kept: dict[nn.Module, torch.Tensor] = {}

        def keep(module: nn.Module, inputs: Any, output: Any) -> None:
            kept[module] = inputs[0] if isinstance(module, nn.Linear) else output

        with _hooked([module for _, module in self._taps], keep):
            out = self._network(images)
        found = [
            torch.cat([functional.adaptive_avg_pool2d(kept[tap], 2).flatten(1) for tap in taps], dim=1)
            if name == "middle"
            else kept[taps[0]].flatten(1)
            for name, taps in self._grouped()
        ]
        names = [name for name, _ in self._grouped()]
        if not names:
            return [("last", out.flatten(1).float())]
        return [(name, values.float()) for name, values in zip(names, found, strict=True)]

    def _grouped(self) -> list[tuple[str, list[nn.Module]]]:
        names = dict.fromkeys(name for name, _ in self._taps)
        return [(name, [module for other, module in self._taps if other == name]) for name in names]

    @torch.inference_mode()
    def _find_taps(self) -> list[tuple[str, nn.Module]]:
        """Return the modules whose values make the parts, in the order in which the network runs them."""
        by_size: dict[tuple[int, ...], nn.Module] = {}
        heads: list[nn.Module] = []

        def look(module: nn.Module, _inputs: Any, output: Any) -> None:
            if isinstance(module, nn.Linear) and output.ndim == 2:
                heads.append(module)
            elif isinstance(output, torch.Tensor) and output.ndim == 4 and min(output.shape[2:]) > 1:
                by_size.pop(tuple(output.shape[2:]), None)
                by_size[tuple(output.shape[2:])] = module

        inner = [module for module in self._network.modules() if module is not self._network]
        with _hooked(inner, look):
            self._network(torch.zeros(1, 3, self.side, self.side))
        middle = sorted(by_size, key=lambda size: -size[0] * size[1])[-_DEPTHS:]
        return [("middle", by_size[size]) for size in middle] + [("last", head) for head in heads[-1:]]


@contextmanager
def _hooked(modules: Sequence[nn.Module], hook: Any) -> Iterator[None]:
    handles = [module.register_forward_hook(hook) for module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _digest(network: nn.Module, about: str) -> str:
    digest = hashlib.sha256(about.encode())
    for name, values in network.state_dict().items():
        digest.update(name.encode())
        digest.update(values.detach().cpu().contiguous().flatten().view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()[:16]

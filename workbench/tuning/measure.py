"""Objectives beside the metrics of a training: how fast and how large a network is."""

from __future__ import annotations

import statistics
import time
from typing import Any

import lightning.pytorch as lightning
import torch
from lightning.pytorch.callbacks import Callback

_WARM_UP = 3
_REPEATS = 15
_IMAGES = 32


class Measure(Callback):
    """After the fit, `values` holds `inference_ms` and `num_parameters`.

    `inference_ms`: milliseconds for each image of a forward pass without gradients, over up to 32 validation images
    on the device of the training, median of 15 passes. `num_parameters`: weights of the network.
    """

    def __init__(self) -> None:
        self.values: dict[str, float] = {}
        self._images: torch.Tensor | None = None

    def on_validation_batch_start(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, batch: Any, *args: Any, **kwargs: Any
    ) -> None:
        if self._images is None:
            self._images = batch[0][:_IMAGES].detach()

    def on_fit_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self.values["num_parameters"] = float(sum(weight.numel() for weight in pl_module.parameters()))
        if self._images is not None:
            self.values["inference_ms"] = _milliseconds(pl_module, self._images.to(pl_module.device))
            self._images = None


def _milliseconds(module: lightning.LightningModule, images: torch.Tensor) -> float:
    was_training = module.training
    module.eval()
    seconds = []
    with torch.inference_mode():
        for _ in range(_WARM_UP + _REPEATS):
            started = time.perf_counter()
            module(images)
            if images.device.type == "cuda":
                torch.cuda.synchronize(images.device)
            seconds.append(time.perf_counter() - started)
    module.train(was_training)
    return statistics.median(seconds[_WARM_UP:]) * 1000 / len(images)

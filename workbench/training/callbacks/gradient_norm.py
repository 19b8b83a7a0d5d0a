"""The size of the gradients, to see a training explode or fall asleep."""

from __future__ import annotations

import lightning.pytorch as lightning
import torch
from lightning.pytorch.callbacks import Callback


class GradientNorm(Callback):
    """Logs the mean and the largest L2 norm of the whole gradient over an epoch's steps, before clipping."""

    def __init__(self) -> None:
        self._norms: list[torch.Tensor] = []

    def on_train_epoch_start(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        self._norms = []

    def on_before_optimizer_step(
        self, trainer: lightning.Trainer, pl_module: lightning.LightningModule, optimizer: torch.optim.Optimizer
    ) -> None:
        gradients = [parameter.grad for parameter in pl_module.parameters() if parameter.grad is not None]
        self._norms.append(torch.nn.utils.get_total_norm(gradients).detach())

    def on_train_epoch_end(self, trainer: lightning.Trainer, pl_module: lightning.LightningModule) -> None:
        if self._norms:
            norms = torch.stack(self._norms)
            pl_module.log_dict({"gradient_norm": norms.mean(), "gradient_norm_max": norms.max()})

"""The Lightning module: a network, its loss, its metrics and its optimizer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightning.pytorch as lightning
import numpy as np
import torch
from torch import nn

from workbench.data.batches.evaluation_copy import evaluation_copy
from workbench.data.batches.probabilities import View, combine_patches, to_probabilities
from workbench.data.batches.tta import views_named
from workbench.data.metrics import ConfusionMatrix
from workbench.errors import DivergedError
from workbench.training.distributed import share_cores
from workbench.training.metrics import SplitMetrics
from workbench.training.networks.surgery import backbone_parameters, hold_backbone_still, set_backbone_frozen
from workbench.training.optim import build_loss, build_mix, build_optimizer, build_plateau, build_scheduler
from workbench.training.params import Params

_CHECK_EVERY = 50


class Classifier(lightning.LightningModule):
    """Trains `network`, which maps (N, C, H, W) to logits (N, len(class_names)), for `total_steps` optimizer steps.

    `train_counts` are the training samples per class.

    `confusion` holds the last confusion matrix of each split that was trained on or evaluated, and after a test
    `predictions` what was predicted for each image.
    """

    def __init__(
        self,
        network: nn.Module,
        params: Params,
        class_names: Sequence[str],
        train_counts: Sequence[int],
        total_steps: int,
    ) -> None:
        super().__init__()
        self.network = network
        self.params = params
        self.total_steps = total_steps
        self.learning_rate = params.training.learning_rate
        self.class_names = list(class_names)
        self.loss = build_loss(params.training, train_counts)
        self.mix = build_mix(params.training, len(class_names))
        self.train_metrics = SplitMetrics("train", self.class_names)
        self.valid_metrics = SplitMetrics("valid", self.class_names)
        self.test_metrics = SplitMetrics("test", self.class_names)
        self.confusion: dict[str, ConfusionMatrix] = {}
        self.predictions = Predictions()
        self.temperature = 1.0
        """What the logits of the test split are divided by, see `find_temperature`."""
        self.calibrating = False
        """Whether valid images are shown in all views, as those of test are."""
        self._views = views_named(() if params.training.test_views == "auto" else params.training.test_views)
        self._evaluated: list[nn.Module] = []
        self._last_loss: torch.Tensor | None = None
        self._plateau: torch.optim.lr_scheduler.ReduceLROnPlateau | None = None
        self._plateau_state: dict[str, Any] | None = None
        self._frozen = params.model.freeze_backbone
        if self._frozen:
            set_backbone_frozen(network, True)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits (N, classes) for float images (N, C, H, W)."""
        return self.network(images)

    # --- training

    def on_fit_start(self) -> None:
        if self.trainer.world_size > 1 and self.device.type == "cpu":
            share_cores(self.trainer.world_size)

    def on_train_start(self) -> None:
        if self._frozen and self._thaws_later and self.trainer.world_size > 1:
            # Gradients of parameters that are frozen when the processes are joined would never be exchanged; so they
            # are computed, and dropped before the optimizer sees them.
            set_backbone_frozen(self.network, False)

    def on_train_epoch_start(self) -> None:
        self.train_metrics.reset()
        # Every epoch starts from a seed of its own: an epoch after a resume draws the same numbers as without a stop.
        torch.manual_seed(_epoch_seed(self.params.training.seed, self.current_epoch, self.global_rank))
        settings = self.params.model
        self._frozen = settings.freeze_backbone and not (
            settings.unfreeze_after is not None and self.current_epoch >= settings.unfreeze_after
        )
        if settings.freeze_backbone:
            self.network.train()
            if not (self._thaws_later and self.trainer.world_size > 1):
                set_backbone_frozen(self.network, self._frozen)
            if self._frozen:
                hold_backbone_still(self.network)

    @property
    def _thaws_later(self) -> bool:
        return self.params.model.unfreeze_after is not None

    def training_step(self, batch: Any, batch_index: int) -> torch.Tensor:
        images, targets, _ = batch
        goals = targets
        if self.mix is not None and len(images) > 1:
            images, goals = self.mix(images, targets)
        logits = self.network(images)
        loss = self.loss(logits, goals)
        self._refuse_divergence(loss, batch_index)
        if self.trainer.world_size == 1:
            self.train_metrics.collect(loss, logits, targets)
            return loss
        of_step, of_epoch = self._shares(goals)
        self.train_metrics.collect(loss * of_epoch, logits, targets)
        return loss * of_step

    def _shares(self, goals: torch.Tensor) -> tuple[float, float]:
        """The factors by which several processes' mean losses add up to the mean over the whole batch.

        The first is for gradients, which are averaged over the processes, the second for means weighed by the images.
        `goals` are class indices (N,), which the loss may weigh, or shares of the classes (N, classes).
        """
        count = float(len(goals))
        weights = self.loss.weight
        own = count if weights is None or goals.is_floating_point() else float(weights[goals].sum())
        total = torch.tensor([own, count], device=self.device)
        torch.distributed.all_reduce(total)
        weight, images = total.tolist()
        return own * self.trainer.world_size / weight, own * images / (weight * count)

    def _refuse_divergence(self, loss: torch.Tensor, batch_index: int) -> None:
        # On an accelerator each look at the loss waits for the device, so it is looked at now and then, and at the end.
        self._last_loss = loss.detach()
        if loss.device.type == "cpu" or batch_index % _CHECK_EVERY == 0:
            self._refuse_infinite(f"in epoch {self.current_epoch + 1}, batch {batch_index + 1}")

    def _refuse_infinite(self, where: str) -> None:
        if self._last_loss is None or torch.isfinite(self._last_loss):
            return
        settings = self.params.training
        precision = "" if settings.precision == "32" else f", training.precision: 32 (now {settings.precision})"
        raise DivergedError(
            f"The loss became {self._last_loss.item()} {where}. Try a lower training.learning_rate (now "
            f"{settings.learning_rate:g}), training.gradient_clip: 1.0 (now {settings.gradient_clip:g}){precision} "
            "or training.warmup_epochs."
        )

    def on_before_optimizer_step(self, optimizer: torch.optim.Optimizer) -> None:
        if self._frozen:
            for parameter in backbone_parameters(self.network):
                parameter.grad = None

    def on_train_epoch_end(self) -> None:
        values, self.confusion["train"] = self.train_metrics.compute()
        self.log_dict(values)
        if self._plateau is not None and "valid_loss" in self.trainer.callback_metrics:
            self._plateau.step(self.trainer.callback_metrics["valid_loss"])

    # --- validation and test

    def on_validation_epoch_start(self) -> None:
        self._refuse_infinite(f"by the end of epoch {self.current_epoch + 1}")
        self.valid_metrics.reset()
        self._begin_evaluation()

    def validation_step(self, batch: Any, batch_index: int) -> None:
        self._evaluate(batch, self.valid_metrics, views=self._views if self.calibrating else ())

    def on_validation_epoch_end(self) -> None:
        self._finish("valid", self.valid_metrics)

    def on_test_epoch_start(self) -> None:
        self.test_metrics.reset()
        self._begin_evaluation()

    def test_step(self, batch: Any, batch_index: int) -> None:
        self._evaluate(batch, self.test_metrics, self.temperature, self._views)

    def on_test_epoch_end(self) -> None:
        self._finish("test", self.test_metrics)

    def _begin_evaluation(self) -> None:
        self.predictions = Predictions()
        # In a list, which torch does not take for a part of the module. What is served is computed in the same way.
        self._evaluated = [evaluation_copy(self.network)]

    def _evaluate(
        self, batch: Any, metrics: SplitMetrics, temperature: float = 1.0, views: Sequence[View] = ()
    ) -> None:
        images, targets, indices = batch
        logits = self._evaluated[0](images)
        # Plain, whatever the training minimizes: comparable between trials, and the same for any size of batch.
        metrics.update_loss(nn.functional.cross_entropy(logits.float(), targets), len(images))
        self.predictions.add(indices, targets, to_probabilities(logits, temperature))
        for view in views:  # averaged like the patches of an image
            self.predictions.add(indices, targets, to_probabilities(self._evaluated[0](view(images)), temperature))

    def _finish(self, split: str, metrics: SplitMetrics) -> None:
        _, targets, probabilities = self.predictions.per_image()
        self._evaluated = []
        if len(targets):
            metrics.update(torch.from_numpy(probabilities).to(self.device), torch.from_numpy(targets).to(self.device))
        values, self.confusion[split] = metrics.compute()
        self.log_dict(values)

    # --- optimizer

    def configure_optimizers(self) -> Any:
        settings = self.params.training
        optimizer = build_optimizer(self.network, settings, self.learning_rate)
        # Lightning's own estimate would open the loaders before a resume has told them at which epoch they are.
        scheduler = build_scheduler(optimizer, settings, self.total_steps)
        self._plateau = build_plateau(optimizer, settings)
        if self._plateau is not None and self._plateau_state is not None:
            self._plateau.load_state_dict(self._plateau_state)
        if scheduler is None:
            return optimizer
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}

    # ReduceLROnPlateau is stepped here, not by Lightning, which steps it after the checkpoint of the epoch is written.

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        if self._plateau is not None:
            checkpoint["plateau"] = self._plateau.state_dict()

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self._plateau_state = checkpoint.get("plateau")


class Predictions:
    """What the network says of each patch of a split, kept until the epoch is over."""

    def __init__(self) -> None:
        self._batches: list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]] = []

    def add(self, indices: torch.Tensor, targets: torch.Tensor, probabilities: torch.Tensor) -> None:
        """Add a batch: each patch's row of the split (N,), its class (N,), its probabilities (N, classes)."""
        self._batches.append((indices.cpu(), targets.cpu(), probabilities.detach().cpu()))

    def per_patch(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return probabilities (P, classes), rows of the split (P,) and classes (P,), one entry per patch."""
        if not self._batches:
            nothing = np.empty(0, dtype=np.int64)
            return np.empty((0, 0), dtype=np.float32), nothing, nothing
        indices, targets, probabilities = (torch.cat(parts).numpy() for parts in zip(*self._batches, strict=True))
        return probabilities, indices, targets

    def per_image(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return rows of the split (M,), classes (M,) and mean probabilities (M, classes), one entry per image."""
        probabilities, indices, targets = self.per_patch()
        if not len(indices):
            return indices, targets, probabilities
        rows, means = combine_patches(probabilities, indices)
        per_row = np.empty(indices.max() + 1, dtype=np.int64)
        per_row[indices] = targets
        return rows, per_row[rows], means


def _epoch_seed(seed: int, epoch: int, rank: int) -> int:
    return (seed * 1_000_003 + epoch * 1_009 + rank) % 2**63

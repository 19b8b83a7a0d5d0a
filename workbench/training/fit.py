"""Fitting a module, testing it, and searching its learning rate, with Lightning."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from lightning.pytorch.callbacks import Callback
from lightning.pytorch.tuner import Tuner

from workbench.data.datamodule import ThemeDataModule
from workbench.errors import WorkbenchError
from workbench.training.calibration import find_temperature
from workbench.training.callbacks import build_callbacks
from workbench.training.callbacks.checkpoint import BEST, LAST
from workbench.training.distributed import process_count
from workbench.training.epoch_log import Epoch, EpochLog, read_epochs
from workbench.training.module import Classifier
from workbench.training.networks.synced_norm import synced_norm
from workbench.training.trainer import evaluating_trainer, lightning_session, plain_trainer, training_trainer

LOWEST_RATE, HIGHEST_RATE = 1e-6, 1.0
SEARCH_STEPS = 100


@dataclass(frozen=True)
class Fitted:
    """A trained module with its best weights, the epochs it took, and whether it was asked to stop before the end."""

    module: Classifier
    epochs: list[Epoch]
    stopped: bool


def fit(
    module: Classifier,
    data: ThemeDataModule,
    folder: Path,
    log: EpochLog,
    *,
    resume: bool = False,
    stop: Callable[[], bool] | None = None,
    quiet: bool = False,
    extra_callbacks: Sequence[Callback] = (),
) -> Fitted:
    """Train to the last epoch, or until `stop` or a callback ends it, and load the best weights.

    `folder` keeps the checkpoints; with `resume` the training goes on from the last one there, if there is one.
    Raises InterruptedRunError when a signal ended it, and WorkbenchError for what a person can mend.
    """
    params = module.params
    asked = _Asked(stop)
    callbacks = build_callbacks(params, folder, log, stop=asked if stop else None, quiet=quiet)
    last = folder / f"{LAST}.ckpt"
    several = process_count(params.training) > 1
    with lightning_session(params.training), synced_norm(module.network) if several else nullcontext():
        trainer = training_trainer(params.training, folder, [*extra_callbacks, *callbacks], log)
        trainer.fit(module, datamodule=data, ckpt_path=str(last) if resume and last.is_file() else None)
    if torch.distributed.is_initialized():
        # The other processes are gone: whatever this one does next, it does alone.
        torch.distributed.destroy_process_group()
    # With several processes, the epochs were counted in another one than this.
    epochs = read_epochs(log.file)
    best = folder / f"{BEST}.ckpt"
    if best.is_file():
        load_weights(module, best)
    return Fitted(module, epochs, asked.answer)


def calibrate(module: Classifier, data: ThemeDataModule, folder: Path) -> None:
    """Find the temperature of the module's network on the valid split, in this process alone."""
    settings = module.params.training
    module.calibrating = True
    try:
        with lightning_session(settings):
            evaluating_trainer(settings, folder).validate(module, datamodule=data, verbose=False)
    finally:
        module.calibrating = False
    module.temperature = find_temperature(*module.predictions.per_patch())


def validate(module: Classifier, data: ThemeDataModule, folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Evaluate the valid split in this process alone: rows (M,), classes (M,) and probabilities (M, classes)."""
    settings = module.params.training
    with lightning_session(settings):
        evaluating_trainer(settings, folder).validate(module, datamodule=data, verbose=False)
    return module.predictions.per_image()


def test(module: Classifier, data: ThemeDataModule, folder: Path) -> dict[str, float]:
    """Evaluate the test split in this process alone and return its metrics; the module then holds the predictions."""
    settings = module.params.training
    with lightning_session(settings):
        trainer = evaluating_trainer(settings, folder)
        trainer.test(module, datamodule=data, verbose=False)
    return {name: float(value) for name, value in trainer.callback_metrics.items()}


def find_learning_rate(module: Classifier, data: ThemeDataModule, folder: Path) -> float:
    """Raise the rate exponentially over a hundred steps and return the one at which the loss falls most steeply.

    From Smith, Cyclical Learning Rates for Training Neural Networks, 2017, section 3.3. A copy of the module is
    trained; the module itself stays as it is. Raises WorkbenchError when no rate stands out.
    """
    settings = module.params.training
    with lightning_session(settings):
        trainer = plain_trainer(settings, folder, max_epochs=-1, num_sanity_val_steps=0)
        finder = Tuner(trainer).lr_find(
            copy.deepcopy(module),
            datamodule=data,
            min_lr=LOWEST_RATE,
            max_lr=HIGHEST_RATE,
            num_training=SEARCH_STEPS,
            attr_name="learning_rate",
            update_attr=False,
        )
    found = finder.suggestion() if finder is not None else None
    if found is None:
        raise WorkbenchError(
            "No learning rate stands out: the loss never falls clearly. Set training.find_learning_rate to false and "
            f"choose training.learning_rate yourself (now {settings.learning_rate:g})."
        )
    return float(found)


def load_weights(module: Classifier, checkpoint: Path) -> None:
    """Put the network's weights of a checkpoint into the module."""
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)["state_dict"]
    prefix = "network."
    module.network.load_state_dict(
        {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
    )


class _Asked:
    """Remembers that the answer was yes."""

    def __init__(self, stop: Callable[[], bool] | None) -> None:
        self._stop = stop
        self.answer = False

    def __call__(self) -> bool:
        self.answer = self.answer or (self._stop is not None and self._stop())
        return self.answer

"""Searching a learning rate (Smith, Cyclical Learning Rates for Training Neural Networks, 2017, section 3.3)."""

from __future__ import annotations

import copy
from pathlib import Path

import lightning.pytorch as lightning
from lightning.pytorch.tuner import Tuner

from workbench.data.datamodule import ThemeDataModule
from workbench.errors import WorkbenchError
from workbench.training.fit import manners
from workbench.training.module import Classifier

LOWEST, HIGHEST = 1e-6, 1.0
STEPS = 100


def find_learning_rate(module: Classifier, data: ThemeDataModule, folder: Path) -> float:
    """Raise the rate exponentially over a hundred steps and return the one at which the loss falls most steeply.

    A copy of the module is trained; the module itself stays as it is. Raises WorkbenchError when no rate stands out.
    """
    settings = module.params.training
    with manners(settings):
        trainer = lightning.Trainer(
            max_epochs=-1,
            accelerator=settings.accelerator,
            devices=1,
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            default_root_dir=folder,
            num_sanity_val_steps=0,
        )
        finder = Tuner(trainer).lr_find(
            copy.deepcopy(module), datamodule=data, min_lr=LOWEST, max_lr=HIGHEST, num_training=STEPS,
            attr_name="learning_rate", update_attr=False,
        )  # fmt: skip
    found = finder.suggestion() if finder is not None else None
    if found is None:
        raise WorkbenchError(
            "No learning rate stands out: the loss never falls clearly. Set training.find_learning_rate to false and "
            f"choose training.learning_rate yourself (now {settings.learning_rate:g})."
        )
    return float(found)

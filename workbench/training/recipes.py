"""Recipes: a word that stands for several settings of params.yaml, by the size of the theme.

A recipe goes before the file and behind what a command or a notebook is given. What it stands for is recorded with the
run like any other setting.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from workbench.errors import NotFoundError
from workbench.paths import Project
from workbench.store import open_store
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.themes import get_theme
from workbench.training.params import Params

_SHORTEST_AVERAGE, _LONGEST_AVERAGE = 0.9, 0.999
_AVERAGED_SHARE = 0.05


@dataclass(frozen=True)
class Recipe:
    """How long is trained - optimizer steps, within bounds of epochs - and what else is set."""

    steps: int
    fewest: int
    most: int
    settings: dict[str, Any]
    averages: bool = False
    """Whether the weights are averaged over the last twentieth of the steps or so."""


_PLAIN = {
    "training.optimizer": "AdamW",
    "training.scheduler": "OneCycleLR",
    "training.warmup_epochs": 0,
    "training.find_learning_rate": False,
    "training.label_smoothing": 0.0,
    "training.mixup": 0.0,
    "training.cutmix": 0.0,
    "training.ema_decay": 0.0,
    "training.test_views": [],
}
_SMOOTH = {**_PLAIN, "training.label_smoothing": 0.05}
_MIXED = {
    **_PLAIN,
    "training.label_smoothing": 0.1,
    "training.mixup": 0.2,
    "training.find_learning_rate": True,
    "training.test_views": "auto",
}
RECIPES = {
    "quick": Recipe(500, 2, 10, _PLAIN),
    "balanced": Recipe(2_000, 5, 30, _SMOOTH, averages=True),
    "best": Recipe(8_000, 12, 80, _MIXED, averages=True),
}


def recipe_values(params: Params, images: int, given: Collection[str] = ()) -> dict[str, Any]:
    """Return what `model.recipe` stands for as dotted names and values, for so many training images.

    The names in `given` are left out: what a person sets for one run counts more. Empty without a recipe.
    """
    recipe = RECIPES.get(params.model.recipe)
    if recipe is None:
        return {}
    each = max(1, math.ceil(images / (params.data.batch_size * params.training.accumulate)))
    epochs = min(max(math.ceil(recipe.steps / each), recipe.fewest), recipe.most)
    values = {"training.num_epochs": epochs, **recipe.settings}
    if recipe.averages:
        decay = 1 - 1 / max(1.0, _AVERAGED_SHARE * epochs * each)
        values["training.ema_decay"] = round(min(max(decay, _SHORTEST_AVERAGE), _LONGEST_AVERAGE), 4)
    return {name: value for name, value in values.items() if name not in given}


def training_images(params: Params, project: Project) -> int:
    """Return about how many images a training will have: the labeled ones times the share of train; 0 for no theme."""
    with closing(open_store(project)) as store, store.read() as session:
        try:
            theme = get_theme(params.theme, session=session)
        except NotFoundError:
            return 0
        labeled = count_samples(theme.id, SampleFilter(state="labeled"), session=session)
    return round(labeled * params.data.split_ratio[0])

"""What more labels should bring, from real trainings on nested subsets of the training images."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.assist.learning_curve import Curve, forecast, helped
from workbench.assist.worth import Doubts, Worth, most_helped, reason_of
from workbench.errors import WorkbenchError
from workbench.paths import Project, find_project
from workbench.progress import progress_bar
from workbench.store.annotators.pace import seconds_per_label
from workbench.training.epoch_log import EpochLog
from workbench.training.plan import Plan, make_plan, read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.data.labeled_images import LabeledImages

_SIZES = 4
_SMALLEST = 8
_FEWEST = 30
_ALONE = {"training.devices": 1, "training.num_nodes": 1, "training.calibrate": False}


def forecast_by_training(
    theme: str,
    more: int = 200,
    *,
    num_epochs: int | None = None,
    overrides: Mapping[str, Any] | None = None,
    annotator: str | None = None,
    project: Project | None = None,
    progress: bool = True,
) -> Worth:
    """Train on an eighth, a quarter, half and all of the training images, and say what some more labels should bring.

    Each is a whole training by params.yaml, of which nothing is recorded; what it answers for the valid split is looked
    at, test is not. Of more labels as many become training images as `data.split_ratio` says. Labeled images without a
    split get one, as for any training. Raises as `train` does, and WorkbenchError with fewer than 30 training images.
    """
    project = project or find_project()
    params, augment = read_settings(
        project, theme=theme, overrides={**(overrides or {}), **_ALONE}, num_epochs=num_epochs
    )
    from workbench.training.settling import settle

    plan = settle(make_plan(params, augment, project), quiet=True)
    labels = len(plan.images["train"])
    if labels < _FEWEST:
        raise WorkbenchError(
            f"{labels} training images of '{plan.theme}' are too few for trainings on parts of them: it takes "
            f"{_FEWEST}. Label more, or ask for the forecast without trainings."
        )
    with closing(plan.store):
        curve = _measured(plan, progress)
        with plan.store.read() as session:
            pace = seconds_per_label(plan.theme_id, annotator, session=session) if annotator else None
    trained = round(more * params.data.split_ratio[0])
    found = forecast(curve, labels, trained)
    points = [(int(size), 1 - float(error)) for size, error in zip(curve.sizes, curve.errors, strict=True)]
    gained = helped(curve, plan.images["valid"].targets)
    reason = "" if found else reason_of(curve, labels, trained)
    return Worth(plan.theme, labels, more, found, reason, points, most_helped(gained, plan.class_names), _NONE, pace)


_NONE = Doubts([], None)


def _measured(plan: Plan, progress: bool) -> Curve:
    """Train on each of the nested subsets, and look at the valid split."""
    train, valid = plan.images["train"], plan.images["valid"]
    order = _nested(train.targets, plan.params.training.seed)
    sizes = np.unique(np.geomspace(len(train) / _SMALLEST, len(train), _SIZES).round().astype(int))
    folder = plan.project.cache / "training" / f"forecast-{os.getpid()}"
    wrong = np.empty((1, len(sizes), len(valid)), bool)
    try:
        with progress_bar(len(sizes), f"Training on parts of {plan.theme}", show=progress) as bar:
            for number, size in enumerate(sizes):
                part = _part(train, np.sort(order[:size]))
                wrong[0, number] = _wrong(replace(plan, images={**plan.images, "train": part}), folder / str(size))
                bar.update()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Curve(sizes, wrong, np.arange(len(valid))[None])


def _nested(targets: np.ndarray, seed: int) -> np.ndarray:
    """Return positions in an order of which every beginning has each class in its share, and each at least once."""
    drawn = np.random.default_rng(seed).permutation(len(targets))
    place = np.empty(len(targets))
    for each in np.unique(targets):
        members = drawn[targets[drawn] == each]
        place[members] = np.arange(len(members)) / len(members)
    return np.argsort(place, kind="stable")


def _part(images: LabeledImages, positions: np.ndarray) -> LabeledImages:
    paths = [images.paths[position] for position in positions.tolist()]
    return type(images).create(paths, images.targets[positions], images.class_names, images.sample_ids[positions])


def _wrong(plan: Plan, folder: Path) -> np.ndarray:
    """Train, and return which images of the valid split are answered wrongly, bool (N,)."""
    from workbench.training.fit import fit, validate
    from workbench.training.run import assemble

    module, data = assemble(plan, subset=True)
    fit(module, data, folder, EpochLog(folder / "epochs.json"), quiet=True)
    rows, targets, probabilities = validate(module, data, folder)
    found = np.ones(len(plan.images["valid"]), bool)
    found[rows] = probabilities.argmax(axis=1) != targets
    return found

"""A training batch to look at, made as training makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from workbench.data.batches.inputs import Preprocessing
from workbench.data.config.augment import AugmentConfig
from workbench.data.normalization import measure

if TYPE_CHECKING:
    from workbench.data.batches.dataset import Batch


def training_batch(
    patches: Sequence[list[np.ndarray]], config: AugmentConfig, seed: int
) -> tuple[Batch, Preprocessing]:
    """Augment and normalize the patches (uint8 RGB) of some images with the draws of `seed`.

    The theme's own statistics are measured when training begins; here those of the batch stand in for them.
    """
    from workbench.data.batches.dataset import ImageDataset, KnownPatches

    preprocessing = Preprocessing.create(config, measure(patch for image in patches for patch in image))
    dataset = ImageDataset(KnownPatches(patches), np.zeros(len(patches)), preprocessing, "train")
    return dataset.batch(range(len(patches)), seed=seed), preprocessing

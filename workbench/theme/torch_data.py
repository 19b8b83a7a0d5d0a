"""A theme's images for one's own loop: what makes a Dataset, a LightningDataModule, arrays of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from workbench.data.batches.dataset import Batch, FilePatches, ImageDataset
from workbench.data.config.augment import SPLITS, AugmentConfig, Split
from workbench.data.datamodule import ThemeDataModule
from workbench.data.labeled_images import LabeledImages, images_of_snapshot
from workbench.errors import WorkbenchError, unknown_name
from workbench.store.steps.snapshots import take_snapshot_in_steps
from workbench.store.themes import get_theme
from workbench.theme.torch_dataset import ThemeDataset, Transform

if TYPE_CHECKING:
    from workbench.store import Store


class PlainDataModule(ThemeDataModule):
    """The workbench's own data module, whose batches are (images, targets): what most training loops unpack.

    Images float32 (B, 3, H, W), targets int64 (B,). An image that was cut into patches has one row per patch.
    """

    @property
    def classes(self) -> list[str]:
        """The names of the classes, by index.

        >>> theme.datamodule().classes
        ['red', 'white']
        """
        return list(self.class_names)

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The index of each class.

        >>> theme.datamodule().class_to_idx
        {'red': 0, 'white': 1}
        """
        return {name: index for index, name in enumerate(self.class_names)}

    @staticmethod
    def _form(batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        return batch.images, batch.targets


def theme_dataset(store: Store, theme: str, split: str, transform: Transform | str | None) -> ThemeDataset:
    """Return a split of a theme as it is now; see `Theme.dataset`."""
    if split not in SPLITS:
        raise WorkbenchError(unknown_name("split", split, SPLITS))
    if isinstance(transform, str) and transform != "auguments":
        raise WorkbenchError(f"transform='{transform}' is not known. Allowed: 'auguments', a function, None.")
    if transform == "auguments":
        module = data_module(store, theme)
        images, preprocessing = module.images[cast("Split", split)], module.preprocessing
        pipeline = ImageDataset(
            FilePatches(images.paths, preprocessing), images.targets, preprocessing, cast("Split", split)
        )
        return ThemeDataset(images, None, pipeline)
    images = _images(store, theme)[cast("Split", split)]
    return ThemeDataset(images, cast("Transform | None", transform), None)


def data_module(store: Store, theme: str, *, config: AugmentConfig | None = None, **how: Any) -> PlainDataModule:
    """Return the loaders of a theme as it is now; see `Theme.datamodule`."""
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
    snapshot = take_snapshot_in_steps(store, theme_id)
    chosen = config or AugmentConfig.load(store.project.augment_file)
    return PlainDataModule.from_snapshot(store, snapshot, chosen, **how)


def theme_arrays(store: Store, theme: str, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a split as the network would see it in an evaluation; see `Theme.arrays`."""
    if split not in SPLITS:
        raise WorkbenchError(unknown_name("split", split, SPLITS))
    module = data_module(store, theme)
    images = module.images[cast("Split", split)]
    preprocessing = module.preprocessing
    evaluated = ImageDataset(FilePatches(images.paths, preprocessing), images.targets, preprocessing, "test")
    rows = [evaluated.batch([index]) for index in range(len(images))]
    if not rows:
        return np.empty((0, 0), np.float32), np.empty(0, np.int64)
    found = torch.cat([row.images for row in rows]).numpy()
    return found.reshape(len(found), -1), torch.cat([row.targets for row in rows]).numpy()


def _images(store: Store, theme: str) -> dict[Split, LabeledImages]:
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
    snapshot = take_snapshot_in_steps(store, theme_id)
    return images_of_snapshot(store, snapshot)

"""The Lightning DataModule of a theme, and loaders for images outside of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from lightning import LightningDataModule
from torch.utils.data import DataLoader

from workbench.data.config import AugumentsConfig, Split
from workbench.data.dataset import Batch, FilePatches, ImageDataset, PatchSource
from workbench.data.labeled_images import LabeledImages, images_of_snapshot
from workbench.data.pipeline import Preprocessing
from workbench.data.theme_statistics import theme_statistics
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.store.connection import Store
    from workbench.store.schema import Snapshot


class ThemeData(LightningDataModule):
    """Train, valid and test loaders over plain lists of files; they yield `Batch`.

    `batch_size` counts images: with patches a batch has more rows. `digest` names the content (the snapshot's) and
    keys what is kept under `cache_folder`; without both nothing is kept. The loaders are reproducible from `seed`.
    """

    def __init__(
        self,
        images: Mapping[Split, LabeledImages],
        config: AugumentsConfig,
        *,
        batch_size: int = 64,
        num_workers: int = 0,
        seed: int = 42,
        digest: str | None = None,
        cache_folder: Path | None = None,
    ) -> None:
        super().__init__()
        if not len(images.get("train", ())):
            raise WorkbenchError("There are no training images. Label some, then assign splits.")
        self.images = dict(images)
        self.config = config
        self.batch_size = batch_size
        self.num_workers = num_workers
        self.seed = seed
        self.class_names = images["train"].class_names
        self.preprocessing = self._resolve_preprocessing(digest, cache_folder)
        self._sources: dict[Split, PatchSource] = {}

    @classmethod
    def from_snapshot(
        cls,
        store: Store,
        snapshot: Snapshot,
        config: AugumentsConfig,
        *,
        batch_size: int = 64,
        num_workers: int = 0,
        seed: int = 42,
    ) -> ThemeData:
        """Take exactly the samples, labels and splits that a snapshot froze."""
        return cls(
            images_of_snapshot(store, snapshot),
            config,
            batch_size=batch_size,
            num_workers=num_workers,
            seed=seed,
            digest=snapshot.digest,
            cache_folder=store.project.cache,
        )

    def setup(self, stage: str | None = None) -> None:
        """Make ready the images of the splits that are there."""
        for split, images in self.images.items():
            if split not in self._sources:
                self._sources[split] = FilePatches(images.paths, self.preprocessing)

    def train_dataloader(self) -> DataLoader[Batch]:
        return self._loader("train")

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._loader("valid")

    def test_dataloader(self) -> DataLoader[Batch]:
        return self._loader("test")

    def _resolve_preprocessing(self, digest: str | None, cache_folder: Path | None) -> Preprocessing:
        if self.config.augmentation.normalization != "theme":
            return Preprocessing.create(self.config)
        statistics = theme_statistics(self.images["train"].paths, self.config, digest, cache_folder)
        return Preprocessing.create(self.config, statistics)

    def _loader(self, split: Split) -> DataLoader[Batch]:
        self.setup()
        images = self.images.get(split)
        if images is None or split not in self._sources:
            raise WorkbenchError(f"There is no split '{split}' in this data.")
        # Ranks of a distributed run would otherwise augment with the same draws.
        rank = self.trainer.global_rank if self.trainer is not None else 0
        seed = self.seed + rank
        dataset = ImageDataset(self._sources[split], images.targets, self.preprocessing, split, seed=seed)
        return _loader(dataset, self.batch_size, self.num_workers, shuffle=split == "train", seed=seed)


def evaluation_loader(
    paths: Sequence[Path],
    preprocessing: Preprocessing,
    *,
    batch_size: int = 64,
    num_workers: int = 0,
    skip_damaged: bool = False,
) -> DataLoader[Batch]:
    """Load files in order as the `test` split would; all targets are 0.

    With `skip_damaged`, the indices of files that cannot be decoded are missing from the batches, and a batch of
    nothing else is empty; without it they raise ImageError.
    """
    source = FilePatches(paths, preprocessing)
    dataset = ImageDataset(source, np.zeros(len(paths)), preprocessing, "test", skip_damaged=skip_damaged)
    return _loader(dataset, batch_size, num_workers, shuffle=False, seed=0)


def _loader(dataset: ImageDataset, batch_size: int, num_workers: int, *, shuffle: bool, seed: int) -> DataLoader[Batch]:
    return DataLoader(
        dataset,
        batch_size=batch_size,
        shuffle=shuffle,
        num_workers=num_workers,
        persistent_workers=num_workers > 0,
        collate_fn=_as_it_is,
        worker_init_fn=_start_worker,
        generator=torch.Generator().manual_seed(seed),
        pin_memory=torch.cuda.is_available(),
    )


def _as_it_is(batch: Any) -> Any:
    """The Dataset makes whole batches."""
    return batch


def _start_worker(_worker: int) -> None:
    # OpenCV's threads do not survive a fork, and one worker is one thread already.
    cv2.setNumThreads(0)

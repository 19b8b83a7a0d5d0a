"""The Lightning DataModule of a theme, and loaders for images outside of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from lightning import LightningDataModule
from torch.utils.data import DataLoader

from workbench.data.cached_patches import CacheMode, keep_in_memory, keep_on_disk
from workbench.data.config.augment import SPLITS, AugmentConfig, Split
from workbench.data.dataset import Batch, FilePatches, ImageDataset, PatchSource
from workbench.data.labeled_images import LabeledImages, images_of_snapshot
from workbench.data.loading import as_it_is, start_worker
from workbench.data.pipeline import Preprocessing
from workbench.data.pixel_statistics import pixel_statistics, preprocessing_key
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.store.connection import Store
    from workbench.store.schema import Snapshot

CACHE_LIMIT_MB = 8192
_TRIED = 4


class ThemeData(LightningDataModule):
    """Train, valid and test loaders over plain lists of files; they yield `Batch`.

    `batch_size` counts images: with patches a batch has more rows. The loaders are reproducible from `seed`.

    Preprocessed images are kept: `cache` `disk` in `cache_folder`, under the `digest` that names the content (the
    snapshot's), for later runs too; `memory` in this process; `auto` on disk if those two are given, else in memory;
    `none` decodes every image in every epoch. At most `cache_limit_mb` MiB are kept, the rest is decoded when needed.
    """

    def __init__(
        self,
        images: Mapping[Split, LabeledImages],
        config: AugmentConfig,
        *,
        batch_size: int = 64,
        num_workers: int = 0,
        seed: int = 42,
        cache: CacheMode = "auto",
        cache_limit_mb: int = CACHE_LIMIT_MB,
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
        self._cache = _Cache(cache, cache_limit_mb * 2**20, digest, cache_folder, preprocessing_key(config))
        self._sources: dict[Split, PatchSource] = {}

    @classmethod
    def from_snapshot(
        cls,
        store: Store,
        snapshot: Snapshot,
        config: AugmentConfig,
        *,
        batch_size: int = 64,
        num_workers: int = 0,
        seed: int = 42,
        cache: CacheMode = "auto",
        cache_limit_mb: int = CACHE_LIMIT_MB,
    ) -> ThemeData:
        """Take exactly the samples, labels and splits that a snapshot froze."""
        return cls(
            images_of_snapshot(store, snapshot),
            config,
            batch_size=batch_size,
            num_workers=num_workers,
            seed=seed,
            cache=cache,
            cache_limit_mb=cache_limit_mb,
            digest=snapshot.digest,
            cache_folder=store.project.cache / "input",
        )

    @cached_property
    def preprocessing(self) -> Preprocessing:
        """The way of an image into the network, with the theme's statistics where the file asks for them."""
        if self.config.augmentation.normalization != "theme":
            return Preprocessing.create(self.config)
        kept = self._cache.file("statistics.json")
        return Preprocessing.create(self.config, pixel_statistics(self._source("train"), kept))

    def prepare_data(self) -> None:
        """Build the cache, once per machine of a distributed run."""
        self._source("train")
        self._source("valid")

    def setup(self, stage: str | None = None) -> None:
        """Make ready the images of the stage's splits."""
        splits: dict[str | None, tuple[Split, ...]] = {
            "fit": ("train", "valid"),
            "validate": ("valid",),
            "test": ("test",),
        }
        for split in splits.get(stage, SPLITS):
            self._source(split)

    def train_dataloader(self) -> DataLoader[Batch]:
        return self._loader("train")

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._loader("valid")

    def test_dataloader(self) -> DataLoader[Batch]:
        return self._loader("test")

    def _source(self, split: Split) -> PatchSource:
        if split not in self._sources:
            images = self.images.get(split)
            paths = images.paths if images is not None else ()
            # The steps do not depend on the normalization, which may have to be measured on their results.
            self._sources[split] = self._cache.source(paths, Preprocessing(self.config, None), split, self.num_workers)
        return self._sources[split]

    def _loader(self, split: Split) -> DataLoader[Batch]:
        images = self.images.get(split)
        if images is None:
            raise WorkbenchError(f"There is no split '{split}' in this data.")
        # Ranks of a distributed run would otherwise augment with the same draws.
        rank = self.trainer.global_rank if self.trainer is not None else 0
        seed = self.seed + rank
        dataset = ImageDataset(self._source(split), images.targets, self.preprocessing, split, seed=seed)
        # Transforms that do not fit the images are told here: from a worker the message comes inside a traceback.
        if len(dataset):
            dataset.batch(np.linspace(0, len(dataset) - 1, min(_TRIED, len(dataset)), dtype=int).tolist(), seed=seed)
        return _loader(dataset, self.batch_size, self.num_workers, shuffle=split == "train", seed=seed)


@dataclass
class _Cache:
    """Where the preprocessed images of one DataModule are kept, and how many bytes its splits may take together."""

    mode: CacheMode
    limit: int
    digest: str | None
    folder: Path | None
    steps: str

    def source(self, paths: Sequence[Path], preprocessing: Preprocessing, split: Split, workers: int) -> PatchSource:
        what = f"{split} images"
        if self.mode == "none" or not paths:
            return FilePatches(paths, preprocessing)
        if self.mode == "disk" and (self.digest is None or self.folder is None):
            raise WorkbenchError("A cache on disk needs a snapshot's digest and a folder. Set data.cache to memory.")
        if self.mode == "memory" or self.digest is None or self.folder is None:
            kept = keep_in_memory(paths, preprocessing, limit=self.limit, num_workers=workers, what=what)
            self.limit -= kept.size_bytes
            return kept
        return keep_on_disk(
            paths,
            preprocessing,
            folder=self.folder,
            name=f"{self._run}-{split}",
            run=self._run,
            limit=self.limit,
            num_workers=workers,
            what=what,
        )

    def file(self, name: str) -> Path | None:
        return None if self.folder is None or self.digest is None else self.folder / f"{self._run}-{name}"

    @property
    def _run(self) -> str:
        return f"{(self.digest or '')[:16]}-{self.steps}"


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
        collate_fn=as_it_is,
        worker_init_fn=start_worker,
        generator=torch.Generator().manual_seed(seed),
        pin_memory=torch.cuda.is_available(),
    )

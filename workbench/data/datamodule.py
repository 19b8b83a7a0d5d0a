"""The one LightningDataModule: a theme's train, valid and test loaders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from lightning import LightningDataModule
from torch.utils.data import DataLoader, Dataset

from workbench.data.batches.dataset import Batch, FilePatches, ImageDataset, PatchSource
from workbench.data.batches.inputs import Preprocessing
from workbench.data.batches.loading import batch_loader
from workbench.data.batches.sampling import EpochBatches, SeededBatches, batch_bounds
from workbench.data.config.augment import SPLITS, AugmentConfig, Split
from workbench.data.filling_cache import FillingPatches, filling
from workbench.data.labeled_images import LabeledImages, images_of_snapshot
from workbench.data.normalization import measured_once
from workbench.data.preprocessed_cache import CacheMode, InputCache, preprocessing_key
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.store.connection import Store
    from workbench.store.schema import Snapshot

CACHE_LIMIT_MB = 8192
AT_ONCE_UP_TO = 5_000
"""Training images that are all preprocessed before the first step; more are in the course of the first epoch."""

_TRIED = 4


class ThemeDataModule(LightningDataModule):
    """Train, valid and test loaders over plain lists of files; they yield `Batch`.

    `batch_size` counts images: with patches a batch has more rows. Which images form batch k of epoch e, and how they
    are augmented, follows from `seed`, e and k alone: resumed or not, with any number of workers, in one process or
    several, each of which gets its share of every batch. In a loop without a Trainer each pass over the training
    loader is the next epoch. Validation and test give every image once, in order; of several processes each evaluates
    a share.

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
        self._cache = InputCache(cache, cache_limit_mb * 2**20, digest, cache_folder, preprocessing_key(config))
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
    ) -> Self:
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
        return Preprocessing.create(self.config, measured_once(self._train_patches(), kept))

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

    def on_exception(self, exception: BaseException) -> None:
        """Leave nothing half read."""
        self.teardown()

    def teardown(self, stage: str | None = None) -> None:
        """Keep for later trainings what an epoch has read."""
        source = self._sources.get("train")
        if isinstance(source, FillingPatches):
            whole = source.finish()
            if whole is None:
                source.give_up()
                del self._sources["train"]
            else:
                self._sources["train"] = whole

    def steps(self, epochs: int, accumulate: int, processes: int = 1) -> int:
        """Optimizer steps of a training of so many epochs, with `accumulate` batches to a step."""
        batches = len(batch_bounds(len(self.images["train"]), self.batch_size, processes))
        return -(-batches // accumulate) * epochs

    def brightness(self, split: Split) -> np.ndarray:
        """Return the mean pixel of each preprocessed image of a split, float64 (N,) from 0 to 255."""
        source = self._source(split)
        return np.array([np.mean([patch.mean() for patch in source[index]]) for index in range(len(source))])

    def train_dataloader(self) -> DataLoader[Batch]:
        dataset, size = self._dataset("train")
        rank, world_size = self._process
        batches = EpochBatches(
            len(dataset), self.batch_size, self.seed, self._epoch_counter(), rank=rank, world_size=world_size
        )
        return self._loader(SeededBatches(dataset), size, batch_sampler=batches)

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._evaluation("valid")

    def test_dataloader(self) -> DataLoader[Batch]:
        return self._evaluation("test")

    def _evaluation(self, split: Split) -> DataLoader[Batch]:
        dataset, size = self._dataset(split)
        # Each process evaluates a share of its own; no image is seen twice, so that the metrics are exact.
        rank, world_size = self._process
        return self._loader(dataset, size, sampler=range(rank, len(dataset), world_size), batch_size=self.batch_size)

    def _loader(self, dataset: Dataset[Batch], image_bytes: int, **how: Any) -> DataLoader[Batch]:
        return batch_loader(
            dataset,
            self.num_workers,
            batch_bytes=image_bytes * self.batch_size,
            form=self._form,
            persistent_workers=self.num_workers > 0,
            # Drawn from when workers start: without one of its own, a loader would take from the training's numbers.
            generator=torch.Generator().manual_seed(0),
            pin_memory=torch.cuda.is_available(),
            **how,
        )

    @staticmethod
    def _form(batch: Batch) -> Any:
        """What a loop gets of a batch."""
        return batch

    @property
    def _process(self) -> tuple[int, int]:
        """The rank of this process, and how many there are."""
        return (0, 1) if self.trainer is None else (self.trainer.global_rank, self.trainer.world_size)

    def _epoch_counter(self) -> Callable[[], int]:
        trainer = self.trainer
        if trainer is None:
            return count().__next__
        # Not `trainer.current_epoch`, which lags by one while a resumed training opens its loaders.
        return lambda: trainer.fit_loop.epoch_progress.current.processed  # type: ignore[attr-defined]

    def _dataset(self, split: Split) -> tuple[ImageDataset, int]:
        """The Dataset of a split, and how many bytes an image takes in a batch."""
        images = self.images.get(split)
        if images is None:
            raise WorkbenchError(f"There is no split '{split}' in this data.")
        dataset = ImageDataset(self._source(split), images.targets, self.preprocessing, split)
        # Transforms that do not fit the images are told here: from a worker the message comes inside a traceback.
        if len(dataset):
            some = np.linspace(0, len(dataset) - 1, min(_TRIED, len(dataset)), dtype=int)
            tried = dataset.batch(some.tolist(), seed=self.seed)
            return dataset, tried.images.nbytes // len(some)
        return dataset, 0

    def _source(self, split: Split) -> PatchSource:
        if split not in self._sources:
            images = self.images.get(split)
            paths = images.paths if images is not None else ()
            # The steps do not depend on the normalization, which may have to be measured on their results.
            steps = Preprocessing(self.config, None)
            begun = filling(self._cache, FilePatches(paths, steps), self.config, split) if self._begins(split) else None
            self._sources[split] = begun or self._cache.source(paths, steps, split, self.num_workers)
        return self._sources[split]

    def _begins(self, split: Split) -> bool:
        """Whether a training begins while its images are still read for the first time.

        Not with few of them, where all damaged files are named before it begins, and not where a process sees a share.
        """
        many = split == "train" and len(self.images["train"]) > AT_ONCE_UP_TO
        alone = self.trainer is not None and self.trainer.world_size == 1
        return many and alone and self.config.augmentation.normalization != "theme"

    def _train_patches(self) -> Iterator[np.ndarray]:
        source = self._source("train")
        for index in range(len(source)):
            yield from source[index]

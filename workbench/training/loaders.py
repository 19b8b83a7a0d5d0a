"""The training batches: the same in one process or several, with any number of workers, resumed or not.

Which images form batch k of epoch e, and how they are augmented, follows from the seed, e and k alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import lightning.pytorch as lightning
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from workbench.data.datamodule import ThemeData
from workbench.data.dataset import Batch, ImageDataset

_SEEDS = 2**31


class EpochBatches(Sampler[list[int]]):
    """Yields for each batch its augmentation seed and then the indices of its images.

    `epoch` is asked when an epoch begins. With several processes each gets its share of every batch. A last batch of
    a single image joins the one before: norm layers cannot train on one.
    """

    def __init__(
        self,
        count: int,
        batch_size: int,
        seed: int,
        epoch: Callable[[], int],
        *,
        rank: int = 0,
        world_size: int = 1,
    ) -> None:
        self._count = count
        self._seed = seed
        self._epoch = epoch
        self._rank = rank
        self._world_size = world_size
        self._bounds = _bounds(count, batch_size, world_size)

    def __len__(self) -> int:
        return len(self._bounds)

    def __iter__(self) -> Iterator[list[int]]:
        random = np.random.default_rng([self._seed, self._epoch()])
        order = random.permutation(self._count)
        for start, end in self._bounds:
            seed = int(random.integers(_SEEDS))
            share = np.array_split(order[start:end], self._world_size)[self._rank]
            yield [(seed + self._rank) % _SEEDS, *share.tolist()]


def _bounds(count: int, batch_size: int, world_size: int) -> list[tuple[int, int]]:
    starts = list(range(0, count, batch_size))
    # Every process needs an image of every batch, and a norm layer two.
    smallest = max(2, world_size)
    if len(starts) > 1 and count - starts[-1] < smallest:
        starts.pop()
    ends = [*starts[1:], count]
    return list(zip(starts, ends, strict=True))


class SeededBatches(Dataset[Batch]):
    """Reads the seed that `EpochBatches` puts before the indices."""

    def __init__(self, dataset: ImageDataset) -> None:
        self._dataset = dataset

    def __len__(self) -> int:
        return len(self._dataset)

    def __getitem__(self, index: int) -> Batch:
        return self._dataset[index]

    def __getitems__(self, seed_and_indices: Sequence[int]) -> Batch:
        seed, *indices = seed_and_indices
        return self._dataset.batch(indices, seed=seed)


class TrainingData(lightning.LightningDataModule):
    """A theme's loaders, in the order and with the draws that this module promises."""

    def __init__(self, data: ThemeData, batch_size: int, seed: int) -> None:
        super().__init__()
        self.theme_data = data
        self._batch_size = batch_size
        self._seed = seed

    def steps(self, epochs: int, accumulate: int) -> int:
        """Optimizer steps of a training of so many epochs, with `accumulate` batches to a step."""
        batches = len(_bounds(len(self.theme_data.images["train"]), self._batch_size, 1))
        return -(-batches // accumulate) * epochs

    def prepare_data(self) -> None:
        """Build the cache of preprocessed images, once per machine."""
        self.theme_data.prepare_data()

    def train_dataloader(self) -> DataLoader[Batch]:
        loader = self.theme_data.train_dataloader()
        dataset = loader.dataset
        assert isinstance(dataset, ImageDataset)
        trainer = self.trainer
        batches = EpochBatches(
            len(dataset),
            self._batch_size,
            self._seed,
            # Not `trainer.current_epoch`, which lags by one while a resumed training opens its loaders.
            lambda: trainer.fit_loop.epoch_progress.current.processed if trainer is not None else 0,  # type: ignore[attr-defined]
            rank=trainer.global_rank if trainer is not None else 0,
            world_size=trainer.world_size if trainer is not None else 1,
        )
        return _like(loader, SeededBatches(dataset), batch_sampler=batches)

    def val_dataloader(self) -> DataLoader[Batch]:
        return self._share(self.theme_data.val_dataloader())

    def test_dataloader(self) -> DataLoader[Batch]:
        return self._share(self.theme_data.test_dataloader())

    def _share(self, loader: DataLoader[Any]) -> DataLoader[Batch]:
        """Each process evaluates a share of its own; no image is seen twice, so that the metrics are exact."""
        if self.trainer is None or self.trainer.world_size == 1:
            return loader
        dataset = loader.dataset
        assert isinstance(dataset, ImageDataset)
        mine = range(self.trainer.global_rank, len(dataset), self.trainer.world_size)
        return _like(loader, dataset, sampler=mine, batch_size=self._batch_size)


def _like(loader: DataLoader[Any], dataset: Dataset[Batch], **how: Any) -> DataLoader[Batch]:
    """A loader over `dataset` with the workers of another one."""
    return DataLoader(
        dataset,
        num_workers=loader.num_workers,
        persistent_workers=loader.persistent_workers,
        collate_fn=loader.collate_fn,
        worker_init_fn=loader.worker_init_fn,
        # Drawn from when workers start: without one of its own, a loader would take from the training's numbers.
        generator=torch.Generator().manual_seed(0),
        pin_memory=loader.pin_memory,
        **how,
    )

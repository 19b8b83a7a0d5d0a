"""The training batches: the same in one process or several, with any number of workers, resumed or not.

Which images form batch k of epoch e, and how they are augmented, follows from the seed, e and k alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from torch.utils.data import Dataset, Sampler

from workbench.data.batches.dataset import SEEDS, Batch, ImageDataset


class EpochBatches(Sampler[list[int]]):
    """Yields for each batch its augmentation seed and then the indices of its images.

    `epoch` is asked when an epoch begins. With several processes each gets its share of every batch. A last batch
    that leaves a process a single image joins the one before: norm layers cannot train on one.
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
        self._bounds = batch_bounds(count, batch_size, world_size)

    def __len__(self) -> int:
        return len(self._bounds)

    def __iter__(self) -> Iterator[list[int]]:
        random = np.random.default_rng([self._seed, self._epoch()])
        order = random.permutation(self._count)
        for start, end in self._bounds:
            seed = int(random.integers(SEEDS))
            share = np.array_split(order[start:end], self._world_size)[self._rank]
            yield [(seed + self._rank) % SEEDS, *share.tolist()]


def batch_bounds(count: int, batch_size: int, world_size: int = 1) -> list[tuple[int, int]]:
    """Return first and end of each batch of an epoch over `count` images."""
    starts = list(range(0, count, batch_size))
    # A norm layer needs two images, in every process.
    smallest = 2 * world_size
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

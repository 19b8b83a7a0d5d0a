"""Images from their files to the network's input, in worker processes, a bounded number of batches ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from workbench.data.crops import Cut, cut_out
from workbench.data.decoding import ImageError
from workbench.data.loading import as_it_is, start_worker
from workbench.data.pipeline import Preprocessing, evaluate
from workbench.inference.sources import Item


class Group(NamedTuple):
    """Patches of one size: float32 (P, 3, H, W), and for each the position of its image in the batch, int64 (P,)."""

    inputs: torch.Tensor
    owners: torch.Tensor


_Wanted = tuple[str, Cut | None, str]
"""What a worker gets of an item: path, part to cut out, and why it cannot be read."""

_Read = tuple[list[Group], dict[int, str]]
"""What a worker sends back: the groups of a batch, and why each other image is in none."""


class ReadBatch(NamedTuple):
    """A batch of images: those that could be decoded as groups of equal size, the reason for each other one."""

    items: list[Item]
    groups: list[Group]
    errors: dict[int, str]


class _Reader(Dataset[_Read]):
    """Its "indices" are what an item wants read: the main process streams them in, so nobody holds the whole list."""

    def __init__(self, preprocessing: Preprocessing) -> None:
        self._preprocessing = preprocessing
        self._augmenter = preprocessing.augmenter("test")

    def __getitem__(self, wanted: _Wanted) -> _Read:
        return self.__getitems__([wanted])

    def __getitems__(self, wanted: list[_Wanted]) -> _Read:
        by_size: dict[tuple[int, ...], tuple[list[np.ndarray], list[int]]] = {}
        errors: dict[int, str] = {}
        for position, (file, cut, fault) in enumerate(wanted):
            if fault:
                errors[position] = fault
                continue
            try:
                path = Path(file)
                patches = self._preprocessing.patches(path if cut is None else cut_out(path, cut))
            except ImageError as error:
                errors[position] = str(error)
                continue
            for patch in evaluate(self._augmenter, patches):
                images, owners = by_size.setdefault(patch.shape, ([], []))
                images.append(patch)
                owners.append(position)
        groups = [
            Group(self._preprocessing.normalize(images), torch.tensor(owners)) for images, owners in by_size.values()
        ]
        return groups, errors


def read_batches(
    items: Iterable[Item], preprocessing: Preprocessing, *, batch_size: int, num_workers: int
) -> Iterator[ReadBatch]:
    """Decode and preprocess a stream of items, in order; `num_workers` 0 reads in this process.

    Inputs of the network are what the `test` split gets. Whatever the length of the stream, at most two batches per
    worker are held.
    """
    # Items wait here for what the workers make of their files; sending them there and back would cost as much again.
    waiting: deque[list[Item]] = deque()
    loader: Iterable[_Read] = DataLoader(
        _Reader(preprocessing),
        batch_sampler=_to_read(items, batch_size, waiting),  # type: ignore[arg-type]
        num_workers=num_workers,
        collate_fn=as_it_is,
        worker_init_fn=start_worker,
        pin_memory=torch.cuda.is_available(),
    )
    for groups, errors in loader:
        yield ReadBatch(waiting.popleft(), groups, errors)


def _to_read(items: Iterable[Item], size: int, waiting: deque[list[Item]]) -> Iterator[list[_Wanted]]:
    stream = iter(items)
    while batch := list(islice(stream, size)):
        waiting.append(batch)
        yield [(item.path, item.cut, item.fault) for item in batch]

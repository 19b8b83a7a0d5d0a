"""A stream of images, read in worker processes a bounded number of batches ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import torch
from torch.utils.data import Dataset

from workbench.data.batches.inputs import ImageSource, Inputs, Preprocessing, read_inputs
from workbench.data.batches.loading import batch_loader, bytes_of_images
from workbench.data.crops import Cut, cut_out
from workbench.errors import ImageError
from workbench.inference.items import Item

_Wanted = tuple[str, Cut | None, str]
"""What a worker gets of an item: path, part to cut out, and why it cannot be read."""

_Read = tuple[list[Inputs], dict[int, str]]
"""What a worker sends back: see `read_inputs`."""


class ReadBatch(NamedTuple):
    """A batch of images: the inputs of those that could be decoded, the reason for each other one."""

    items: list[Item]
    inputs: list[Inputs]
    errors: dict[int, str]


class _Reader(Dataset[_Read]):
    """Its "indices" are what an item wants read: the main process streams them in, so nobody holds the whole list."""

    def __init__(self, preprocessing: Preprocessing) -> None:
        self._preprocessing = preprocessing

    def __getitem__(self, wanted: _Wanted) -> _Read:
        return self.__getitems__([wanted])

    def __getitems__(self, wanted: list[_Wanted]) -> _Read:
        return read_inputs(wanted, _source, self._preprocessing)


def _source(wanted: _Wanted) -> ImageSource:
    file, cut, fault = wanted
    if fault:
        raise ImageError(fault)
    return Path(file) if cut is None else cut_out(Path(file), cut)


def read_batches(
    items: Iterable[Item], preprocessing: Preprocessing, *, batch_size: int, num_workers: int
) -> Iterator[ReadBatch]:
    """Decode and preprocess a stream of items, in order; `num_workers` 0 reads in this process.

    Inputs of the network are what the `test` split gets. Whatever the length of the stream, at most two batches per
    worker are held.
    """
    # Items wait here for what the workers make of their files; sending them there and back would cost as much again.
    waiting: deque[list[Item]] = deque()
    loader: Iterable[_Read] = batch_loader(
        _Reader(preprocessing),
        num_workers,
        batch_bytes=bytes_of_images(batch_size, preprocessing.config.image.size),
        batch_sampler=_to_read(items, batch_size, waiting),
        pin_memory=torch.cuda.is_available(),
    )
    for inputs, errors in loader:
        yield ReadBatch(waiting.popleft(), inputs, errors)


def read_in_threads(
    items: Sequence[Item], preprocessing: Preprocessing, *, batch_size: int, num_threads: int
) -> Iterator[ReadBatch]:
    """Do the same where no processes may be started, as on a cluster's workers: decoders let other threads run."""
    reader = _Reader(preprocessing)
    batches = [list(items[start : start + batch_size]) for start in range(0, len(items), batch_size)]
    if num_threads < 2:
        for batch in batches:
            yield ReadBatch(batch, *reader.__getitems__(_wanted(batch)))
        return
    with ThreadPoolExecutor(num_threads, thread_name_prefix="read") as pool:
        ahead = deque(pool.submit(reader.__getitems__, _wanted(batch)) for batch in batches[: 2 * num_threads])
        for number, batch in enumerate(batches):
            inputs, errors = ahead.popleft().result()
            if number + 2 * num_threads < len(batches):
                ahead.append(pool.submit(reader.__getitems__, _wanted(batches[number + 2 * num_threads])))
            yield ReadBatch(batch, inputs, errors)


def _to_read(items: Iterable[Item], size: int, waiting: deque[list[Item]]) -> Iterator[list[_Wanted]]:
    stream = iter(items)
    while batch := list(islice(stream, size)):
        waiting.append(batch)
        yield _wanted(batch)


def _wanted(batch: Iterable[Item]) -> list[_Wanted]:
    return [(item.path, item.cut, item.fault) for item in batch]

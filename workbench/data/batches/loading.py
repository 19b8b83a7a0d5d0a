"""Loaders over whole batches, and what they do where the memory that processes share is too small for them."""

from __future__ import annotations

import logging
import pickle
import shutil
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from torch.utils.data import DataLoader, Dataset

SHARED_MEMORY = Path("/dev/shm")
_PREFETCHED = 2
_LARGE = (1024, 1024)
_MIB = 2**20

log = logging.getLogger(__name__)


def as_it_is(batch: Any) -> Any:
    """Leave a batch as the Dataset made it."""
    return batch


def batch_loader(
    dataset: Dataset[Any],
    num_workers: int,
    *,
    batch_bytes: int,
    form: Callable[[Any], Any] = as_it_is,
    **how: Any,
) -> DataLoader[Any]:
    """Return a DataLoader over a Dataset that makes whole batches of about so many bytes; `form` changes each.

    Workers hand over batches in shared memory. Where that is too small for the batches that are on their way, as in a
    container without `--shm-size`, torch would wait for ever or be killed: they go through pipes then, which is said.
    """
    kind: type[DataLoader[Any]] = DataLoader
    needed = 2 * batch_bytes * (_PREFETCHED * num_workers + 1)
    if num_workers and needed > (free := free_shared_memory()):
        kind = PipedLoader
        _tell(free // _MIB, -(-needed // _MIB))
    return kind(
        dataset,
        num_workers=num_workers,
        collate_fn=partial(_packed, form) if kind is PipedLoader else form,
        worker_init_fn=_start_worker,
        **how,
    )


def bytes_of_images(count: int, size: tuple[int, int] | None, *, of_value: int = 4) -> int:
    """Return how large a batch of images is whose values take so many bytes; without a size they count as large."""
    height, width = size or _LARGE
    return count * height * width * 3 * of_value


def free_shared_memory() -> float:
    """Return the bytes that are left of the memory that processes share; infinite where it has no bound of its own."""
    try:
        return shutil.disk_usage(SHARED_MEMORY).free
    except OSError:
        return float("inf")


class PipedLoader(DataLoader[Any]):
    """Gets its batches from the workers as bytes through their pipes."""

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        return map(pickle.loads, super().__iter__())


@cache
def _tell(free: int, needed: int) -> None:
    log.warning(
        "The shared memory %s has %d MiB left, and the batches on their way take up to %d MiB: they go through pipes "
        "instead, which is slower. Give the container more (docker run --shm-size=2g), or set data.num_workers to 0.",
        SHARED_MEMORY,
        free,
        needed,
    )


def _packed(form: Callable[[Any], Any], batch: Any) -> bytes:
    return pickle.dumps(form(batch), protocol=pickle.HIGHEST_PROTOCOL)


def _start_worker(_worker: int) -> None:
    """Begin a worker process. OpenCV's threads do not survive a fork, and one worker is one thread already."""
    import cv2

    cv2.setNumThreads(0)

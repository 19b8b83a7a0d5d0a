"""What every DataLoader over whole batches is given."""

from __future__ import annotations

from typing import Any


def as_it_is(batch: Any) -> Any:
    """Collate nothing: the Dataset makes whole batches."""
    return batch


def start_worker(_worker: int) -> None:
    """Begin a worker process. OpenCV's threads do not survive a fork, and one worker is one thread already."""
    import cv2

    cv2.setNumThreads(0)

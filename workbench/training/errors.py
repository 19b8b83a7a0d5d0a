"""What goes wrong while training, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from workbench.data.decoding import ImageError
from workbench.errors import MemoryShortError, SmallBatchError
from workbench.training.params import TrainingParams

_NO_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
_ONE_VALUE = "Expected more than 1 value per channel"


@contextmanager
def plain_training_errors(settings: TrainingParams) -> Iterator[None]:
    """Turn what torch says of lacking memory, too small batches and unreadable images into advice."""
    try:
        yield
    except ImageError as error:
        raise ImageError(_original(str(error))) from None
    except (torch.OutOfMemoryError, MemoryError, RuntimeError, ValueError) as error:
        text = str(error)
        if isinstance(error, torch.OutOfMemoryError | MemoryError) or any(part in text for part in _NO_MEMORY):
            raise MemoryShortError(
                "There is not enough memory for the network and a batch. Try a smaller data.batch_size (with "
                "training.accumulate to keep the steps as they are), a smaller image.size in auguments.yaml, a smaller "
                f"model.name, or training.precision: bf16-mixed (now {settings.precision})."
            ) from error
        if _ONE_VALUE in text:
            raise SmallBatchError(
                "A norm layer cannot learn from a batch with one value per channel. Set data.batch_size to 2 or more, "
                "or image.size larger, or freeze the backbone (model.freeze_backbone: true)."
            ) from None
        raise


def _original(message: str) -> str:
    """What a worker's exception said, without the traceback that the DataLoader put before it."""
    return message.strip().splitlines()[-1].split("ImageError: ")[-1]

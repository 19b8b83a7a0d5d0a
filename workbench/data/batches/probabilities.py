"""From batches to probabilities per image: device, precision, softmax, and the mean over an image's patches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch

from workbench.data.batches.evaluation_copy import evaluation_copy, packed_copy
from workbench.data.batches.inputs import Inputs
from workbench.data.batches.quickest import quickest, remembered
from workbench.errors import WorkbenchError, first_line, unknown_name

View = Callable[[torch.Tensor], torch.Tensor]
"""Shows images (N, 3, H, W) in another way in which their classes stay the same."""

_BEFORE_TRIAL = 20
"""Batches after which a trial of what is quickest is worth the time of some seven more."""

_HALF = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}
PRECISIONS = ("32", *_HALF)


def to_probabilities(logits: torch.Tensor, temperature: float = 1.0) -> torch.Tensor:
    """Turn logits (N, classes) of any precision, divided by a temperature, into float32 that sum to 1."""
    return (logits.float() / temperature if temperature != 1 else logits.float()).softmax(dim=1)


def check_precision(precision: str) -> None:
    """Raise WorkbenchError for a precision that there is not."""
    if precision not in PRECISIONS:
        raise WorkbenchError(unknown_name("precision", precision, PRECISIONS))


@dataclass
class Forward:
    """Probabilities of a network on one device, averaged over the image as it is and its `views`.

    The network must not change any more: a quicker copy of it answers (see `evaluation_copy`). The logits are divided
    by `temperature` before. `precision` `bf16-mixed` and `16-mixed` run what tolerates it in half the bits.
    Raises WorkbenchError for a precision that is unknown or that the device does not have.
    """

    network: torch.nn.Module
    device: torch.device
    precision: str = "32"
    views: Sequence[View] = ()
    temperature: float = 1.0
    trials: Path | None = None
    """Where it is kept which way of computing is the quickest, tried after many batches; None: not tried."""

    def __post_init__(self) -> None:
        check_precision(self.precision)
        if self.precision == "16-mixed" and self.device.type == "cpu":
            raise WorkbenchError("The precision 16-mixed needs a GPU. Choose bf16-mixed or 32 on this machine.")
        self.network = self.network.eval().to(self.device)
        self._quick = evaluation_copy(self.network)
        self._until_trial = _BEFORE_TRIAL

    def __call__(self, inputs: torch.Tensor) -> np.ndarray:
        """Turn float32 (N, 3, H, W) into float32 (N, classes) that sum to 1."""
        with torch.inference_mode(), self._autocast():
            images = inputs.to(self.device, non_blocking=True)
            self._until_trial -= 1
            if self.trials is not None and self._until_trial == 0:
                self._try(images, self.trials)
            result = to_probabilities(self._quick(images), self.temperature)
            for view in self.views:
                result += to_probabilities(self._quick(view(images)), self.temperature)
        return (result / (1 + len(self.views))).cpu().numpy()

    def _try(self, images: torch.Tensor, folder: Path) -> None:
        """Take the quickest copy for images like these, found once for a machine, a network and their shape."""
        packed = packed_copy(self.network, images) if self.precision == "32" else None
        if packed is None:
            return
        copies = {"usual": self._quick, "packed": packed}
        question = {"predicting": repr(self.network), "images": list(images.shape)}

        def find() -> dict[str, object]:
            chosen, seconds = quickest({name: partial(each, images) for name, each in copies.items()}, self.device)
            return {"copy": chosen, "seconds": seconds}

        self._quick = copies[str(remembered(folder, question, find)["copy"])]

    def _autocast(self) -> AbstractContextManager[object]:
        dtype = _HALF.get(self.precision)
        return nullcontext() if dtype is None else torch.autocast(self.device.type, dtype=dtype)


def probabilities_per_image(
    inputs: Iterable[Inputs], forward: Callable[[torch.Tensor], np.ndarray]
) -> tuple[np.ndarray, np.ndarray, dict[int, str]]:
    """Put the inputs of a batch of images through a network.

    Returns the images with an answer (M,), their probabilities float32 (M, classes), and the reason for each image
    that the network refused. Running out of memory is no refusal of an image: it is raised.
    """
    owners: list[np.ndarray] = []
    answers: list[np.ndarray] = []
    errors: dict[int, str] = {}
    for each in inputs:
        try:
            answers.append(forward(each.images))
            owners.append(each.owners)
        except torch.OutOfMemoryError:
            raise
        except (RuntimeError, ValueError) as error:
            errors |= dict.fromkeys(each.owners.tolist(), _refusal(each.images, error))
    if not answers:
        return np.empty(0, dtype=np.int64), np.empty((0, 0), dtype=np.float32), errors
    images, probabilities = combine_patches(np.concatenate(answers), np.concatenate(owners))
    return images, probabilities, errors


def combine_patches(probabilities: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average class probabilities over the patches of each image.

    `probabilities` float (patches, classes), `owners` int (patches,) says which image a patch is from. Returns the
    images in order of their first patch (images,), and their means (images, classes) of the dtype that was given.
    """
    if (np.diff(owners) > 0).all():
        return owners, probabilities
    images, first, inverse, counts = np.unique(owners, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(first)
    starts = np.cumsum(counts) - counts
    sums = np.add.reduceat(probabilities[np.argsort(inverse, kind="stable")].astype(np.float64), starts, axis=0)
    means = (sums / counts[:, None]).astype(probabilities.dtype)
    return images[order], means[order]


def _refusal(images: torch.Tensor, error: Exception) -> str:
    """What to say of images that are too small for the strides of the network, say."""
    height, width = images.shape[-2:]
    return f"the network cannot take an image of {height} x {width} pixels: {first_line(error)}"

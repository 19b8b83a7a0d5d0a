"""The Dataset: preprocessed images in, augmented and normalized batches out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import torch
from torch.utils.data import Dataset, get_worker_info

from workbench.data.config.augment import Split
from workbench.data.decoding import ImageError
from workbench.data.pipeline import Preprocessing, evaluate

_SEEDS = 2**31


class Batch(NamedTuple):
    """What a step of the network gets. An image that was cut into patches has one row per patch.

    `images` float32 (B, 3, H, W), `targets` int64 (B,) class indices, `indices` int64 (B,) positions in the split's
    `LabeledImages`: rows of one image share theirs, and `combine_patches` joins them.
    """

    images: torch.Tensor
    targets: torch.Tensor
    indices: torch.Tensor


class PatchSource(Protocol):
    """Preprocessed images by position: from their files, or from a cache."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> list[np.ndarray]:
        """The patches of one image, uint8 RGB (H, W, 3); they must not be written to."""


class FilePatches:
    """Decodes and preprocesses each image when it is asked for."""

    def __init__(self, paths: Sequence[Path], preprocessing: Preprocessing) -> None:
        # One array of bytes instead of objects: forked workers would copy every page whose reference counts they touch.
        self._paths = np.array([os.fsencode(path) for path in paths], dtype=np.bytes_)
        self._preprocessing = preprocessing

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> list[np.ndarray]:
        path = Path(os.fsdecode(self._paths[index]))
        try:
            return self._preprocessing.patches(path)
        except ImageError as error:
            raise ImageError(f"{path}: {error}") from None


class ImageDataset(Dataset[Batch]):
    """One split. A whole batch is made at once, so that its augmentation is seeded once and normalized in one go.

    The training split draws a seed for each batch: in a worker from torch's generator, which the DataLoader seeds
    from its own for each worker and epoch; without workers from `seed`. The other splits draw nothing.
    """

    def __init__(
        self,
        source: PatchSource,
        targets: np.ndarray,
        preprocessing: Preprocessing,
        split: Split,
        *,
        seed: int = 0,
        skip_damaged: bool = False,
    ) -> None:
        self._source = source
        # Kept as an array and made tensors late: a spawned worker is sent plain data.
        self._targets = np.asarray(targets, dtype=np.int64)
        self._preprocessing = preprocessing
        self._augmenter = preprocessing.augmenter(split)
        self._random = split == "train"
        self._seed = seed
        self._generator: torch.Generator | None = None
        self._skip_damaged = skip_damaged

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, index: int) -> Batch:
        return self.__getitems__([index])

    def __getitems__(self, indices: Sequence[int]) -> Batch:
        """Make the batch of these images; without the damaged ones when the dataset was told to skip them."""
        return self.batch(indices)

    def batch(self, indices: Sequence[int], *, seed: int | None = None) -> Batch:
        """Make the batch of these images, augmented with the draws of `seed`; without it the dataset draws one."""
        patches: list[np.ndarray] = []
        owners: list[int] = []
        for index in indices:
            found = self._patches(index)
            patches += found
            owners += [index] * len(found)
        rows = np.array(owners, dtype=np.int64)
        targets = torch.from_numpy(self._targets[rows])
        if not patches:
            return Batch(torch.empty(0, 3, 0, 0), targets, torch.from_numpy(rows))
        if self._random:
            augmented = self._augmenter(patches, self._draw_seed() if seed is None else seed)
        else:
            augmented = evaluate(self._augmenter, patches)
        return Batch(self._preprocessing.normalize(augmented), targets, torch.from_numpy(rows))

    def _patches(self, index: int) -> list[np.ndarray]:
        try:
            return self._source[index]
        except ImageError:
            if self._skip_damaged:
                return []
            raise

    def _draw_seed(self) -> int:
        if get_worker_info() is not None:
            return int(torch.randint(_SEEDS, (1,)))
        if self._generator is None:
            self._generator = torch.Generator().manual_seed(self._seed)
        return int(torch.randint(_SEEDS, (1,), generator=self._generator))

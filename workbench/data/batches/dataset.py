"""The Dataset: preprocessed images in, augmented and normalized batches out."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch.utils.data import Dataset

from workbench.data.batches.inputs import Preprocessing, evaluate
from workbench.data.config.augment import Split
from workbench.data.decoding import ImageError
from workbench.data.stored_images import StoredImages

SEEDS = 2**31
"""Seeds of an augmentation lie below."""


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

    def together(self, indices: Sequence[int]) -> np.ndarray | None:
        """Images that are a patch each and all of one size, uint8 (N, H, W, 3), to be written to; None for others."""


class FilePatches:
    """Decodes and preprocesses each image when it is asked for."""

    def __init__(self, paths: Sequence[Path], preprocessing: Preprocessing) -> None:
        # One array of bytes instead of objects: forked workers would copy every page whose reference counts they touch.
        compact = isinstance(paths, StoredImages)
        self._paths: Any = paths if compact else np.array([os.fsencode(path) for path in paths], dtype=np.bytes_)
        self._preprocessing = preprocessing

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, index: int) -> list[np.ndarray]:
        found = self._paths[index]
        path = found if isinstance(found, Path) else Path(os.fsdecode(found))
        try:
            return self._preprocessing.patches(path)
        except ImageError as error:
            raise ImageError(f"{path}: {error}") from None

    def together(self, indices: Sequence[int]) -> np.ndarray | None:
        """Files are read one by one."""
        return None


class KnownPatches(list[list[np.ndarray]]):
    """A PatchSource over patches that are there already."""

    def together(self, indices: Sequence[int]) -> np.ndarray | None:
        """They are taken one by one."""
        return None


class ImageDataset(Dataset[Batch]):
    """One split. A whole batch is made at once, so that its augmentation is seeded once and normalized in one go."""

    def __init__(self, source: PatchSource, targets: np.ndarray, preprocessing: Preprocessing, split: Split) -> None:
        self._source = source
        # Kept as an array and made tensors late: a spawned worker is sent plain data.
        self._targets = np.asarray(targets, dtype=np.int64)
        self._preprocessing = preprocessing
        self._augmenter = preprocessing.augmenter(split)
        self._plain = not preprocessing.config.transforms(split)
        self._random = split == "train"

    def __len__(self) -> int:
        return len(self._source)

    def __getitem__(self, index: int) -> Batch:
        return self.batch([index])

    def __getitems__(self, indices: Sequence[int]) -> Batch:
        """Make the batch of these images."""
        return self.batch(indices)

    def batch(self, indices: Sequence[int], *, seed: int | None = None) -> Batch:
        """Make the batch of these images; those of the training split are augmented with the draws of `seed`.

        Without a seed one is drawn from torch's generator, which a DataLoader seeds in each of its workers.
        """
        together = self._source.together(indices)
        if together is not None:
            rows = np.asarray(indices, dtype=np.int64)
            normalized = self._preprocessing.normalize(
                together if self._plain else self._transformed(list(together), seed)
            )
        else:
            patches, rows = self._patches(indices)
            normalized = self._preprocessing.normalize(self._transformed(patches, seed))
        return Batch(normalized, torch.from_numpy(self._targets[rows]), torch.from_numpy(rows))

    def _patches(self, indices: Sequence[int]) -> tuple[list[np.ndarray], np.ndarray]:
        """The patches of these images one after the other, and for each the image that it is of."""
        patches: list[np.ndarray] = []
        owners: list[int] = []
        for index in indices:
            found = self._source[index]
            patches += found
            owners += [index] * len(found)
        return patches, np.array(owners, dtype=np.int64)

    def _transformed(self, patches: list[np.ndarray], seed: int | None) -> list[np.ndarray]:
        if not self._random:
            return evaluate(self._augmenter, patches)
        return self._augmenter(patches, int(torch.randint(SEEDS, (1,))) if seed is None else seed)

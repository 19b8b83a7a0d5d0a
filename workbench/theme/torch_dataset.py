"""A split as a plain torch Dataset. A spawned worker imports this module: it needs neither Lightning nor the store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.utils.data import Dataset

from workbench.data.decoding import decode_rgb
from workbench.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.data.batches.dataset import ImageDataset
    from workbench.data.labeled_images import LabeledImages

Transform = Callable[[Any], Any]


class ThemeDataset(Dataset[tuple[Any, int]]):
    """The images of one split with their class indices, as torchvision's ImageFolder has them.

    `classes` are the names of the labels, `class_to_idx` their indices, `samples` (path, index) pairs, `targets` the
    indices. Plain data: it can be pickled, and a spawned worker gets it whole.
    """

    def __init__(self, images: LabeledImages, transform: Transform | None, pipeline: ImageDataset | None) -> None:
        self.classes = list(images.class_names)
        self.targets = [int(target) for target in images.targets]
        self.paths = [str(path) for path in images.paths]
        self.transform = transform
        self._pipeline = pipeline

    @property
    def class_to_idx(self) -> dict[str, int]:
        """The index of each class.

        >>> theme.dataset("train").class_to_idx
        {'red': 0, 'white': 1}
        """
        return {name: index for index, name in enumerate(self.classes)}

    @property
    def samples(self) -> list[tuple[str, int]]:
        """The file and the class index of each image.

        >>> len(theme.dataset("train").samples) == len(theme.dataset("train"))
        True
        """
        return list(zip(self.paths, self.targets, strict=True))

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, index: int) -> tuple[Any, int]:
        """Return an image and its class index: float32 (3, H, W) of the pipeline, uint8 (3, H, W) without a transform.

        Raises ImageError for a file that cannot be read, WorkbenchError where the pipeline cuts images into patches.
        """
        if not 0 <= index < len(self):
            raise IndexError(index)
        if self._pipeline is not None:
            images = self._pipeline.batch([index]).images
            if len(images) != 1:
                raise WorkbenchError(
                    f"auguments.yaml cuts an image into {len(images)} patches; a Dataset gives one image. "
                    "Use theme.datamodule(), or a transform of your own."
                )
            return images[0], self.targets[index]
        pixels = decode_rgb(Path(self.paths[index]))
        if self.transform is None:
            return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1))), self.targets[index]
        from PIL import Image

        return self.transform(Image.fromarray(pixels)), self.targets[index]

    def __repr__(self) -> str:
        return f"ThemeDataset({len(self):,} images of {', '.join(self.classes)})"

"""From an image file to the network's input, the same in validation, test and the registered model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.augmentation import Augmenter, build_augmenter
from workbench.data.config.augment import AugmentConfig, Split, Statistics
from workbench.data.decoding import decode_rgb
from workbench.data.normalization import scale_and_shift, statistics_of
from workbench.data.preprocessing import Resize, Step
from workbench.errors import ConfigError, WorkbenchError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Preprocessing:
    """The whole way of an image into the network; `to_dict` is plain data that a saved model can carry.

    `statistics` are the mean and standard deviation that `augmentation.normalization` came to, None for none.
    """

    config: AugmentConfig
    statistics: Statistics | None

    @classmethod
    def create(cls, config: AugmentConfig, theme: Statistics | None = None) -> Preprocessing:
        """Resolve the normalization preset; `theme` are the theme's own statistics, needed for the preset `theme`."""
        return cls(config, statistics_of(config.augmentation.normalization, theme))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Preprocessing:
        """Rebuild what `to_dict` wrote. Raises ConfigError when this version of the workbench does not know it."""
        statistics = data.get("statistics")
        return cls(
            AugmentConfig.from_dict(data["config"], source="the model's preprocessing"),
            Statistics.model_validate(statistics) if statistics else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return str, int, float, list and dict only."""
        config = self.config.to_dict()
        # A model evaluates: it needs the test transforms, and the library of the others need not be installed for it.
        config["augmentation"] |= {"train": [], "valid": []}
        statistics = self.statistics.model_dump(mode="json") if self.statistics else None
        return {"config": config, "statistics": statistics}

    def patches(self, image: bytes | Path | np.ndarray) -> list[np.ndarray]:
        """Decode and run the preprocessing steps: one or more uint8 RGB arrays (height, width, 3).

        Raises ImageError for a file that cannot be decoded.
        """
        current = [image if isinstance(image, np.ndarray) else self.decode(image)]
        for _, step in self._steps:
            current = [result for each in current for result in step.apply(each)]
        return current

    def decode(self, image: bytes | Path) -> np.ndarray:
        """Decode to uint8 RGB (H, W, 3): a JPEG that is to be made small anyway comes smaller out of the decoder."""
        return decode_rgb(image, at_least=self.enough)

    def augmenter(self, split: Split) -> Augmenter:
        """The transforms of one split."""
        return build_augmenter(self.config.augmentation.library, self.config.transforms(split))

    def normalize(self, images: Sequence[np.ndarray]) -> torch.Tensor:
        """Stack uint8 (or float, then taken as scaled already) images of one size to float32 (N, 3, H, W)."""
        return scale_and_shift(stack(images), self.statistics)

    def __call__(self, images: Sequence[bytes | Path | np.ndarray]) -> tuple[torch.Tensor, np.ndarray]:
        """Make the input of an evaluation, as the `test` split gets it.

        `images` are file contents, paths or uint8 RGB arrays. Returns float32 (patches of all images, 3, H, W) and
        int64 (patches of all images,) that tells each patch's image; `combine_patches` joins what the network says.
        """
        patches = [self.patches(image) for image in images]
        owners = np.repeat(np.arange(len(patches)), [len(each) for each in patches])
        transformed = [image for each in patches for image in evaluate(self._evaluation, each)]
        return self.normalize(transformed), owners

    @cached_property
    def _steps(self) -> list[tuple[str, Step]]:
        return self.config.steps()

    @cached_property
    def _evaluation(self) -> Augmenter:
        return self.augmenter("test")

    @cached_property
    def enough(self) -> tuple[int, int] | None:
        """Size at which a JPEG holds all that resizing will leave of it, when resizing is what comes first.

        Twice the target, since averaging over at least two pixels a side keeps the decoder's smaller scale unseen.
        """
        first = self._steps[0][1] if self._steps else None
        if not isinstance(first, Resize) or first.size is None or first.interpolation not in ("auto", "area"):
            return None
        height, width = first.size
        return (2 * height, 2 * width)


def evaluate(augmenter: Augmenter, images: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Apply the transforms of an evaluation: should one of them draw, every image gets the same draw every time."""
    return [result for image in images for result in augmenter([image], 0)]


def combine_patches(probabilities: np.ndarray, owners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Average class probabilities over the patches of each image.

    `probabilities` float (patches, classes), `owners` int (patches,) says which image a patch is from. Returns the
    images in order of their first patch (images,) and float64 (images, classes).
    """
    images, first, inverse = np.unique(np.asarray(owners), return_index=True, return_inverse=True)
    sums = np.zeros((len(images), np.shape(probabilities)[1]))
    np.add.at(sums, inverse, np.asarray(probabilities, dtype=np.float64))
    means = sums / np.bincount(inverse, minlength=len(images))[:, None]
    order = np.argsort(first)
    return images[order], means[order]


def stack(images: Sequence[np.ndarray]) -> np.ndarray:
    """Join images (H, W, 3) into (N, H, W, 3). Raises ConfigError when they differ in size."""
    shapes = {image.shape for image in images}
    if len(shapes) > 1:
        sizes = ", ".join(f"{shape[0]} x {shape[1]}" for shape in sorted(shapes)[:4])
        raise ConfigError(
            f"Images of different sizes ({sizes}{' ...' if len(shapes) > 4 else ''}) cannot form one batch. "
            "Set image.size in auguments.yaml, or end the transforms with a crop or resize of fixed size."
        )
    shape = next(iter(shapes), None)
    if shape is None:
        raise WorkbenchError("There is no image to make a batch of.")
    if len(shape) != 3 or shape[2] != 3:
        raise ConfigError(
            f"The transforms return arrays of shape {shape}; (height, width, 3) is needed. "
            "Leave out what changes the number of channels."
        )
    return np.stack(images)

"""From an image to the network's input, the same in validation, test, prediction and the registered model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from workbench.configuration import Location
from workbench.data.augmentation import Augmenter, build_augmenter
from workbench.data.config.augment import AugmentConfig, Split, Statistics
from workbench.data.decoding import PIXEL_LIMIT, decode_rgb
from workbench.data.normalization import scale_and_shift, statistics_of
from workbench.data.preprocessing import Step
from workbench.errors import ConfigError, ImageError, WorkbenchError

if TYPE_CHECKING:
    import torch

ImageSource = bytes | Path | np.ndarray
"""The content of an image file, its path, or uint8 RGB (H, W, 3)."""

STEP_PIXEL_LIMIT = 4 * PIXEL_LIMIT
"""Pixels that one preprocessing step may make of an image: 1 GiB as RGB."""

Given = TypeVar("Given")


class Inputs(NamedTuple):
    """Patches of one size, ready for a network.

    `images` float32 (P, 3, H, W); `owners` int64 (P,) says for each patch the position of its image.
    """

    images: torch.Tensor
    owners: np.ndarray


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
            AugmentConfig.from_dict(data["config"], at=Location("the model's preprocessing")),
            Statistics.model_validate(statistics) if statistics else None,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return str, int, float, list and dict only."""
        config = self.config.to_dict()
        # A model evaluates: it needs the test transforms, and the library of the others need not be installed for it.
        config["augmentation"] |= {"train": [], "valid": []}
        statistics = self.statistics.model_dump(mode="json") if self.statistics else None
        return {"config": config, "statistics": statistics}

    def describe(self) -> str:
        """Say in words what is done with an image before the network sees it."""
        size = self.config.image.size
        steps = [f"{name} to {size[0]} x {size[1]}" if name == "resize" and size else name for name, _ in self._steps]
        tested = [each if isinstance(each, str) else next(iter(each)) for each in self.config.transforms("test")]
        scaled = "scaled to 0..1"
        if self.statistics is not None:
            scaled = f"mean {_listed(self.statistics.mean)}, deviation {_listed(self.statistics.std)}"
        return "; ".join([", ".join([*steps, *tested]) or "as it is", scaled])

    def decode(self, image: bytes | Path) -> np.ndarray:
        """Decode to uint8 RGB (H, W, 3), in full: an array of the same pixels has to give the same inputs."""
        return decode_rgb(image)

    def patches(self, image: ImageSource) -> list[np.ndarray]:
        """Decode and run the preprocessing steps: one or more uint8 RGB arrays (height, width, 3).

        Raises ImageError for a file that cannot be decoded.
        """
        pixels = image if isinstance(image, np.ndarray) else self.decode(image)
        current = [pixels]
        for _, _, left in self.each_step(pixels):
            current = left
        return current

    def each_step(self, image: np.ndarray) -> Iterator[tuple[str, Step, list[np.ndarray]]]:
        """Run the steps one by one on uint8 RGB (H, W, 3); yields name, step, and the one or more images it left."""
        current = [image]
        for name, step in self._steps:
            _refuse_too_large(name, step, current, image)
            current = [result for each in current for result in step.apply(each)]
            yield name, step, current

    def augmenter(self, split: Split) -> Augmenter:
        """The transforms of one split."""
        return build_augmenter(self.config.augmentation.library, self.config.transforms(split))

    def evaluated(self, image: ImageSource) -> list[np.ndarray]:
        """The patches of an image after the transforms of the `test` split, uint8 or float32 (H, W, 3)."""
        return evaluate(self._evaluation, self.patches(image))

    def normalize(self, images: Sequence[np.ndarray] | np.ndarray) -> torch.Tensor:
        """Stack uint8 (or float, then taken as scaled already) images of one size to float32 (N, 3, H, W).

        Raises ConfigError when they differ in size or are not RGB.
        """
        stacked = images if isinstance(images, np.ndarray) else _stack(images)
        return scale_and_shift(stacked, self.statistics)

    @cached_property
    def _steps(self) -> list[tuple[str, Step]]:
        return self.config.steps()

    @cached_property
    def _evaluation(self) -> Augmenter:
        return self.augmenter("test")


def _refuse_too_large(name: str, step: Step, images: Sequence[np.ndarray], original: np.ndarray) -> None:
    pixels = sum(step.pixels(*image.shape[:2]) for image in images)
    if pixels > STEP_PIXEL_LIMIT:
        height, width = original.shape[:2]
        raise ImageError(
            f"{width} x {height} pixels, of which the step '{name}' of auguments.yaml would make {pixels:,}, more than "
            f"the limit of {STEP_PIXEL_LIMIT:,}: cut the image into parts, or change the step (resize: another size or "
            "fit, patches: a larger stride)"
        )


def _listed(values: Sequence[float]) -> str:
    return " ".join(f"{value:.3f}" for value in values)


def evaluate(augmenter: Augmenter, images: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Apply the transforms of an evaluation: should one of them draw, every image gets the same draw every time."""
    return [result for image in images for result in augmenter([image], 0)]


def read_inputs(
    given: Iterable[Given], source: Callable[[Given], ImageSource], preprocessing: Preprocessing
) -> tuple[list[Inputs], dict[int, str]]:
    """Make the inputs of an evaluation, as the `test` split gets them; images may differ in size.

    `source` turns each of what is given into an image, or raises WorkbenchError with the reason why it cannot. Returns
    inputs, one for each size, whose owners are positions in `given`, and the reason for each image that is in none.
    """
    by_size: dict[tuple[int, ...], tuple[list[np.ndarray], list[int]]] = {}
    errors: dict[int, str] = {}
    for position, each in enumerate(given):
        try:
            patches = preprocessing.evaluated(source(each))
        except WorkbenchError as error:
            errors[position] = str(error)
            continue
        for patch in patches:
            images, owners = by_size.setdefault(patch.shape, ([], []))
            images.append(patch)
            owners.append(position)
    inputs = [
        Inputs(preprocessing.normalize(images), np.array(owners, dtype=np.int64)) for images, owners in by_size.values()
    ]
    return inputs, errors


def _stack(images: Sequence[np.ndarray]) -> np.ndarray:
    """Join images (H, W, 3) into (N, H, W, 3)."""
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

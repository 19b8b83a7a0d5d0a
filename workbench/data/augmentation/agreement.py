"""Whether the transforms of the three splits fit together: what is trained on must be what is evaluated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from workbench.data.augmentation.library import Augmenter
from workbench.errors import ConfigError

_SEEDS = range(8)
_SLACK = 0.01


class _Result(NamedTuple):
    """What transforms leave of images: height and width, type, and whether the values are beyond what it holds."""

    size: tuple[int, ...]
    dtype: str
    values: str


def check_agreement(augmenters: Mapping[str, Augmenter], patches: np.ndarray) -> None:
    """Raise ConfigError unless train, valid and test fit together, tried on uint8 images (N, H, W, 3).

    Valid and test must not draw at random and must leave the same size; all three the same type and range of values.
    """
    images = list(patches)
    for split in ("valid", "test"):
        first = augmenters[split](images, 0)
        others = [other for seed in _SEEDS[1:] for other in augmenters[split](images, seed)]
        if not all(map(np.array_equal, first * (len(_SEEDS) - 1), others)):
            raise ConfigError(
                f"augmentation.{split} draws at random, so that its metrics would be by chance. Random transforms "
                "belong into augmentation.train; p: 1.0 makes one that is certain, CenterCrop stands for RandomCrop."
            )
    found = {
        split: _result([image for seed in _SEEDS for image in each(images, seed)]) for split, each in augmenters.items()
    }
    _compare(found, "size", ("valid", "test"), "height and width", "Give both the same crop or resize.")
    for name, words in (("dtype", "type"), ("values", "range")):
        then = "What scales or normalizes belongs into all three splits, or into augmentation.normalization alone."
        _compare(found, name, ("train", "valid", "test"), words, then)


def _result(images: list[np.ndarray]) -> _Result:
    lowest, highest = min(float(each.min()) for each in images), max(float(each.max()) for each in images)
    inside = images[0].dtype == np.uint8 or (lowest >= -_SLACK and highest <= 1 + _SLACK)
    return _Result(images[0].shape[:2], str(images[0].dtype), "0..1" if inside else "normalized")


def _compare(found: Mapping[str, _Result], name: str, splits: tuple[str, ...], words: str, then: str) -> None:
    values = {split: getattr(found[split], name) for split in splits}
    if len(set(values.values())) > 1:
        shown = ", ".join(f"{_shown(value)} in {split}" for split, value in values.items())
        raise ConfigError(
            f"The transforms of auguments.yaml leave images of different {words}: {shown}. The network would be judged "
            f"by other images than it learns from. {then}"
        )


def _shown(value: object) -> str:
    return f"{value[0]} x {value[1]}" if isinstance(value, tuple) else str(value)

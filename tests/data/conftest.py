"""Small real image files, and configurations for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from workbench.data.config.augment import AugmentConfig
from workbench.data.labeled_images import LabeledImages

MakeImages = Callable[..., LabeledImages]
MakeConfig = Callable[..., AugmentConfig]


@pytest.fixture
def make_images(tmp_path: Path) -> MakeImages:
    """Write `count` distinct PNGs of one size and return them, labeled a, b, a, b ..."""

    def make(count: int, size: tuple[int, int] = (16, 16), folder: str = "images") -> LabeledImages:
        root = tmp_path / folder
        root.mkdir(exist_ok=True)
        random = np.random.default_rng(count)
        paths = []
        for index in range(count):
            path = root / f"{index}.png"
            cv2.imwrite(str(path), random.integers(0, 256, (*size, 3), dtype=np.uint8))
            paths.append(path)
        return LabeledImages.create(paths, np.arange(count) % 2, ["a", "b"], np.arange(count) + 100)

    return make


@pytest.fixture
def make_config() -> MakeConfig:
    """Return a configuration with this image size and these training transforms."""

    def make(size: Any = 16, train: Sequence[Any] = (), **sections: Any) -> AugmentConfig:
        augmentation = {"train": list(train), **sections.pop("augmentation", {})}
        return AugmentConfig.from_dict({"image": {"size": size}, "augmentation": augmentation, **sections})

    return make

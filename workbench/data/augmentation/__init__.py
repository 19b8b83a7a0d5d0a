"""Augmentation through a library of the user's choice: one module per library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from workbench.configuration import Location
from workbench.data.augmentation.albumentations import Albumentations
from workbench.data.augmentation.library import Applied, Augmenter, Library, construct
from workbench.data.augmentation.torchvision import Torchvision

LibraryName = Literal["albumentations", "torchvision"]

LIBRARIES: dict[str, Library] = {library.name: library for library in (Albumentations(), Torchvision())}
"""Every augmentation library by its name in `auguments.yaml`."""

__all__ = ["LIBRARIES", "Applied", "Augmenter", "Library", "LibraryName", "build_augmenter"]


def build_augmenter(library: str, transforms: Sequence[Any], at: Location | None = None) -> Augmenter:
    """Build the transforms of one split from their description in the file.

    An empty list needs no library and imports none. Raises ConfigError for an unknown transform or argument.
    """
    if not isinstance(transforms, list | tuple) or len(transforms) > 0:
        chosen = LIBRARIES[library]
        return chosen.augmenter(construct(chosen, transforms, at or Location("augmentation settings")))
    return _Unchanged()


class _Unchanged:
    """No transforms at all."""

    def __call__(self, images: Sequence[np.ndarray], seed: int) -> list[np.ndarray]:
        return list(images)

    def explain(self, image: np.ndarray, seed: int) -> tuple[np.ndarray, list[Applied]]:
        return image, []

"""Augmentation by albumentations."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np

from workbench.data.augmentation.library import Applied, Augmenter


class Albumentations:
    """https://albumentations.ai, version 2: https://explore.albumentations.ai lists its transforms."""

    name = "albumentations"

    def transforms(self) -> Mapping[str, type]:
        return _transforms()

    def make(self, kind: type, arguments: dict[str, Any]) -> Any:
        probability = arguments.get("p", 1)
        if not isinstance(probability, int | float) or not 0 <= probability <= 1:
            # Its own check leaves the nesting transforms out.
            raise ValueError(f"p is {probability!r}, a probability from 0 to 1 is needed")
        with warnings.catch_warnings():
            # It only warns of arguments from older versions and then ignores them.
            warnings.filterwarnings("error", message=r"Argument\(s\)")
            try:
                return kind(**{name: _value(name, value) for name, value in arguments.items()})
            except UserWarning as warning:
                raise ValueError(str(warning)) from None

    def augmenter(self, transforms: list[Any]) -> Augmenter:
        return _Composed(transforms)


class _Composed:
    def __init__(self, transforms: list[Any]) -> None:
        module = _module()
        self._compose = module.Compose(transforms)
        self._transforms = transforms

    def __call__(self, images: Sequence[np.ndarray], seed: int) -> list[np.ndarray]:
        # Seeded with every batch: forked workers would otherwise all draw what their parent's generator had next.
        self._compose.set_random_seed(seed)
        return [self._compose(image=image)["image"] for image in images]

    def explain(self, image: np.ndarray, seed: int) -> tuple[np.ndarray, list[Applied]]:
        recorder = _module().Compose(self._transforms, save_applied_params=True)
        recorder.set_random_seed(seed)
        result = recorder(image=image)
        return result["image"], [Applied(name, dict(values)) for name, values in result["applied_transforms"]]


def _module() -> Any:
    # Otherwise importing it asks the network for a newer version.
    os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
    import albumentations

    return albumentations


@cache
def _transforms() -> Mapping[str, type]:
    module = _module()
    bases = (module.BasicTransform, module.BaseCompose)
    abstract = {
        "BasicTransform", "BaseCompose", "DualTransform", "ImageOnlyTransform", "Transform3D", "Lambda",
        "ReplayCompose", "ToTensorV2", "ToTensor3D",
    }  # fmt: skip
    return {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, bases) and name not in abstract
    }


def _value(name: str, value: Any) -> Any:
    """Lists become tuples, and OpenCV's constants can be written by name (`interpolation: INTER_CUBIC`)."""
    if isinstance(value, list):
        return value if name in ("transforms", "first", "second") else tuple(_value(name, item) for item in value)
    if isinstance(value, str) and value.removeprefix("cv2.").startswith(("INTER_", "BORDER_")):
        return getattr(cv2, value.removeprefix("cv2."), value)
    return value

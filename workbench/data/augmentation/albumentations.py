"""Augmentation by albumentations."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import cv2
import numpy as np

from workbench.data.augmentation.library import Applied, Augmenter, unfit
from workbench.errors import nearest


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
            # It only warns of arguments from older versions and then ignores them, and of an `n` above what there is.
            warnings.filterwarnings("error", message=r"Argument\(s\)|`n` is greater")
            try:
                return kind(**{name: _value(name, value) for name, value in arguments.items()})
            except UserWarning as warning:
                raise ValueError(str(warning).split(". `n` will")[0]) from None

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
        return [self._run(self._compose, image)["image"] for image in images]

    def explain(self, image: np.ndarray, seed: int) -> tuple[np.ndarray, list[Applied]]:
        recorder = _module().Compose(self._transforms, save_applied_params=True)
        recorder.set_random_seed(seed)
        result = self._run(recorder, image)
        return result["image"], [Applied(name, dict(values)) for name, values in result["applied_transforms"]]

    @staticmethod
    def _run(compose: Any, image: np.ndarray) -> dict[str, Any]:
        try:
            return compose(image=image)
        except Exception as error:
            raise unfit(image, error) from error


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
        "BasicTransform",
        "BaseCompose",
        "DualTransform",
        "ImageOnlyTransform",
        "Transform3D",
        "Lambda",
        "ReplayCompose",
        "ToTensorV2",
        "ToTensor3D",
    }
    # They want boxes or a volume beside the image, and fail without.
    unfit_parts = ("3D", "BBox", "CubicSymmetry")
    return {
        name: kind
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, bases) and name not in abstract
        if not any(part in name for part in unfit_parts)
    }


def _value(name: str, value: Any) -> Any:
    """Lists become tuples, and OpenCV's constants can be written by name (`interpolation: INTER_CUBIC`)."""
    if isinstance(value, list):
        return value if name in ("transforms", "first", "second") else tuple(_value(name, item) for item in value)
    if isinstance(value, str) and value.removeprefix("cv2.").startswith(("INTER_", "BORDER_")):
        constant = value.removeprefix("cv2.")
        if not hasattr(cv2, constant):
            known = [each for each in dir(cv2) if each.startswith(constant.split("_")[0] + "_")]
            raise ValueError(f"{name} is {value!r}, did you mean {nearest(constant, known) or known[0]!r}")
        return getattr(cv2, constant)
    return value

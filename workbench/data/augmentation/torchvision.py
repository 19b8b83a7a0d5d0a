"""Augmentation by torchvision.transforms.v2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from workbench.data.augmentation.library import Applied, Augmenter, unfit


class Torchvision:
    """https://docs.pytorch.org/vision/stable/transforms.html, the classes of `torchvision.transforms.v2`."""

    name = "torchvision"

    def transforms(self) -> Mapping[str, type]:
        return _transforms()

    def make(self, kind: type, arguments: dict[str, Any]) -> Any:
        return kind(**{name: _value(name, value) for name, value in arguments.items()})

    def augmenter(self, transforms: list[Any]) -> Augmenter:
        return _Composed(transforms)


class _Composed:
    def __init__(self, transforms: list[Any]) -> None:
        self._transforms = transforms

    def __call__(self, images: Sequence[np.ndarray], seed: int) -> list[np.ndarray]:
        import torch

        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return [self._apply(image) for image in images]

    def explain(self, image: np.ndarray, seed: int) -> tuple[np.ndarray, list[Applied]]:
        import torch

        applied = []
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            picture = _to_tensor(image)
            for transform in self._transforms:
                before = picture
                picture = _run(transform, picture)
                # It reports nothing, so what took part is told by what it changed.
                if before.shape != picture.shape or not torch.equal(before, picture):
                    applied.append(Applied(type(transform).__name__))
        return _to_array(picture), applied

    def _apply(self, image: np.ndarray) -> np.ndarray:
        picture = _to_tensor(image)
        for transform in self._transforms:
            picture = _run(transform, picture)
        return _to_array(picture)


def _run(transform: Any, picture: Any) -> Any:
    try:
        return transform(picture)
    except Exception as error:
        raise unfit(_to_array(picture), error, type(transform).__name__) from error


def _to_tensor(image: np.ndarray) -> Any:
    import torch
    from torchvision import tv_tensors

    return tv_tensors.Image(torch.from_numpy(image.copy()).permute(2, 0, 1))


def _to_array(picture: Any) -> np.ndarray:
    return np.ascontiguousarray(picture.permute(1, 2, 0).numpy())


@cache
def _transforms() -> Mapping[str, type]:
    from torchvision.transforms import v2

    # They change labels or boxes, return several images or no tensor, or want a function.
    unfit = {
        "Transform",
        "CutMix",
        "MixUp",
        "Lambda",
        "LinearTransformation",
        "FiveCrop",
        "TenCrop",
        "ToPILImage",
        "PILToTensor",
        "ToTensor",
        "RandomIoUCrop",
        "ConvertBoundingBoxFormat",
        "ClampBoundingBoxes",
        "ClampKeyPoints",
        "SanitizeBoundingBoxes",
        "SanitizeKeyPoints",
        "SetClampingMode",
        "UniformTemporalSubsample",
    }
    return {
        name: kind
        for name, kind in vars(v2).items()
        if isinstance(kind, type) and issubclass(kind, v2.Transform) and name not in unfit
    }


def _value(name: str, value: Any) -> Any:
    """Plain values for what it wants as enumerations: `dtype: float32`, `interpolation: bilinear`."""
    import torch
    from torchvision.transforms import v2

    if name == "dtype" and isinstance(value, str):
        dtype = getattr(torch, value.removeprefix("torch."), None)
        if not isinstance(dtype, torch.dtype):
            raise ValueError(f"dtype is {value!r}; float32 and uint8 are known")
        return dtype
    kind = {"policy": v2.AutoAugmentPolicy, "interpolation": v2.InterpolationMode}.get(name)
    if kind is None or not isinstance(value, str):
        return value
    known = [member.value for member in kind]
    if value not in known:
        raise ValueError(f"{name} is {value!r}; {', '.join(known)} are known")
    return kind(value)

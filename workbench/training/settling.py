"""Settings that are left to the theme's images: the network's stem and its channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.data.decoding import decode_rgb
from workbench.errors import ImageError
from workbench.training.params import Params

if TYPE_CHECKING:
    from workbench.training.plan import Plan

_LOOKED_AT = 512
_MIDDLE_UP_TO, _SMALL_UP_TO = 64, 16
_SHRINKS_BY = 32
_LEFT_BY = {"middle": 16, "small": 8}
_WORK = {"middle": "4", "small": "15"}


def settle(plan: Plan, *, quiet: bool = False) -> Plan:
    """Replace `auto` in `model.stem` and `model.in_channels` by what suits the images.

    Unless `quiet`, it is said where a ResNet keeps a single pixel of an image, and what the other stems would keep.
    """
    model = plan.params.model
    changes: dict[str, Any] = {}
    if model.stem == "auto":
        changes["stem"] = stem_for(plan.params, plan.augment.image.size)
    if model.in_channels == "auto":
        gray = not model.pretrained and are_gray(plan.images["train"].paths)
        changes["in_channels"] = 1 if gray else 3
    if not quiet and (advice := _advice(changes.get("stem", model.stem), model.name, plan.augment.image.size)):
        print(advice, flush=True)
    if not changes:
        return plan
    return replace(plan, params=plan.params.model_copy(update={"model": model.model_copy(update=changes)}))


def stem_for(params: Params, size: tuple[int, int] | None) -> str:
    """The stem with which a ResNet keeps some pixels of images of a size to its last stage."""
    if not _is_resnet(params.model.name) or size is None or max(size) > _MIDDLE_UP_TO:
        return "standard"
    return "small" if max(size) <= _SMALL_UP_TO else "middle"


def are_gray(paths: Sequence[Path]) -> bool:
    """Whether images have no color, as far as 512 of them tell, evenly taken."""
    for index in np.linspace(0, len(paths) - 1, min(_LOOKED_AT, len(paths))).astype(int):
        try:
            pixels = decode_rgb(paths[index])
        except ImageError:
            return False  # told when it is read to be trained on
        if (pixels != pixels[..., :1]).any():
            return False
    return bool(paths)


def _advice(stem: str, name: str, size: tuple[int, int] | None) -> str:
    if stem != "standard" or not _is_resnet(name) or size is None or max(size) > _SHRINKS_BY:
        return ""
    height, width = size
    others = " and ".join(
        f"'{each}' {-(-height // by)} x {-(-width // by)} at about {_WORK[each]} times the work"
        for each, by in _LEFT_BY.items()
    )
    return (
        f"{name} with model.stem 'standard' has 1 x 1 of an image of {height} x {width} left in its last stage; "
        f"{others}. More is as a rule better on small images."
    )


def _is_resnet(name: str) -> bool:
    return name.lower() in {f"resnet{depth}" for depth in (18, 34, 50, 101, 152)}

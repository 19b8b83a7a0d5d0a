"""Settings that are left to the theme's images and to the machine: stem, channels, the form of computing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from workbench.data.batches.tta import views_of_transforms
from workbench.data.decoding import decode_rgb
from workbench.errors import ImageError
from workbench.training.distributed import process_count
from workbench.training.networks import build_network, network_arguments
from workbench.training.networks.forms import FORMS, Trial, trial_of
from workbench.training.networks.input_check import drawn_input
from workbench.training.networks.surgery import set_backbone_frozen
from workbench.training.params import Params

if TYPE_CHECKING:
    from workbench.training.plan import Plan

_WORTH_STEPS = 1_000
"""Steps of a training below which a trial takes longer than it saves."""

_LOOKED_AT = 512
_MIDDLE_UP_TO, _SMALL_UP_TO = 64, 16
_SHRINKS_BY = 32
_LEFT_BY = {"middle": 16, "small": 8}
_WORK = {"middle": "4", "small": "15"}


def settle(plan: Plan, *, quiet: bool = False) -> Plan:
    """Replace `auto` in `model.stem`, `in_channels`, `shortcuts`, `training.precision` and `test_views`.

    Unless `quiet`, it is said where a ResNet keeps a single pixel of an image, what the other stems would keep, and
    what a trial of the forms of computing found.
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
    if changes:
        plan = _with_settings(plan, "model", changes)
    if plan.params.training.test_views == "auto":
        plan = _with_settings(plan, "training", {"test_views": _views(plan)})
    return _settle_form(plan, quiet=quiet)


def _with_settings(plan: Plan, section: str, changes: dict[str, Any]) -> Plan:
    settings = getattr(plan.params, section).model_copy(update=changes)
    return replace(plan, params=plan.params.model_copy(update={section: settings}))


def _settle_form(plan: Plan, *, quiet: bool) -> Plan:
    """Take the quickest form of computing the network. A resume takes what the run has recorded, without a trial."""
    model, training = plan.params.model, plan.params.training
    if model.shortcuts != "auto" and training.precision != "auto":
        return plan
    found = _tried(plan)
    if found is not None and not quiet:
        print(f"On this machine {model.name} is computed in the form {found.describe()}.", flush=True)
    form, precision = (found.form, found.precision) if found is not None else ("pixels", "32")
    if model.shortcuts == "auto":
        plan = _with_settings(plan, "model", {"shortcuts": form})
    if training.precision == "auto":
        plan = _with_settings(plan, "training", {"precision": precision})
    return plan


def _tried(plan: Plan) -> Trial | None:
    """What a trial of the forms finds, or has found before; None where it would take longer than it saves."""
    model, training, size = plan.params.model, plan.params.training, plan.params.data.batch_size
    precisions = ("32", "bf16-mixed") if training.precision == "auto" else (training.precision,)
    steps = training.num_epochs * len(plan.images["train"]) // size
    image = drawn_input(plan.augment) if steps >= _WORTH_STEPS else None
    # Several processes have to agree, and other precisions are not tried.
    if image is None or process_count(training) > 1 or not {"32", "bf16-mixed"}.issuperset(precisions):
        return None
    forms = FORMS if model.shortcuts == "auto" else (model.shortcuts,)
    images = torch.rand(size, *image.shape[1:], generator=torch.Generator().manual_seed(0))
    question = {
        "network": network_arguments(model, len(plan.class_names)),
        "frozen": model.freeze_backbone,
        "images": list(images.shape),
        "tried": [*forms, *precisions],
        "accelerator": training.accelerator,
    }
    try:
        return trial_of(plan.project.cache / "forms", question, lambda: _network(plan), images, precisions, forms)
    except (RuntimeError, ValueError):
        return None  # memory that is short, a batch that is too small: the training tells it as it is meant


def _network(plan: Plan) -> nn.Module:
    """A network as it will be trained, with weights as they come, where it will be trained."""
    model = plan.params.model.model_copy(update={"pretrained": False, "shortcuts": "none"})
    network = build_network(model, len(plan.class_names))
    set_backbone_frozen(network, model.freeze_backbone)
    on_gpu = plan.params.training.accelerator in ("auto", "gpu", "cuda") and torch.cuda.is_available()
    return network.to("cuda" if on_gpu else "cpu")


def _views(plan: Plan) -> tuple[str, ...]:
    """The views that the training's transforms draw; of images that are not square, none that is turned."""
    size = plan.augment.image.size
    square = size is not None and size[0] == size[1]
    return tuple(name for name in views_of_transforms(plan.augment.transforms("train")) if square or name != "rotate")


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

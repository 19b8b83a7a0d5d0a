"""The forms in which a network can be trained, the same within rounding, and a short trial of the quickest one here."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import nn

from workbench.data.batches.pixel_convolutions import compute_pixels_as_products
from workbench.data.batches.quickest import quickest, remembered

FORMS = ("pixels", "none", "channels_last", "all")
"""Convolutions of single pixels as matrix products, which is taken untried; as it is; channels last in memory; both."""

_PRECISIONS = {"32": None, "bf16-mixed": torch.bfloat16}


@dataclass(frozen=True)
class Trial:
    """The form and precision that are taken, and the seconds of a step - forward, loss, backward - in each of them."""

    form: str
    precision: str
    seconds: dict[str, float]

    def describe(self) -> str:
        """Say in words what was found."""
        shown = ", ".join(f"{name} {1000 * value:.3g}" for name, value in self.seconds.items())
        return f"{_name(self.form, self.precision)} (milliseconds of a step: {shown})"


def put_into_form(network: nn.Module, form: str) -> None:
    """Have a network computed in one of `FORMS`; its parameters and their names stay."""
    if form in ("pixels", "all"):
        compute_pixels_as_products(network)
    if form in ("channels_last", "all"):
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def try_forms(
    network: nn.Module, images: torch.Tensor, precisions: Sequence[str] = ("32",), forms: Sequence[str] = FORMS
) -> Trial:
    """Train copies of a network for a few steps on images (N, C, H, W), each in another form, in turns."""
    images = images.to(next(network.parameters()).device)
    steps: dict[tuple[str, str], Callable[[], None]] = {}
    for form in forms:
        copied = copy.deepcopy(network).train()
        put_into_form(copied, form)
        steps |= {(form, precision): partial(_step, copied, images, precision) for precision in precisions}
    with torch.random.fork_rng():
        chosen, seconds = quickest(steps, images.device)
    return Trial(*chosen, {_name(*each): value for each, value in seconds.items()})


def trial_of(
    folder: Path,
    question: Mapping[str, object],
    network: Callable[[], nn.Module],
    images: torch.Tensor,
    precisions: Sequence[str],
    forms: Sequence[str],
) -> Trial:
    """Return what the trial of a question found on this machine, or hold it now; `folder` keeps the answers."""
    kept: dict[str, Any] = remembered(folder, question, lambda: asdict(try_forms(network(), images, precisions, forms)))
    return Trial(**kept)


def _name(form: str, precision: str) -> str:
    return form if precision == "32" else f"{form} in {precision}"


def _step(network: nn.Module, images: torch.Tensor, precision: str) -> None:
    dtype = _PRECISIONS[precision]
    with torch.autocast(images.device.type, dtype=dtype, enabled=dtype is not None):
        logits = network(images)
    targets = torch.zeros(len(images), dtype=torch.int64, device=logits.device)
    nn.functional.cross_entropy(logits.float(), targets).backward()
    network.zero_grad()

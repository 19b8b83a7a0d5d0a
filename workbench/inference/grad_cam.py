"""Where in an image a network found what it says of it.

Grad-CAM, from Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization, 2017,
section 3: the feature maps of a late convolution, weighed by how much the class's logit grows with each of them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch

from workbench.data.batches.inputs import ImageSource
from workbench.errors import WorkbenchError
from workbench.registry.model_loading import LoadedModel

TOP = 3
_FINE = 4
"""Pixels along the shorter side of feature maps that say where something is; the latest ones of that size are taken."""

_SHOWN_SIDE = 320
_SHADE = 0.55


@dataclass(frozen=True)
class Explanation:
    """What a model says of an image, and why.

    `answers` are the likeliest classes with their probabilities, the first one is explained. `pixels` uint8 RGB
    (H, W, 3) is the image as the network got it - of an image in patches the one that speaks for the class the most -
    and `heat` float32 (H, W), 0 to 1, says how much each part of it speaks for the class.
    """

    answers: list[tuple[str, float]]
    pixels: np.ndarray
    heat: np.ndarray

    def png(self) -> bytes:
        """Return the image with the heat over it, enlarged to be looked at: warm where it speaks for the class."""
        from PIL import Image

        scale = max(1, _SHOWN_SIDE // max(self.heat.shape))
        size = (self.heat.shape[1] * scale, self.heat.shape[0] * scale)
        heat = np.clip(cv2.resize(self.heat, size, interpolation=cv2.INTER_CUBIC), 0, 1)
        colors = cv2.applyColorMap((255 * heat).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
        below = cv2.resize(self.pixels, size, interpolation=cv2.INTER_NEAREST)
        shade = _SHADE * heat[..., None]
        content = io.BytesIO()
        Image.fromarray((below * (1 - shade) + colors * shade).astype(np.uint8)).save(content, "PNG")
        return content.getvalue()


def explain(model: LoadedModel, image: ImageSource) -> Explanation:
    """Ask a model about an image - its file's content, its path or uint8 RGB (H, W, 3) - and where it looks.

    Raises ImageError for a file that cannot be decoded, WorkbenchError for a network without feature maps.
    """
    patches = model.preprocessing.evaluated(image)
    values, errors = model.classifier.probabilities([image])
    if errors[0] is not None:
        raise WorkbenchError(errors[0])
    order = np.argsort(-values[0], kind="stable")[:TOP]
    inputs = model.preprocessing.normalize(patches).to(model.device)
    chosen, heat = heat_of(model.network, inputs, int(order[0]))
    answers = [(model.class_names[index], float(values[0][index])) for index in order]
    return Explanation(answers, _as_pixels(patches[chosen]), heat)


def _as_pixels(patch: np.ndarray) -> np.ndarray:
    """Transforms may have made floats of it, scaled already."""
    return patch if patch.dtype == np.uint8 else (255 * np.clip(patch, 0, 1)).astype(np.uint8)


def heat_of(network: torch.nn.Module, inputs: torch.Tensor, target: int) -> tuple[int, np.ndarray]:
    """Return which of the inputs (N, 3, H, W) speaks for a class the most, and the heat float32 (H, W) of that one."""
    with torch.enable_grad(), _feature_maps(network) as found:
        logits = network(inputs.clone().requires_grad_())
        if not found:
            raise WorkbenchError(
                f"{type(network).__name__} has no feature maps (N, channels, height, width), so nothing says where in "
                "the image it looks."
            )
        maps = _chosen(found)
        chosen = int(logits[:, target].argmax())
        (gradients,) = torch.autograd.grad(logits[chosen, target], maps)
    weights = gradients[chosen].mean(dim=(1, 2), keepdim=True)
    heat = (weights * maps[chosen].detach()).sum(dim=0).clamp(min=0).float().cpu().numpy()
    large = cv2.resize(heat, (inputs.shape[3], inputs.shape[2]), interpolation=cv2.INTER_LINEAR)
    return chosen, large / large.max() if large.max() > 0 else large


def _chosen(found: list[torch.Tensor]) -> torch.Tensor:
    """The latest maps that are fine enough, or the finest of the latest ones there are."""
    fine = [each for each in found if min(each.shape[2:]) >= _FINE]
    return fine[-1] if fine else max(reversed(found), key=lambda each: min(each.shape[2:]))


@contextmanager
def _feature_maps(network: torch.nn.Module) -> Iterator[list[torch.Tensor]]:
    """Collect what the network's convolutions lead to, in the order in which it is computed."""
    found: list[torch.Tensor] = []

    def note(_module: torch.nn.Module, _given: Any, result: Any) -> None:
        if isinstance(result, torch.Tensor) and result.dim() == 4 and result.requires_grad:
            found.append(result)

    hooks = [module.register_forward_hook(note) for module in network.modules() if module is not network]
    try:
        yield found
    finally:
        for hook in hooks:
            hook.remove()

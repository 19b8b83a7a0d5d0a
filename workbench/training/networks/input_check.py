"""Whether a network takes images of the size that it will be given, tried before anything is written."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from workbench.data.batches.inputs import Preprocessing
from workbench.data.config.augment import AugmentConfig
from workbench.errors import ConfigError, first_line

_LARGEST = 512 * 512
"""Pixels above which it is not tried: it would take seconds, and what is too small for a network is not so large."""


def drawn_input(augment: AugmentConfig) -> torch.Tensor | None:
    """Return a black image as a network gets it, float32 (1, 3, H, W); None where its size follows from the files."""
    size = augment.image.size
    if size is None or size[0] * size[1] > _LARGEST:
        return None
    preprocessing = Preprocessing(augment, None)
    drawn = preprocessing.patches(np.zeros((*size, 3), dtype=np.uint8))[:1]
    return preprocessing.normalize(preprocessing.augmenter("test")(drawn, 0))


def check_input(network: nn.Module, augment: AugmentConfig) -> None:
    """Raise ConfigError when a network cannot take images of `image.size`; without, their size is not known here."""
    images = drawn_input(augment)
    if images is None:
        return
    first = next(network.parameters(), None)
    modes = [(module, module.training) for module in network.modules()]
    network.eval()
    try:
        with torch.no_grad():
            network(images if first is None else images.to(first.device, first.dtype))
    except (RuntimeError, ValueError, AssertionError, IndexError) as error:
        height, width = images.shape[-2:]
        raise ConfigError(
            f"The network {type(network).__name__} cannot take images of {height} x {width} pixels "
            f"({first_line(error).rstrip('.')}). Set image.size in auguments.yaml to what it was made for (mostly 224, "
            "for inception_v3 299), or choose another model.name."
        ) from error
    finally:
        for module, training in modes:
            module.training = training

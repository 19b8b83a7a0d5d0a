"""torch.fx's experimental optimization: a network whose weights lie as the processor's library (oneDNN) wants them.

Tried on torch 2.15. Where it is gone, or does not take a network, predictions are computed as torch does by itself.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn


def packed(network: nn.Module) -> nn.Module | None:
    """Return a float32 network on the CPU as a quicker one for evaluation, None where that cannot be had."""
    try:
        from torch.fx.experimental.optimization import optimize_for_inference

        with warnings.catch_warnings():
            # It goes through TorchScript, which warns of its age.
            warnings.simplefilter("ignore", FutureWarning)
            return optimize_for_inference(network.eval())
    except Exception:  # a module that is gone, a forward that cannot be traced, parameters of another kind
        return None

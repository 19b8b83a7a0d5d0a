"""An exponential moving average of the weights, which is what gets validated, tested and kept."""

from __future__ import annotations

from lightning.pytorch.callbacks import EMAWeightAveraging


def weight_average(decay: float) -> EMAWeightAveraging:
    """Average all weights and norm statistics after every step: average = decay * average + (1 - decay) * weight."""
    return EMAWeightAveraging(decay=decay, use_buffers=True)

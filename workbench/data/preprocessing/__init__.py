"""Deterministic steps from a decoded image to what is augmented: one module per step, each with a pure function."""

from __future__ import annotations

from workbench.data.preprocessing.gamma import Gamma, correct_gamma
from workbench.data.preprocessing.histogram_equalization import HistogramEqualization, equalize
from workbench.data.preprocessing.patches import Patches, cut_patches
from workbench.data.preprocessing.resize import Resize, resize
from workbench.data.preprocessing.step import Size, Step

STEPS: dict[str, type[Step]] = {
    "histogram_equalization": HistogramEqualization,
    "gamma": Gamma,
    "resize": Resize,
    "patches": Patches,
}
"""Every step by its key in `auguments.yaml`."""

__all__ = [
    "STEPS",
    "Gamma",
    "HistogramEqualization",
    "Patches",
    "Resize",
    "Size",
    "Step",
    "correct_gamma",
    "cut_patches",
    "equalize",
    "resize",
]

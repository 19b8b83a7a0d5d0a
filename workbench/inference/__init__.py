"""Predicting with registered models, and what is done with the answers."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_HOME = {
    "compare": "workbench.inference.comparing",
    "Comparison": "workbench.inference.comparing",
    "predict": "workbench.inference.predicting",
    "PredictionResult": "workbench.inference.result",
}

__all__ = ["Comparison", "PredictionResult", "compare", "predict"]

if TYPE_CHECKING:
    from workbench.inference.comparing import Comparison, compare
    from workbench.inference.predicting import predict
    from workbench.inference.result import PredictionResult


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'workbench.inference' has no attribute '{name}'")
    return getattr(importlib.import_module(home), name)

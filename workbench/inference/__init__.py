"""Predicting with registered models, and comparing their predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

_HOME = {
    "compare": "workbench.inference.comparison",
    "Comparison": "workbench.inference.comparison",
    "predict": "workbench.inference.predicting",
    "PredictionResult": "workbench.inference.result",
}

__all__ = ["Comparison", "PredictionResult", "compare", "predict"]

if TYPE_CHECKING:
    from workbench.inference.comparison import Comparison, compare
    from workbench.inference.predicting import predict
    from workbench.inference.result import PredictionResult

__getattr__, __dir__ = lazily(__name__, _HOME)

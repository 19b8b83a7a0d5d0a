"""Tuning: the search space, the study, and a full training run for each trial."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_HOME = {
    "Trial": "workbench.tuning.results",
    "TuningResult": "workbench.tuning.results",
    "load_tuning_params": "workbench.tuning.settings",
    "tune": "workbench.tuning.tune",
}

__all__ = ["Trial", "TuningResult", "load_tuning_params", "tune"]

if TYPE_CHECKING:
    from workbench.tuning.results import Trial, TuningResult
    from workbench.tuning.settings import load_tuning_params
    from workbench.tuning.tune import tune


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'workbench.tuning' has no attribute '{name}'")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value

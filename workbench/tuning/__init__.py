"""Tuning: the search space, the study, and a full training run for each trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

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

__getattr__, __dir__ = lazily(__name__, _HOME)

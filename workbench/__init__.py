"""A Jupyter-centric research workbench for image classification.

The names below are all that a notebook needs. Each is imported on first use, so that `import workbench` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.distribution import VERSION
from workbench.lazy import lazily

__version__ = VERSION

_HOME = {
    "Theme": "workbench.theme",
    "create_theme": "workbench.theme",
    "open_theme": "workbench.theme",
    "themes": "workbench.theme",
    "Sample": "workbench.theme",
    "Samples": "workbench.theme",
    "LabelReport": "workbench.theme",
    "open_store": "workbench.store",
    "ask_before": "workbench.panels.base.asking",
    "record_result": "workbench.notebooks",
    "run_notebook": "workbench.notebooks",
    "AdminPanel": "workbench.panels.admin.panel",
    "LabelPanel": "workbench.panels.label.panel",
    "LaunchPanel": "workbench.panels.launch.panel",
    "BoxPanel": "workbench.panels.boxes.panel",
    "ExplorePanel": "workbench.panels.explore.panel",
    "ModelsPanel": "workbench.panels.models.panel",
    "PredictionPanel": "workbench.panels.predictions.panel",
    "TrainingPanel": "workbench.panels.training.panel",
    "Exploration": "workbench.panels.explore.static_report",
    "Model": "workbench.theme",
    "train": "workbench.theme",
    "TrainingResult": "workbench.theme",
    "resume": "workbench.theme",
    "reproduce": "workbench.theme",
    "tune": "workbench.theme",
    "TuningResult": "workbench.theme",
    "default_theme": "workbench.training.plan",
    "present_theme": "workbench.training.plan",
    "TuningPanel": "workbench.panels.tuning.panel",
    "register": "workbench.registry",
    "RegistrationResult": "workbench.registry",
    "predict": "workbench.inference",
    "PredictionResult": "workbench.inference",
}

__all__ = [
    "AdminPanel",
    "BoxPanel",
    "Exploration",
    "ExplorePanel",
    "LabelPanel",
    "LabelReport",
    "LaunchPanel",
    "Model",
    "ModelsPanel",
    "PredictionPanel",
    "PredictionResult",
    "RegistrationResult",
    "Sample",
    "Samples",
    "Theme",
    "TrainingPanel",
    "TrainingResult",
    "TuningPanel",
    "TuningResult",
    "__version__",
    "ask_before",
    "create_theme",
    "default_theme",
    "open_store",
    "open_theme",
    "predict",
    "present_theme",
    "record_result",
    "register",
    "reproduce",
    "resume",
    "run_notebook",
    "themes",
    "train",
    "tune",
]

if TYPE_CHECKING:
    from workbench.inference import PredictionResult, predict
    from workbench.notebooks import record_result, run_notebook
    from workbench.panels.admin.panel import AdminPanel
    from workbench.panels.base.asking import ask_before
    from workbench.panels.boxes.panel import BoxPanel
    from workbench.panels.explore.panel import ExplorePanel
    from workbench.panels.explore.static_report import Exploration
    from workbench.panels.label.panel import LabelPanel
    from workbench.panels.launch.panel import LaunchPanel
    from workbench.panels.models.panel import ModelsPanel
    from workbench.panels.predictions.panel import PredictionPanel
    from workbench.panels.training.panel import TrainingPanel
    from workbench.panels.tuning.panel import TuningPanel
    from workbench.registry import RegistrationResult, register
    from workbench.store import open_store
    from workbench.theme import (
        LabelReport,
        Model,
        Sample,
        Samples,
        Theme,
        TrainingResult,
        TuningResult,
        create_theme,
        open_theme,
        reproduce,
        resume,
        themes,
        train,
        tune,
    )
    from workbench.training.plan import default_theme, present_theme

__getattr__, __dir__ = lazily(__name__, _HOME)

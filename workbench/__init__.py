"""A Jupyter-centric research workbench for image classification.

The names below are all that a notebook needs. Each is imported on first use, so that `import workbench` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

__version__ = "0.1.0"

_HOME = {
    "open_store": "workbench.store",
    "record_result": "workbench.notebooks",
    "run_notebook": "workbench.notebooks",
    "AdminPanel": "workbench.panels.admin",
    "LabelPanel": "workbench.panels.label",
    "LaunchPanel": "workbench.panels.launch",
    "BoxPanel": "workbench.panels.boxes",
    "ExplorePanel": "workbench.panels.explore",
    "ModelsPanel": "workbench.panels.models",
    "PredictionPanel": "workbench.panels.predictions",
    "TrainingPanel": "workbench.panels.training",
    "Exploration": "workbench.panels.exploring.exploration",
    "train": "workbench.training",
    "TrainingResult": "workbench.training",
    "default_theme": "workbench.training.default_theme",
    "TuningPanel": "workbench.panels.tuning",
    "tune": "workbench.tuning",
    "TuningResult": "workbench.tuning",
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
    "LaunchPanel",
    "ModelsPanel",
    "PredictionPanel",
    "PredictionResult",
    "RegistrationResult",
    "TrainingPanel",
    "TrainingResult",
    "TuningPanel",
    "TuningResult",
    "__version__",
    "default_theme",
    "open_store",
    "predict",
    "record_result",
    "register",
    "run_notebook",
    "train",
    "tune",
]

if TYPE_CHECKING:
    from workbench.inference import PredictionResult, predict
    from workbench.notebooks import record_result, run_notebook
    from workbench.panels.admin import AdminPanel
    from workbench.panels.boxes import BoxPanel
    from workbench.panels.explore import ExplorePanel
    from workbench.panels.exploring.exploration import Exploration
    from workbench.panels.label import LabelPanel
    from workbench.panels.launch import LaunchPanel
    from workbench.panels.models import ModelsPanel
    from workbench.panels.predictions import PredictionPanel
    from workbench.panels.training import TrainingPanel
    from workbench.panels.tuning import TuningPanel
    from workbench.registry import RegistrationResult, register
    from workbench.store import open_store
    from workbench.training import TrainingResult, train
    from workbench.training.default_theme import default_theme
    from workbench.tuning import TuningResult, tune

__getattr__, __dir__ = lazily(__name__, _HOME)

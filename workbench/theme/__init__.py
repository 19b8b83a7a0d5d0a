"""The face for people who write Python: a theme is an object, a table and a Dataset.

The names below are what a notebook uses. Each is imported on first use, so that `import workbench` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

_HOME = {
    "LabelReport": "workbench.theme.table",
    "Model": "workbench.theme.model",
    "Sample": "workbench.theme.sample",
    "Samples": "workbench.theme.query",
    "Theme": "workbench.theme.theme",
    "TrainingResult": "workbench.theme.results",
    "TuningResult": "workbench.theme.results",
    "create_theme": "workbench.theme.theme",
    "open_theme": "workbench.theme.theme",
    "reproduce": "workbench.theme.results",
    "resume": "workbench.theme.results",
    "themes": "workbench.theme.theme",
    "train": "workbench.theme.results",
    "tune": "workbench.theme.results",
}

__all__ = [
    "LabelReport",
    "Model",
    "Sample",
    "Samples",
    "Theme",
    "TrainingResult",
    "TuningResult",
    "create_theme",
    "open_theme",
    "reproduce",
    "resume",
    "themes",
    "train",
    "tune",
]

if TYPE_CHECKING:
    from workbench.theme.model import Model
    from workbench.theme.query import Samples
    from workbench.theme.results import TrainingResult, TuningResult, reproduce, resume, train, tune
    from workbench.theme.sample import Sample
    from workbench.theme.table import LabelReport
    from workbench.theme.theme import Theme, create_theme, open_theme, themes

__getattr__, __dir__ = lazily(__name__, _HOME)

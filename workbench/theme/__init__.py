"""The face for people who write Python: a theme is an object, a table and a Dataset.

The names below are what a notebook uses. Each is imported on first use, so that `import workbench` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

_HOME = {
    "LabelReport": "workbench.theme.table",
    "Sample": "workbench.theme.sample",
    "Samples": "workbench.theme.query",
    "Theme": "workbench.theme.theme",
    "create_theme": "workbench.theme.theme",
    "open_theme": "workbench.theme.theme",
    "themes": "workbench.theme.theme",
}

__all__ = ["LabelReport", "Sample", "Samples", "Theme", "create_theme", "open_theme", "themes"]

if TYPE_CHECKING:
    from workbench.theme.query import Samples
    from workbench.theme.sample import Sample
    from workbench.theme.table import LabelReport
    from workbench.theme.theme import Theme, create_theme, open_theme, themes

__getattr__, __dir__ = lazily(__name__, _HOME)

"""The registry: MLflow runs, model versions and their stages, and the model that predicts.

The names below are what other parts use. Each is imported on first use, so that `import workbench.registry` stays
quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

_HOME = {
    "RegistrationResult": "workbench.registry.versions",
    "load_model": "workbench.registry.model_loading",
    "promote": "workbench.registry.versions",
    "register": "workbench.registry.versions",
    "sample_lineage": "workbench.registry.lineage",
    "samples_of_version": "workbench.registry.lineage",
    "version_lineage": "workbench.registry.lineage",
}

__all__ = [
    "RegistrationResult",
    "load_model",
    "promote",
    "register",
    "sample_lineage",
    "samples_of_version",
    "version_lineage",
]

if TYPE_CHECKING:
    from workbench.registry.lineage import sample_lineage, samples_of_version, version_lineage
    from workbench.registry.model_loading import load_model
    from workbench.registry.versions import RegistrationResult, promote, register

__getattr__, __dir__ = lazily(__name__, _HOME)

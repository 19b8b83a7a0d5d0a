"""Training: networks, the Lightning module, callbacks, and `train()`, which turns params.yaml into an MLflow run.

The names below are what other parts use. Each is imported on first use, so that `import workbench.training` stays
quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

_HOME = {
    "Control": "workbench.training.run",
    "Params": "workbench.training.params",
    "TrainingResult": "workbench.training.result",
    "Reproduction": "workbench.training.resuming",
    "load_params": "workbench.training.params",
    "register_network": "workbench.training.networks",
    "reproduce": "workbench.training.resuming",
    "resume": "workbench.training.resuming",
    "train": "workbench.training.run",
}

__all__ = [
    "Control",
    "Params",
    "Reproduction",
    "TrainingResult",
    "load_params",
    "register_network",
    "reproduce",
    "resume",
    "train",
]

if TYPE_CHECKING:
    from workbench.training.networks import register_network
    from workbench.training.params import Params, load_params
    from workbench.training.result import TrainingResult
    from workbench.training.resuming import Reproduction, reproduce, resume
    from workbench.training.run import Control, train

__getattr__, __dir__ = lazily(__name__, _HOME)

"""What happens beside the training: one callback per module, joined by `build_callbacks`."""

from __future__ import annotations

from workbench.training.callbacks.build import build_callbacks
from workbench.training.callbacks.early_stopping import resolve_mode

__all__ = ["build_callbacks", "resolve_mode"]

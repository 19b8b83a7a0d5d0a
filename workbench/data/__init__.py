"""Images on their way to the network: `auguments.yaml`, decoding, preprocessing, augmentation, Dataset and DataModule.

The names below are what other parts use. Each is imported on first use, so that `import workbench.data` stays quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_HOME = {
    "AugumentsConfig": "workbench.data.config",
    "Statistics": "workbench.data.config",
    "ImageError": "workbench.data.decoding",
    "decode_rgb": "workbench.data.decoding",
    "Preprocessing": "workbench.data.pipeline",
    "combine_patches": "workbench.data.pipeline",
    "Batch": "workbench.data.dataset",
    "ImageDataset": "workbench.data.dataset",
    "LabeledImages": "workbench.data.labeled_images",
    "ThemeData": "workbench.data.datamodule",
    "evaluation_loader": "workbench.data.datamodule",
}

__all__ = [
    "AugumentsConfig",
    "Batch",
    "ImageDataset",
    "ImageError",
    "LabeledImages",
    "Preprocessing",
    "Statistics",
    "ThemeData",
    "combine_patches",
    "decode_rgb",
    "evaluation_loader",
]

if TYPE_CHECKING:
    from workbench.data.config import AugumentsConfig, Statistics
    from workbench.data.datamodule import ThemeData, evaluation_loader
    from workbench.data.dataset import Batch, ImageDataset
    from workbench.data.decoding import ImageError, decode_rgb
    from workbench.data.labeled_images import LabeledImages
    from workbench.data.pipeline import Preprocessing, combine_patches


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'workbench.data' has no attribute '{name}'")
    return getattr(importlib.import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)

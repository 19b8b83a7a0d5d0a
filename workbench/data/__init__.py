"""Images on their way to the network: `auguments.yaml`, decoding, preprocessing, augmentation, Dataset and DataModule.

The names below are what other parts use. Each is imported on first use, so that `import workbench.data` stays quick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.lazy import lazily

_HOME = {
    "AugmentConfig": "workbench.data.config.augment",
    "Statistics": "workbench.data.config.augment",
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
    "AugmentConfig",
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
    from workbench.data.config.augment import AugmentConfig, Statistics
    from workbench.data.datamodule import ThemeData, evaluation_loader
    from workbench.data.dataset import Batch, ImageDataset
    from workbench.data.decoding import ImageError, decode_rgb
    from workbench.data.labeled_images import LabeledImages
    from workbench.data.pipeline import Preprocessing, combine_patches

__getattr__, __dir__ = lazily(__name__, _HOME)

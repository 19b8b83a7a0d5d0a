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
    "Preprocessing": "workbench.data.batches.inputs",
    "Batch": "workbench.data.batches.dataset",
    "ImageDataset": "workbench.data.batches.dataset",
    "combine_patches": "workbench.data.batches.probabilities",
    "LabeledImages": "workbench.data.labeled_images",
    "ThemeDataModule": "workbench.data.datamodule",
}

__all__ = [
    "AugmentConfig",
    "Batch",
    "ImageDataset",
    "ImageError",
    "LabeledImages",
    "Preprocessing",
    "Statistics",
    "ThemeDataModule",
    "combine_patches",
    "decode_rgb",
]

if TYPE_CHECKING:
    from workbench.data.batches.dataset import Batch, ImageDataset
    from workbench.data.batches.inputs import Preprocessing
    from workbench.data.batches.probabilities import combine_patches
    from workbench.data.config.augment import AugmentConfig, Statistics
    from workbench.data.datamodule import ThemeDataModule
    from workbench.data.decoding import ImageError, decode_rgb
    from workbench.data.labeled_images import LabeledImages

__getattr__, __dir__ = lazily(__name__, _HOME)

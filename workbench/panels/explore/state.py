"""What the explore panel works on: a theme, its samples, decoded images that were looked at last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from workbench.configuration import Location
from workbench.data.batches.inputs import Preprocessing
from workbench.data.config.augment import AugmentConfig, Statistics
from workbench.data.inspection.inspected_boxes import box_to_inspect
from workbench.data.inspection.inspected_images import InspectedImage
from workbench.data.inspection.profile import Profile
from workbench.data.normalization import statistics_of
from workbench.errors import WorkbenchError
from workbench.panels.explore.finding import Finding
from workbench.store import Store
from workbench.store.samples import get_sample
from workbench.store.schema import Sample
from workbench.training.params import load_params

_KEPT_PIXELS = 60_000_000
QUICK_SIDE = 1024
"""While a slider moves, larger images are shown from a version with this longer side."""


@dataclass
class ExplorePanelState:
    """What the panel's kernel half keeps between two messages."""

    store: Store
    theme_id: int
    config_file: Path
    survey: Profile | None = None
    surveyed: str = "images"
    total: int = 0
    decoded: DecodedImages = field(default_factory=lambda: DecodedImages())
    finding: Finding = field(default_factory=Finding)

    def sample(self, sample_id: int) -> Sample:
        """Return a sample of this theme."""
        with self.store.read() as session:
            found = get_sample(sample_id, session=session)
        if found.theme_id != self.theme_id:
            raise WorkbenchError("This image belongs to another theme. Choose one from the list.")
        return found

    @property
    def box_margin(self) -> float:
        """The margin around boxes that training will take."""
        return load_params(self.store.project.params_file).data.box_margin

    def subject(self, of: str, number: int) -> Sample | InspectedImage:
        """Return a sample, or with `of` "boxes" a box, by its id."""
        if of == "boxes":
            return box_to_inspect(self.store, self.theme_id, number, self.box_margin)
        return self.sample(number)

    def image(
        self, sample: Sample | InspectedImage, preprocessing: Preprocessing, *, quick: bool = False
    ) -> np.ndarray:
        """Decode a sample as the pipeline does; `quick` bounds its size."""
        if isinstance(sample, InspectedImage):
            return sample.pixels()
        path = self.store.images.path(sample.uri)
        image = self.decoded.get(path, preprocessing)
        return self.decoded.smaller(path, image) if quick else image


class DecodedImages:
    """The decoded images used last, up to a number of pixels. Safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], np.ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, path: Path, preprocessing: Preprocessing) -> np.ndarray:
        """Return uint8 RGB (H, W, 3), read only."""
        return self._made((path,), lambda: preprocessing.decode(path))

    def smaller(self, path: Path, image: np.ndarray) -> np.ndarray:
        """Return the image with its longer side at most `QUICK_SIDE`."""
        factor = QUICK_SIDE / max(image.shape[:2])
        if factor >= 1:
            return image
        size = (max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor)))
        return self._made((path, "smaller"), lambda: cv2.resize(image, size, interpolation=cv2.INTER_AREA))

    def _made(self, key: tuple[Any, ...], make: Callable[[], np.ndarray]) -> np.ndarray:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        image = make()
        image.flags.writeable = False
        with self._lock:
            self._kept[key] = image
            while sum(each.size // 3 for each in self._kept.values()) > _KEPT_PIXELS and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return image


def pipeline(draft: dict[str, Any], theme: Statistics | None = None) -> Preprocessing:
    """Check a draft of the settings and return its pipeline; without the theme's statistics it does not normalize."""
    config = AugmentConfig.from_dict(draft, at=Location("the settings"))
    normalization = config.augmentation.normalization
    if normalization == "theme" and theme is None:
        return Preprocessing(config, None)
    return Preprocessing(config, statistics_of(normalization, theme))

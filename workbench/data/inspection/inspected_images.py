"""The images of a theme to look at, a large theme represented by ones from all over it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from workbench.data.crops import Cut, cut_out
from workbench.data.decoding import decode_rgb
from workbench.store import Store
from workbench.store.labels import labels_of
from workbench.store.samples import sample_ids, samples_by_id

LIMIT = 10_000
"""So many images are looked at; a larger theme is represented by ones from all over it."""

_Item = TypeVar("_Item")


@dataclass(frozen=True)
class InspectedImage:
    """An image to look at: its sample, its file, its name, label and split ("" without), its size as kept.

    With a `cut` it is only a part of the image.
    """

    sample_id: int
    path: Path
    name: str
    label: str
    split: str
    width: int
    height: int
    cut: Cut | None = None

    def pixels(self, at_least: tuple[int, int] | None = None) -> np.ndarray:
        """Decode: uint8 RGB (H, W, 3); `at_least` as `decode_rgb` has it. Raises ImageError."""
        if self.cut is None:
            return decode_rgb(self.path, at_least=at_least)
        return cut_out(self.path, self.cut)


def images_to_inspect(store: Store, theme_id: int, limit: int = LIMIT) -> tuple[list[InspectedImage], int]:
    """Return a theme's living images, at most `limit` of them evenly chosen, and how many there are in all."""
    with store.read() as session:
        ids = sample_ids(theme_id, session=session)
        chosen = evenly_chosen(ids, limit)
        samples = samples_by_id(chosen, session=session)
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
    images = [
        InspectedImage(
            sample.id,
            store.images.path(sample.uri),
            sample.name,
            names.get(sample.label_id or 0, ""),
            sample.split or "",
            sample.width,
            sample.height,
        )
        for sample in (samples[sample_id] for sample_id in chosen)
    ]
    return images, len(ids)


def evenly_chosen(items: Sequence[_Item], limit: int) -> Sequence[_Item]:
    """Return at most `limit` items, from all over a sequence and in its order."""
    if len(items) <= limit:
        return items
    return [items[number * len(items) // limit] for number in range(limit)]

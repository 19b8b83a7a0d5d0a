"""How the test split's answers differ between kinds of images: by size, brightness and annotator, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.store.samples import samples_by_id

if TYPE_CHECKING:
    from workbench.data.datamodule import ThemeDataModule
    from workbench.training.module import Classifier
    from workbench.training.plan import Plan

SMALLEST = 5
"""Images below which a slice says nothing."""

_PARTS = 3
_SMALLEST_SPREAD = 1.05


@dataclass(frozen=True)
class Slice:
    """Test images that have something in common: how many, which share is answered rightly, how that differs from all.

    `kind` is `size` (the shorter side in pixels), `brightness` (0 to 255) or `annotator`, `value` the range or name.
    """

    kind: str
    value: str
    images: int
    accuracy: float
    difference: float

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for a table or JSON."""
        return asdict(self)


def slices_of(plan: Plan, module: Classifier, data: ThemeDataModule) -> list[Slice]:
    """Return the slices of the test split, the worst first; none for a single value and for too few images."""
    rows, targets, probabilities = module.predictions.per_image()
    if not len(rows):
        return []
    right = probabilities.argmax(axis=1) == targets
    ids = plan.images["test"].sample_ids[rows].tolist()
    with closing(plan.store), plan.store.read() as session:
        samples = samples_by_id(ids, session=session)
        sides = np.array([min(samples[each].width, samples[each].height) if each in samples else 0 for each in ids])
        people = [samples[each].annotator or "" if each in samples else "" for each in ids]
    light = data.brightness("test")[rows]
    found = [
        *by_range("size", sides, right),
        *by_range("brightness", light, right),
        *by_name("annotator", people, right),
    ]
    return sorted(found, key=lambda each: (each.difference, -each.images))


def by_range(kind: str, values: np.ndarray, right: np.ndarray) -> list[Slice]:
    """Cut images into three parts of about as many by a number."""
    edges = np.quantile(values, np.linspace(0, 1, _PARTS + 1))
    if edges[-1] < _SMALLEST_SPREAD * max(edges[0], 1):
        return []
    part = np.searchsorted(edges[1:-1], values, side="left")
    made = []
    for number in np.unique(part):
        chosen = part == number
        text = f"{values[chosen].min():.0f} to {values[chosen].max():.0f}"
        made.append((text, chosen))
    return _slices(kind, made, right)


def by_name(kind: str, names: Sequence[str], right: np.ndarray) -> list[Slice]:
    """Part images by a name; those without one are left out."""
    given = np.array(names, dtype=object)
    return _slices(kind, [(name, given == name) for name in sorted(set(names) - {""})], right)


def _slices(kind: str, parts: Sequence[tuple[str, np.ndarray]], right: np.ndarray) -> list[Slice]:
    if len(parts) < 2:
        return []
    overall = float(right.mean())
    return [
        Slice(kind, value, int(chosen.sum()), float(right[chosen].mean()), float(right[chosen].mean()) - overall)
        for value, chosen in parts
        if chosen.sum() >= SMALLEST
    ]

"""How the test split's answers differ between kinds of images, the worst first.

By size, brightness and annotator; by group, where images were given one; by look, where they have embeddings.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.errors import NotFoundError
from workbench.store.groups.given import group_names
from workbench.store.samples import samples_by_id

if TYPE_CHECKING:
    from workbench.data.datamodule import ThemeDataModule
    from workbench.training.module import Classifier
    from workbench.training.plan import Plan

SMALLEST = 5
"""Images below which a slice says nothing."""

_PARTS = 3
_MOST_CLUSTERS, _LEAST_OF_CLUSTER, _CLUSTERED_AT_MOST = 8, 30, 5_000
_SMALLEST_SPREAD = 1.05


@dataclass(frozen=True)
class Slice:
    """Test images that have something in common: how many, which share is answered rightly, how that differs from all.

    `kind` is `size` (the shorter side in pixels), `brightness` (0 to 255), `annotator`, `group` or `cluster` (images
    that look alike to the encoder), `value` the range or name, of a cluster the image in its middle.
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
        known = group_names(plan.theme_id, session=session)
        groups = [known.get(samples[each].group_id or 0, "") if each in samples else "" for each in ids]
        files = [samples[each].name if each in samples else "" for each in ids]
    light = data.brightness("test")[rows]
    found = [
        *by_range("size", sides, right),
        *by_range("brightness", light, right),
        *by_name("annotator", people, right),
        *by_name("group", groups, right),
        *_slices("cluster", clusters(*_vectors(plan, ids), files), right),
    ]
    return sorted(found, key=lambda each: (each.difference, -each.images))


def _vectors(plan: Plan, ids: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the embeddings float32 (M, D) that some samples have, and their positions in `ids` (M,)."""
    from workbench.embeddings.encoders import AUTO
    from workbench.embeddings.reading import theme_vectors

    nothing = np.empty((0, 1), np.float32), np.empty(0, np.int64)
    if not plan.project.embeddings.is_dir():
        return nothing
    try:
        vectors, owners = theme_vectors(plan.store, plan.theme, AUTO)
    except NotFoundError:
        return nothing
    place = {sample_id: number for number, sample_id in enumerate(owners)}
    known = np.array([number for number, sample_id in enumerate(ids) if sample_id in place], np.int64)
    return vectors[[place[ids[number]] for number in known]], known


def clusters(vectors: np.ndarray, positions: np.ndarray, files: Sequence[str]) -> list[tuple[str, np.ndarray]]:
    """Part images by k-means of their embeddings, some 30 or more to a cluster.

    `vectors` float (M, D) are of the images at `positions` (M,) among `files`. Returns the file in each cluster's
    middle and which images are in it, bool (len(files),).
    """
    number = min(_MOST_CLUSTERS, len(vectors) // _LEAST_OF_CLUSTER)
    if number < 2:
        return []
    from sklearn.cluster import KMeans

    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    some = np.linspace(0, len(scaled) - 1, min(_CLUSTERED_AT_MOST, len(scaled))).astype(int)
    found = KMeans(number, n_init=1, random_state=0).fit(scaled[some])
    of, distances = found.predict(scaled), found.transform(scaled)
    parts = []
    for each in np.unique(of):
        inside = np.flatnonzero(of == each)
        middle = inside[distances[inside, each].argmin()]
        chosen = np.zeros(len(files), dtype=bool)
        chosen[positions[inside]] = True
        parts.append((f"like {files[positions[middle]]}", chosen))
    return parts


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

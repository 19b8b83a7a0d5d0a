"""Learning from the labels so far: features of the vectors that are there, the classifier, what it suggests."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from workbench.assist.classifier import Choice, Classifier, choose, fit, without
from workbench.assist.rows import Rows
from workbench.embeddings.encoder import Part
from workbench.embeddings.projection import FITTED_ON, Projection, fit_projection
from workbench.embeddings.vectors import VectorFolder

_CHOICE_FROM = 40
_CHOICE_EVERY = 3.0
_GROWN = 1.1
_STRENGTH = 0.1
_ENOUGH_TO_TELL = 100
_BETTER_THAN_CHANCE = 0.1
_AT_ONCE = 16_384


@dataclass(frozen=True)
class Features:
    """The features of the samples that have vectors: `positions` int64 (M,) among the rows, `values` by part (M, D)."""

    count: int
    digests: tuple[str, ...]
    positions: np.ndarray
    values: dict[str, np.ndarray]
    projections: dict[str, Projection]


@dataclass(frozen=True)
class Learned:
    """What is known of a theme at one moment.

    `probabilities` float32 (M, K) are of the samples with features; None while fewer than two labels have examples.
    `part` and `strength` were chosen when `chosen_at` labels were there, by `choice`.
    """

    rows: Rows
    features: Features
    part: str
    strength: float = _STRENGTH
    chosen_at: int = 0
    choice: Choice | None = None
    classifier: Classifier | None = None
    probabilities: np.ndarray | None = None

    @property
    def helpless(self) -> bool:
        """Whether held-out labels were predicted hardly better than by chance, from enough of them."""
        choice = self.choice
        if choice is None or self.chosen_at < _ENOUGH_TO_TELL:
            return False
        return choice.accuracy < choice.chance + _BETTER_THAN_CHANCE * (1 - choice.chance)

    @cached_property
    def best(self) -> np.ndarray:
        """The class int64 (M,) that each sample is taken for."""
        assert self.probabilities is not None
        return self.probabilities.argmax(axis=1)

    @cached_property
    def certainty(self) -> np.ndarray:
        """The probability float32 (M,) of that class."""
        assert self.probabilities is not None
        return np.take_along_axis(self.probabilities, self.best[:, None], axis=1)[:, 0]

    @cached_property
    def margin(self) -> np.ndarray:
        """How much more probable that class is than the second best, float32 (M,): small where a label teaches most."""
        assert self.probabilities is not None
        if self.probabilities.shape[1] < 2:
            return self.certainty
        return self.certainty - np.partition(self.probabilities, -2, axis=1)[:, -2]

    @property
    def values(self) -> np.ndarray:
        """The features (M, D) that the classifier uses."""
        return self.features.values[self.part]

    @property
    def at(self) -> np.ndarray:
        """The positions among the rows of the samples with features."""
        return self.features.positions


def read_features(folder: VectorFolder, parts: tuple[Part, ...], rows: Rows, before: Features | None) -> Features:
    """Return the features of all samples that have vectors; the projection stays while the vectors hardly grow."""
    count = len(folder)
    if before is not None and before.count == count and before.digests == rows.digests:
        return before
    vectors = folder.open()
    found = vectors.positions(rows.digests)
    positions = np.flatnonzero(found >= 0)
    sound = np.isfinite(np.asarray(vectors.rows[found[positions], 0], np.float32)) if len(positions) else positions
    positions = positions[sound.astype(bool)]
    stays = before is not None and len(positions) <= _GROWN * len(before.positions)
    same_rows = before is not None and before.digests == rows.digests
    values, projections = {}, {}
    for part in _candidates(parts):
        stored = Stored(vectors.rows, found[positions], part)
        kept = before.projections.get(part.name) if before is not None and stays else None
        projection = kept if kept is not None else stored.fit()
        had = before if kept is not None and same_rows else None
        projections[part.name] = projection
        values[part.name] = stored.projected(projection, positions, had)
    return Features(len(vectors), rows.digests, positions, values, projections)


@dataclass(frozen=True)
class Stored:
    """A part of the vectors on disk, of the samples at `at` (M,): never all of them in memory."""

    rows: np.ndarray
    at: np.ndarray
    part: Part

    def __getitem__(self, which: np.ndarray) -> np.ndarray:
        return np.asarray(self.rows[self.at[which], self.part.start : self.part.stop])

    def fit(self) -> Projection:
        """Return the projection of some thousand of them."""
        drawn = np.arange(len(self.at))
        if len(drawn) > FITTED_ON:
            drawn = np.sort(np.random.default_rng(0).choice(len(drawn), FITTED_ON, replace=False))
        return fit_projection(self[drawn])

    def projected(self, projection: Projection, positions: np.ndarray, had: Features | None) -> np.ndarray:
        """Return float32 (M, D); what was projected before, at its `positions` among the rows, is taken from there."""
        result = np.empty((len(positions), projection.axes.shape[1]), np.float32)
        new = np.arange(len(positions))
        if had is not None:
            known = np.isin(positions, had.positions)
            result[known] = had.values[self.part.name][np.isin(had.positions, positions)]
            new = np.flatnonzero(~known)
        for start in range(0, len(new), _AT_ONCE):
            part = new[start : start + _AT_ONCE]
            result[part] = projection(self[part])
        return result


def learn(rows: Rows, features: Features, refused: Mapping[int, Set[int]], before: Learned | None) -> Learned:
    """Fit the classifier to the labels that people gave; `refused` are the labels that samples (by id) cannot have.

    The features and the penalty are chosen by cross-validation whenever three times as many labels are there.
    """
    parts = list(features.values)
    part = before.part if before is not None and before.part in parts else parts[0]
    found = Learned(rows, features, part)
    if before is not None and before.part == part:
        found = replace(found, strength=before.strength, chosen_at=before.chosen_at, choice=before.choice)
    taught = np.flatnonzero(rows.decided[features.positions])
    classes = rows.classes[features.positions[taught]]
    if len(taught) >= max(_CHOICE_FROM, _CHOICE_EVERY * found.chosen_at) and len(np.unique(classes)) > 1:
        choice = choose([features.values[name][taught] for name in parts], classes)
        found = replace(
            found, part=parts[choice.features], strength=choice.strength, chosen_at=len(taught), choice=choice
        )
    start = before.classifier if before is not None and _same_features(before, found) else None
    model = fit(found.values[taught], classes, len(rows.label_ids), strength=found.strength, start=start)
    if model is None:
        return found
    return replace(found, classifier=model, probabilities=_probabilities(found, model, refused))


def _same_features(before: Learned, found: Learned) -> bool:
    """Whether what was learned before is about the same numbers, so that learning may begin where it ended."""
    part = found.part
    return before.part == part and before.features.projections.get(part) is found.features.projections.get(part)


def _probabilities(learned: Learned, model: Classifier, refused: Mapping[int, Set[int]]) -> np.ndarray:
    rows, at = learned.rows, learned.at
    ids = np.array(sorted(refused), np.int64)
    positions = rows.positions(ids)
    by_feature = np.full(len(rows.ids), -1, np.int64)
    by_feature[at] = np.arange(len(at))
    rows_of = {
        int(by_feature[position]): {rows.class_of(label) for label in refused[int(rows.ids[position])]} - {-1}
        for position in positions
        if by_feature[position] >= 0
    }
    return without(model.probabilities(learned.values), rows_of)


def _candidates(parts: tuple[Part, ...]) -> list[Part]:
    """Depths of a network are chosen among; parts that only complete each other are taken as one."""
    if {part.name for part in parts} >= {"middle", "last"}:
        return [part for part in parts if part.name in ("middle", "last")]
    return [Part("all", 0, parts[-1].stop)]

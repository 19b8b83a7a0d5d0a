"""From an encoder's vectors to the features of the classifier: standardized, projected on their principal axes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

COMPONENTS = 256
FITTED_ON = 20_000
_LENGTH = 10.0
_AT_ONCE = 16_384


@dataclass(frozen=True)
class Projection:
    """Standardization and principal axes of some vectors; `axes` float32 (D, components)."""

    mean: np.ndarray
    deviation: np.ndarray
    rooted: bool
    center: np.ndarray
    axes: np.ndarray

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Return float32 (N, components) for vectors (N, D) of any float type, whose mean length is some ten."""
        found = np.empty((len(vectors), self.axes.shape[1]), np.float32)
        for start in range(0, len(vectors), _AT_ONCE):
            part = _standardized(vectors[start : start + _AT_ONCE], self.mean, self.deviation, self.rooted)
            found[start : start + _AT_ONCE] = (part - self.center) @ self.axes
        return found


def fit_projection(vectors: np.ndarray, components: int = COMPONENTS, *, seed: int = 0) -> Projection:
    """Fit on at most 20,000 of the vectors (N, D), drawn by the seed.

    Values that are never negative (after a ReLU, or counts) are replaced by their square roots first, which brings
    their distributions nearer to normal ones. The axes are found by a randomized singular value decomposition (Halko,
    Martinsson and Tropp, 2011).
    """
    generator = np.random.default_rng(seed)
    if len(vectors) > FITTED_ON:
        vectors = vectors[np.sort(generator.choice(len(vectors), FITTED_ON, replace=False))]
    raw = np.asarray(vectors, np.float32)
    rooted = bool(raw.min(initial=0.0) >= -1e-6)
    values = np.sqrt(np.maximum(raw, 0)) if rooted else raw
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 0.02
    values = (values - mean) / deviation
    center = values.mean(axis=0)
    values -= center
    count = min(components, values.shape[1], max(len(values) - 1, 1))
    drawn = generator.standard_normal((values.shape[1], min(count + 20, values.shape[1]))).astype(np.float32)
    found = np.linalg.qr(values.T @ (values @ drawn))[0]
    found = np.linalg.qr(values.T @ (values @ found))[0]
    projected = values @ found
    axes = found @ np.linalg.eigh(projected.T @ projected)[1][:, ::-1][:, :count]
    length = float(np.linalg.norm(values @ axes, axis=1).mean()) or 1.0
    return Projection(mean, deviation, rooted, center, (axes * (_LENGTH / length)).astype(np.float32))


def _standardized(vectors: np.ndarray, mean: np.ndarray, deviation: np.ndarray, rooted: bool) -> np.ndarray:
    raw = np.asarray(vectors, np.float32)
    values = np.sqrt(np.maximum(raw, 0)) if rooted else raw
    result: np.ndarray = (values - mean) / deviation
    return result

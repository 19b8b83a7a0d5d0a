"""Neighbors among feature vectors, also of mirrored images: the pairs that are worth a look at their pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

FLOORS = {"hog": 0.86, "lite0": 0.82}
"""The least cosine of pairs that are looked at; `OTHER` of an encoder that is not named."""
OTHER = 0.9
NEIGHBORS = 8
"""So many neighbors of an image are looked at: what lies further off in a film is joined by those in between."""
_SMALL = 2_000
_FLAT = 50_000
_PROJECTED = 64
_SAMPLED = 20_000
_BLOCK = 4_096
_LITE0_CHANNELS = (80, 112, 192)

Nearest = tuple[np.ndarray, np.ndarray]
Search = Callable[[np.ndarray, Iterable[np.ndarray]], Iterator[Nearest]]
"""Takes vectors, float32 (N, 64), and blocks of queries; yields squared distances and numbers of the nearest ones."""


@dataclass(frozen=True)
class Candidates:
    """Pairs of images by their numbers, the lower one first: int64 (P,) twice; `mirrored` bool (P,)."""

    first: np.ndarray
    second: np.ndarray
    mirrored: np.ndarray

    def __len__(self) -> int:
        return len(self.first)


def floor_of(encoder: str) -> float:
    """Return the least cosine of an encoder's candidates."""
    return FLOORS.get(encoder.partition("@")[0], OTHER)


def mirroring(encoder: str, dimensions: int) -> np.ndarray | None:
    """Return how the numbers of a vector are ordered for the mirrored image, int64 (D,); None where nobody knows."""
    numbers = np.arange(dimensions)
    if encoder == "hog":
        blocks = numbers[: 7 * 7 * 4 * 9].reshape(7, 7, 4, 9)[:, ::-1][:, :, [1, 0, 3, 2]][..., ::-1]
        gray = numbers[7 * 7 * 4 * 9 :].reshape(8, 8)[:, ::-1]
        return np.concatenate([blocks.ravel(), gray.ravel()])
    if encoder.partition("@")[0] == "lite0":
        parts, start = [], 0
        for channels in _LITE0_CHANNELS:
            pooled = numbers[start : start + 4 * channels].reshape(channels, 2, 2)
            parts.append(pooled[..., ::-1].ravel())
            start += 4 * channels
        return np.concatenate([*parts, numbers[start:]])
    return None


def find_candidates(
    rows: np.ndarray,
    positions: np.ndarray,
    encoder: str,
    *,
    asked: np.ndarray | None = None,
    search: Search | None = None,
) -> Candidates:
    """Find pairs of images whose vectors are near.

    `rows` float16 (M, D), may be memory-mapped; `positions` int64 (N,) says which row each image has. With `asked`,
    bool (N,), only the neighbors of these are looked for. Up to 50,000 images are compared with all others, more by
    an index of cells (faiss), in a projection to 64 numbers; the cosines that count are those of whole vectors. Above
    2,000 images `search` looks for the nearest in place of `nearest_here`.
    """
    count = len(positions)
    if count < 2:
        return _pairs(np.empty((0, 3), np.int64), np.empty(0))
    mirror = mirroring(encoder, rows.shape[1])
    numbers = np.arange(count) if asked is None else np.flatnonzero(asked)
    floor = floor_of(encoder)
    if count <= _SMALL:
        found, cosines = _all_pairs(rows, positions, mirror, numbers, floor)
    else:
        found, cosines = _by_index(rows, positions, mirror, numbers, floor, search or nearest_here)
    return _pairs(found, cosines)


def _pairs(found: np.ndarray, cosines: np.ndarray) -> Candidates:
    """Keep each pair once, as it was found with the greater cosine. `found` holds image, neighbor, mirrored."""
    order = np.argsort(-cosines, kind="stable")
    low, high = np.minimum(found[order, 0], found[order, 1]), np.maximum(found[order, 0], found[order, 1])
    _, first = np.unique(np.stack([low, high], axis=1), axis=0, return_index=True)
    return Candidates(low[first], high[first], found[order, 2][first].astype(bool))


def _unit(rows: np.ndarray) -> np.ndarray:
    found = np.asarray(rows, np.float32)
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-6)


def _all_pairs(
    rows: np.ndarray, positions: np.ndarray, mirror: np.ndarray | None, numbers: np.ndarray, floor: float
) -> tuple[np.ndarray, np.ndarray]:
    everything = _unit(rows[positions])
    found, values = [np.empty((0, 3), np.int64)], [np.empty(0, np.float32)]
    for mirrored, order in _ways(mirror):
        queries = everything[numbers] if order is None else everything[numbers][:, order]
        cosines = queries @ everything.T
        cosines[np.arange(len(numbers)), numbers] = -1
        nearest = np.argpartition(-cosines, min(NEIGHBORS, len(everything) - 1), axis=1)[:, :NEIGHBORS]
        there = np.take_along_axis(cosines, nearest, 1)
        at, which = np.nonzero(there >= floor)
        neighbors = nearest[at, which]
        found.append(np.stack([numbers[at], neighbors, np.full(len(at), mirrored)], axis=1))
        values.append(there[at, which])
    return np.concatenate(found), np.concatenate(values)


def _ways(mirror: np.ndarray | None) -> list[tuple[int, np.ndarray | None]]:
    return [(0, None)] if mirror is None else [(0, None), (1, mirror)]


def nearest_here(vectors: np.ndarray, queries: Iterable[np.ndarray]) -> Iterator[Nearest]:
    """Look for the nearest vectors of each query, itself among them, in this process."""
    index = index_of(vectors)
    return (index.search(block, NEIGHBORS + 1) for block in queries)


def _by_index(
    rows: np.ndarray,
    positions: np.ndarray,
    mirror: np.ndarray | None,
    numbers: np.ndarray,
    floor: float,
    search: Search,
) -> tuple[np.ndarray, np.ndarray]:
    projection, shift = _projection(rows, positions)
    small = np.concatenate([part @ projection.T + shift for _, part in _blocks(rows, positions)]).astype(np.float32)

    def blocks() -> Iterator[tuple[int, np.ndarray | None, np.ndarray, np.ndarray]]:
        for mirrored, order in _ways(mirror):
            for start, part in _blocks(rows, positions[numbers]):
                yield mirrored, order, numbers[start : start + len(part)], part

    def queries() -> Iterator[np.ndarray]:
        for _, order, asked, part in blocks():
            if order is None:
                yield small[asked]
            else:
                # A mirrored vector's projection is that of the vector by the mirrored projection.
                yield (part @ projection[:, np.argsort(order)].T + shift).astype(np.float32)

    found, values = [np.empty((0, 3), np.int64)], [np.empty(0, np.float32)]
    for (mirrored, order, asked, part), (squares, nearest) in zip(blocks(), search(small, queries()), strict=True):
        # A projection brings vectors nearer, never further apart.
        near = (squares <= 2 * (1 - floor)) & (nearest >= 0) & (nearest != asked[:, None])
        at, which = np.nonzero(near)
        neighbors = nearest[at, which]
        queried = part if order is None else part[:, order]
        cosines = _cosines(queried, at, rows, positions[neighbors])
        kept = cosines >= floor
        pairs = np.stack([asked[at], neighbors, np.full(len(at), mirrored)], axis=1)
        found.append(pairs[kept])
        values.append(cosines[kept])
    return np.concatenate(found), np.concatenate(values)


def _cosines(queries: np.ndarray, at: np.ndarray, rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    found = np.empty(len(at), np.float32)
    for start in range(0, len(at), _BLOCK):
        part = slice(start, start + _BLOCK)
        found[part] = np.einsum("ij,ij->i", queries[at[part]], _unit(rows[wanted[part]]))
    return found


def _blocks(rows: np.ndarray, positions: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Yield unit vectors some thousand at a time, with the number of the first."""
    for start in range(0, len(positions), _BLOCK):
        yield start, _unit(rows[positions[start : start + _BLOCK]])


def _projection(rows: np.ndarray, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the principal axes, float32 (64, D), of some of the vectors, and the shift (64,)."""
    import faiss

    step = max(1, len(positions) // _SAMPLED)
    some = _unit(rows[positions[::step][:_SAMPLED]])
    axes: Any = faiss.PCAMatrix(rows.shape[1], min(_PROJECTED, rows.shape[1]))
    axes.train(some)
    matrix = faiss.vector_to_array(axes.A).reshape(axes.d_out, axes.d_in)
    return matrix, faiss.vector_to_array(axes.b)


def index_of(small: np.ndarray) -> Any:
    """Return faiss' index of vectors, float32 (N, 64): flat up to 50,000, of cells above."""
    import faiss

    small = np.ascontiguousarray(small, np.float32)
    if len(small) <= _FLAT:
        index: Any = faiss.IndexFlatL2(small.shape[1])
    else:
        cells = int(4 * np.sqrt(len(small)))
        index = faiss.IndexIVFFlat(faiss.IndexFlatL2(small.shape[1]), small.shape[1], cells)
        index.cp.niter, index.cp.max_points_per_centroid, index.nprobe = 8, 40, 16
        index.train(small)
    index.add(small)
    return index

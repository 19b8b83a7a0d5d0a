"""Maps: the images of a theme as points of a plane, near each other where their vectors are alike.

A map is made by a process of its own and kept beside the vectors. It is of the images that had vectors then; those that
came later are not on it until it is made once more.
"""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np

from workbench.embeddings.encoder import Encoder
from workbench.embeddings.encoders import AUTO, open_encoder
from workbench.embeddings.projection import fit_projection
from workbench.embeddings.vectors import VectorFolder, Vectors
from workbench.errors import NotFoundError, WorkbenchError, unknown_name
from workbench.jobs.launcher import start_job
from workbench.jobs.processes import give_way
from workbench.jobs.records import Job, latest_job
from workbench.paths import atomic_write, find_project
from workbench.store import Store, open_store
from workbench.store.samples import digests_by_id
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    import pandas as pd

    from workbench.paths import Project

METHODS = ("pca", "tsne", "umap")
KIND = "map"
_COMPONENTS = 50
_LAID_OUT = {"tsne": 5_000, "umap": 20_000}
_NEIGHBORS = 4
_PERPLEXITY = 30
_FEWEST = 10


def map_methods() -> tuple[str, ...]:
    """Return the methods that this environment has: `umap` where umap-learn is installed."""
    return METHODS if find_spec("umap") is not None else METHODS[:2]


def checked_method(method: str = AUTO) -> str:
    """Return the method that is meant: of `auto` UMAP where it is installed, else t-SNE.

    Raises WorkbenchError for one that needs a package, NotFoundError for one that there is not.
    """
    if method == AUTO:
        return map_methods()[-1]
    if method not in METHODS:
        raise NotFoundError(unknown_name("method of a map", method, METHODS))
    if method not in map_methods():
        raise WorkbenchError("A map by UMAP needs umap-learn: pip install umap-learn. pca and tsne need nothing more.")
    return method


def make_map(store: Store, theme: str, encoder: str = AUTO, method: str = AUTO) -> Vectors:
    """Lay out the images of a theme that have vectors, and keep the map.

    Returns the points, float32 (N, 2) from 0 to 1, by the images' digests. Raises
    NotFoundError where no image has a vector, and as `checked_method` does.
    """
    method = checked_method(method)
    opened = open_encoder(encoder, theme=theme, project=store.project)
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        digests = sorted({digest for _, digest in digests_by_id(theme_id, session=session)})
    vectors = VectorFolder.of(store.project.embeddings, opened).open()
    rows = _with_features(vectors, digests)
    rows = np.sort(rows[rows >= 0])
    if not len(rows):
        raise NotFoundError(f"The images of '{theme}' have no vectors of {opened.name} yet: workbench embed '{theme}'")
    raw = vectors.rows[rows]
    points = laid_out(fit_projection(raw, _COMPONENTS)(raw), method)
    digests_of_rows = np.asarray(vectors.digests[rows])
    with atomic_write(_file(store.project, theme_id, opened, method)) as part, part.open("wb") as stream:
        np.savez(stream, digests=digests_of_rows, points=points)
    return Vectors.of(digests_of_rows, points)


def read_map(project: Project, theme_id: int, encoder: Encoder, method: str) -> Vectors | None:
    """Return the points of the map that was kept, as `make_map` does; None where there is none that can be read."""
    file = _file(project, theme_id, encoder, method)
    try:
        return _read(file, file.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


@lru_cache(maxsize=2)
def _read(file: Path, changed: int) -> Vectors:
    """Read the map that was kept at a moment: a million points are not read for each look at them."""
    with np.load(file) as kept:
        return Vectors.of(kept["digests"], kept["points"])


def map_of_theme(store: Store, theme: str, encoder: str = AUTO, method: str = AUTO) -> pd.DataFrame:
    """Return `x` and `y` by the samples' ids, of the map that was kept, or of one that is made now.

    Raises as `make_map` does.
    """
    import pandas as pd

    method = checked_method(method)
    opened = open_encoder(encoder, theme=theme, project=store.project)
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        rows = digests_by_id(theme_id, session=session)
    digests = [digest for _, digest in rows]
    with_features = _with_features(VectorFolder.of(store.project.embeddings, opened).open(), digests) >= 0
    kept = read_map(store.project, theme_id, opened, method)
    if kept is None or (kept.positions(digests)[with_features] < 0).any():
        kept = make_map(store, theme, encoder, method)
    at = kept.positions(digests)
    ids = [sample_id for (sample_id, _), position in zip(rows, at, strict=True) if position >= 0]
    points = kept.rows[at[at >= 0]]
    return pd.DataFrame({"x": points[:, 0], "y": points[:, 1]}, index=pd.Index(ids, name="id"))


def laid_out(values: np.ndarray, method: str, *, seed: int = 0) -> np.ndarray:
    """Return float32 (N, 2) from 0 to 1 for projected vectors (N, D), their first axis the longest.

    t-SNE (van der Maaten and Hinton, 2008) and UMAP lay out some thousand that are drawn by the seed; each other one
    comes to lie between the four that it is most like.
    """
    if method == "pca" or len(values) < _FEWEST:
        flat = np.zeros((len(values), 2), np.float32)
        flat[:, : min(2, values.shape[1])] = values[:, :2]
        return _scaled(flat)
    generator = np.random.default_rng(seed)
    most = _LAID_OUT[method]
    drawn = np.arange(len(values))
    if len(values) > most:
        drawn = np.sort(generator.choice(len(values), most, replace=False))
    first = _embedding(values[drawn], method, seed)
    if len(drawn) == len(values):
        return _scaled(first)
    points = _between(values, values[drawn], first)
    points[drawn] = first
    return _scaled(points)


def start_map(project: Project, theme: str, encoder: str = AUTO, method: str = AUTO) -> Job:
    """Begin `make_map` in a process of its own, unless one is at it already. Raises as `checked_method` does."""
    method = checked_method(method)
    latest = latest_map_job(project, theme, encoder, method)
    if latest is not None and latest.state == "running":
        return latest
    arguments = {"theme": theme, "encoder": encoder, "method": method}
    return start_job(project, KIND, "workbench.embeddings.maps:map_in_job", arguments, title=f"map-{theme}").job


def latest_map_job(project: Project, theme: str, encoder: str, method: str) -> Job | None:
    """Return the job that made this map last, or makes it now; None when there was none."""
    return latest_job(project, KIND, {"theme": theme, "encoder": encoder, "method": method})


def map_in_job(job: Job) -> dict[str, Any]:
    """Do what the job asks, behind everything else that the machine has to do."""
    give_way()
    with closing(open_store(find_project())) as store:
        return {"images": len(make_map(store, **job.arguments))}


def _with_features(vectors: Vectors, digests: list[str]) -> np.ndarray:
    """Return the row of each image's vector, -1 where there is none or the image could not be read."""
    rows = vectors.positions(digests)
    there = np.flatnonzero(rows >= 0)
    if len(there):
        rows[there[~np.isfinite(np.asarray(vectors.rows[rows[there], 0], np.float32))]] = -1
    return rows


def _embedding(values: np.ndarray, method: str, seed: int) -> np.ndarray:
    if method == "umap":
        from umap import UMAP

        found = UMAP(random_state=seed, n_jobs=1).fit_transform(values)
    else:
        from sklearn.manifold import TSNE

        perplexity = min(_PERPLEXITY, (len(values) - 1) / 3)
        found = TSNE(init="pca", perplexity=perplexity, random_state=seed).fit_transform(values)
    return np.asarray(found, np.float32)


def _between(values: np.ndarray, known: np.ndarray, points: np.ndarray) -> np.ndarray:
    from sklearn.neighbors import NearestNeighbors

    distances, near = NearestNeighbors(n_neighbors=_NEIGHBORS, algorithm="brute").fit(known).kneighbors(values)
    # The nearest counts most: between two clouds there is nothing, unless an image is as like the one as the other.
    weights = 1 / (distances + 1e-6) ** 4
    weights /= weights.sum(axis=1, keepdims=True)
    return np.einsum("nk,nkd->nd", weights, points[near]).astype(np.float32)


def _scaled(points: np.ndarray) -> np.ndarray:
    if not len(points):
        return points
    least, most = points.min(axis=0), points.max(axis=0)
    extent = float((most - least).max()) or 1.0
    return ((points - (least + most) / 2) / extent + 0.5).astype(np.float32)


def _file(project: Project, theme_id: int, encoder: Encoder, method: str) -> Path:
    return project.embeddings / "maps" / f"{theme_id}-{encoder.digest}-{method}.npz"

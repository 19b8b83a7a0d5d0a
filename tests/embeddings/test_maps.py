"""Maps: points of a plane, alike images near each other, kept beside the vectors."""

import numpy as np
import pytest

from workbench.embeddings.maps import checked_method, laid_out, map_methods
from workbench.errors import NotFoundError, WorkbenchError


def clouds(each, seed=0):
    """Three clouds of vectors, and which one each is of."""
    generator = np.random.default_rng(seed)
    centers = generator.normal(0, 6, (3, 12))
    of = np.repeat(np.arange(3), each)
    return (centers[of] + generator.normal(0, 1, (3 * each, 12))).astype(np.float32), of


def neighbors_of_the_same_cloud(points, of):
    distances = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    return float((of[distances.argmin(axis=1)] == of).mean())


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_what_is_alike_lies_together_within_the_unit_square(method, monkeypatch):
    values, of = clouds(50)
    # Most of them are not laid out themselves, but come to lie between those that are.
    monkeypatch.setattr("workbench.embeddings.maps._LAID_OUT", {"tsne": 60})
    points = laid_out(values, method)
    assert points.shape == (150, 2)
    assert points.dtype == np.float32
    assert points.min() > -1e-6
    assert points.max() < 1 + 1e-6
    assert neighbors_of_the_same_cloud(points, of) > 0.95


@pytest.mark.parametrize("count", [0, 1, 2, 9])
def test_few_images_have_a_map_too(count):
    points = laid_out(clouds(3)[0][:count], "tsne")
    assert points.shape == (count, 2)
    assert np.isfinite(points).all()


def test_a_method_that_is_not_there_says_what_to_do():
    with pytest.raises(NotFoundError, match="tsne"):
        checked_method("tsn")
    if "umap" in map_methods():
        assert checked_method() == "umap"
    else:
        assert checked_method() == "tsne"
        with pytest.raises(WorkbenchError, match="pip install umap-learn"):
            checked_method("umap")

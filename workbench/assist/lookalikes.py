"""Pages before there is any model: images around centers of clusters, far from what was shown."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_FITTED_ON = 50_000
_FEWEST = 5


@dataclass(frozen=True)
class Clusters:
    """Cluster centers (K, D), the positions of the members of each, nearest to its center first, and how wide it is."""

    centers: np.ndarray
    members: tuple[np.ndarray, ...]
    widths: np.ndarray


def find_clusters(features: np.ndarray, *, seed: int = 0) -> Clusters:
    """Cluster features (N, D): one cluster for some 80 images, at least 40 in all, and at most 400."""
    from sklearn.cluster import MiniBatchKMeans

    count = min(max(40, len(features) // 80), 400, max(len(features) // 2, 1))
    sample = features
    if len(features) > _FITTED_ON:
        chosen = np.random.default_rng(seed).choice(len(features), _FITTED_ON, replace=False)
        sample = features[np.sort(chosen)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = MiniBatchKMeans(count, random_state=seed, n_init=1, batch_size=2048).fit(sample)
    belongs = found.predict(features)
    centers = found.cluster_centers_.astype(np.float32)
    distances = np.linalg.norm(features - centers[belongs], axis=1)
    order = np.lexsort((distances, belongs))
    ends = np.searchsorted(belongs[order], np.arange(count + 1))
    members = tuple(order[ends[each] : ends[each + 1]] for each in range(count))
    widths = np.array([distances[each].mean() if len(each) > _FEWEST else np.inf for each in members])
    return Clusters(centers, members, widths)


def next_cluster(clusters: Clusters, shown: Sequence[int], undecided: np.ndarray, *, fewest: int = 3) -> int | None:
    """Return the cluster to show next: tight, and far from those that were `shown`; None when none is left.

    `undecided` bool (N,) are the images that may be shown; a cluster needs `fewest` of them. (The greedy k-center rule,
    weighted by tightness.)
    """
    left = [
        each
        for each in np.argsort(clusters.widths).tolist()
        if each not in shown
        and np.isfinite(clusters.widths[each])
        and undecided[clusters.members[each]].sum() >= fewest
    ]
    if not left:
        return None
    if not len(shown):
        return int(left[0])
    centers = clusters.centers
    nearest = np.min([np.linalg.norm(centers[left] - centers[each], axis=1) for each in shown], axis=0)
    return int(left[int(np.argmax(nearest / clusters.widths[left]))])


def page_of_cluster(clusters: Clusters, cluster: int, undecided: np.ndarray, size: int) -> np.ndarray:
    """Return the positions of the images of a page: the nearest to the center, at most half of the cluster's."""
    members = clusters.members[cluster]
    members = members[undecided[members]]
    average = int(np.mean([len(each) for each in clusters.members]))
    return members[: min(size, max(10, average // 2))]

"""Which samples belong together: given groups and near duplicates, as one partition."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from workbench.store.groups.pairs import search_of
from workbench.store.schema import NearDuplicate, Sample


def are_grouped(theme_id: int, *, session: Session) -> bool:
    """Whether any samples of a theme belong together."""
    given = select(Sample.id).where(Sample.group_id.is_not(None), Sample.theme_id == theme_id).limit(1)
    if session.scalar(given) is not None:
        return True
    search = search_of(theme_id, session=session)
    found = select(NearDuplicate.first_id).where(NearDuplicate.theme_id == theme_id)
    return search is not None and (
        session.scalar(found.where(NearDuplicate.score >= search.threshold).limit(1)) is not None
    )


def alone(theme_id: int, *, session: Session) -> ColumnElement[bool]:
    """Return the condition of the samples that are in no group and have no near duplicate."""
    search = search_of(theme_id, session=session)
    condition: ColumnElement[bool] = Sample.group_id.is_(None)
    if search is None:
        return condition
    near = exists().where(
        or_(NearDuplicate.first_id == Sample.id, NearDuplicate.second_id == Sample.id),
        NearDuplicate.score >= search.threshold,
    )
    return condition & ~near.correlate(Sample)


def together(theme_id: int, *, session: Session) -> dict[int, int]:
    """Return, for each sample of a group or with a near duplicate, the least id among those that it belongs to.

    Deleted samples are among them: two that look like a third one, which is deleted, still belong together.
    """
    groups: dict[int, int] = {}
    edges: list[tuple[int, int]] = []
    query = select(Sample.id, Sample.group_id).where(Sample.group_id.is_not(None), Sample.theme_id == theme_id)
    for sample_id, group_id in session.execute(query.order_by(Sample.id)).tuples():
        edges.append((groups.setdefault(group_id or 0, sample_id), sample_id))
    search = search_of(theme_id, session=session)
    if search is not None:
        pairs = select(NearDuplicate.first_id, NearDuplicate.second_id).where(
            NearDuplicate.theme_id == theme_id, NearDuplicate.score >= search.threshold
        )
        edges += session.execute(pairs).tuples().all()
    return components(edges)


def components(edges: list[tuple[int, int]]) -> dict[int, int]:
    """Return, for each node of a graph, the least node that a way of edges leads to."""
    if not edges:
        return {}
    import numpy as np
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    nodes, ends = np.unique(np.array(edges, np.int64), return_inverse=True)
    ends = ends.reshape(-1, 2)
    graph = coo_array((np.ones(len(ends), np.int8), (ends[:, 0], ends[:, 1])), shape=(len(nodes),) * 2)
    _, component = connected_components(graph, directed=False)
    # The nodes are sorted: the first of a component is its least.
    _, first = np.unique(component, return_index=True)
    return dict(zip(nodes.tolist(), nodes[first[component]].tolist(), strict=True))


def members(partition: dict[int, int]) -> dict[int, list[int]]:
    """Return the samples of each part of a partition, by the least of them."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for sample_id, least in partition.items():
        found[least].append(sample_id)
    return dict(found)

"""What rests on labels that have changed since: versions, runs, studies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.registry.tracking import SNAPSHOT_TAG
from workbench.registry.versions import list_versions
from workbench.store.staleness import ChangedLabels, changed_since_digests
from workbench.theme.base import id_of

if TYPE_CHECKING:
    import pandas as pd

    from workbench.theme.theme import Theme


def stale(theme: Theme) -> pd.DataFrame:
    """Return a row for each version, run and study that rests on labels which changed, as `Theme.stale` says."""
    import pandas as pd

    rows = [
        (kind, name, changed.number, changed.by_merge, changed.deleted, changed.words)
        for kind, name, changed in _resting(theme)
        if changed is not None and changed.is_stale
    ]
    return pd.DataFrame(rows, columns=["kind", "name", "changed", "by_merge", "deleted", "words"])


def _resting(theme: Theme) -> Iterator[tuple[str, str, ChangedLabels | None]]:
    from workbench.tuning.study import snapshots_of_studies

    for version in list_versions(theme.name, theme.project):
        yield "version", str(version.version), version.changed
    runs = theme.runs()
    tag = f"tags.{SNAPSHOT_TAG}"
    named = [] if tag not in runs else runs[["run_id", tag]].dropna().values.tolist()
    studies = snapshots_of_studies(theme.project, theme.name)
    with theme.store.read() as session:
        digests = sorted({digest for _, digest in [*named, *studies]})
        found = changed_since_digests(id_of(theme, session), digests, session=session)
    for run_id, digest in named:
        yield "run", run_id, found.get(digest)
    for name, digest in studies:
        yield "study", name, found.get(digest)

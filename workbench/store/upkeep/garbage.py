"""Garbage collection: what was deleted long enough ago goes for good, except what registered models were trained on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from workbench.part_files import PART, part_name, remove_abandoned
from workbench.paths import Project
from workbench.store.connection import Store
from workbench.store.events import start_batch
from workbench.store.locks import lock_theme_id
from workbench.store.samples import uris_in_use
from workbench.store.schema import Batch, Model, ModelVersion, Sample, SnapshotSample, Theme
from workbench.store.steps.removal import remove_samples, remove_theme
from workbench.store.steps.snapshots import discard_snapshot
from workbench.store.steps.writing import Pace
from workbench.store.themes import is_staged

# An import puts its files before its rows: files younger than this may still get theirs.
GRACE = timedelta(hours=1)
_CHUNK = 5_000


@dataclass(frozen=True)
class GarbageReport:
    """What a collection removed (or, as a preview, would remove).

    `kept` counts deleted samples that stay because a registered model's snapshot has them; `snapshots` the snapshots of
    unregistered runs that went because they lost samples. `files` and `bytes` are of image files, `unfinished` counts
    what killed backups, exports and the like left half-written in the project.
    """

    samples: int
    kept: int
    themes: int
    snapshots: int
    files: int = 0
    bytes: int = 0
    unfinished: int = 0


def preview_garbage(store: Store, *, deleted_before: datetime) -> GarbageReport:
    """Count what `collect_garbage` would remove of rows; nothing is changed."""
    with store.read() as session:
        removable, kept = _removable(deleted_before, session)
        snapshots = {found for part in _parts(removable) for found in _snapshots_with(part, session)}
        themes = session.scalar(_themes(deleted_before).with_only_columns(func.count())) or 0
        return GarbageReport(len(removable), kept, themes, len(snapshots))


def collect_garbage(store: Store, *, deleted_before: datetime, annotator: str) -> GarbageReport:
    """Remove samples and themes that were deleted before a time, then the image files that no sample refers to.

    With a sample go its history, boxes and predictions. Samples in a snapshot of a registered model are kept, and so is
    their theme. All of it goes in steps, so that nobody waits; what is restored meanwhile stays.
    """
    with store.read() as session:
        removable, kept = _removable(deleted_before, session)
        snapshots = sorted({found for part in _parts(removable) for found in _snapshots_with(part, session)})
        themes = list(session.scalars(_themes(deleted_before)))
    gone = sum(discard_snapshot(store, number) for number in snapshots)
    samples = _remove_samples(store, removable, deleted_before, annotator)
    removed = sum(_remove_theme(store, theme_id, deleted_before) for theme_id in themes)
    files, size = _remove_files(store)
    return GarbageReport(samples, kept, removed, gone, files, size, _remove_unfinished(store.project))


def _remove_samples(store: Store, ids: list[int], deleted_before: datetime, annotator: str) -> int:
    pace, left, removed = Pace(store), iter(ids), 0
    batches: dict[int, int] = {}
    while part := list(islice(left, pace.size)):
        with pace.step(len(part)) as session:
            for theme_id in sorted(session.scalars(select(Sample.theme_id).where(Sample.id.in_(part)).distinct())):
                lock_theme_id(theme_id, session=session)
            still, _ = _removable(deleted_before, session, among=part)
            _record(still, batches, annotator, session)
            remove_samples(still, session)
            removed += len(still)
    return removed


def _remove_theme(store: Store, theme_id: int, deleted_before: datetime) -> bool:
    """Remove a theme unless it was restored; nobody sees it from the beginning on."""
    with store.write() as session:
        lock_theme_id(theme_id, session=session)
        if session.scalar(_themes(deleted_before).where(Theme.id == theme_id)) is None:
            return False
        session.get_one(Theme, theme_id).name = part_name()
    remove_theme(store, theme_id)
    return True


def _remove_unfinished(project: Project) -> int:
    """Remove what nobody writes any more, in the project but among the images, which have rules of their own."""
    images = os.fspath(project.images)
    folders = [project.root]
    for root in (project.db, project.runs):
        for folder, below, _ in os.walk(root):
            below[:] = [name for name in below if not name.startswith(PART) and os.path.join(folder, name) != images]
            folders.append(Path(folder))
    return sum(map(remove_abandoned, folders))


def _removable(deleted_before: datetime, session: Session, *, among: list[int] | None = None) -> tuple[list[int], int]:
    deleted = or_(Sample.deleted_at < deleted_before, Theme.deleted_at < deleted_before)
    registered = (
        exists()
        .where(SnapshotSample.sample_id == Sample.id, ModelVersion.snapshot_id == SnapshotSample.snapshot_id)
        .correlate(Sample)
    )
    query = select(Sample.id).join(Theme, Theme.id == Sample.theme_id).where(deleted, ~is_staged())
    query = query if among is None else query.where(Sample.id.in_(among))
    removable = list(session.scalars(query.where(~registered).order_by(Sample.id)))
    kept = session.scalar(query.where(registered).with_only_columns(func.count())) or 0
    return removable, kept


def _themes(deleted_before: datetime) -> Select[int]:
    registered = exists().where(Model.theme_id == Theme.id, Model.kind == "version")
    return select(Theme.id).where(Theme.deleted_at < deleted_before, ~registered, ~is_staged())


def _parts(ids: list[int]) -> list[list[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _record(removable: list[int], batches: dict[int, int], annotator: str, session: Session) -> None:
    """Leave one batch in each theme that goes on, so that its history tells why samples are gone."""
    query = select(Sample.theme_id, func.count()).join(Theme, Theme.id == Sample.theme_id)
    query = query.where(Sample.id.in_(removable), Theme.deleted_at.is_(None)).group_by(Sample.theme_id)
    for theme_id, number in session.execute(query).tuples().all():
        if theme_id not in batches:
            batch = start_batch(theme_id, "collect garbage", annotator=annotator, source="human", session=session)
            batches[theme_id] = batch.id
        session.get_one(Batch, batches[theme_id]).changed += number
    session.flush()


def _snapshots_with(ids: list[int], session: Session) -> list[int]:
    return list(session.scalars(select(SnapshotSample.snapshot_id).where(SnapshotSample.sample_id.in_(ids)).distinct()))


def _remove_files(store: Store) -> tuple[int, int]:
    files = size = 0
    uris = list(store.images.uris())
    for start in range(0, len(uris), _CHUNK):
        part = uris[start : start + _CHUNK]
        with store.read() as session:
            used = uris_in_use(part, session=session)
        for uri in part:
            removed = 0 if uri in used else store.images.remove(uri, older_than=GRACE)
            files, size = files + (removed > 0), size + removed
    store.images.discard_unfinished(older_than=GRACE)
    return files, size

"""Freezing a theme of any size while others go on labeling: its rows are staged, and become a snapshot at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import cast

from sqlalchemy import Table, delete, exists, insert, select

from workbench.part_files import writer_name
from workbench.store.column_types import now
from workbench.store.connection import Store
from workbench.store.groups.certificate import certify
from workbench.store.locks import lock_theme_id
from workbench.store.samples import SampleFilter
from workbench.store.schema import STAGED, ModelVersion, Snapshot, SnapshotSample, Theme
from workbench.store.snapshots import FROZEN, content_of, find_snapshot, rows_to_freeze, take_snapshot
from workbench.store.steps.edits import are_few
from workbench.store.steps.running import busy, is_left, running_in
from workbench.store.steps.writing import Pace, wait_until_idle

_ADD_ROWS = insert(cast("Table", SnapshotSample.__table__))


def take_snapshot_in_steps(store: Store, theme_id: int) -> Snapshot:
    """Do what `take_snapshot` does; of many samples in steps, so that nobody waits for it.

    What is frozen is the theme of one moment, whatever is decided while the rows are written.
    """
    wait_until_idle(store, theme_id)
    remove_abandoned_snapshots(store)
    with store.read() as session:
        few = are_few(theme_id, SampleFilter(), session)
    if few:
        with store.write() as session:
            return take_snapshot(theme_id, session=session)
    with store.read() as reading:
        running = running_in(theme_id, session=reading)
        if running is not None:
            raise busy(reading.get_one(Theme, theme_id).name, running)
        taken = now()
        content = content_of(theme_id, session=reading)
        found = find_snapshot(theme_id, content.digest, session=reading)
        if found is not None:
            return _certified(store, found.id)
        staged = Snapshot(
            theme_id=theme_id,
            digest=f"{STAGED}{writer_name()}",
            class_names=content.class_names,
            created_at=taken,
        )
        with store.write() as session:
            session.add(staged)
        try:
            _stage(store, staged.id, rows_to_freeze(theme_id, session=reading))
            return _publish(store, staged, content.digest)
        except BaseException:
            _remove(store, staged.id)
            raise


def discard_snapshot(store: Store, snapshot_id: int) -> bool:
    """Remove a snapshot that no registered model was trained on; return whether it was there and is gone."""
    with store.write() as session:
        registered = exists().where(ModelVersion.snapshot_id == Snapshot.id)
        snapshot = session.scalar(select(Snapshot).where(Snapshot.id == snapshot_id, ~registered))
        if snapshot is None:
            return False
        lock_theme_id(snapshot.theme_id, session=session)
        # From now on nobody finds it.
        snapshot.digest = f"{STAGED}{writer_name()}"
    _remove(store, snapshot_id)
    return True


def _stage(store: Store, snapshot_id: int, rows: Iterator[tuple[int, str, str, str]]) -> None:
    pace, names = Pace(store), ("snapshot_id", *FROZEN)
    while part := list(islice(rows, pace.size)):
        with pace.step(len(part)) as session:
            staged = [dict(zip(names, (snapshot_id, *row), strict=True)) for row in part]
            session.connection().execute(_ADD_ROWS, staged)


def _publish(store: Store, staged: Snapshot, digest: str) -> Snapshot:
    """Give a snapshot whose rows are all there its digest, unless somebody took the same one first."""
    with store.write() as session:
        found = find_snapshot(staged.theme_id, digest, session=session)
        if found is None:
            snapshot = session.get_one(Snapshot, staged.id)
            snapshot.digest = digest
    if found is not None:
        _remove(store, staged.id)
    return _certified(store, staged.id if found is None else found.id)


def _certified(store: Store, snapshot_id: int) -> Snapshot:
    """Record what is known of samples that belong together; it is read while others write."""
    with store.read() as session:
        certificate = certify(session.get_one(Snapshot, snapshot_id), session=session)
    with store.write() as session:
        snapshot = session.get_one(Snapshot, snapshot_id)
        snapshot.certificate = certificate
        return snapshot


def remove_abandoned_snapshots(store: Store) -> None:
    """Remove what killed processes had staged."""
    with store.read() as session:
        left = [
            row.id
            for row in session.scalars(select(Snapshot).where(Snapshot.digest.startswith(STAGED)))
            if is_left(row.digest.removeprefix(STAGED), row.created_at)
        ]
    for number in left:
        _remove(store, number)


def _remove(store: Store, snapshot_id: int) -> None:
    pace = Pace(store)
    some = select(SnapshotSample.sample_id).where(SnapshotSample.snapshot_id == snapshot_id)
    while True:
        with store.read() as session:
            ids = list(session.scalars(some.limit(pace.size)))
        last = len(ids) < pace.size
        with pace.step(len(ids)) as session:
            rows = (SnapshotSample.snapshot_id == snapshot_id, SnapshotSample.sample_id.in_(ids))
            session.execute(delete(SnapshotSample).where(*rows).execution_options(synchronize_session=False))
            if last:
                session.execute(delete(Snapshot).where(Snapshot.id == snapshot_id))
                return

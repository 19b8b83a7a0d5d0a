"""Removing samples and themes for good, a step at a time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from workbench.store.connection import Store
from workbench.store.kept_counts import forget_counts
from workbench.store.schema import Base, Batch, LabelEvent, Sample, Snapshot, SnapshotSample, Theme
from workbench.store.steps.writing import Pace

_APART = {"synchronize_session": False}


def remove_samples(ids: list[int], session: Session) -> None:
    """Remove samples with all that is about them, and the snapshots that have them."""
    # A snapshot without one of its samples would no longer be what its digest says.
    snapshots = list(
        session.scalars(select(SnapshotSample.snapshot_id).where(SnapshotSample.sample_id.in_(ids)).distinct())
    )
    session.execute(delete(SnapshotSample).where(SnapshotSample.snapshot_id.in_(snapshots)), execution_options=_APART)
    session.execute(delete(Snapshot).where(Snapshot.id.in_(snapshots)), execution_options=_APART)
    for table in reversed(Base.metadata.sorted_tables):
        for column in _columns_to(table, "samples"):
            session.execute(delete(table).where(table.c[column].in_(ids)))
    session.execute(delete(LabelEvent).where(LabelEvent.sample_id.in_(ids)), execution_options=_APART)
    session.execute(delete(Sample).where(Sample.id.in_(ids)), execution_options=_APART)


def remove_theme(store: Store, theme_id: int) -> None:
    """Remove a theme that nobody sees, with all that is about it."""
    _remove_rows(store, theme_id, Sample, remove_samples)
    _remove_rows(store, theme_id, Batch, _remove_batches)
    with store.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            for column in _columns_to(table, "themes"):
                session.execute(delete(table).where(table.c[column] == theme_id))
        forget_counts(theme_id, session=session)
        session.execute(delete(Theme).where(Theme.id == theme_id), execution_options=_APART)


def _remove_rows(
    store: Store, theme_id: int, model: type[Sample | Batch], remove: Callable[[list[int], Session], None]
) -> None:
    pace = Pace(store)
    with store.read() as session:
        # An undo comes after what it undoes, and refers to it.
        ids = iter(session.scalars(select(model.id).where(model.theme_id == theme_id).order_by(model.id.desc())).all())
    while part := list(islice(ids, pace.size)):
        with pace.step(len(part)) as session:
            remove(part, session)


def _remove_batches(ids: list[int], session: Session) -> None:
    session.execute(update(Batch).where(Batch.undoes.in_(ids)).values(undoes=None), execution_options=_APART)
    session.execute(delete(Batch).where(Batch.id.in_(ids)), execution_options=_APART)


def _columns_to(table: Table, target: str) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.column.table.name == target]

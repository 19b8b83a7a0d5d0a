"""Which batches are being written a step at a time: by whom, how far they are, and those whose writer has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.part_files import has_ended
from workbench.store.column_types import now
from workbench.store.events import batch_of_client_key
from workbench.store.locks import lock_theme
from workbench.store.schema import Batch, RunningBatch, Theme

RELEASED = ""
"""The writer of a batch that was left by a process that goes on."""

# A step takes a fraction of a second. A writer on another machine that was silent for so long has ended.
_SILENT = timedelta(minutes=2)
# What is staged there has no beat.
_ABANDONED_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Running:
    """A batch that is not finished: `done` of `total` samples are written. `action` and `note` are the batch's."""

    batch_id: int
    action: str
    annotator: str
    since: datetime
    done: int
    total: int
    undoes: bool

    @property
    def words(self) -> str:
        """What is done, how far it is, and by whom."""
        what = f"undo of '{self.action}'" if self.undoes else f"'{self.action}'"
        far = f"{self.done:,} of {self.total:,} images" if self.total else "begun"
        return f"{what}: {far}, by {self.annotator} since {self.since.astimezone():%H:%M}"


def running_in(theme_id: int, *, session: Session) -> Running | None:
    """Return what is being written in a theme a step at a time, None when nothing is."""
    query = (
        select(RunningBatch, Batch)
        .join(Batch, Batch.id == RunningBatch.batch_id)
        .where(RunningBatch.theme_id == theme_id)
        .order_by(RunningBatch.batch_id.desc())
        .limit(1)
    )
    found = session.execute(query, execution_options={"populate_existing": True}).first()
    if found is None:
        return None
    row, batch = found
    since = batch.at
    return Running(batch.id, batch.action, batch.annotator, since, row.done, row.total, batch.undoes is not None)


def running_of(client_key: str, *, session: Session) -> Running | None:
    """Return how far the batch of a browser message is; None unless it is being written."""
    batch = batch_of_client_key(client_key, session=session)
    running = None if batch is None else running_in(batch.theme_id, session=session)
    return running if batch is not None and running is not None and running.batch_id == batch.id else None


def lock_idle_theme(theme_id: int, *, session: Session) -> Theme:
    """Take a theme's lock for a change of many samples.

    Raises ConflictError, which says what is being done and by whom, while another one is being written.
    """
    theme = lock_theme(theme_id, session=session)
    running = running_in(theme_id, session=session)
    if running is not None:
        raise busy(theme.name, running)
    return theme


def refuse_removal(theme_id: int, *, session: Session) -> None:
    """Raise ConflictError while a label is being deleted or merged: a sample that comes or goes could keep it."""
    running = running_in(theme_id, session=session)
    if running is not None and running.action in ("delete label", "merge labels"):
        raise busy(session.get_one(Theme, theme_id).name, running)


def earlier_batch(client_key: str | None, *, session: Session) -> Batch | None:
    """Return the batch that a browser message made earlier, None when the message is new.

    Raises ConflictError while that batch is not finished.
    """
    batch = batch_of_client_key(client_key, session=session)
    if batch is not None and is_running(batch.id, session=session):
        lock_idle_theme(batch.theme_id, session=session)
    return batch


def is_running(batch_id: int, *, session: Session) -> bool:
    """Whether a batch is not finished."""
    return session.scalar(select(RunningBatch.batch_id).where(RunningBatch.batch_id == batch_id)) is not None


def busy(name: str, running: Running) -> ConflictError:
    """Return the error that says who changes a theme."""
    return ConflictError(
        f"Many images of '{name}' are being changed: {running.words}. Wait until that has ended, then try again."
    )


def abandoned(*, session: Session) -> list[RunningBatch]:
    """Return the batches that nobody writes any more, the newest first."""
    rows = list(session.scalars(select(RunningBatch).order_by(RunningBatch.batch_id.desc())))
    return [row for row in rows if _is_abandoned(row, session)]


def is_left(writer: str, since: datetime) -> bool:
    """Whether what a writer has staged since a time is left for good: its process has ended, or is elsewhere."""
    ended = has_ended(writer)
    return now() - since > _ABANDONED_AFTER if ended is None else ended


def beat(row: RunningBatch, session: Session) -> None:
    """Note that a batch is still being written."""
    row.beat_at = _clock(session)


def _is_abandoned(row: RunningBatch, session: Session) -> bool:
    theme = session.get_one(Theme, row.theme_id)
    if theme.deleted_at is not None:
        # Nobody sees it; once it is restored it is looked at.
        return False
    return row.writer == RELEASED or bool(has_ended(row.writer)) or _clock(session) - row.beat_at > _SILENT


def _clock(session: Session) -> datetime:
    """The time of the database's machine, which all who share it see."""
    if session.get_bind().dialect.name == "postgresql":
        return session.scalar(select(func.clock_timestamp())) or now()
    return now()

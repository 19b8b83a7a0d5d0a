"""Writing a batch of many samples a step at a time, taking back what did not come to its end, and waiting for others.

Each step is a transaction of some hundredths of a second, with a pause behind it in which others write. What somebody
decides meanwhile stays. A batch whose writer ends midway is undone by whoever comes next: of an undo the rest is done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, WorkbenchError
from workbench.part_files import writer_name
from workbench.store.change_feed import last_event_of
from workbench.store.connection import Store
from workbench.store.events import UNFINISHED
from workbench.store.locks import lock_theme
from workbench.store.schema import Batch, LabelEvent, RunningBatch, Theme
from workbench.store.steps.running import RELEASED, abandoned, beat, busy, lock_idle_theme, running_in
from workbench.store.undo import begin_undo, undo_events

AT_ONCE = 10_000
"""So many samples at most are changed in one transaction: a key press beside it waits some tenths of a second, once.

In steps, with their pauses, they would take many times as long.
"""

ResultT = TypeVar("ResultT")
_FIRST_STEP = 500
_LARGEST_STEP = 5_000
# How many seconds a step may hold the lock, the least pause behind it, and the pause as a share of the step. SQLite's
# writers ask for the lock every 25 ms at first: each finds it free once between two steps. PostgreSQL's stand in line.
_TIMES = {"sqlite": (0.04, 0.03, 0.5), "postgresql": (0.1, 0.01, 0.1)}
_WAIT_S = 30.0


def is_small(number: int) -> bool:
    """Whether so many samples are changed in one transaction."""
    return number <= AT_ONCE


@dataclass(frozen=True)
class Phase:
    """One batch of a long change: how it begins, the samples that it means, and how some of them are changed.

    `change` gets ids of samples, with `heeds_decisions` those that nobody has decided on since the batch began, and
    counts in the batch.
    """

    begin: Callable[[Session], Batch]
    find: Callable[[Session], Sequence[int]]
    change: Callable[[Batch, Sequence[int], Session], None]
    heeds_decisions: bool = True


@dataclass(frozen=True)
class Written:
    """A batch whose steps are done; `kept` samples somebody had decided meanwhile, and they stay as they are."""

    batch_id: int
    kept: int


def write_in_steps(
    store: Store, theme_id: int, phases: Iterable[Phase], end: Callable[[list[Written], Session], ResultT]
) -> ResultT:
    """Write the batches of a long change one after the other, and return what `end` does in the last transaction.

    Until then they count as unfinished: an error, Ctrl+C or the death of the process has all of them taken back.
    """
    writer, written = writer_name(), list[Written]()
    try:
        for phase in phases:
            written.append(_write(store, theme_id, phase, writer, first=not written))
        with store.write() as session:
            lock_theme(theme_id, session=session)
            for each in written:
                _mine(each.batch_id, writer, session)
            result = end(written, session)
            session.execute(delete(RunningBatch).where(RunningBatch.writer == writer))
            return result
    except BaseException:
        _release(store, writer)
        raise


def undo_in_steps(store: Store, target_id: int, begin: Callable[[Session], Batch]) -> int:
    """Undo a batch a step at a time and return the id of the undo, which `begin` starts.

    Once it has begun it is done to its end, if need be by another process.
    """
    writer = writer_name()
    with store.write() as session:
        target = session.get_one(Batch, target_id)
        lock_idle_theme(target.theme_id, session=session)
        batch = begin(session)
        _record(batch, writer, session, total=target.changed)
        batch_id = batch.id
    try:
        _continue_undo(store, batch_id, writer)
    except BaseException:
        _release(store, writer)
        raise
    return batch_id


def wait_until_idle(store: Store, theme_id: int) -> None:
    """Wait until no other long change of a theme is being written; what was left unfinished is taken back.

    Raises ConflictError, which says what is being done and by whom, when it takes long.
    """
    until = time.monotonic() + _WAIT_S
    while True:
        finish_abandoned(store)
        with store.read() as session:
            running = running_in(theme_id, session=session)
            name = session.get_one(Theme, theme_id).name if running is not None else ""
        if running is None:
            return
        if time.monotonic() > until:
            raise busy(name, running)
        time.sleep(0.1)


def finish_abandoned(store: Store) -> None:
    """Take back every long change whose writer has ended before its end, and finish every undo."""
    while True:
        with store.read() as session:
            left = [(row.batch_id, row.theme_id, row.writer) for row in abandoned(session=session)]
        # Of a change of several batches the last comes first.
        if not any(_finish(store, *each) for each in left):
            return


class Pace:
    """How many samples a step takes, so that each lasts as long as a step should, and the pause behind it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.size = _FIRST_STEP
        self._step, self._pause, self._share = _TIMES[store.engine.dialect.name]

    @contextmanager
    def step(self, number: int) -> Iterator[Session]:
        """Open the transaction of a step that writes so many rows; the last one, which is not full, has no pause."""
        full = number >= self.size
        with self.store.write() as session:
            session.connection()  # waits for the lock
            started = time.monotonic()
            yield session
        if full:
            self.rest(started)

    def rest(self, started: float) -> None:
        """Leave others time to write, after the step that began then."""
        held = time.monotonic() - started
        self.size = int(min(_LARGEST_STEP, max(50, self.size * min(2.0, max(0.25, self._step / max(held, 1e-3))))))
        time.sleep(max(self._pause, held * self._share))


def _write(store: Store, theme_id: int, phase: Phase, writer: str, *, first: bool) -> Written:
    with store.write() as session:
        # The phases behind the first find its batches running.
        (lock_idle_theme if first else lock_theme)(theme_id, session=session)
        since = last_event_of(theme_id, session=session)
        batch = phase.begin(session)
        row = _record(batch, writer, session)
        batch_id = batch.id
    with store.read() as session:
        ids = phase.find(session)
    kept, done, pace = 0, 0, Pace(store)
    while done < len(ids):
        part = ids[done : done + pace.size]
        done += len(part)
        with store.write() as session:
            lock_theme(theme_id, session=session)
            started = time.monotonic()
            batch, row = _mine(batch_id, writer, session)
            decided = _decided_since(part, since, session) if phase.heeds_decisions else set()
            left = [sample_id for sample_id in part if sample_id not in decided] if decided else part
            if left:
                phase.change(batch, left, session)
            kept += len(decided)
            batch.unchanged += len(decided)
            row.done, row.total = done, len(ids)
            beat(row, session)
        pace.rest(started)
    return Written(batch_id, kept)


def _record(batch: Batch, writer: str, session: Session, *, total: int = 0) -> RunningBatch:
    row = RunningBatch(batch_id=batch.id, theme_id=batch.theme_id, writer=writer, done=0, total=total, last_event=0)
    beat(row, session)
    session.add(row)
    session.flush()
    return row


def _mine(batch_id: int, writer: str, session: Session) -> tuple[Batch, RunningBatch]:
    """Return a batch and its row. Raises ConflictError when somebody else took it back."""
    row = session.get(RunningBatch, batch_id, populate_existing=True)
    if row is None or row.writer != writer:
        raise ConflictError("This change stood still for minutes and was taken back. Do it again.")
    return session.get_one(Batch, batch_id, populate_existing=True), row


def _decided_since(ids: Sequence[int], since: int, session: Session) -> set[int]:
    """Those of some samples that somebody has decided on since a batch began."""
    query = select(LabelEvent.sample_id).where(
        LabelEvent.sample_id.in_(ids),
        # Not by the events' own key, which would lead SQLite through all that the batch has written.
        LabelEvent.id + 0 > since,
    )
    return set(session.scalars(query))


def _release(store: Store, writer: str) -> None:
    """Leave the batches of a writer to whoever comes next, and be the first who does."""
    with suppress(WorkbenchError):
        with store.write() as session:
            session.execute(update(RunningBatch).where(RunningBatch.writer == writer).values(writer=RELEASED))
        finish_abandoned(store)


def _finish(store: Store, batch_id: int, theme_id: int, former: str) -> bool:
    """Take back an abandoned batch, or do the rest of an abandoned undo, unless somebody else does."""
    writer = writer_name()
    with store.write() as session:
        lock_theme(theme_id, session=session)
        row = session.get(RunningBatch, batch_id, populate_existing=True)
        newest = session.scalar(select(func.max(RunningBatch.batch_id)).where(RunningBatch.theme_id == theme_id))
        if row is None or row.writer != former or newest != batch_id:
            return False
        target = session.get_one(Batch, batch_id)
        if target.undoes is None:
            # The browser's message may come once more, and then means what it says.
            target.client_key = None
            batch = begin_undo(target, annotator=target.annotator, note=UNFINISHED, session=session)
            session.delete(row)
            _record(batch, writer, session, total=target.changed)
            batch_id = batch.id
        else:
            row.writer = writer
            beat(row, session)
    try:
        _continue_undo(store, batch_id, writer)
    except BaseException:
        with suppress(WorkbenchError), store.write() as session:
            session.execute(update(RunningBatch).where(RunningBatch.writer == writer).values(writer=RELEASED))
        raise
    return True


def _continue_undo(store: Store, batch_id: int, writer: str) -> None:
    pace = Pace(store)
    while True:
        with store.write() as session:
            row = session.get_one(RunningBatch, batch_id)
            lock_theme(row.theme_id, session=session)
            started = time.monotonic()
            batch, row = _mine(batch_id, writer, session)
            target = session.get_one(Batch, batch.undoes)
            query = select(LabelEvent.id).where(LabelEvent.batch_id == target.id, LabelEvent.id > row.last_event)
            events = list(session.scalars(query.order_by(LabelEvent.id).limit(pace.size)))
            if events:
                undo_events(target, batch, events=(events[0], events[-1]), session=session)
                row.last_event, row.done = events[-1], row.done + len(events)
                beat(row, session)
            if len(events) < pace.size:
                session.delete(row)
                return
        pace.rest(started)

"""Labeling, clearing, skipping, deleting, restoring and undoing of any number of samples, while others go on."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.store.assistance import AnsweredPage, answer_page, begin_page, labels_of_page
from workbench.store.bulk_edits import (
    BulkOutcome,
    delete_samples,
    give_decision,
    label_each,
    label_in_batch,
    label_many,
    mark_deleted,
    require_present,
    restore_samples,
)
from workbench.store.connection import Store
from workbench.store.decisions import Decision
from workbench.store.events import batch_of_client_key, start_batch
from workbench.store.labels import label_ids, require_label
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, LabelEvent, Sample
from workbench.store.steps.running import is_running, running_in
from workbench.store.steps.writing import (
    AT_ONCE,
    Phase,
    Written,
    is_small,
    undo_in_steps,
    wait_until_idle,
    write_in_steps,
)
from workbench.store.undo import UndoOutcome, begin_undo, outcome_of, to_undo, undo


def label_in_steps(
    store: Store,
    theme_id: int,
    where: SampleFilter,
    label_id: int | None,
    *,
    annotator: str,
    skip: bool = False,
    client_key: str | None = None,
    note: str = "",
) -> BulkOutcome:
    """Do what `label_many` does; of many samples in steps, so that nobody waits for it.

    What somebody decides meanwhile stays, and is counted in `kept`.
    """
    how = {"annotator": annotator, "client_key": client_key, "note": note}
    replaced = 0

    def begin(session: Session) -> Batch:
        require_label(label_id, label_ids(theme_id, session=session))
        return start_batch(theme_id, "label", source="human", session=session, **how)  # type: ignore[arg-type]

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        nonlocal replaced
        replaced += give_decision(batch, [Sample.id.in_(ids)], label_id, skip=skip, session=session)

    def at_once(session: Session) -> BulkOutcome:
        return label_many(theme_id, where, label_id, skip=skip, session=session, **how)  # type: ignore[arg-type]

    done = _edit(store, theme_id, where, client_key, begin, change, at_once)
    return done if not replaced else replace(done, replaced=replaced)


def delete_in_steps(
    store: Store, theme_id: int, where: SampleFilter, *, annotator: str, client_key: str | None = None
) -> BulkOutcome:
    """Do what `delete_samples` does, in steps; a sample that somebody decides on meanwhile stays."""
    return _set_deleted(store, theme_id, replace(where, deleted=False), annotator, client_key, delete=True)


def restore_in_steps(
    store: Store, theme_id: int, where: SampleFilter, *, annotator: str, client_key: str | None = None
) -> BulkOutcome:
    """Do what `restore_samples` does, in steps."""
    return _set_deleted(store, theme_id, replace(where, deleted=True), annotator, client_key, delete=False)


def label_each_in_steps(
    store: Store,
    theme_id: int,
    labels: Mapping[int, int],
    *,
    seen: Mapping[int, Decision],
    annotator: str,
    client_key: str | None = None,
    note: str = "",
) -> BulkOutcome:
    """Do what `label_each` does, in steps."""
    how = {"annotator": annotator, "client_key": client_key, "note": note}

    def begin(session: Session) -> Batch:
        require_present(theme_id, labels, session=session)
        return start_batch(theme_id, "label", source="human", session=session, **how)  # type: ignore[arg-type]

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        label_in_batch(batch, {sample_id: labels[sample_id] for sample_id in ids}, seen=seen, session=session)

    if _is_few(store, theme_id, client_key, lambda _session: is_small(len(labels))):
        with store.write() as session:
            return label_each(theme_id, labels, seen=seen, session=session, **how)  # type: ignore[arg-type]
    ids = array("q", sorted(labels))
    return _in_steps(store, theme_id, client_key, Phase(begin, lambda _session: ids, change))


def undo_of_any_size(
    store: Store, theme_id: int, *, annotator: str, batch_id: int | None = None, client_key: str | None = None
) -> UndoOutcome:
    """Do what `undo` does; of a large batch in steps. Once begun it is done to its end, whatever happens."""
    with store.read() as session:
        running = running_in(theme_id, session=session)
    if running is not None and (batch_id in (None, running.batch_id) and running.annotator == annotator):
        # What she has begun is what she means.
        wait_until_idle(store, theme_id)
    with store.read() as session:
        known = batch_of_client_key(client_key, session=session)
        target = None if known else to_undo(theme_id, annotator=annotator, batch_id=batch_id, session=session)
        if target is not None and is_small(_events(target.id, session)):
            target = None
    if target is None:
        with store.write() as session:
            return undo(theme_id, annotator=annotator, batch_id=batch_id, client_key=client_key, session=session)
    target_id = target.id
    wait_until_idle(store, theme_id)

    def begin(session: Session) -> Batch:
        chosen = to_undo(theme_id, annotator=annotator, batch_id=target_id, session=session)
        assert chosen is not None
        return begin_undo(chosen, annotator=annotator, client_key=client_key, session=session)

    done = undo_in_steps(store, target_id, begin)
    with store.read() as session:
        return outcome_of(session.get_one(Batch, done), session=session)


def _set_deleted(
    store: Store, theme_id: int, where: SampleFilter, annotator: str, client_key: str | None, *, delete: bool
) -> BulkOutcome:
    action, now = ("delete", delete_samples) if delete else ("restore", restore_samples)
    how = {"annotator": annotator, "client_key": client_key}

    def begin(session: Session) -> Batch:
        return start_batch(theme_id, action, source="human", session=session, **how)  # type: ignore[arg-type]

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        still = Sample.deleted_at.is_(None) if delete else Sample.deleted_at.is_not(None)
        mark_deleted(batch, [Sample.id.in_(ids), still], session=session)

    def at_once(session: Session) -> BulkOutcome:
        return now(theme_id, where, session=session, **how)  # type: ignore[arg-type]

    return _edit(store, theme_id, where, client_key, begin, change, at_once)


def _edit(
    store: Store,
    theme_id: int,
    where: SampleFilter,
    client_key: str | None,
    begin: Callable[[Session], Batch],
    change: Callable[[Batch, Sequence[int], Session], None],
    at_once: Callable[[Session], BulkOutcome],
) -> BulkOutcome:
    if _is_few(store, theme_id, client_key, lambda session: are_few(theme_id, where, session)):
        with store.write() as session:
            return at_once(session)
    return _in_steps(
        store, theme_id, client_key, Phase(begin, lambda session: ids_of(theme_id, where, session), change)
    )


def _is_few(store: Store, theme_id: int, client_key: str | None, are_few: Callable[[Session], bool]) -> bool:
    """Whether a change is one of few samples, which is made beside a long one; else wait until that has ended.

    A message that comes once more waits for what it has begun.
    """
    with store.read() as session:
        batch = batch_of_client_key(client_key, session=session)
        begun = batch is not None and is_running(batch.id, session=session)
        if not begun and are_few(session):
            return True
    wait_until_idle(store, theme_id)
    with store.read() as session:
        return are_few(session)


def _in_steps(store: Store, theme_id: int, client_key: str | None, phase: Phase) -> BulkOutcome:
    with store.read() as session:
        known = batch_of_client_key(client_key, session=session)
        if known is not None:
            return BulkOutcome(known.id, known.changed, known.unchanged)

    def end(written: list[Written], session: Session) -> BulkOutcome:
        batch = session.get_one(Batch, written[0].batch_id)
        return BulkOutcome(batch.id, batch.changed, batch.unchanged, kept=written[0].kept)

    return write_in_steps(store, theme_id, [phase], end)


def are_few(theme_id: int, where: SampleFilter, session: Session) -> bool:
    """Whether a filter means so few samples that they are changed in one transaction."""
    found = 0
    for part in where.parts():
        some = select(Sample.id).where(*part.conditions(theme_id)).limit(AT_ONCE + 1).subquery()
        found += session.scalar(select(func.count()).select_from(some)) or 0
        if not is_small(found):
            return False
    return True


def ids_of(theme_id: int, where: SampleFilter, session: Session) -> Sequence[int]:
    """Return the ids of the samples that a filter means, eight bytes each."""
    found = array("q")
    for part in where.parts():
        query = select(Sample.id).where(*part.conditions(theme_id)).order_by(Sample.id)
        for rows in session.execute(query, execution_options={"yield_per": 10_000}).partitions():
            found.extend(row.id for row in rows)
    return found


def _events(batch_id: int, session: Session) -> int:
    some = select(LabelEvent.id).where(LabelEvent.batch_id == batch_id).limit(AT_ONCE + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def answer_page_in_steps(
    store: Store, theme_id: int, page: AnsweredPage, *, annotator: str, client_key: str | None = None
) -> BulkOutcome:
    """Do what `answer_page` does; of a page of many samples, as the rest of a theme is one, in steps."""
    how = {"annotator": annotator, "client_key": client_key}
    small = is_small(len(page.shown)) or page.kind in ("drawn", "check")
    if _is_few(store, theme_id, client_key, lambda _session: small):
        with store.write() as session:
            return answer_page(theme_id, page, session=session, **how)  # type: ignore[arg-type]
    wanted: dict[int, int] = {}
    seen = page.decisions_seen

    def begin(session: Session) -> Batch:
        wanted.update(labels_of_page(theme_id, page, session=session))
        return begin_page(theme_id, page, session=session, **how)  # type: ignore[arg-type]

    def change(batch: Batch, ids: Sequence[int], session: Session) -> None:
        label_in_batch(batch, {one: wanted[one] for one in ids}, seen=seen, session=session)

    return _in_steps(store, theme_id, client_key, Phase(begin, lambda _session: array("q", sorted(wanted)), change))

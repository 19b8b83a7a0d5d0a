"""Acts on samples: label, clear, skip, delete in bulk. Single decisions are in `decisions`, taking back is in `undo`.

Each act writes its batch, its events and the samples in the caller's one transaction.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from workbench.store.decisions import Decision, Outcome, Status, decide
from workbench.store.events import (
    DELETED,
    SKIPPED,
    batch_of_client_key,
    change,
    decision_column,
    decision_of,
    living_labels,
    record,
    require_label,
    start_batch,
)
from workbench.store.history import history_of
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample
from workbench.store.undo import UndoOutcome, undo

__all__ = [
    "DELETED",
    "SKIPPED",
    "BulkOutcome",
    "Decision",
    "Outcome",
    "Status",
    "UndoOutcome",
    "decide",
    "decision_of",
    "delete_samples",
    "history_of",
    "label_many",
    "restore_samples",
    "undo",
]


@dataclass(frozen=True)
class BulkOutcome:
    """What a bulk action did: `unchanged` had it already, `replaced` of the changed ones had another label before."""

    batch_id: int
    changed: int
    unchanged: int
    replaced: int = 0


def label_many(
    theme_id: int,
    where: SampleFilter,
    label_id: int | None,
    *,
    annotator: str,
    skip: bool = False,
    source: str = "human",
    action: str = "label",
    client_key: str | None = None,
    note: str = "",
    session: Session,
) -> BulkOutcome:
    """Give all samples that a filter means one label (None clears), as one batch that one undo takes back.

    `skip` skips them instead; those that have a label keep it.
    """
    lock_theme(theme_id, session=session)
    require_label(label_id, living_labels(theme_id, session=session))
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, action, annotator=annotator, source=source, client_key=client_key, note=note, session=session
    )
    wanted = SKIPPED if skip else None if label_id is None else str(label_id)
    differs = or_(Sample.label_id.is_distinct_from(label_id), Sample.skipped.is_(True))
    if skip:
        differs = and_(Sample.label_id.is_(None), Sample.skipped.is_(False))
    replaced = 0
    for part in where.parts():
        matching = part.conditions(theme_id)
        counted = select(func.count(), func.count(Sample.label_id).filter(differs)).where(*matching)
        total, labeled = session.execute(counted).one()
        record(batch, "label", [*matching, differs], before=decision_column(), after=wanted, session=session)
        changed = change(
            [*matching, differs], session=session, label_id=label_id, skipped=skip,
            annotator=batch.annotator if wanted is not None else None,
            labeled_at=batch.at if wanted is not None else None,
        )  # fmt: skip
        replaced += labeled
        batch.changed += changed
        batch.unchanged += total - changed
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged, replaced)


def delete_samples(
    theme_id: int,
    where: SampleFilter,
    *,
    annotator: str,
    source: str = "human",
    client_key: str | None = None,
    session: Session,
) -> BulkOutcome:
    """Mark samples as deleted, as one batch. Their files and history stay until garbage collection."""
    where = replace(where, deleted=False)
    return _bury(theme_id, where, "delete", annotator=annotator, source=source, client_key=client_key, session=session)


def restore_samples(
    theme_id: int,
    where: SampleFilter,
    *,
    annotator: str,
    source: str = "human",
    client_key: str | None = None,
    session: Session,
) -> BulkOutcome:
    """Take back the deletion of samples, as one batch. They come back with the label and the split that they had."""
    where = replace(where, deleted=True)
    return _bury(theme_id, where, "restore", annotator=annotator, source=source, client_key=client_key, session=session)


def _bury(
    theme_id: int,
    where: SampleFilter,
    action: Literal["delete", "restore"],
    *,
    annotator: str,
    source: str,
    client_key: str | None,
    session: Session,
) -> BulkOutcome:
    lock_theme(theme_id, session=session)
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(theme_id, action, annotator=annotator, source=source, client_key=client_key, session=session)
    before, after = (None, DELETED) if action == "delete" else (DELETED, None)
    for part in where.parts():
        which = part.conditions(theme_id)
        record(batch, "delete", which, before=before, after=after, session=session)
        batch.changed += change(which, session=session, deleted_at=batch.at if action == "delete" else None)
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)

"""Edits of many samples at once: label, clear, skip, delete, restore. Each is one batch, undone as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision, decision_column
from workbench.store.events import DELETED, batch_of_client_key, start_batch, write_events_where
from workbench.store.labels import label_ids, require_label
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter, update_samples
from workbench.store.schema import Batch, Sample

_CHUNK = 500


@dataclass(frozen=True)
class BulkOutcome:
    """What a bulk edit did: `unchanged` had it already, `replaced` of the changed ones had another label before."""

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
    """Give all samples that a filter means one label (None clears).

    `skip` skips them instead; those that have a label keep it.
    """
    lock_theme(theme_id, session=session)
    require_label(label_id, label_ids(theme_id, session=session))
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, action, annotator=annotator, source=source, client_key=client_key, note=note, session=session
    )
    wanted = SKIPPED if skip else Decision.of(label_id)
    decided = wanted != UNDECIDED
    differs = or_(Sample.label_id.is_distinct_from(label_id), Sample.skipped.is_(True), Sample.nothing_there.is_(True))
    if skip:
        differs = and_(Sample.label_id.is_(None), Sample.skipped.is_(False))
    replaced = 0
    for part in where.parts():
        matching = part.conditions(theme_id)
        counted = select(func.count(), func.count(Sample.label_id).filter(differs)).where(*matching)
        total, labeled = session.execute(counted).one()
        which = [*matching, differs]
        write_events_where(batch, "label", which, before=decision_column(), after=wanted.text, session=session)
        changed = update_samples(
            which,
            session=session,
            label_id=label_id,
            skipped=skip,
            nothing_there=False,
            annotator=batch.annotator if decided else None,
            labeled_at=batch.at if decided else None,
        )
        replaced += labeled
        batch.changed += changed
        batch.unchanged += total - changed
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged, replaced)


def label_each(
    theme_id: int,
    labels: Mapping[int, int],
    *,
    seen: Mapping[int, Decision],
    annotator: str,
    client_key: str | None = None,
    note: str = "",
    session: Session,
) -> BulkOutcome:
    """Give each sample a label of its own (sample id to label id).

    A sample whose decision is no longer the one in `seen` is left as it is and counts as unchanged: somebody has
    decided in the meantime. Raises NotFoundError for a label that the theme does not have; nothing is changed then.
    """
    lock_theme(theme_id, session=session)
    if missing := set(labels.values()) - label_ids(theme_id, session=session):
        raise NotFoundError(
            f"{len(missing)} of the predicted labels are no longer among the theme's labels. Predict with a model of "
            "the present labels, then accept again."
        )
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, "label", annotator=annotator, source="human", client_key=client_key, note=note, session=session
    )
    label_in_batch(batch, labels, seen=seen, session=session)
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)


def label_in_batch(batch: Batch, labels: Mapping[int, int], *, seen: Mapping[int, Decision], session: Session) -> None:
    """Give each sample a label of its own, as part of a batch, and count what changed.

    A sample whose decision is no longer the one in `seen` (default: none) is left as it is.
    """
    groups: dict[tuple[int, str | None], list[int]] = {}
    for sample_id, label_id in labels.items():
        groups.setdefault((label_id, seen.get(sample_id, UNDECIDED).text), []).append(sample_id)
    for (label_id, before), ids in groups.items():
        stream = iter(ids)
        while part := list(islice(stream, _CHUNK)):
            which = [
                *SampleFilter(ids=tuple(part)).conditions(batch.theme_id),
                decision_column().is_not_distinct_from(literal(before) if before is not None else None),
                Sample.label_id.is_distinct_from(label_id),
            ]
            batch.changed += give_label(batch, which, label_id, session=session)
    batch.unchanged = len(labels) - batch.changed
    session.flush()


def give_label(batch: Batch, which: Sequence[ColumnElement[bool]], label_id: int, *, session: Session) -> int:
    """Give each sample that the conditions mean a label, with an event in the batch; return how many those were."""
    after = Decision.of(label_id).text
    write_events_where(batch, "label", which, before=decision_column(), after=after, session=session)
    return update_samples(
        which,
        session=session,
        label_id=label_id,
        skipped=False,
        nothing_there=False,
        annotator=batch.annotator,
        labeled_at=batch.at,
    )


def delete_samples(
    theme_id: int,
    where: SampleFilter,
    *,
    annotator: str,
    source: str = "human",
    client_key: str | None = None,
    session: Session,
) -> BulkOutcome:
    """Mark samples as deleted. Their files and history stay until garbage collection."""
    where = replace(where, deleted=False)
    return _set_deleted(
        theme_id, where, "delete", annotator=annotator, source=source, client_key=client_key, session=session
    )


def restore_samples(
    theme_id: int,
    where: SampleFilter,
    *,
    annotator: str,
    source: str = "human",
    client_key: str | None = None,
    session: Session,
) -> BulkOutcome:
    """Undo the deletion of samples. They come back with the label and the split that they had."""
    where = replace(where, deleted=True)
    return _set_deleted(
        theme_id, where, "restore", annotator=annotator, source=source, client_key=client_key, session=session
    )


def _set_deleted(
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
        write_events_where(batch, "delete", which, before=before, after=after, session=session)
        batch.changed += update_samples(which, session=session, deleted_at=batch.at if action == "delete" else None)
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)

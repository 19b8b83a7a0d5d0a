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
from workbench.store.events import DELETED, start_batch, write_events_where
from workbench.store.labels import label_ids, require_label
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter, update_samples
from workbench.store.schema import Batch, Sample
from workbench.store.steps.running import earlier_batch, refuse_removal

_CHUNK = 500


@dataclass(frozen=True)
class BulkOutcome:
    """What a bulk edit did: `unchanged` had it already, `replaced` of the changed ones had another label before.

    `kept` of the unchanged ones were decided by somebody while the edit was being written.
    """

    batch_id: int
    changed: int
    unchanged: int
    replaced: int = 0
    kept: int = 0


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
    """Give all samples that a filter means one label (None clears), in this transaction.

    `skip` skips them instead; those that have a label keep it. Where a filter may mean many thousand samples others
    would wait: `steps.edits.label_in_steps` lets them write in between.
    """
    lock_theme(theme_id, session=session)
    require_label(label_id, label_ids(theme_id, session=session))
    earlier = earlier_batch(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, action, annotator=annotator, source=source, client_key=client_key, note=note, session=session
    )
    replaced = 0
    for part in where.parts():
        replaced += give_decision(batch, part.conditions(theme_id), label_id, skip=skip, session=session)
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged, replaced)


def give_decision(
    batch: Batch, matching: Sequence[ColumnElement[bool]], label_id: int | None, *, skip: bool, session: Session
) -> int:
    """Give all samples that the conditions mean one label, or skip them, as part of a batch.

    Counts in the batch; returns how many of the changed ones had another label.
    """
    wanted = SKIPPED if skip else Decision.of(label_id)
    decided = wanted != UNDECIDED
    differs = or_(Sample.label_id.is_distinct_from(label_id), Sample.skipped.is_(True), Sample.nothing_there.is_(True))
    if skip:
        differs = and_(Sample.label_id.is_(None), Sample.skipped.is_(False))
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
    batch.changed += changed
    batch.unchanged += total - changed
    return int(labeled)


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
    require_present(theme_id, labels, session=session)
    earlier = earlier_batch(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, "label", annotator=annotator, source="human", client_key=client_key, note=note, session=session
    )
    label_in_batch(batch, labels, seen=seen, session=session)
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)


def require_present(theme_id: int, labels: Mapping[int, int], *, session: Session) -> None:
    """Raise NotFoundError when a theme does not have each of some labels (sample id to label id)."""
    if missing := set(labels.values()) - label_ids(theme_id, session=session):
        raise NotFoundError(
            f"{len(missing)} of the predicted labels are no longer among the theme's labels. Predict with a model of "
            "the present labels, then accept again."
        )


def label_in_batch(batch: Batch, labels: Mapping[int, int], *, seen: Mapping[int, Decision], session: Session) -> None:
    """Give each sample a label of its own, as part of a batch, and count what changed.

    A sample whose decision is no longer the one in `seen` (default: none) is left as it is.
    """
    changed_before = batch.changed
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
    batch.unchanged += len(labels) - (batch.changed - changed_before)
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


def give_decisions(
    batch: Batch, wanted: Mapping[int, tuple[Decision, Decision]], *, deleted: bool | None = False, session: Session
) -> None:
    """Give each sample a decision of its own (sample id to the one seen and the one wanted), as part of a batch.

    A sample whose decision is no longer the one that was seen is left as it is, and counts as unchanged.
    """
    changed_before = batch.changed
    groups: dict[tuple[Decision, Decision], list[int]] = {}
    for sample_id, pair in wanted.items():
        groups.setdefault(pair, []).append(sample_id)
    for (seen, decision), ids in groups.items():
        decided = decision != UNDECIDED
        for start in range(0, len(ids), _CHUNK):
            which = [
                *SampleFilter(ids=tuple(ids[start : start + _CHUNK]), deleted=deleted).conditions(batch.theme_id),
                decision_column().is_not_distinct_from(literal(seen.text) if seen.text is not None else None),
            ]
            write_events_where(batch, "label", which, before=decision_column(), after=decision.text, session=session)
            batch.changed += update_samples(
                which,
                session=session,
                label_id=decision.label,
                skipped=decision.skipped,
                nothing_there=False,
                annotator=batch.annotator if decided else None,
                labeled_at=batch.at if decided else None,
            )
    batch.unchanged += len(wanted) - (batch.changed - changed_before)
    session.flush()


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
    refuse_removal(theme_id, session=session)
    earlier = earlier_batch(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(theme_id, action, annotator=annotator, source=source, client_key=client_key, session=session)
    for part in where.parts():
        mark_deleted(batch, part.conditions(theme_id), session=session)
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)


def mark_deleted(batch: Batch, which: Sequence[ColumnElement[bool]], *, session: Session) -> None:
    """Delete or restore, as the batch says, all samples that the conditions mean."""
    deleted = batch.action == "delete"
    before, after = (None, DELETED) if deleted else (DELETED, None)
    write_events_where(batch, "delete", which, before=before, after=after, session=session)
    batch.changed += update_samples(which, session=session, deleted_at=batch.at if deleted else None)

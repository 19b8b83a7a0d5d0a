"""Labels of a table for any number of samples, while others go on labeling."""

from __future__ import annotations

import dataclasses
from array import array
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from workbench.store.connection import Store
from workbench.store.events import checked_annotator
from workbench.store.schema import Batch
from workbench.store.steps.writing import Phase, Written, is_small, wait_until_idle, write_in_steps
from workbench.store.table_labels import (
    Replace,
    TableLabels,
    TableOutcome,
    begin_table,
    check_table,
    give_labels,
    label_from_table,
    sort_out,
)


def label_from_table_in_steps(
    store: Store,
    theme_id: int,
    labels: Mapping[int, int],
    *,
    seen: Mapping[int, datetime | None] | None = None,
    replace: Replace = "nothing",
    annotator: str,
    note: str = "",
) -> TableOutcome:
    """Do what `label_from_table` does; of many samples in steps, so that nobody waits for it.

    What somebody decides meanwhile stays, whatever is to be replaced, and is told in `decided_since`.
    """
    if is_small(len(labels)):
        with store.write() as session:
            return label_from_table(
                theme_id, labels, seen=seen, replace=replace, annotator=annotator, note=note, session=session
            )
    wait_until_idle(store, theme_id)
    given = TableLabels(labels, seen, replace, checked_annotator(annotator), note)
    before, after = TableOutcome(), TableOutcome()
    with store.read() as session:
        check_table(theme_id, given, session=session)
        sort_out(theme_id, list(labels), given, before, session=session)
    if not before.changed:
        return before
    ids, replaced = array("q", sorted(before.changed)), 0

    def begin(session: Session) -> Batch:
        check_table(theme_id, given, session=session)
        batch = begin_table(theme_id, given, session=session)
        batch.unchanged = len(labels) - len(ids)
        return batch

    def change(batch: Batch, part: Sequence[int], session: Session) -> None:
        nonlocal replaced
        step = TableOutcome()
        replaced += sort_out(theme_id, part, given, step, session=session)
        give_labels(batch, {sample_id: labels[sample_id] for sample_id in step.changed}, session=session)
        batch.unchanged += len(part) - len(step.changed)
        for name in ("changed", "unchanged", "decided", "decided_since"):
            getattr(after, name).extend(getattr(step, name))

    def end(written: list[Written], _session: Session) -> TableOutcome:
        told = {*after.changed, *after.unchanged, *after.decided, *after.decided_since}
        return dataclasses.replace(
            after,
            batch_id=written[0].batch_id,
            names=before.names,
            replaced=replaced,
            unchanged=before.unchanged + after.unchanged,
            decided=before.decided + after.decided,
            decided_since=before.decided_since + after.decided_since + [one for one in ids if one not in told],
        )

    return write_in_steps(store, theme_id, [Phase(begin, lambda _session: ids, change)], end)

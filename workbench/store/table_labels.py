"""Labels that come back in a table: each sample gets one of its own, in one batch, and nobody's later work is lost."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.errors import ConflictError
from workbench.store.bulk_edits import give_label
from workbench.store.decisions import UNDECIDED, decision_of
from workbench.store.events import checked_annotator, start_batch
from workbench.store.labels import label_ids, require_label
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, Sample, Theme

Replace = Literal["nothing", "seen", "all"]


@dataclass(frozen=True)
class TableOutcome:
    """What labels of a table did, as ids of samples. `batch_id` is None when nothing was written.

    `changed` have the label now, `unchanged` had it before. `decided` carry another decision, which was not to be
    replaced; `decided_since` one that somebody else took after the table was read. `names` has the file names of all.
    """

    batch_id: int | None = None
    changed: list[int] = field(default_factory=list)
    replaced: int = 0
    unchanged: list[int] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)
    decided_since: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)


def label_from_table(
    theme_id: int,
    labels: Mapping[int, int],
    *,
    seen: Mapping[int, datetime | None] | None = None,
    replace: Replace = "nothing",
    annotator: str,
    note: str = "",
    dry_run: bool = False,
    session: Session,
) -> TableOutcome:
    """Give each living sample a label of its own (sample id to label id), in one batch that one undo takes back.

    `replace` says what may be replaced: "nothing" that is decided, what was "seen", or "all". `seen` says when each
    sample had been decided (None: not at all) when the table was read: what somebody else decided later is then left
    as it is, unless all is to be replaced. With `dry_run` nothing is written, and labels may be ones that are yet to be
    added. Raises NotFoundError for a label that the theme does not have, ConflictError in a theme of boxes; nothing is
    changed then.
    """
    given = TableLabels(labels, seen, replace, checked_annotator(annotator), note)
    lock_theme(theme_id, session=session)
    check_table(theme_id, given, session=session, dry_run=dry_run)
    outcome = TableOutcome()
    replaced = sort_out(theme_id, list(labels), given, outcome, session=session)
    if dry_run or not outcome.changed:
        return dataclasses.replace(outcome, replaced=replaced)
    batch = begin_table(theme_id, given, session=session)
    give_labels(batch, {sample_id: labels[sample_id] for sample_id in outcome.changed}, session=session)
    batch.unchanged = len(labels) - batch.changed
    session.flush()
    return dataclasses.replace(outcome, replaced=replaced, batch_id=batch.id)


@dataclass(frozen=True)
class TableLabels:
    """What `label_from_table` is given."""

    labels: Mapping[int, int]
    seen: Mapping[int, datetime | None] | None
    replace: Replace
    annotator: str
    note: str


def check_table(theme_id: int, given: TableLabels, *, dry_run: bool = False, session: Session) -> None:
    """Raise as `label_from_table` does for labels or a theme that cannot be."""
    refuse_boxes(session.get_one(Theme, theme_id))
    known = label_ids(theme_id, session=session)
    for label_id in () if dry_run else set(given.labels.values()):
        require_label(label_id, known)


def refuse_boxes(theme: Theme) -> None:
    """Raise ConflictError for a theme of boxes."""
    if theme.task == "boxes":
        raise ConflictError(
            f"'{theme.name}' is a theme of boxes: its images have no labels of their own. Import boxes."
        )


def begin_table(theme_id: int, given: TableLabels, *, session: Session) -> Batch:
    """Start the batch of a table's labels."""
    return start_batch(theme_id, "label", annotator=given.annotator, source="human", note=given.note, session=session)


def sort_out(theme_id: int, ids: Sequence[int], given: TableLabels, outcome: TableOutcome, *, session: Session) -> int:
    """Add each of some samples to what it is in an outcome, and return how many of the changed ones are decided."""
    replaced = 0
    for row in _present(theme_id, ids, session):
        before, label_id = decision_of(row), given.labels[row.id]
        decided, seen = before != UNDECIDED, given.seen
        outcome.names[row.id] = row.name
        since = seen is not None and row.id in seen and _is_later(row.labeled_at, seen[row.id])
        if before.label == label_id:
            outcome.unchanged.append(row.id)
        elif decided and given.replace == "seen" and since and row.annotator != given.annotator:
            outcome.decided_since.append(row.id)
        elif decided and given.replace == "nothing":
            outcome.decided.append(row.id)
        else:
            outcome.changed.append(row.id)
            replaced += decided
    return replaced


def give_labels(batch: Batch, labels: Mapping[int, int], *, session: Session) -> None:
    """Give each sample a label of its own, as part of a batch, whatever it has."""
    by_label: dict[int, list[int]] = {}
    for sample_id, label_id in labels.items():
        by_label.setdefault(label_id, []).append(sample_id)
    for label_id, ids in by_label.items():
        for part in SampleFilter(ids=tuple(ids)).parts():
            batch.changed += give_label(batch, part.conditions(batch.theme_id), label_id, session=session)


def _present(theme_id: int, ids: Sequence[int], session: Session) -> list[Any]:
    decided = (Sample.label_id, Sample.skipped, Sample.nothing_there, Sample.annotator, Sample.labeled_at)
    columns = (Sample.id, Sample.name, *decided)
    found: list[Any] = []
    for part in SampleFilter(ids=tuple(ids)).parts():
        query = select(*columns).where(*part.conditions(theme_id)).order_by(Sample.id).with_for_update()
        found += session.connection().execute(query)
    return found


def _is_later(now: datetime | None, then: datetime | None) -> bool:
    return now is not None and (then is None or now > then)

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
from workbench.store.schema import Batch, Sample

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
    theme = lock_theme(theme_id, session=session)
    if theme.task == "boxes":
        raise ConflictError(
            f"'{theme.name}' is a theme of boxes: its images have no labels of their own. Import boxes."
        )
    known = label_ids(theme_id, session=session)
    for label_id in () if dry_run else set(labels.values()):
        require_label(label_id, known)
    annotator = checked_annotator(annotator)
    outcome, replaced = TableOutcome(), 0
    for row in _present(theme_id, list(labels), session):
        before, label_id = decision_of(row), labels[row.id]
        outcome.names[row.id] = row.name
        decided = before != UNDECIDED
        since = seen is not None and row.id in seen and _is_later(row.labeled_at, seen[row.id])
        if before.label == label_id:
            outcome.unchanged.append(row.id)
        elif decided and replace == "seen" and since and row.annotator != annotator:
            outcome.decided_since.append(row.id)
        elif decided and replace == "nothing":
            outcome.decided.append(row.id)
        else:
            outcome.changed.append(row.id)
            replaced += decided
    if dry_run or not outcome.changed:
        return dataclasses.replace(outcome, replaced=replaced)
    batch = start_batch(theme_id, "label", annotator=annotator, source="human", note=note, session=session)
    _write(theme_id, batch, {sample_id: labels[sample_id] for sample_id in outcome.changed}, session)
    batch.changed, batch.unchanged = len(outcome.changed), len(labels) - len(outcome.changed)
    session.flush()
    return dataclasses.replace(outcome, replaced=replaced, batch_id=batch.id)


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


def _write(theme_id: int, batch: Batch, labels: Mapping[int, int], session: Session) -> None:
    by_label: dict[int, list[int]] = {}
    for sample_id, label_id in labels.items():
        by_label.setdefault(label_id, []).append(sample_id)
    for label_id, ids in by_label.items():
        for part in SampleFilter(ids=tuple(ids)).parts():
            give_label(batch, part.conditions(theme_id), label_id, session=session)

"""The history of samples: every change, by whom and when; and a theme as it was at a time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError
from workbench.store.decisions import Decision
from workbench.store.events import came_to_its_end
from workbench.store.labels import RENAME, label_names
from workbench.store.samples import samples_by_name
from workbench.store.schema import Batch, LabelEvent, Sample
from workbench.store.states.tags import LabelState, find_state

_OF_LABELS = (RENAME, "merge labels", "delete label")


@dataclass(frozen=True)
class PastSample:
    """A sample as it was. `label` is the name that its label has now, or had when it was deleted."""

    sample_id: int
    sha256: str
    name: str
    label: str | None
    skipped: bool
    split: str | None


def history_of(sample_id: int, *, session: Session) -> list[LabelEvent]:
    """Return every event of a sample, the oldest first."""
    return list(session.scalars(select(LabelEvent).where(LabelEvent.sample_id == sample_id).order_by(LabelEvent.id)))


def last_sample_of(theme_id: int, annotator: str, *, session: Session) -> int | None:
    """Return the id of the sample that an annotator last decided on in a theme; None where that is gone since.

    What was done to many at once, as a split or an import, tells nothing of where somebody was.
    """
    mine = (Batch.theme_id == theme_id, Batch.annotator == annotator, Batch.source == "human")
    single = (Batch.changed == 1, Batch.action == "label", came_to_its_end())
    latest = select(Batch.id).where(*mine, *single).order_by(Batch.id.desc()).limit(1).scalar_subquery()
    query = select(LabelEvent.sample_id).join(Sample, Sample.id == LabelEvent.sample_id)
    query = query.where(LabelEvent.batch_id == latest, Sample.deleted_at.is_(None))
    return session.scalar(query.order_by(LabelEvent.id.desc()).limit(1))


def events_of_theme(
    theme_id: int,
    *,
    annotator: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before_id: int | None = None,
    limit: int = 100,
    session: Session,
) -> list[LabelEvent]:
    """Return a page of a theme's events, the latest first. `before_id` is the last id of the page before."""
    query = select(LabelEvent).where(LabelEvent.theme_id == theme_id, *_told_by(LabelEvent, annotator, since, until))
    if before_id is not None:
        query = query.where(LabelEvent.id < before_id)
    return list(session.scalars(query.order_by(LabelEvent.id.desc()).limit(limit)))


def _told_by(
    table: type[Batch | LabelEvent], annotator: str | None, since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    who = [] if annotator is None else [table.annotator == annotator]
    return who + ([] if since is None else [table.at >= since]) + ([] if until is None else [table.at <= until])


class LabelChange(NamedTuple):
    """A label that was renamed, merged or deleted: its name before, and the one that it has or went into (or None)."""

    at: datetime
    annotator: str
    source: str
    action: str
    before: str
    after: str | None


def label_changes(
    theme_id: int,
    *,
    annotator: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
    session: Session,
) -> list[LabelChange]:
    """Return what was done to a theme's labels themselves, the latest first."""
    query = select(Batch.at, Batch.annotator, Batch.source, Batch.action, Batch.note)
    query = query.where(Batch.theme_id == theme_id, Batch.action.in_(_OF_LABELS))
    # An undo tells names where it gives one back.
    query = query.where(Batch.note != "", came_to_its_end())
    query = query.where(*_told_by(Batch, annotator, since, until))
    rows = session.execute(query.order_by(Batch.id.desc()).limit(limit)).tuples()
    return [LabelChange(at, who, source, action, *json.loads(note)) for at, who, source, action, note in rows]


class HistoryRow(NamedTuple):
    """A change as a person reads it; `name` is the sample's file name, None where a label itself was changed."""

    at: datetime
    annotator: str
    source: str
    action: str
    name: str | None
    before: str | None
    after: str | None


def theme_history(
    theme_id: int,
    *,
    sample: str | None = None,
    annotator: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
    session: Session,
) -> list[HistoryRow]:
    """Return the changes of a theme's samples and labels, the latest first; or those of the samples of one file name.

    Raises NotFoundError when no sample has that name.
    """
    told = (annotator, since, until)
    of_theme = [LabelEvent.theme_id == theme_id, *_told_by(LabelEvent, *told)]
    query = select(LabelEvent, Sample.name).join(Sample, Sample.id == LabelEvent.sample_id, isouter=True)
    if sample is not None:
        ids = [row.id for row in samples_by_name(theme_id, sample, session=session)]
        if not ids:
            raise NotFoundError(f"No sample of this theme is named '{sample}'. Names hold the folder: cats/1.png.")
        of_theme.append(LabelEvent.sample_id.in_(ids))
    names = label_names(theme_id, session=session)
    found = session.execute(query.where(*of_theme).order_by(LabelEvent.id.desc()).limit(limit))
    rows = [
        HistoryRow(event.at, event.annotator, event.source, event.action, name, *event_words(event, names))
        for event, name in found
    ]
    if sample is None:
        how: dict[str, Any] = dict(zip(("annotator", "since", "until"), told, strict=True))
        changes = label_changes(theme_id, limit=limit, session=session, **how)
        rows += [HistoryRow(*change[:4], None, *change[4:]) for change in changes]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:limit]


def event_words(event: LabelEvent, names: Mapping[int, str]) -> tuple[str | None, str | None]:
    """Return what an event changed from and to as a person reads it; `names` as from `labels.label_names`.

    Boxes are told by their number and labels: "3 boxes: 2 cell, nucleus".
    """
    if event.action in ("split", "delete", "group"):
        return event.before, event.after
    return decision_words(Decision.parse(event.before), names), decision_words(Decision.parse(event.after), names)


def decision_words(decision: Decision, names: Mapping[int, str]) -> str | None:
    """Return a decision as a person reads it, None when there is none."""
    if decision.boxes is None:
        return ", ".join(names.get(label, str(label)) for label in decision.labels) or decision.text
    labels = Counter(box.label_id for box in decision.boxes)
    boxes = labels.total()
    said = f"{boxes or 'no'} {'box' if boxes == 1 else 'boxes'}"
    told = [
        f"{number if number > 1 else ''} {names.get(label, str(label))}".strip() for label, number in labels.items()
    ]
    return f"{said}: {', '.join(told)}" if told else said


def theme_at(theme_id: int, at: datetime | LabelState, *, session: Session) -> list[PastSample]:
    """Return the samples that a theme had in a state or at a time, with the labels and splits of then, by id.

    What garbage collection removed since is not among them. Raises WorkbenchError for a time without time zone.
    """
    from workbench.store.states.past import SKIPPED, past_labels, split_of

    state = at if isinstance(at, LabelState) else find_state(theme_id, at, session=session)
    names = label_names(theme_id, session=session)
    past = past_labels(theme_id, state, session=session)
    stood = zip(past.ids.tolist(), past.labels.tolist(), past.splits.tolist(), strict=True)
    query = select(Sample.id, Sample.sha256, Sample.name).where(Sample.theme_id == theme_id).order_by(Sample.id)
    rows = iter(session.execute(query, execution_options={"yield_per": 10_000}).tuples())
    found = []
    for sample_id, label, split in stood:
        _, sha256, name = next(row for row in rows if row[0] == sample_id)
        found.append(PastSample(sample_id, sha256, name, names.get(label), label == SKIPPED, split_of(split)))
    return found

"""What happened to samples, by whom and when; and a theme as it was at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workbench.errors import WorkbenchError
from workbench.store.box_rows import boxes_from_text
from workbench.store.events import DELETED, SKIPPED, decision_of
from workbench.store.schema import Label, LabelEvent, Sample


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
    query = select(LabelEvent).where(LabelEvent.theme_id == theme_id)
    if annotator is not None:
        query = query.where(LabelEvent.annotator == annotator)
    if since is not None:
        query = query.where(LabelEvent.at >= since)
    if until is not None:
        query = query.where(LabelEvent.at <= until)
    if before_id is not None:
        query = query.where(LabelEvent.id < before_id)
    return list(session.scalars(query.order_by(LabelEvent.id.desc()).limit(limit)))


def decision_names(theme_id: int, *, session: Session) -> dict[str, str]:
    """Return the names of a theme's labels, deleted ones too, by how an event writes them."""
    return {str(label.id): label.name for label in session.scalars(select(Label).where(Label.theme_id == theme_id))}


def decision_words(decision: str | None, names: Mapping[str, str]) -> str | None:
    """Return a decision of an event as a person reads it, with the labels' names out of `decision_names`.

    Boxes are told by their number and labels: "3 boxes: 2 cell, nucleus".
    """
    if decision is None or not decision.startswith("["):
        return decision and names.get(decision, decision)
    labels = Counter(str(box.label_id) for box in boxes_from_text(decision))
    boxes = labels.total()
    said = f"{boxes or 'no'} {'box' if boxes == 1 else 'boxes'}"
    told = [f"{number if number > 1 else ''} {names.get(label, label)}".strip() for label, number in labels.items()]
    return f"{said}: {', '.join(told)}" if told else said


def theme_at(theme_id: int, at: datetime, *, session: Session) -> list[PastSample]:
    """Return the samples that a theme had at a time, with the labels and splits of then, by id.

    What garbage collection removed since is not among them. Raises WorkbenchError for a time without time zone.
    """
    if at.tzinfo is None:
        raise WorkbenchError(f"{at.isoformat()} has no time zone. Give one, for example {at.isoformat()}+00:00.")
    names = decision_names(theme_id, session=session)
    # What a sample was then is what the first later event changed it from; where there is none, it still is that.
    later: dict[str, dict[int, str | None]] = {"label": {}, "split": {}, "delete": {}}
    for action, former in later.items():
        first = (
            select(func.min(LabelEvent.id))
            .where(LabelEvent.theme_id == theme_id, LabelEvent.at > at, LabelEvent.action == action)
            .group_by(LabelEvent.sample_id)
        )
        rows = session.execute(select(LabelEvent.sample_id, LabelEvent.before).where(LabelEvent.id.in_(first)))
        former.update(rows.tuples().all())
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.created_at <= at).order_by(Sample.id)
    found = []
    for sample in session.scalars(query, execution_options={"yield_per": 10_000}):
        if later["delete"].get(sample.id, DELETED if sample.deleted_at else None) == DELETED:
            continue
        decision = later["label"].get(sample.id, decision_of(sample))
        label = names[decision] if decision not in (None, SKIPPED) else None
        split = later["split"].get(sample.id, sample.split)
        found.append(PastSample(sample.id, sample.sha256, sample.name, label, decision == SKIPPED, split))
    return found

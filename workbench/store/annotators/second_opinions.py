"""Opinions of several annotators on the same sample, and the review queue of those that differ.

The first opinion is the decision that the sample had; a further one changes nothing by itself. Where they differ, the
sample waits for a reviewer, whose decision becomes the sample's. An opinion keeps the label that it named; after a
merge of labels it counts as the label which that one went into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, NotFoundError
from workbench.store.events import (
    SKIPPED,
    batch_of_client_key,
    checked_annotator,
    decision_of,
    living_labels,
    start_batch,
)
from workbench.store.locks import lock_theme
from workbench.store.merges import decision_now, decision_now_column, merged_labels
from workbench.store.schema import Batch, LabelEvent, Opinion, Sample


@dataclass(frozen=True)
class OpinionOutcome:
    """What became of an opinion. `replayed` messages change nothing; `missing` samples are deleted or undecided."""

    sample_id: int
    status: Literal["agrees", "differs", "replayed", "missing"]


@dataclass(frozen=True)
class Disagreement:
    """A sample that waits for a reviewer: what each annotator decided (a label id or "skipped" as text).

    A label that was merged is told as the one which it went into.
    """

    sample_id: int
    decision: str | None
    opinions: dict[str, str]


def give_opinion(
    theme_id: int,
    sample_id: int,
    label_id: int | None,
    *,
    annotator: str,
    client_key: str | None = None,
    session: Session,
) -> OpinionOutcome:
    """Record what an annotator thinks of a sample that another one decided; None for "cannot tell" (skipped).

    Who gives an opinion again replaces the former one. Raises NotFoundError for a label that the theme does not have,
    ConflictError for an opinion on one's own decision.
    """
    lock_theme(theme_id, shared=True, session=session)
    if label_id is not None and label_id not in living_labels(theme_id, session=session):
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then label again.")
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.id == sample_id, Sample.deleted_at.is_(None))
    sample = session.scalar(query.with_for_update(), execution_options={"populate_existing": True})
    if batch_of_client_key(client_key, session=session) is not None:
        return OpinionOutcome(sample_id, "replayed")
    current = None if sample is None else decision_of(sample)
    if sample is None or current is None:
        return OpinionOutcome(sample_id, "missing")
    given = {opinion.annotator: opinion for opinion in _opinions(sample_id, session)}
    first = sample.annotator or ""
    annotator = checked_annotator(annotator)
    if annotator == first and annotator not in given:
        raise ConflictError(f"'{annotator}' decided about this sample: another annotator's opinion is needed.")
    if not given:
        session.add(
            Opinion(
                theme_id=theme_id, sample_id=sample_id, annotator=first, decision=current, at=sample.labeled_at
            )
        )  # fmt: skip
    wanted = SKIPPED if label_id is None else str(label_id)
    merged = merged_labels(theme_id, session=session)
    _write(sample, given.get(annotator), annotator, wanted, client_key, merged, session)
    decisions = {decision_now(opinion.decision, merged) for opinion in _opinions(sample_id, session)}
    return OpinionOutcome(sample_id, "agrees" if len(decisions) == 1 else "differs")


def review_queue(theme_id: int, *, limit: int = 100, session: Session) -> list[Disagreement]:
    """Return the samples on which annotators differ and that nobody has settled, the oldest first."""
    merged = merged_labels(theme_id, session=session)
    waiting = _waiting(theme_id, merged).order_by(func.min(Opinion.id)).limit(limit)
    ids = list(session.scalars(waiting))
    samples = {sample.id: sample for sample in session.scalars(select(Sample).where(Sample.id.in_(ids)))}
    opinions: dict[int, dict[str, str]] = {sample_id: {} for sample_id in ids}
    query = select(Opinion).where(Opinion.sample_id.in_(ids)).order_by(Opinion.id)
    for opinion in session.scalars(query):
        opinions[opinion.sample_id][opinion.annotator] = decision_now(opinion.decision, merged)
    return [Disagreement(sample_id, decision_of(samples[sample_id]), opinions[sample_id]) for sample_id in ids]


def count_disagreements(theme_id: int, *, session: Session) -> int:
    """Count the samples that wait for a reviewer."""
    waiting = _waiting(theme_id, merged_labels(theme_id, session=session))
    return session.scalar(select(func.count()).select_from(waiting.subquery())) or 0


def settle(
    theme_id: int,
    sample_id: int,
    label_id: int | None,
    *,
    annotator: str,
    client_key: str | None = None,
    session: Session,
) -> Sample:
    """Decide a disagreement: the reviewer's decision becomes the sample's, None skips it. A replay changes nothing.

    Raises NotFoundError for a label or sample that is gone, ConflictError when nothing waits for a review there.
    """
    lock_theme(theme_id, session=session)
    if label_id is not None and label_id not in living_labels(theme_id, session=session):
        raise NotFoundError("This label is no longer among the theme's labels. Reload the labels, then label again.")
    query = select(Sample).where(Sample.theme_id == theme_id, Sample.id == sample_id, Sample.deleted_at.is_(None))
    sample = session.scalar(query, execution_options={"populate_existing": True})
    if sample is None:
        raise NotFoundError(f"There is no sample {sample_id} in this theme; it may have been deleted.")
    if batch_of_client_key(client_key, session=session) is not None:
        return sample
    waiting = _waiting(theme_id, merged_labels(theme_id, session=session))
    if session.scalar(waiting.where(Opinion.sample_id == sample_id)) is None:
        raise ConflictError(f"Nothing is to be settled about sample {sample_id}: somebody may have done it already.")
    batch = start_batch(theme_id, "review", annotator=annotator, source="human", client_key=client_key, session=session)
    wanted = SKIPPED if label_id is None else str(label_id)
    batch.changed = 1
    for action in ("review", "label") if decision_of(sample) != wanted else ("review",):
        session.add(_event(sample, batch, action, decision_of(sample), wanted))
    sample.label_id, sample.skipped = label_id, label_id is None
    sample.annotator, sample.labeled_at = batch.annotator, batch.at
    session.execute(update(Opinion).where(Opinion.sample_id == sample_id).values(review_id=batch.id))
    session.flush()
    return sample


def _write(
    sample: Sample,
    former: Opinion | None,
    annotator: str,
    wanted: str,
    client_key: str | None,
    merged: Mapping[int, int],
    session: Session,
) -> None:
    before = former.decision if former else None
    same = before is not None and decision_now(before, merged) == wanted
    batch = start_batch(
        sample.theme_id, "opinion", annotator=annotator, source="human", client_key=client_key, session=session
    )
    batch.changed, batch.unchanged = int(not same), int(same)
    if same:
        return
    session.add(_event(sample, batch, "opinion", before, wanted))
    if former is None:
        former = Opinion(theme_id=sample.theme_id, sample_id=sample.id, annotator=annotator)
        session.add(former)
    former.decision, former.at, former.review_id = wanted, batch.at, None
    session.flush()


def _event(sample: Sample, batch: Batch, action: str, before: str | None, after: str) -> LabelEvent:
    return LabelEvent(
        theme_id=sample.theme_id, sample_id=sample.id, at=batch.at, annotator=batch.annotator, source=batch.source,
        action=action, before=before, after=after, before_annotator=sample.annotator, before_at=sample.labeled_at,
        batch_id=batch.id,
    )  # fmt: skip


def _opinions(sample_id: int, session: Session) -> Sequence[Opinion]:
    query = select(Opinion).where(Opinion.sample_id == sample_id)
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def _waiting(theme_id: int, merged: Mapping[int, int]) -> Select[int]:
    decision = decision_now_column(Opinion.decision, merged)
    living = (Sample.id == Opinion.sample_id) & Sample.deleted_at.is_(None)
    return (
        select(Opinion.sample_id)
        .join(Sample, living)
        .where(Opinion.theme_id == theme_id)
        .group_by(Opinion.sample_id)
        .having(func.min(decision) != func.max(decision))
        .having(func.count() > func.count(Opinion.review_id))
    )

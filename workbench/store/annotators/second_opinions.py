"""Second opinions of several annotators on one sample, and the queue of those that differ, for a reviewer.

The first opinion on a sample is the decision that it had; a further one changes nothing by itself. Where they differ,
the sample waits for a reviewer, whose decision becomes the sample's. An opinion keeps the label that it named; after a
merge of labels it counts as the label that this one was merged into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, NotFoundError
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision, decision_of
from workbench.store.events import Event, batch_of_client_key, checked_annotator, start_batch, write_events
from workbench.store.label_merges import decision_now, decision_now_column, merged_labels
from workbench.store.labels import label_ids, require_label
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter, count_samples, living_sample
from workbench.store.schema import Batch, Sample, SecondOpinion

ACTION = "second opinion"
"""The action of batches and events that record an opinion."""


@dataclass(frozen=True)
class OpinionOutcome:
    """What an opinion did. `replayed` messages change nothing; `missing` samples are deleted or undecided."""

    sample_id: int
    status: Literal["agrees", "differs", "replayed", "missing"]


@dataclass(frozen=True)
class PendingReview:
    """A sample that waits for a reviewer: its decision now, and each annotator's.

    A label that was merged is told as the one that it was merged into.
    """

    sample_id: int
    decision: Decision
    opinions: dict[str, Decision]


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

    A further opinion of the same annotator replaces the former one. Raises NotFoundError for a label that the theme
    does not have, ConflictError for an opinion on one's own decision.
    """
    lock_theme(theme_id, shared=True, session=session)
    require_label(label_id, label_ids(theme_id, session=session))
    sample = living_sample(theme_id, sample_id, lock=True, session=session)
    if batch_of_client_key(client_key, session=session) is not None:
        return OpinionOutcome(sample_id, "replayed")
    current = UNDECIDED if sample is None else decision_of(sample)
    if sample is None or not (current.labels or current.skipped):
        return OpinionOutcome(sample_id, "missing")
    given = {opinion.annotator: opinion for opinion in opinions_on(sample_id, session=session)}
    if _unseen(theme_id, sample_id, session):
        raise ConflictError("Nobody looked at this label, a model suggested it: decide about the sample instead.")
    first = sample.annotator or ""
    annotator = checked_annotator(annotator)
    if annotator == first and annotator not in given:
        raise ConflictError(f"'{annotator}' decided about this sample: another annotator's opinion is needed.")
    if not given:
        own = {"annotator": first, "decision": current.text, "at": sample.labeled_at}
        session.add(SecondOpinion(theme_id=theme_id, sample_id=sample_id, **own))
    wanted = SKIPPED if label_id is None else Decision.of(label_id)
    merged = merged_labels(theme_id, session=session)
    _write(sample, given.get(annotator), annotator, wanted, client_key, merged, session)
    decisions = {decision_now(Decision.parse(row.decision), merged) for row in opinions_on(sample_id, session=session)}
    return OpinionOutcome(sample_id, "agrees" if len(decisions) == 1 else "differs")


def opinions_on(sample_id: int, *, session: Session) -> Sequence[SecondOpinion]:
    """Return all opinions on a sample."""
    query = select(SecondOpinion).where(SecondOpinion.sample_id == sample_id)
    return session.scalars(query, execution_options={"populate_existing": True}).all()


def review_queue(theme_id: int, *, limit: int = 100, session: Session) -> list[PendingReview]:
    """Return the samples on which annotators differ and that nobody has settled, the oldest first."""
    merged = merged_labels(theme_id, session=session)
    waiting = _waiting(theme_id, merged).order_by(func.min(SecondOpinion.id)).limit(limit)
    ids = list(session.scalars(waiting))
    samples = {sample.id: sample for sample in session.scalars(select(Sample).where(Sample.id.in_(ids)))}
    opinions: dict[int, dict[str, Decision]] = {sample_id: {} for sample_id in ids}
    query = select(SecondOpinion).where(SecondOpinion.sample_id.in_(ids)).order_by(SecondOpinion.id)
    for row in session.scalars(query):
        opinions[row.sample_id][row.annotator] = decision_now(Decision.parse(row.decision), merged)
    return [PendingReview(sample_id, decision_of(samples[sample_id]), opinions[sample_id]) for sample_id in ids]


def count_pending_reviews(theme_id: int, *, session: Session) -> int:
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
    """Settle differing opinions: the reviewer's decision becomes the sample's, None skips it.

    A repeated message changes nothing. Raises NotFoundError for a label or sample that is gone, ConflictError when
    nothing waits for a review there.
    """
    lock_theme(theme_id, session=session)
    require_label(label_id, label_ids(theme_id, session=session))
    sample = living_sample(theme_id, sample_id, session=session)
    if sample is None:
        raise NotFoundError(f"There is no sample {sample_id} in this theme; it may have been deleted.")
    if batch_of_client_key(client_key, session=session) is not None:
        return sample
    waiting = _waiting(theme_id, merged_labels(theme_id, session=session))
    if session.scalar(waiting.where(SecondOpinion.sample_id == sample_id)) is None:
        raise ConflictError(f"Nothing is to be settled about sample {sample_id}: somebody may have done it already.")
    batch = start_batch(theme_id, "review", annotator=annotator, source="human", client_key=client_key, session=session)
    wanted = SKIPPED if label_id is None else Decision.of(label_id)
    batch.changed = 1
    for action in ("review", "label") if decision_of(sample) != wanted else ("review",):
        write_events(batch, action, [_event(sample, decision_of(sample), wanted)], session=session)
    sample.label_id, sample.skipped, sample.nothing_there = label_id, wanted.skipped, False
    sample.annotator, sample.labeled_at = batch.annotator, batch.at
    session.execute(update(SecondOpinion).where(SecondOpinion.sample_id == sample_id).values(review_id=batch.id))
    session.flush()
    return sample


def _unseen(theme_id: int, sample_id: int, session: Session) -> bool:
    """Whether the label of a sample was accepted unseen."""
    return count_samples(theme_id, SampleFilter(ids=(sample_id,), unseen=True), session=session) > 0


def _write(
    sample: Sample,
    former: SecondOpinion | None,
    annotator: str,
    wanted: Decision,
    client_key: str | None,
    merged: Mapping[int, int],
    session: Session,
) -> None:
    before = Decision.parse(former.decision) if former else UNDECIDED
    same = before != UNDECIDED and decision_now(before, merged) == wanted
    batch: Batch = start_batch(
        sample.theme_id, ACTION, annotator=annotator, source="human", client_key=client_key, session=session
    )
    batch.changed, batch.unchanged = int(not same), int(same)
    if same:
        return
    write_events(batch, ACTION, [_event(sample, before, wanted)], session=session)
    if former is None:
        former = SecondOpinion(theme_id=sample.theme_id, sample_id=sample.id, annotator=annotator)
        session.add(former)
    former.decision, former.at, former.review_id = wanted.text or "", batch.at, None
    session.flush()


def _event(sample: Sample, before: Decision, after: Decision) -> Event:
    return Event(sample.id, before.text, after.text, sample.annotator, sample.labeled_at)


def _waiting(theme_id: int, merged: Mapping[int, int]) -> Select[int]:
    decision = decision_now_column(SecondOpinion.decision, merged)
    living = (Sample.id == SecondOpinion.sample_id) & Sample.deleted_at.is_(None)
    return (
        select(SecondOpinion.sample_id)
        .join(Sample, living)
        .where(SecondOpinion.theme_id == theme_id)
        .group_by(SecondOpinion.sample_id)
        .having(func.min(decision) != func.max(decision))
        .having(func.count() > func.count(SecondOpinion.review_id))
    )

"""Taking back what annotators said of each other's samples, and what a reviewer settled."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workbench.store.events import SKIPPED, decision_of, living_labels
from workbench.store.merges import decision_now, merged_labels
from workbench.store.schema import Batch, LabelEvent, Opinion, Sample

ACTIONS = ("opinion", "review")
"""The acts that are taken back here."""


def take_back_opinions(target: Batch, batch: Batch, session: Session) -> None:
    """Take back the act `target`, an opinion or a review, as part of the act `batch`, unless somebody went on from it.

    An opinion that was taken back can be given anew; a sample whose review was taken back waits for one again, with
    the label that it had before or, where that one was merged since, the label which it went into.
    """
    take_back = _opinion if target.action == "opinion" else _review
    query = select(LabelEvent).where(LabelEvent.batch_id == target.id, LabelEvent.action == target.action)
    for event in session.scalars(query).all():
        sample = session.get(Sample, event.sample_id, populate_existing=True, with_for_update=True)
        done = sample is not None and sample.deleted_at is None and take_back(event, sample, batch, session)
        batch.changed += int(done)
        batch.unchanged += int(not done)
    session.flush()


def _opinion(event: LabelEvent, sample: Sample, batch: Batch, session: Session) -> bool:
    given = {opinion.annotator: opinion for opinion in _opinions(sample.id, session)}
    mine = given.get(event.annotator)
    if mine is None or mine.decision != event.after or mine.review_id is not None:
        return False
    _record(event, sample, event.before, batch, session)
    if event.before is not None:
        mine.decision, mine.at = event.before, batch.at
        return True
    session.delete(mine)
    session.flush()
    if len(given) == 2:
        # What is left is the decision itself: nobody has been asked about it.
        session.execute(delete(Opinion).where(Opinion.sample_id == sample.id))
    return True


def _review(event: LabelEvent, sample: Sample, batch: Batch, session: Session) -> bool:
    labels = living_labels(event.theme_id, session=session)
    before = event.before and decision_now(event.before, merged_labels(event.theme_id, session=session))
    gone = before not in (None, SKIPPED) and int(before or 0) not in labels
    settled = [opinion.review_id == event.batch_id for opinion in _opinions(sample.id, session)]
    if gone or not settled or not all(settled) or decision_of(sample) != event.after:
        return False
    _record(event, sample, before, batch, session)
    if before != event.after:
        _record(event, sample, before, batch, session, action="label")
    sample.skipped = before == SKIPPED
    sample.label_id = None if before in (None, SKIPPED) else int(before or 0)
    sample.annotator, sample.labeled_at = event.before_annotator, event.before_at
    session.execute(update(Opinion).where(Opinion.sample_id == sample.id).values(review_id=None))
    return True


def _record(
    event: LabelEvent, sample: Sample, back: str | None, batch: Batch, session: Session, *, action: str | None = None
) -> None:
    session.add(
        LabelEvent(
            theme_id=event.theme_id, sample_id=sample.id, at=batch.at, annotator=batch.annotator, source="undo",
            action=action or event.action, before=event.after, after=back, before_annotator=sample.annotator,
            before_at=sample.labeled_at, batch_id=batch.id,
        )
    )  # fmt: skip


def _opinions(sample_id: int, session: Session) -> list[Opinion]:
    query = select(Opinion).where(Opinion.sample_id == sample_id)
    return list(session.scalars(query, execution_options={"populate_existing": True}))

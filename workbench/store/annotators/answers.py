"""What each annotator answered for each image: the opinions on it, or the one decision that stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from workbench.store.decisions import Decision
from workbench.store.label_merges import decision_now, merged_labels
from workbench.store.samples import labeled_unseen
from workbench.store.schema import Sample, SecondOpinion

ALONE_UP_TO = 20_000
"""Most images with a single answer that are taken along; always the same ones, drawn by their SHA-256."""


@dataclass(frozen=True)
class AnsweredSample:
    """A living sample, its label now, and the label that each annotator gave it. Who cannot tell gave none."""

    sample_id: int
    name: str
    label_id: int | None
    answers: dict[str, int]


def answered_samples(theme_id: int, *, session: Session) -> list[AnsweredSample]:
    """Return every sample with opinions, and up to 20,000 of those that one person alone has labeled, by id.

    What was accepted from a model unseen is nobody's answer. A label that was merged counts as the one that it was
    merged into.
    """
    merged = merged_labels(theme_id, session=session)
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    found: dict[int, AnsweredSample] = {}
    opinions = select(Sample.id, Sample.name, Sample.label_id, SecondOpinion.annotator, SecondOpinion.decision)
    for sample_id, name, label_id, annotator, text in session.execute(
        opinions.join(Sample, Sample.id == SecondOpinion.sample_id).where(*living).order_by(SecondOpinion.id)
    ):
        answered = found.setdefault(sample_id, AnsweredSample(sample_id, name, label_id, {}))
        label = decision_now(Decision.parse(text), merged).label
        if label is not None:
            answered.answers[annotator] = label
    asked = exists().where(SecondOpinion.sample_id == Sample.id).correlate(Sample)
    alone = (
        select(Sample.id, Sample.name, Sample.label_id, Sample.annotator)
        .where(*living, Sample.label_id.is_not(None), Sample.annotator.is_not(None), ~asked, ~labeled_unseen())
        .order_by(Sample.sha256)
        .limit(ALONE_UP_TO)
    )
    for sample_id, name, label_id, who in session.execute(alone):
        found[sample_id] = AnsweredSample(sample_id, name, label_id, {who or "": label_id or 0})
    return [found[sample_id] for sample_id in sorted(found) if found[sample_id].answers]

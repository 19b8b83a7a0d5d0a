"""A model version's answers beside what people decided: filtering, ordering by certainty, accepting.

The least certain first is uncertainty sampling by least confidence (Lewis and Gale, 1994): the images whose best class
has the lowest probability teach a model the most. An answer that names a label which was merged since counts as the
label that this one went into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from workbench.errors import NotFoundError
from workbench.store.events import (
    batch_of_client_key,
    change,
    decision_column,
    living_labels,
    record,
    start_batch,
)
from workbench.store.labeling import BulkOutcome
from workbench.store.locks import lock_theme
from workbench.store.merges import label_now_column
from workbench.store.predictions import Predicted
from workbench.store.samples import SampleFilter
from workbench.store.schema import Prediction, Sample

Agreement = Literal["any", "agrees", "differs", "open"]
_CHUNK = 500


@dataclass(frozen=True)
class ReviewFilter(SampleFilter):
    """A SampleFilter that also looks at the answers of one model version, `model_id`.

    `predicted` is the label it gave; scores lie from `lowest` to below `highest` (inclusive at 1). `agreement`: with
    the person's label it `agrees` or `differs`, or no person has labeled the sample yet (`open`). With `answered` only
    samples that it has predicted are meant. `merged` are the `workbench.store.merges.merged_labels` of the theme.
    """

    model_id: int = 0
    predicted: int | None = None
    agreement: Agreement = "any"
    lowest: float | None = None
    highest: float | None = None
    answered: bool = True
    merged: Mapping[int, int] = field(default_factory=dict, hash=False)

    def conditions(self, theme_id: int) -> list[ColumnElement[bool]]:
        """Return the filter as SQL conditions on `Sample`."""
        found = super().conditions(theme_id)
        # An alias of its own, since the queries around it join the answers too.
        said = aliased(Prediction)
        answer = label_now_column(said.label_id, self.merged)
        asked: list[ColumnElement[bool]] = []
        if self.predicted is not None:
            asked.append(answer == self.predicted)
        if self.lowest is not None:
            asked.append(said.score >= self.lowest)
        if self.highest is not None and self.highest < 1:
            asked.append(said.score < self.highest)
        if self.agreement == "agrees":
            asked.append(answer == Sample.label_id)
        elif self.agreement == "differs":
            asked += [Sample.label_id.is_not(None), answer.is_distinct_from(Sample.label_id)]
        elif self.agreement == "open":
            asked.append(Sample.label_id.is_(None))
        if asked or self.answered:
            mine = exists().where(said.model_id == self.model_id, said.sample_id == Sample.id, *asked)
            found.append(mine)
        return found


@dataclass(frozen=True)
class AnswerCount:
    """How many samples have this answer (None: a label that is gone) and this agreement with people."""

    label_id: int | None
    agreement: Agreement
    samples: int


def page_by_score(
    theme_id: int, where: ReviewFilter, *, descending: bool, offset: int, limit: int, session: Session
) -> list[Sample]:
    """Return one page of predicted samples, the least certain first (or last)."""
    query = _by_score(theme_id, where, descending).offset(offset).limit(limit)
    return list(session.scalars(query))


def along_by_score(
    theme_id: int,
    where: ReviewFilter,
    *,
    descending: bool,
    cursor: tuple[float, int],
    backwards: bool,
    limit: int,
    session: Session,
) -> list[Sample]:
    """Return the samples after a (score, id) in the order, or with `backwards` those before it; both in that order."""
    score, sample_id = cursor
    upwards = descending == backwards
    past = Prediction.score > score if upwards else Prediction.score < score
    past_id = Sample.id > sample_id if upwards else Sample.id < sample_id
    query = _by_score(theme_id, where, descending != backwards)
    query = query.where(or_(past, and_(Prediction.score == score, past_id))).limit(limit)
    found = list(session.scalars(query))
    return found[::-1] if backwards else found


def answers_to(
    model_id: int, sample_ids: Sequence[int], *, merged: Mapping[int, int], session: Session
) -> dict[int, Predicted]:
    """Return a version's answers for some samples, by sample; `merged` as in ReviewFilter."""
    found: dict[int, Predicted] = {}
    answer = label_now_column(Prediction.label_id, merged)
    for start in range(0, len(sample_ids), _CHUNK):
        part = sample_ids[start : start + _CHUNK]
        query = select(Prediction.sample_id, answer, Prediction.score)
        rows = session.execute(query.where(Prediction.model_id == model_id, Prediction.sample_id.in_(part)))
        found.update((sample_id, Predicted(sample_id, label_id, score)) for sample_id, label_id, score in rows)
    return found


def count_answers(theme_id: int, where: ReviewFilter, *, session: Session) -> list[AnswerCount]:
    """Count the samples of a filter by answer and agreement."""
    answer = label_now_column(Prediction.label_id, where.merged)
    agreement = case(
        (Sample.label_id.is_(None), literal("open")),
        (answer == Sample.label_id, literal("agrees")),
        else_=literal("differs"),
    )
    query = (
        select(answer, agreement, func.count())
        .join(Sample, Sample.id == Prediction.sample_id)
        .where(Prediction.model_id == where.model_id, *where.conditions(theme_id))
        .group_by(answer, agreement)
    )
    return [AnswerCount(*row) for row in session.execute(query)]


def label_each(
    theme_id: int,
    labels: Mapping[int, int],
    *,
    seen: Mapping[int, str | None],
    annotator: str,
    client_key: str | None = None,
    note: str = "",
    session: Session,
) -> BulkOutcome:
    """Give each sample a label of its own (sample id to label id), as one batch that one undo takes back.

    A sample whose decision is no longer the one in `seen` is left alone and counts as unchanged: somebody has decided
    meanwhile. Raises NotFoundError for a label that the theme does not have; nothing is changed then.
    """
    lock_theme(theme_id, session=session)
    if missing := set(labels.values()) - living_labels(theme_id, session=session):
        raise NotFoundError(
            f"{len(missing)} of the predicted labels are no longer among the theme's labels. Predict with a model of "
            "the present labels, then accept again."
        )
    earlier = batch_of_client_key(client_key, session=session)
    if earlier is not None:
        return BulkOutcome(earlier.id, earlier.changed, earlier.unchanged)
    batch = start_batch(
        theme_id, "label", annotator=annotator, source="human", client_key=client_key, note=note, session=session
    )
    groups: dict[tuple[int, str | None], list[int]] = {}
    for sample_id, label_id in labels.items():
        groups.setdefault((label_id, seen.get(sample_id)), []).append(sample_id)
    for (label_id, before), ids in groups.items():
        stream = iter(ids)
        while part := list(islice(stream, _CHUNK)):
            which = [
                *SampleFilter(ids=tuple(part)).conditions(theme_id),
                decision_column().is_not_distinct_from(literal(before) if before is not None else None),
                Sample.label_id.is_distinct_from(label_id),
            ]
            record(batch, "label", which, before=decision_column(), after=str(label_id), session=session)
            batch.changed += change(
                which, session=session, label_id=label_id, skipped=False, annotator=batch.annotator,
                labeled_at=batch.at,
            )  # fmt: skip
    batch.unchanged = len(labels) - batch.changed
    session.flush()
    return BulkOutcome(batch.id, batch.changed, batch.unchanged)


def _by_score(theme_id: int, where: ReviewFilter, descending: bool) -> Select[Sample]:
    order = [Prediction.score, Sample.id]
    return (
        select(Sample)
        .join(Prediction, and_(Prediction.sample_id == Sample.id, Prediction.model_id == where.model_id))
        .where(*where.conditions(theme_id))
        .order_by(*(column.desc() if descending else column for column in order))
    )

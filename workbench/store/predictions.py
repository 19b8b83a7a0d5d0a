"""What models answered for samples, beside what people decided: writing, filtering, ordering, counting.

The least certain first is uncertainty sampling by least confidence (Lewis and Gale, 1994): the images whose best class
has the lowest probability teach a model the most. An answer that names a label which was merged since counts as the
label that this one was merged into.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, Table, and_, case, exists, func, literal, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from workbench.errors import NotFoundError
from workbench.store.column_types import now
from workbench.store.label_merges import label_now_column
from workbench.store.samples import SampleFilter
from workbench.store.schema import Model, Prediction, Sample

LabelMatch = Literal["any", "agrees", "differs", "open"]
_CHUNK = 5_000
_ASKED = 500


class Predicted(NamedTuple):
    """A model's answer for one sample: the label (None when the theme has no such label now) and its probability."""

    sample_id: int
    label_id: int | None
    score: float


@dataclass(frozen=True)
class ReviewFilter(SampleFilter):
    """A SampleFilter that also looks at the answers of one model version, `model_id`.

    `predicted` is the label it gave; scores lie from `lowest` to below `highest` (inclusive at 1). `match`: with
    the person's label it `agrees` or `differs`, or no person has labeled the sample yet (`open`). With `answered` only
    samples that it has predicted are meant. `merged` are the `label_merges.merged_labels` of the theme.
    """

    model_id: int = 0
    predicted: int | None = None
    match: LabelMatch = "any"
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
        if self.match == "agrees":
            asked.append(answer == Sample.label_id)
        elif self.match == "differs":
            asked += [Sample.label_id.is_not(None), answer.is_distinct_from(Sample.label_id)]
        elif self.match == "open":
            asked.append(Sample.label_id.is_(None))
        if asked or self.answered:
            mine = exists().where(said.model_id == self.model_id, said.sample_id == Sample.id, *asked)
            found.append(mine)
        return found


@dataclass(frozen=True)
class AnswerCount:
    """How many samples have this answer (None: a label that is gone) and this match with people."""

    label_id: int | None
    match: LabelMatch
    samples: int


def has_predictions(model_id: int, *, session: Session) -> bool:
    """Say whether a model version has predicted any sample."""
    return bool(session.scalar(select(exists().where(Prediction.model_id == model_id))))


def count_predictions(model_id: int, *, session: Session) -> int:
    """Count the samples that a model version has predicted."""
    return session.scalar(select(func.count()).where(Prediction.model_id == model_id)) or 0


def write_predictions(model_id: int, predicted: Sequence[Predicted], *, session: Session) -> None:
    """Keep a model's answers; a former answer of the same model for the same sample is replaced.

    Raises NotFoundError when the model version has been deleted in the meantime.
    """
    # Two writers of the same model's answers wait for each other.
    lock = select(Model.id).where(Model.id == model_id).with_for_update(key_share=True)
    if session.scalar(lock) is None:
        raise NotFoundError("The model version was deleted while it predicted. Predict with another one.")
    # The table itself: the mapped class would look for each row among the session's objects.
    table = cast("Table", Prediction.__table__)
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    answer = {name: statement.excluded[name] for name in ("label_id", "score", "created_at")}
    statement = statement.on_conflict_do_update(index_elements=["model_id", "sample_id"], set_=answer)
    connection = session.connection()
    columns = ["model_id", "sample_id", "label_id", "score", "created_at"]
    compiled = statement.compile(dialect=connection.dialect, column_keys=columns)
    # The driver gets the values as it takes them: the time is the same for all.
    as_stored = table.c.created_at.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    at = as_stored(now()) if as_stored else now()
    rows = [dict(zip(columns, (model_id, *row, at), strict=True)) for row in predicted]
    order = compiled.positiontup
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        connection.exec_driver_sql(str(compiled), [tuple(map(row.get, order)) for row in part] if order else part)


def page_of_predictions(model_id: int, *, offset: int, limit: int, session: Session) -> tuple[int, list[Prediction]]:
    """Return how many answers a model version gave, and one page of them by sample."""
    which = select(Prediction).where(Prediction.model_id == model_id)
    total = session.scalar(which.with_only_columns(func.count())) or 0
    rows = session.scalars(which.order_by(Prediction.sample_id).offset(offset).limit(limit))
    return total, list(rows)


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
    for start in range(0, len(sample_ids), _ASKED):
        part = sample_ids[start : start + _ASKED]
        query = select(Prediction.sample_id, answer, Prediction.score)
        rows = session.execute(query.where(Prediction.model_id == model_id, Prediction.sample_id.in_(part)))
        found.update((sample_id, Predicted(sample_id, label_id, score)) for sample_id, label_id, score in rows)
    return found


def count_answers(theme_id: int, where: ReviewFilter, *, session: Session) -> list[AnswerCount]:
    """Count the samples of a filter by answer and match."""
    answer = label_now_column(Prediction.label_id, where.merged)
    match = case(
        (Sample.label_id.is_(None), literal("open")),
        (answer == Sample.label_id, literal("agrees")),
        else_=literal("differs"),
    )
    query = (
        select(answer, match, func.count())
        .join(Sample, Sample.id == Prediction.sample_id)
        .where(Prediction.model_id == where.model_id, *where.conditions(theme_id))
        .group_by(answer, match)
    )
    return [AnswerCount(*row) for row in session.execute(query)]


def _by_score(theme_id: int, where: ReviewFilter, descending: bool) -> Select[Sample]:
    order = [Prediction.score, Sample.id]
    return (
        select(Sample)
        .join(Prediction, and_(Prediction.sample_id == Sample.id, Prediction.model_id == where.model_id))
        .where(*where.conditions(theme_id))
        .order_by(*(column.desc() if descending else column for column in order))
    )

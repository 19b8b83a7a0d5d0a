"""What became of labels that were merged into others.

What people and models said of a sample keeps the label that they named: it counts as the label which that one went
into for as long as the merge stands, and as itself again once the merge is taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from sqlalchemy import SQLColumnExpression, case, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import InstrumentedAttribute

from workbench.store.schema import Label

DecisionT = TypeVar("DecisionT", str, str | None)


def merged_labels(theme_id: int, *, session: Session) -> dict[int, int]:
    """Return what each merged label of a theme counts as now: the label at the end of its chain of merges, by id.

    A label that was deleted ends a chain like a living one.
    """
    query = select(Label.id, Label.merged_into).where(
        Label.theme_id == theme_id, Label.deleted_at.is_not(None), Label.merged_into.is_not(None)
    )
    steps = {label_id: into for label_id, into in session.execute(query).tuples() if into is not None}
    return {label_id: _end(label_id, steps) for label_id in steps}


def label_now(theme_id: int, label_id: int | None, *, session: Session) -> int | None:
    """Return the label that a label counts as now: itself, unless it was merged."""
    return None if label_id is None else merged_labels(theme_id, session=session).get(label_id, label_id)


def decision_now(decision: str, merged: Mapping[int, int]) -> str:
    """Return what a decision (a label id in decimal, or `"skipped"`) counts as after the merges of `merged_labels`."""
    return str(merged.get(int(decision), decision)) if decision.isdecimal() else decision


def decision_now_column(
    column: InstrumentedAttribute[DecisionT], merged: Mapping[int, int]
) -> SQLColumnExpression[DecisionT]:
    """Return `decision_now` of a column as SQL."""
    texts = {str(label_id): str(end) for label_id, end in merged.items()}
    return case(texts, value=column, else_=column) if texts else column


def label_now_column(
    column: InstrumentedAttribute[int | None], merged: Mapping[int, int]
) -> SQLColumnExpression[int | None]:
    """Return what a column of label ids counts as after the merges of `merged_labels`, as SQL."""
    return case(dict(merged), value=column, else_=column) if merged else column


def _end(label_id: int, steps: Mapping[int, int]) -> int:
    # No act makes a circle, but an archive from elsewhere may hold one.
    seen: set[int] = set()
    while label_id in steps and label_id not in seen:
        seen.add(label_id)
        label_id = steps[label_id]
    return label_id

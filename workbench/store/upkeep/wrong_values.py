"""Values in rows that no edit of the product could have written: boxes outside of their image, unknown actions, ...

The check of a store, the restore of a backup and the import of an archive all ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from workbench.errors import WorkbenchError
from workbench.store.box_rows import clip
from workbench.store.decisions import Decision
from workbench.store.events import DELETED
from workbench.store.labels import checked_color, checked_name
from workbench.store.schema import (
    BATCH_ACTIONS,
    EVENT_ACTIONS,
    PURPOSES,
    SOURCES,
    SPLITS,
    STAGES,
    TASKS,
    Base,
    Batch,
    Box,
    DuplicateSearch,
    Label,
    LabelEvent,
    ModelVersion,
    NearDuplicate,
    Prediction,
    Sample,
    SecondOpinion,
    SnapshotSample,
    StageEvent,
    TestEvaluation,
    Theme,
)

# Sums of floats end a little beyond the edge.
_ROUNDING = 1e-6
# Of these the texts are decisions without boxes; how many different ones there are depends on the labels alone.
_DECISIONS = ("label", "second opinion", "review", "repeat")
_SHOWN = 60
_PAGE = 5_000


@dataclass(frozen=True)
class WrongValue:
    """A row with a value that cannot be: its table, its key there, and what is wrong."""

    model: type[Base]
    row_id: int
    reason: str


def wrong_values(*, theme_id: int | None = None, session: Session) -> Iterator[WrongValue]:
    """Yield the rows of a theme, or of the whole store, that hold a value which no edit writes."""
    for model, condition, reason in _conditions():
        key = _key(model)
        for (row_id,) in session.execute(select(key).where(condition, _of_theme(model, theme_id)).order_by(key)):
            yield WrongValue(model, row_id, reason)
    yield from _boxes(theme_id, session)
    yield from _labels(theme_id, session)
    yield from _annotators(theme_id, session)
    yield from _decisions(theme_id, session)
    yield from _box_events(theme_id, session)


def line_of(wrong: WrongValue, *, theme_id: int | None = None, session: Session) -> int:
    """Return which row of its table, or of the theme's rows in it, a wrong one is: the first has the number 1."""
    key = _key(wrong.model)
    return session.scalar(select(func.count()).where(key <= wrong.row_id, _of_theme(wrong.model, theme_id))) or 0


def _conditions() -> list[tuple[type[Base], ColumnElement[bool], str]]:
    def one_of(column: Any, allowed: tuple[str, ...]) -> ColumnElement[bool]:
        return and_(column.is_not(None), column.not_in(allowed))

    def allowed(what: str, names: tuple[str, ...]) -> str:
        return f"an unknown {what}; there are {', '.join(names)}"

    texts_of_splits = or_(one_of(LabelEvent.before, SPLITS), one_of(LabelEvent.after, SPLITS))
    texts_of_deletions = or_(one_of(LabelEvent.before, (DELETED,)), one_of(LabelEvent.after, (DELETED,)))
    return [
        (Theme, one_of(Theme.task, TASKS), allowed("task", TASKS)),
        (Theme, ~Theme.overlap.between(0, 1), "a share of second opinions that is not from 0 to 1"),
        (Sample, one_of(Sample.split, SPLITS), allowed("split", SPLITS)),
        (Sample, or_(Sample.width < 1, Sample.height < 1, Sample.size_bytes < 1), "an image without pixels"),
        (Batch, one_of(Batch.source, SOURCES), allowed("source", SOURCES)),
        (Batch, one_of(Batch.action, BATCH_ACTIONS), allowed("action", BATCH_ACTIONS)),
        (Batch, or_(Batch.changed < 0, Batch.unchanged < 0), "a negative number of changes"),
        (LabelEvent, one_of(LabelEvent.source, SOURCES), allowed("source", SOURCES)),
        (LabelEvent, one_of(LabelEvent.action, EVENT_ACTIONS), allowed("action", EVENT_ACTIONS)),
        (LabelEvent, and_(LabelEvent.action == "split", texts_of_splits), allowed("split", SPLITS)),
        (LabelEvent, and_(LabelEvent.action == "delete", texts_of_deletions), allowed("state", (DELETED,))),
        (SnapshotSample, one_of(SnapshotSample.split, SPLITS), allowed("split", SPLITS)),
        (ModelVersion, one_of(ModelVersion.stage, STAGES), allowed("stage", STAGES)),
        (
            StageEvent,
            or_(one_of(StageEvent.before, STAGES), one_of(StageEvent.after, STAGES)),
            allowed("stage", STAGES),
        ),
        (DuplicateSearch, ~DuplicateSearch.threshold.between(0, 1), "a threshold that is not from 0 to 1"),
        (NearDuplicate, ~NearDuplicate.score.between(0, 1), "a match that is not from 0 to 1"),
        (TestEvaluation, one_of(TestEvaluation.purpose, PURPOSES), allowed("purpose", PURPOSES)),
        (Prediction, ~Prediction.score.between(0, 1 + _ROUNDING), "a score that is not from 0 to 1"),
    ]


def _boxes(theme_id: int | None, session: Session) -> Iterator[WrongValue]:
    outside = or_(
        Box.x < 0,
        Box.y < 0,
        Box.width <= 0,
        Box.height <= 0,
        # PostgreSQL holds what is no number for larger than all numbers.
        Box.x + Box.width > Sample.width + _ROUNDING,
        Box.y + Box.height > Sample.height + _ROUNDING,
    )
    query = select(Box.id, Box.x, Box.y, Box.width, Box.height, Sample.width, Sample.height)
    query = query.join(Sample, Sample.id == Box.sample_id).where(outside, _of_theme(Box, theme_id)).order_by(Box.id)
    for row_id, *sides, width, height in session.execute(query):
        yield WrongValue(Box, row_id, _outside(tuple(sides), (width, height)))


def _outside(sides: tuple[float, ...], size: tuple[int, int]) -> str:
    x, y, width, height = sides
    return (
        f"the box x={x:g} y={y:g} width={width:g} height={height:g} is not inside its image of {size[0]} x {size[1]} "
        "pixels"
    )


def _labels(theme_id: int | None, session: Session) -> Iterator[WrongValue]:
    for label in session.scalars(select(Label).where(_of_theme(Label, theme_id)).order_by(Label.id)):
        try:
            same = (checked_name(label.name, exact=True), checked_color(label.color)) == (label.name, label.color)
        except WorkbenchError as error:
            yield WrongValue(Label, label.id, str(error))
            continue
        if not same:
            yield WrongValue(Label, label.id, f"the name {label.name!r} or the color {label.color!r} is not written so")


def _annotators(theme_id: int | None, session: Session) -> Iterator[WrongValue]:
    for model in (Sample, Box, Batch, LabelEvent, SecondOpinion):
        for name, row_id in _different(model, model.annotator, true(), theme_id, session):
            if not name.strip() or not name.isprintable():
                yield WrongValue(model, row_id, f"{name[:_SHOWN]!r} cannot be the name of an annotator")


def _decisions(theme_id: int | None, session: Session) -> Iterator[WrongValue]:
    labels = set(session.scalars(select(Label.id)))
    events = LabelEvent.action.in_(_DECISIONS)
    for model, column, which in (
        (LabelEvent, LabelEvent.before, events),
        (LabelEvent, LabelEvent.after, events),
        (SecondOpinion, SecondOpinion.decision, true()),
    ):
        for text, row_id in _different(model, column, which, theme_id, session):
            fault = _fault(text, lambda decision: decision.label_ids <= labels and not decision.boxes)
            if fault:
                yield WrongValue(model, row_id, fault)


def _box_events(theme_id: int | None, session: Session) -> Iterator[WrongValue]:
    labels = set(session.scalars(select(Label.id)))
    query = select(LabelEvent.id, LabelEvent.before, LabelEvent.after, Sample.width, Sample.height)
    query = query.join(Sample, Sample.id == LabelEvent.sample_id).order_by(LabelEvent.id)
    query = query.where(LabelEvent.action == "boxes", _of_theme(LabelEvent, theme_id))
    for row_id, before, after, width, height in session.execute(query, execution_options={"yield_per": _PAGE}):

        def fits(decision: Decision, size: tuple[int, int] = (width, height)) -> bool:
            return decision.label_ids <= labels and all(
                _is_inside((box.x, box.y, box.width, box.height), size) for box in decision.boxes or ()
            )

        fault = next(filter(None, (_fault(text, fits) for text in (before, after))), "")
        if fault:
            yield WrongValue(LabelEvent, row_id, fault)


def _is_inside(box: tuple[float, float, float, float], size: tuple[int, int]) -> bool:
    inside = clip(box, *size)
    return inside is not None and all(abs(one - other) <= _ROUNDING for one, other in zip(inside, box, strict=True))


def _fault(text: str | None, fits: Callable[[Decision], bool]) -> str:
    """What is wrong with the text of a decision; empty when nothing is."""
    try:
        decision = Decision.parse(text)
        sound = decision.text == text and fits(decision)
    except (ValueError, TypeError, OverflowError, RecursionError):
        sound = False
    return "" if sound else f"{(text or '')[:_SHOWN]!r} is no decision about this sample"


def _different(
    model: Any, column: Any, which: ColumnElement[bool], theme_id: int | None, session: Session
) -> Iterator[tuple[str, int]]:
    """The different texts of a column, each with the first row that has it."""
    query: Select[str, int] = select(column, func.min(model.id)).where(column.is_not(None), which)
    yield from session.execute(query.where(_of_theme(model, theme_id)).group_by(column)).tuples()


def _of_theme(model: Any, theme_id: int | None) -> ColumnElement[bool]:
    if theme_id is None:
        return true()
    if model is Theme:
        return Theme.id == theme_id
    if "theme_id" in model.__table__.columns:
        return model.theme_id == theme_id  # type: ignore[no-any-return]
    # Snapshots and predictions are in no archive of a theme.
    return model.sample_id.in_(select(Sample.id).where(Sample.theme_id == theme_id))  # type: ignore[no-any-return]


def _key(model: Any) -> Any:
    if model is SnapshotSample:
        return model.sample_id
    if model is NearDuplicate:
        return model.first_id
    return model.theme_id if model is DuplicateSearch else model.id

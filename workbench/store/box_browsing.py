"""Going through the images of a theme of boxes: the next one, those of a state, where a person stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from workbench.store.events import came_to_its_end
from workbench.store.schema import Batch, Box, LabelEvent, Sample

BoxState = Literal["all", "undecided", "done", "skipped"]
"""What was decided about the boxes of an image; "all" is any of it."""
BOX_STATES: tuple[BoxState, ...] = get_args(BoxState)

DRAFT = "draft"
"""The note of a batch that was saved while a person was still drawing; gone once the image is submitted."""


class SeenImage(NamedTuple):
    """An image of a theme of boxes, and what was decided about it."""

    sample: Sample
    state: BoxState


def page_of_images(
    theme_id: int, state: BoxState = "all", *, at: int = 0, step: int = 1, limit: int, session: Session
) -> list[SeenImage]:
    """Return a page of the images of a state by their ids: those from the id `at` on, or with `step` -1 before it."""
    beside, order = (Sample.id >= at, Sample.id) if step > 0 else (Sample.id < at, Sample.id.desc())
    query = select(Sample, done()).where(*_living(theme_id), *_in_state(state), beside).order_by(order).limit(limit)
    found = [SeenImage(sample, _state_of(sample, is_done)) for sample, is_done in session.execute(query)]
    return found if step > 0 else found[::-1]


def _state_of(sample: Sample, is_done: bool) -> BoxState:
    if sample.skipped:
        return "skipped"
    return "done" if is_done else "undecided"


def count_images(theme_id: int, state: BoxState = "all", *, before: int | None = None, session: Session) -> int:
    """Count the images of a state; with `before` those that come before that id."""
    query = select(func.count()).select_from(Sample).where(*_living(theme_id), *_in_state(state))
    return session.scalar(query if before is None else query.where(Sample.id < before)) or 0


def image_beside(theme_id: int, sample_id: int, step: int, state: BoxState = "all", *, session: Session) -> int | None:
    """Return the id of the image before (`step` -1) or after (1) another one, among those of a state, or None."""
    beside = Sample.id > sample_id if step > 0 else Sample.id < sample_id
    query = select(Sample.id).where(*_living(theme_id), *_in_state(state), beside)
    return session.scalar(query.order_by(Sample.id if step > 0 else Sample.id.desc()).limit(1))


def next_undecided(theme_id: int, sample_id: int = 0, *, session: Session) -> int | None:
    """Return the id of the next image that nobody decided on, from the beginning once the end is reached."""
    after = image_beside(theme_id, sample_id, 1, "undecided", session=session)
    return after or image_beside(theme_id, 0, 1, "undecided", session=session)


def last_image(theme_id: int, *, session: Session) -> int | None:
    """Return the id of a theme's last image, None without any."""
    return session.scalar(select(func.max(Sample.id)).where(*_living(theme_id)))


def image_at(theme_id: int, position: int, state: BoxState = "all", *, session: Session) -> int | None:
    """Return the id of the image at a position among those of a state, counted from 1; None when there are fewer."""
    query = select(Sample.id).where(*_living(theme_id), *_in_state(state)).order_by(Sample.id)
    return session.scalar(query.offset(max(0, position - 1)).limit(1))


def position_of(theme_id: int, sample_id: int, *, session: Session) -> int:
    """Return which image of its theme one is, counted from 1."""
    query = select(func.count()).select_from(Sample).where(*_living(theme_id), Sample.id <= sample_id)
    return session.scalar(query) or 0


def left_while_drawing(theme_id: int, annotator: str, *, session: Session) -> int | None:
    """Return the id of the image that an annotator drew on last without submitting it; None when there is none."""
    mine = (Batch.theme_id == theme_id, Batch.annotator == annotator, Batch.source == "human", came_to_its_end())
    latest = session.scalar(select(Batch).where(*mine).order_by(Batch.id.desc()).limit(1))
    if latest is None or latest.note != DRAFT:
        return None
    drawn = select(LabelEvent.sample_id).where(LabelEvent.batch_id == latest.id)
    return session.scalar(select(Sample.id).where(Sample.id.in_(drawn), Sample.deleted_at.is_(None)))


def mark_as_draft(batch_id: int, *, session: Session) -> None:
    """Note that a batch was saved while a person was still drawing."""
    session.get_one(Batch, batch_id).note = DRAFT


def mark_as_submitted(sample_id: int, *, session: Session) -> None:
    """Note that nobody is still drawing on an image."""
    drafts = select(LabelEvent.batch_id).where(LabelEvent.sample_id == sample_id)
    session.execute(update(Batch).where(Batch.id.in_(drafts), Batch.note == DRAFT).values(note=""))


def is_done(sample_id: int, *, session: Session) -> bool:
    """Return whether somebody has said that an image's boxes are complete, or that there are none to draw."""
    return session.scalar(select(Sample.id).where(Sample.id == sample_id, done())) is not None


def done() -> ColumnElement[bool]:
    """Samples of which somebody has said that their boxes are complete, or that there is nothing to draw."""
    return (_drawn() | Sample.nothing_there) & ~_drafted()


def latest_client_key(sample_id: int, *, session: Session) -> str | None:
    """Return the browser's key of an image's latest change, None where it has none."""
    query = select(LabelEvent.client_key).where(LabelEvent.sample_id == sample_id)
    return session.scalar(query.order_by(LabelEvent.id.desc()).limit(1))


def images_with_boxes(theme_id: int, limit: int | None = None, *, session: Session) -> Sequence[Sample]:
    """Return the images of a theme that have boxes, or the first `limit` of them, in the order of their ids."""
    query = select(Sample).where(*_living(theme_id), _drawn()).order_by(Sample.id)
    return session.scalars(query.limit(limit)).all()


def _living(theme_id: int) -> tuple[ColumnElement[bool], ...]:
    return Sample.theme_id == theme_id, Sample.deleted_at.is_(None)


def _drawn() -> ColumnElement[bool]:
    return select(Box.id).where(Box.sample_id == Sample.id).exists()


def _drafted() -> ColumnElement[bool]:
    drafts = select(LabelEvent.id).join(Batch, LabelEvent.batch_id == Batch.id)
    return drafts.where(LabelEvent.sample_id == Sample.id, Batch.note == DRAFT).exists()


def _in_state(state: BoxState) -> tuple[ColumnElement[bool], ...]:
    if state == "undecided":
        return Sample.skipped.is_(False), ~done()
    if state == "skipped":
        return (Sample.skipped.is_(True),)
    if state == "done":
        return Sample.skipped.is_(False), done()
    return ()

"""The boxes of a theme to look at: each as a sample of its own, cut out, and where and how large they all are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from workbench.data.crops import Cut
from workbench.data.inspection.subjects import LIMIT
from workbench.data.inspection.survey import Subject
from workbench.errors import NotFoundError
from workbench.store import Store
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import Box, Sample


@dataclass(frozen=True)
class Geometry:
    """The boxes of one label: `sizes` (N, 2) widths and heights in pixels, `centers` (N, 2) shares of the image."""

    label: str
    color: str
    sizes: np.ndarray
    centers: np.ndarray


def geometry(theme_id: int, *, session: Session) -> list[Geometry]:
    """Return where the boxes of a theme are and how large, by label in the order of the keys."""
    query = (
        select(Box.label_id, Box.x, Box.y, Box.width, Box.height, Sample.width, Sample.height)
        .join(Sample, Sample.id == Box.sample_id)
        .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
    )
    rows = np.array(session.execute(query).tuples().all(), dtype=np.float64).reshape(-1, 7)
    found = []
    for label in labels_of(theme_id, session=session):
        mine = rows[rows[:, 0] == label.id]
        centers = (mine[:, 1:3] + mine[:, 3:5] / 2) / mine[:, 5:7]
        found.append(Geometry(label.name, label.color, mine[:, 3:5], centers))
    return found


def has_boxes(theme_id: int, *, session: Session) -> bool:
    """Whether anything is drawn on a theme's living images."""
    query = select(Box.id).join(Sample, Sample.id == Box.sample_id)
    return session.scalar(query.where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None)).limit(1)) is not None


def count_boxes(theme_id: int, where: SampleFilter, *, session: Session) -> int:
    """Count the boxes of a label, on images of a split, with a piece of their name: what else a filter asks is not."""
    return session.scalar(_narrowed(select(func.count()), theme_id, where)) or 0


def boxes_as_subjects(
    store: Store,
    theme_id: int,
    margin: float,
    where: SampleFilter | None = None,
    *,
    offset: int = 0,
    limit: int = LIMIT,
    spread: bool = False,
) -> tuple[list[Subject], int]:
    """Return boxes as subjects (`sample_id` is the box's id), and how many there are in all.

    `limit` of them from `offset` on in the order in which they were drawn, or with `spread` from all over the theme.
    """
    with store.read() as session:
        query = _narrowed(select(Box, Sample.uri, Sample.name, Sample.split), theme_id, where or SampleFilter())
        total = count_boxes(theme_id, where or SampleFilter(), session=session)
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        if spread and total > limit:
            ids = list(session.scalars(_narrowed(select(Box.id), theme_id, SampleFilter()).order_by(Box.id)))
            chosen = [ids[number * len(ids) // limit] for number in range(limit)]
            rows = [
                row
                for start in range(0, limit, 500)
                for row in session.execute(query.where(Box.id.in_(chosen[start : start + 500])).order_by(Box.id))
            ]
        else:
            rows = list(session.execute(query.order_by(Box.id).offset(offset).limit(limit)))
        return [_subject(store, *row, names=names, margin=margin) for row in rows], total


def box_as_subject(store: Store, theme_id: int, box_id: int, margin: float) -> Subject:
    """Return one box. Raises NotFoundError when it is gone."""
    with store.read() as session:
        query = _narrowed(select(Box, Sample.uri, Sample.name, Sample.split), theme_id, SampleFilter())
        row = session.execute(query.where(Box.id == box_id)).one_or_none()
        if row is None:
            raise NotFoundError("This box is no longer there. Choose another one from the list.")
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        return _subject(store, *row, names=names, margin=margin)


def _narrowed(query: Select, theme_id: int, where: SampleFilter) -> Select:
    query = query.select_from(Box).join(Sample, Sample.id == Box.sample_id)
    query = query.where(*SampleFilter(split=where.split, search=where.search).conditions(theme_id))
    return query if where.label_id is None else query.where(Box.label_id == where.label_id)


def _subject(
    store: Store, box: Box, uri: str, name: str, split: str | None, *, names: dict[int, str], margin: float
) -> Subject:
    cut = Cut(box.x, box.y, box.width, box.height, margin)
    size = max(1, round(box.width)), max(1, round(box.height))
    where = f"{name} at {box.x:g}, {box.y:g}"
    return Subject(box.id, store.images.path(uri), where, names.get(box.label_id, ""), split or "", *size, cut)

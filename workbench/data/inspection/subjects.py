"""The images of a theme as the survey wants them."""

from __future__ import annotations

from sqlalchemy import select

from workbench.data.inspection.survey import Subject
from workbench.store import Store
from workbench.store.labels import labels_of
from workbench.store.schema import Sample

LIMIT = 10_000
"""So many images are looked at; a larger theme is represented by ones from all over it."""


def subjects_of(store: Store, theme_id: int, limit: int = LIMIT) -> tuple[list[Subject], int]:
    """Return a theme's living images, at most `limit` of them evenly chosen, and how many there are in all."""
    with store.read() as session:
        names = {label.id: label.name for label in labels_of(theme_id, session=session)}
        query = (
            select(Sample.id, Sample.uri, Sample.name, Sample.label_id, Sample.split, Sample.width, Sample.height)
            .where(Sample.theme_id == theme_id, Sample.deleted_at.is_(None))
            .order_by(Sample.id)
        )
        rows = session.execute(query).all()
    chosen = rows if len(rows) <= limit else [rows[number * len(rows) // limit] for number in range(limit)]
    subjects = [
        Subject(
            row.id,
            store.images.path(row.uri),
            row.name,
            names.get(row.label_id, ""),
            row.split or "",
            row.width,
            row.height,
        )
        for row in chosen
    ]
    return subjects, len(rows)

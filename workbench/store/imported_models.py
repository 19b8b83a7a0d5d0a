"""Models that are not here, whose predictions came with a data set: their answers are suggestions like a version's."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.errors import NotFoundError, unknown_name
from workbench.store.locks import lock_theme
from workbench.store.schema import ImportedModel

IMPORTED = "imported: "
"""What the names of such models begin with, before that of the field that held their predictions."""

_LONGEST = 200


def add_imported_model(theme_id: int, field: str, *, session: Session) -> ImportedModel:
    """Return the model of the predictions that a data set holds in a field, made where there is none yet."""
    lock_theme(theme_id, session=session)
    name = f"{IMPORTED}{field}"[:_LONGEST]
    found = _named(theme_id, name, session)
    if found is None:
        found = ImportedModel(theme_id=theme_id, name=name)
        session.add(found)
        session.flush()
    return found


def imported_models(theme_id: int, *, session: Session) -> list[ImportedModel]:
    """Return a theme's imported models, the latest first."""
    query = select(ImportedModel).where(ImportedModel.theme_id == theme_id).order_by(ImportedModel.id.desc())
    return list(session.scalars(query))


def get_imported_model(theme_id: int, name: str, *, session: Session) -> ImportedModel:
    """Return an imported model by its name, which begins with "imported:". Raises NotFoundError."""
    found = _named(theme_id, name, session)
    if found is None:
        known = [model.name for model in imported_models(theme_id, session=session)]
        raise NotFoundError(unknown_name("imported model", name, known))
    return found


def _named(theme_id: int, name: str, session: Session) -> ImportedModel | None:
    return session.scalar(select(ImportedModel).where(ImportedModel.theme_id == theme_id, ImportedModel.name == name))

"""Themes: creating, finding, editing and deleting them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, NotFoundError, WorkbenchError, unknown_name
from workbench.part_files import PART
from workbench.store import labels as label_store
from workbench.store.annotators.assignments import checked_overlap
from workbench.store.events import start_batch
from workbench.store.locks import lock_theme
from workbench.store.schema import TASKS, Snapshot, Theme

# The name becomes an MLflow experiment, a registered model and a part of file names.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")


def create_theme(
    name: str,
    *,
    labels: Sequence[str] = (),
    description: str = "",
    task: str = "classification",
    session: Session,
) -> Theme:
    """Create a theme with its labels, in the order of their keys.

    Raises ConflictError when a theme of that name exists, WorkbenchError for a name or task that is not allowed.
    """
    name = free_theme_name(name, session=session)
    if task not in TASKS:
        raise WorkbenchError(f"There is no task '{task}'. Allowed: {', '.join(TASKS)}.")
    twice = next((label for label in labels if list(labels).count(label) > 1), None)
    if twice is not None:
        raise WorkbenchError(f"The label '{twice}' was given twice. Give each label once.")
    theme = Theme(name=name, description=description.strip(), task=task)
    session.add(theme)
    _flush_name(name, session)
    for label in labels:
        label_store.add_label(theme.id, label, session=session)
    return theme


def get_theme(name: str, *, session: Session) -> Theme:
    """Return the theme of a name. Raises NotFoundError, which names the nearest one."""
    theme = find_theme(name, session=session)
    if theme is None:
        known = [other.name for other in list_themes(session=session)]
        then = "Create it with: workbench theme create NAME --label A --label B."
        raise NotFoundError(unknown_name("theme", name, known, then=then))
    return theme


def find_theme(name: str, *, session: Session) -> Theme | None:
    """Return the theme of a name, None where there is none."""
    return session.scalar(select(Theme).where(Theme.name == name, Theme.deleted_at.is_(None)))


def list_themes(*, deleted: bool = False, session: Session) -> list[Theme]:
    """Return all themes by name; with `deleted` also those that are deleted, at the end."""
    query = select(Theme).where(~is_staged()).order_by(Theme.deleted_at.is_not(None), Theme.name)
    return list(session.scalars(query if deleted else query.where(Theme.deleted_at.is_(None))))


def edit_theme(
    theme_id: int,
    *,
    name: str | None = None,
    description: str | None = None,
    overlap: float | None = None,
    session: Session,
) -> Theme:
    """Change a theme's name, description, or the share of its samples that a second annotator is asked about.

    Raises ConflictError for a new name that is taken, or when the theme has been trained on.
    """
    theme = theme_by_id(theme_id, session=session)
    if name is not None and name != theme.name:
        _refuse_trained(theme, session)
        name_theme(theme, name, session=session)
    if description is not None:
        theme.description = description.strip()
    if overlap is not None:
        theme.overlap = checked_overlap(overlap)
    return theme


def _refuse_trained(theme: Theme, session: Session) -> None:
    if session.scalar(select(exists().where(Snapshot.theme_id == theme.id))):
        raise ConflictError(
            f"The theme '{theme.name}' has been trained on: its experiment and its models bear its name, and would be "
            "lost to it under another one. Keep the name, or export the theme and import it under a new one."
        )


def delete_theme(theme_id: int, *, annotator: str, session: Session) -> None:
    """Delete a theme: it is gone from every list, its rows stay until garbage collection."""
    theme = lock_theme(theme_id, session=session)
    batch = start_batch(theme_id, "delete theme", annotator=annotator, source="human", session=session)
    theme.deleted_at = batch.at


def restore_theme(theme_id: int, *, session: Session) -> Theme:
    """Take back the deletion of a theme. Raises ConflictError when its name has been taken in the meantime."""
    theme = theme_by_id(theme_id, session=session)
    if theme.deleted_at is not None:
        free_theme_name(theme.name, session=session)
        theme.deleted_at = None
        _flush_name(theme.name, session)
    return theme


def is_staged() -> ColumnElement[bool]:
    """Whether a theme is one that is still being written, which nobody sees; see `workbench.store.steps.themes`."""
    return Theme.name.startswith(PART, autoescape=True)


def name_theme(theme: Theme, name: str, *, session: Session) -> None:
    """Give a theme a name. Raises ConflictError for one that is taken, WorkbenchError for one that is not allowed."""
    theme.name = free_theme_name(name, session=session)
    _flush_name(theme.name, session)


def checked_theme_name(name: str) -> str:
    """Return the name of a theme without blanks around it. Raises WorkbenchError for one that is not allowed."""
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise WorkbenchError(
            f"'{name}' cannot be the name of a theme. Allowed: up to 100 letters, digits, spaces, '.', '_' and '-', "
            "beginning with a letter or digit."
        )
    return name


def free_theme_name(name: str, *, session: Session) -> str:
    """Return what `checked_theme_name` returns. Raises ConflictError for a name that a theme has."""
    name = checked_theme_name(name)
    if find_theme(name, session=session) is not None:
        raise _name_taken(name)
    return name


def _flush_name(name: str, session: Session) -> None:
    """Write a theme's name, which another transaction may be taking at the same time."""
    try:
        session.flush()
    except IntegrityError as error:
        raise _name_taken(name) from error


def _name_taken(name: str) -> ConflictError:
    return ConflictError(f"A theme '{name}' exists already. Choose another name, or work in that one.")


def theme_by_id(theme_id: int, *, session: Session) -> Theme:
    theme = session.get(Theme, theme_id, populate_existing=True)
    if theme is None:
        raise NotFoundError(f"There is no theme of id {theme_id}. It may have been removed by garbage collection.")
    return theme

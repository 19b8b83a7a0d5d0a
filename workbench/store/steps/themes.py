"""Making a theme of any size while others go on: it is staged where nobody sees it, and then is there at once.

A staged theme is a deleted one under a name that no theme can be given and that tells who writes it. What a killed
process leaves of one is removed by whoever opens the store next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workbench.errors import ConflictError, WorkbenchError
from workbench.part_files import PART, part_name
from workbench.store.column_types import now
from workbench.store.connection import Store
from workbench.store.locks import lock_theme_id
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Base, Label, Theme
from workbench.store.steps.removal import remove_theme
from workbench.store.steps.running import is_left, lock_idle_theme
from workbench.store.themes import checked_theme_name, find_theme, is_staged, name_theme


@contextmanager
def staged_theme(
    store: Store, *, description: str = "", task: str = "classification", overlap: float = 0.0
) -> Iterator[int]:
    """Make a theme that nobody sees and return its id; `publish_theme` has to show it before the block ends.

    An error in the block removes it with all that was written.
    """
    with store.write() as session:
        theme = Theme(name=part_name(), description=description, task=task, overlap=overlap, deleted_at=now())
        session.add(theme)
        session.flush()
        theme_id = theme.id
    try:
        yield theme_id
    except BaseException:
        with suppress(WorkbenchError):
            remove_theme(store, theme_id)
        raise


def publish_theme(theme_id: int, name: str, *, replace_empty: bool = True, session: Session) -> Theme:
    """Show a staged theme under its name, with `replace_empty` in place of an empty theme that has it.

    Raises ConflictError when the theme of that name holds something, or is there at all.
    """
    lock_theme_id(theme_id, session=session)
    staged = session.get_one(Theme, theme_id, populate_existing=True)
    taken = find_theme(name, session=session) if replace_empty else None
    if taken is not None:
        lock_idle_theme(taken.id, session=session)
        require_empty(taken, session=session)
        _replace(taken, staged, session)
    staged.deleted_at = None
    name_theme(staged, name, session=session)
    return staged


def check_room(name: str, *, session: Session) -> None:
    """Raise what `publish_theme` would raise for a name, before anything is written."""
    taken = find_theme(checked_theme_name(name), session=session)
    if taken is not None:
        require_empty(taken, session=session)


def require_empty(theme: Theme, *, session: Session) -> None:
    """Raise ConflictError for a theme that has samples or labels, deleted ones too."""
    images = count_samples(theme.id, SampleFilter(deleted=None), session=session)
    labels = len(session.scalars(select(Label.id).where(Label.theme_id == theme.id)).all())
    for number, what in ((images, "images"), (labels, "labels")):
        if number:
            raise ConflictError(
                f"The theme '{theme.name}' has {number:,} {what} already. Import the archive under a new name."
            )


def remove_abandoned_themes(store: Store) -> None:
    """Remove what killed processes had staged."""
    with store.read() as session:
        staged = session.scalars(select(Theme).where(is_staged()))
        left = [theme.id for theme in staged if is_left(theme.name.removeprefix(PART), theme.created_at)]
    for theme_id in left:
        remove_theme(store, theme_id)


def _replace(empty: Theme, staged: Theme, session: Session) -> None:
    """Let a staged theme take over the history of an empty one, which goes."""
    for table in Base.metadata.sorted_tables:
        if "theme_id" in table.columns:
            column = table.columns["theme_id"]
            session.execute(update(table).where(column == empty.id).values(theme_id=staged.id))
    staged.created_at = empty.created_at
    session.delete(empty)
    session.flush()

"""What every part of a theme's face stands on: its name, its store, who works."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from workbench.paths import Project
from workbench.store import Session, Store, open_store
from workbench.store.themes import get_theme
from workbench.user import user_name

if TYPE_CHECKING:
    from workbench.theme.theme import Theme


class ThemeBase:
    """A theme by its name. It keeps no session: each call reads or writes the store as it is then."""

    def __init__(self, name: str, *, project: Project | None = None, store: Store | None = None) -> None:
        self.name = name
        self.annotator = user_name()
        self._project, self._given = project, store

    @cached_property
    def store(self) -> Store:
        """The store that it lies in.

        >>> theme.store.project == theme.project
        True
        """
        return self._given or open_store(self._project)

    @property
    def project(self) -> Project:
        """The project that it belongs to.

        >>> theme.project.images.is_dir()
        True
        """
        return self.store.project

    def _whole(self) -> Theme:
        from workbench.theme.theme import Theme

        assert isinstance(self, Theme)
        return self

    def __dir__(self) -> list[str]:
        return public_names(self)


def id_of(theme: ThemeBase, session: Session) -> int:
    """Return the id of its row in the store. Raises NotFoundError when it has been deleted or renamed."""
    return get_theme(theme.name, session=session).id


def public_names(of: object) -> list[str]:
    """Return what tab completion offers of an object: what has no underscore before it."""
    return [name for name in object.__dir__(of) if not name.startswith("_")]

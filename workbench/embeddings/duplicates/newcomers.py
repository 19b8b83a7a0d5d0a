"""Before splits are assigned: images that came since near duplicates were looked for are compared with all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.store import Store
from workbench.store.groups.pairs import samples_not_compared, search_of
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from workbench.embeddings.duplicates.search import DuplicateReport


def compare_newcomers(store: Store, theme: str, *, annotator: str, progress: bool = False) -> DuplicateReport | None:
    """Compare the images that came since near duplicates were looked for with all; None where nothing is to be done.

    So that a newcomer finds its group, this precedes every assignment of splits.
    """
    with store.read() as session:
        theme_id = get_theme(theme, session=session).id
        search = search_of(theme_id, session=session)
        if search is None or not samples_not_compared(theme_id, session=session):
            return None
    from workbench.embeddings.duplicates.search import find_among_newcomers

    return find_among_newcomers(store, theme, search, annotator=annotator, progress=progress)

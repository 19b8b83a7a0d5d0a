"""The admin panel: tables of themes, labels, samples and models, and the store as a whole."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import traitlets

from workbench.panels.admin import edits, tables, upkeep
from workbench.panels.admin.messages import ThemeRowJson
from workbench.panels.base.labels import LABEL_EDITS
from workbench.panels.base.long_changes import tell_progress
from workbench.panels.base.messages import Answer, Panel, bind_state
from workbench.panels.base.state import PanelState
from workbench.panels.base.static_summary import static_table
from workbench.panels.label import themes
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.events import checked_annotator
from workbench.store.upkeep.migrations import current_version, where
from workbench.user import user_name

_METHODS: dict[str, Callable[[PanelState, Any], Answer[Any]]] = {
    "themes": tables.themes,
    "labels": tables.labels,
    "samples": tables.samples,
    "history": tables.history,
    "models": tables.models,
    "consequences": edits.consequences,
    "edit theme": themes.edit_theme,
    "delete theme": themes.delete_theme,
    "restore theme": themes.restore_theme,
    "edit label": LABEL_EDITS["edit label"],
    "delete label": LABEL_EDITS["delete label"],
    "label samples": edits.label_samples,
    "delete samples": edits.delete,
    "restore samples": edits.restore,
    "promote": edits.promote_model,
    "delete model": edits.delete_model,
    "about": upkeep.about,
    "check": upkeep.check_store,
    "back up": upkeep.back_up,
    "preview clean": upkeep.preview_clean,
    "clean": upkeep.clean,
}

_LONG = ("delete label", "label samples", "delete samples", "restore samples")


class AdminPanel(Panel):
    """Look after the store in the notebook: filter, edit and delete what is in it, check it, back it up, clean it.

    Every deletion says first what it means. `annotator` is the name that is recorded with each change (default: the
    JupyterHub user, else the system's), `store` the store to work on (default: the project's), `height` the height
    in pixels (default: the window's). In a batch run the panel shows a static table of the themes.

    >>> panel = wb.AdminPanel()
    """

    _esm = asset("widgets", "dist", "admin.js")
    _css = asset("widgets", "dist", "admin.css")
    config = traitlets.Dict().tag(sync=True)

    def __init__(self, *, annotator: str | None = None, store: Store | None = None, height: int = 0) -> None:
        self.store = store or open_store()
        config = {"annotator": checked_annotator(annotator or user_name())}
        self._state = PanelState(self.store)
        methods = tell_progress(self, self.store, bind_state(self._state, _METHODS), _LONG)
        super().__init__(methods, config=config, height=height)

    def summary(self) -> str:
        """Return every theme with its counts as a static HTML table."""
        names = ["name", "task", "samples", "labeled", "models", "deleted"]
        table = static_table(names, [[dict(row)[name] for name in names] for row in self._rows()], texts=2)
        database = f"{where(self.store.engine)}, schema version {current_version(self.store.engine)}"
        return f"<p>Store: {escape(database)}</p>{table}"

    def result(self) -> dict[str, Any]:
        """Return what a batch run records: the store's version and the counts of every theme."""
        names = ("name", "samples", "labeled", "models")
        rows = [{name: dict(row)[name] for name in names} for row in self._rows() if not row["deleted"]]
        return {"version": current_version(self.store.engine), "themes": rows}

    def _rows(self) -> list[ThemeRowJson]:
        return tables.themes(self._state, {}).value

"""The admin panel: tables of themes, labels, samples and models, and the store as a whole."""

from __future__ import annotations

from html import escape
from typing import Any

import traitlets

from workbench.panels.admin import edits, tables, upkeep
from workbench.panels.base.messages import CallPanel, bound
from workbench.panels.base.static_table import static_table
from workbench.panels.label import themes
from workbench.panels.label.state import Desk
from workbench.panels.predictions.review import Call
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.events import checked_annotator
from workbench.store.upkeep.migrations import current_version, where
from workbench.user import user_name

_METHODS: dict[str, Call] = {
    "themes": tables.themes,
    "labels": tables.labels,
    "samples": tables.samples,
    "history": tables.history,
    "models": tables.models,
    "consequences": edits.consequences,
    "edit theme": themes.edit_theme,
    "delete theme": themes.delete_theme,
    "restore theme": themes.restore_theme,
    "edit label": themes.edit_label,
    "delete label": themes.delete_label,
    "label samples": edits.label_samples,
    "delete samples": edits.remove_samples,
    "restore samples": edits.bring_samples_back,
    "promote": edits.move_model,
    "delete model": edits.remove_model,
    "about": upkeep.about,
    "check": upkeep.check_store,
    "back up": upkeep.back_up,
    "preview clean": upkeep.preview,
    "clean": upkeep.clean,
}


class AdminPanel(CallPanel):
    """Look after the store in the notebook: filter, edit and delete what is in it, check it, back it up, clean it.

    Every deletion says first what it means. `annotator` is the name that is recorded with each change (default: the
    JupyterHub user, else the system's), `store` the store to work on (default: the project's), `height` the panel's
    height in pixels. In a batch run the panel shows a static table of the themes.
    """

    _esm = asset("widgets", "dist", "admin.js")
    _css = asset("widgets", "dist", "admin.css")
    config = traitlets.Dict().tag(sync=True)
    height = traitlets.Int(560).tag(sync=True)

    def __init__(self, *, annotator: str | None = None, store: Store | None = None, height: int = 560) -> None:
        self.store = store or open_store()
        config = {"annotator": checked_annotator(annotator or user_name())}
        super().__init__(bound(Desk(self.store), _METHODS), config=config, height=height)

    def summary(self) -> str:
        """Return every theme with its counts as a static HTML table."""
        names = ["name", "task", "samples", "labeled", "models", "deleted"]
        table = static_table(names, [[row[name] for name in names] for row in self._rows()], texts=2)
        said = f"{where(self.store.engine)}, schema version {current_version(self.store.engine)}"
        return f"<p>Store: {escape(said)}</p>{table}"

    def result(self) -> dict[str, Any]:
        """Return what a batch run records: the store's version and the counts of every theme."""
        names = ("name", "samples", "labeled", "models")
        rows = [{name: row[name] for name in names} for row in self._rows() if not row["deleted"]]
        return {"version": current_version(self.store.engine), "themes": rows}

    def _rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = tables.themes(Desk(self.store), {}, ()).value
        return rows

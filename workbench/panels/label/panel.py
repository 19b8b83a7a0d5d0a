"""The widget of the label panel, and the methods that its browser half calls."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import traitlets

from workbench.errors import NotFoundError, WorkbenchError
from workbench.notebooks import is_door
from workbench.panels.base import instructions, uploads
from workbench.panels.base.labels import LABEL_EDITS
from workbench.panels.base.lineage import lineage
from workbench.panels.base.long_changes import tell_progress
from workbench.panels.base.messages import Answer, Panel, bind_state
from workbench.panels.base.state import store_key
from workbench.panels.label import (
    annotators,
    assist,
    browsing,
    crops,
    edits,
    explanation,
    forks,
    images,
    splits,
    states,
    summary,
    theme_map,
    themes,
)
from workbench.panels.label.state import LabelPanelState
from workbench.panels.label.suggestions import version_for
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.counts import theme_counts
from workbench.store.events import checked_annotator
from workbench.store.samples import living_ids
from workbench.store.schema import Theme
from workbench.store.themes import get_theme, list_themes
from workbench.user import is_named, user_name

METHODS: dict[str, Callable[[LabelPanelState, Any], Answer[Any]]] = {
    "commit": edits.commit,
    "open": browsing.open_theme,
    "browse": browsing.browse,
    "learn order": browsing.learn_order,
    "along": browsing.along,
    "last place": browsing.last_place,
    "sheet": browsing.sheet,
    "counts": browsing.counts,
    "changes": browsing.changes,
    "images": images.images,
    "history": images.history,
    "lineage": lineage,
    "explain": explanation.explain,
    "instructions": instructions.instructions,
    "themes": themes.list_themes,
    "covers": themes.covers,
    "create theme": themes.create_theme,
    "edit theme": themes.edit_theme,
    "delete theme": themes.delete_theme,
    "restore theme": themes.restore_theme,
    **LABEL_EDITS,
    "assign samples": annotators.assign,
    "release samples": annotators.release,
    "team": annotators.team,
    "set overlap": annotators.set_overlap,
    "disagreements": annotators.disagreements,
    "agreement": annotators.agreement,
    "annotator quality": annotators.quality,
    "assign asked": annotators.assign_asked,
    "repeats": annotators.repeats,
    "split settings": splits.settings,
    "preview splits": splits.preview,
    "assign splits": splits.assign,
    "move to split": splits.move,
    "states": states.states,
    "tag state": states.tag,
    "state page": states.page,
    "state diff": states.diff,
    "changed samples": states.changed_samples,
    "revert": states.revert,
    "forks": forks.forks,
    "fork": forks.fork,
    "merge fork": forks.merge_back,
    "upload": uploads.upload,
    "assist standing": assist.standing,
    "assist page": assist.page,
    "assist useful": assist.useful,
    "assist suggestions": assist.suggestions,
    "assist similar": assist.similar,
    "assist checked": assist.checked,
    "assist goal": assist.goal,
    "forecast": assist.forecast,
    "crops": crops.crops,
    "map": theme_map.theme_map,
    "map colors": theme_map.colors,
}

_LONG = ("assign splits", "move to split", "revert", "delete label", "merge labels")

# The ids travel with every question for a page.
_MOST_SAMPLES = 20_000


class LabelPanel(Panel):
    """Label the images of a theme in the notebook.

    `theme` is the theme to open. Without one the panel opens where this browser was last, for who is here for the first
    time the theme `begin`; an empty name, or none of them, shows the list of themes. `annotator` is the name that is
    recorded with each decision (default: the JupyterHub user, else the system's); it can be changed in the panel.
    `store` is the store to work on (default: the project's), `height` in pixels (default: the window's). `suggestions`
    names the model (a stage or a version) whose answers stand beside the images, once it has predicted any; where the
    stage has none, predictions that came with a data set (`imported: FIELD`) do. None shows none, so that nobody is
    led. `encoder` makes the features of the model beside (see `workbench embed`). `samples` are the ids of the samples
    to begin with, for example those that a model took for something else; a chip says so in the words of `about`, and
    leads back to all others. `asked` is the version or the id of the run that says on a key what it takes an image for
    and where it looks (default: the version whose answers are shown, or that in production).

    While another cell runs, decisions are committed as ever where messages to widgets have a thread of their own:
    JupyterLab 4.4 or newer with ipykernel 7 or newer. Elsewhere (VS Code, Colab, older kernels) they wait in the
    browser, the status line says how many, and they are committed when the cell is done.

    In a batch run the panel shows a static summary. Raises NotFoundError when there is no such theme or none of the
    samples is in it, WorkbenchError for samples without a theme or more than 20,000 of them.

    >>> panel = wb.LabelPanel("cells")
    """

    _esm = asset("widgets", "dist", "label.js")
    _css = asset("widgets", "dist", "label.css")
    config = traitlets.Dict().tag(sync=True)
    chosen: Any = traitlets.Dict(None, allow_none=True).tag(sync=True)

    def __init__(
        self,
        theme: str | None = None,
        *,
        begin: str | None = None,
        annotator: str | None = None,
        store: Store | None = None,
        height: int = 0,
        suggestions: str | int | None = "production",
        encoder: str = "auto",
        samples: Sequence[int] | None = None,
        about: str = "",
        asked: str | int | None = None,
    ) -> None:
        self.store = store or open_store()
        first = theme if theme is not None else begin
        self._theme_id = self._find(first) if first else None
        chosen = None if samples is None else self._choice(samples, about)
        config = {
            "theme": self._theme_id if theme else None,
            "begin": self._theme_id,
            "annotator": checked_annotator(annotator or user_name()),
            "store_key": store_key(self.store),
            # Tells a page that is loaded once more from a cell that is run once more.
            "panel": secrets.token_hex(4),
            "ask_name": is_door() and annotator is None and not is_named(),
        }
        self._state = LabelPanelState(self.store, encoder=encoder, asked=asked)
        if suggestions is not None:
            self._state.find_version = lambda theme_id, session: version_for(theme_id, suggestions, session)
        self._state.say = partial(setattr, self, "progress")
        methods = tell_progress(self, self.store, bind_state(self._state, METHODS), _LONG)
        merged = partial(forks.changed_by_merge, self._state)
        methods = tell_progress(self, self.store, methods, ("merge fork",), merged)
        super().__init__(methods, config=config, height=height, chosen=chosen)

    def show_samples(self, samples: Sequence[int] | None, about: str = "", *, asked: str | int | None = None) -> None:
        """Show these samples alone in the panel that is open, or with None all of them; raises as the panel does.

        `asked` is the model that explains its answers from now on, where one is given.
        """
        self._state.asked = self._state.asked if asked is None else asked
        self.chosen = None if samples is None else self._choice(samples, about)

    def summary(self) -> str:
        """Return the theme (or the list of themes) as static HTML."""
        if self._theme_id is None:
            return summary.themes_summary(self.store)
        chosen = self.chosen or {}
        return summary.theme_summary(self.store, self._theme_id, chosen.get("ids"), chosen.get("about", ""))

    def result(self) -> dict[str, Any]:
        """Return what a batch run records: the theme's counts, or those of every theme."""
        with self.store.read() as session:
            if self._theme_id is None:
                found = list_themes(session=session)
                return {"themes": {theme.name: asdict(theme_counts(theme.id, session=session)) for theme in found}}
            theme = session.get_one(Theme, self._theme_id)
            return {"theme": theme.name, **asdict(theme_counts(theme.id, session=session))}

    def _choice(self, samples: Sequence[int], about: str) -> dict[str, Any]:
        if self._theme_id is None:
            raise WorkbenchError("Samples were given without their theme. Name it: LabelPanel(theme, samples=...).")
        wanted = [int(sample_id) for sample_id in dict.fromkeys(samples)]
        if len(wanted) > _MOST_SAMPLES:
            raise WorkbenchError(
                f"{len(wanted):,} samples were chosen; the panel takes {_MOST_SAMPLES:,} at most. "
                "Open the theme and use the panel's filters."
            )
        with self.store.read() as session:
            there = living_ids(self._theme_id, wanted, session=session)
        if not there:
            raise NotFoundError(
                f"None of the {len(wanted):,} chosen samples is in this theme. They may have been deleted, "
                "or belong to another theme or store."
            )
        return {"ids": [sample_id for sample_id in wanted if sample_id in there], "about": about}

    def _find(self, name: str) -> int:
        with self.store.read() as session:
            return get_theme(name, session=session).id

"""The widget of the explore panel, and the methods that its browser half calls."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from workbench.errors import ConfigError
from workbench.panels.base.lineage import lineage
from workbench.panels.base.long_changes import tell_progress
from workbench.panels.base.messages import Answer, Panel, bind_state
from workbench.panels.explore import groups, preview, samples, settings, survey
from workbench.panels.explore.state import ExplorePanelState
from workbench.panels.explore.summary import summary
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.themes import get_theme

_METHODS: dict[str, Callable[[ExplorePanelState, Any], Answer[Any]]] = {
    "open": samples.open_theme,
    "samples": samples.samples,
    "lineage": lineage,
    "read": settings.read,
    "save": settings.save,
    "yaml": settings.to_yaml,
    "transforms": settings.list_transforms,
    "arguments": settings.list_arguments,
    "preview": preview.preview,
    "batch": preview.batch,
    "survey": survey.survey,
    "groups": groups.groups,
    "find_groups": groups.find,
    "move_threshold": groups.threshold,
    "mend_groups": groups.mend,
}


class ExplorePanel(Panel):
    """Look at a theme's images and at what `auguments.yaml` makes of them; change it and save it.

    `theme` names the theme. `store` is the store to look at (default: the project's). `height` is in pixels (default:
    the window's). In a batch run the panel shows a static summary. Raises NotFoundError when there is no such theme.

    >>> panel = wb.ExplorePanel("cells")
    """

    _esm = asset("widgets", "dist", "explore.js")
    _css = asset("widgets", "dist", "explore.css")

    def __init__(self, theme: str, *, store: Store | None = None, height: int = 0) -> None:
        self.store = store or open_store()
        with self.store.read() as session:
            theme_id = get_theme(theme, session=session).id
        self._state = ExplorePanelState(self.store, theme_id, self.store.project.augment_file)
        methods = bind_state(self._state, _METHODS)
        methods = tell_progress(self, self.store, methods, ("mend_groups",), lambda _params: theme_id)
        super().__init__(methods, height=height)

    def summary(self) -> str:
        """Return the theme and its way through `auguments.yaml` as static HTML."""
        try:
            return summary(self._state)
        except ConfigError as error:
            return f"<p>{escape(str(error))}</p>"

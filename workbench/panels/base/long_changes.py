"""How far a change of many samples is, told while a panel's browser half waits for its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from workbench.errors import WorkbenchError
from workbench.panels.base.messages import Answer, Method, Panel
from workbench.store import Store
from workbench.store.steps.running import running_in

FindTheme = Callable[[Any], int]
"""Returns the theme that a method changes, from its parameters. Raises what the method would raise, too."""

_EVERY_S = 1.0


def tell_progress(
    panel: Panel,
    store: Store,
    methods: Mapping[str, Method],
    long: Iterable[str],
    theme: FindTheme = lambda params: int(params["theme"]),
) -> dict[str, Method]:
    """Return methods of a panel of which some, by their names, tell in its `progress` what is done in a theme.

    That is their own change, or the one of somebody else that it waits for.
    """
    return {**methods, **{name: _telling(panel, store, methods[name], theme) for name in long}}


def _telling(panel: Panel, store: Store, method: Callable[[Any], Answer[Any]], theme: FindTheme) -> Method:
    def call(params: Any) -> Answer[Any]:
        ended = threading.Event()
        thread = threading.Thread(target=_tell, args=(panel, store, theme(params), ended), daemon=True)
        thread.start()
        try:
            return method(params)
        finally:
            ended.set()
            thread.join()
            panel.progress = ""

    return call


def _tell(panel: Panel, store: Store, theme_id: int, ended: threading.Event) -> None:
    while not ended.wait(_EVERY_S):
        # What is in the way of it is in the way of the change, which says so.
        with suppress(WorkbenchError), store.read() as session:
            running = running_in(theme_id, session=session)
            # Between two changes of one call its own words stay.
            if running is not None:
                panel.progress = running.words

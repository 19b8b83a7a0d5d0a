"""Panels of what changes outside of them - a training, a study, a job: their browser half polls."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from collections.abc import Mapping
from typing import Any

import traitlets

from workbench.notebooks import is_batch
from workbench.panels.base.messages import Answer, Method, Panel

_log = logging.getLogger(__name__)
_EVERY_S = 1.0
_UNPOLLED_S = 2.5
_FAILURES = 5


class PollingPanel(Panel):
    """A panel whose browser half polls its `state` with the call `state`.

    Where calls do not come through - in hosts that answer widgets between two cells only - the state is pushed instead,
    so that the panel follows beside a busy cell there, too. `read` returns the state, in JSON's types; it is called
    from several threads. `trouble` says why pushing fails, once it has failed for some seconds on end.
    """

    state = traitlets.Dict().tag(sync=True)
    trouble = traitlets.Unicode().tag(sync=True)

    def __init__(self, methods: Mapping[str, Method], **traits: Any) -> None:
        self._polled = 0.0
        super().__init__({"state": self._polled_state, **methods}, state=self.read(), **traits)
        if not is_batch():
            _push_while_unpolled(self)

    def read(self) -> dict[str, Any]:
        """Return the state as it is now."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Bring what is shown up to date."""
        state = self.read()
        if state != self.state:
            self.state = state

    @property
    def unpolled(self) -> bool:
        """Whether the browser has not polled lately: it is closed, or its calls wait for a cell to end."""
        return time.monotonic() - self._polled > _UNPOLLED_S

    def _polled_state(self, _params: object) -> Answer[Any]:
        self._polled = time.monotonic()
        return Answer(self.read())


def _push_while_unpolled(panel: PollingPanel) -> None:
    """Push the state every second in which the browser does not ask, as long as there is a panel."""
    alive = weakref.ref(panel)

    def push() -> None:
        failed = 0
        while True:
            time.sleep(_EVERY_S)
            shown = alive()
            if shown is None or shown.comm is None:
                return
            if shown.unpolled:
                try:
                    shown.refresh()
                    failed, shown.trouble = 0, ""
                except Exception as error:
                    # Its store may be locked or gone for a moment only.
                    _log.debug("A panel could not be brought up to date", exc_info=True)
                    failed += 1
                    if failed == _FAILURES:
                        shown.trouble = f"This panel cannot be brought up to date: {error}"
            del shown

    threading.Thread(target=push, name="polling-panel", daemon=True).start()

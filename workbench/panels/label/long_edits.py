"""Edits of many images in threads of their own, so that the panel is answered while they are written.

Once an edit has begun, its entry is answered with how far it is. The browser keeps the entry, goes on with others, and
sends it again until it has ended; after a restart of the kernel that is what makes it be done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.panels.label.messages import EntryJson, OutcomeJson
from workbench.store import Store
from workbench.store.steps.running import running_of

_AT_ONCE_S = 0.5
_LOOK_S = 0.1


@dataclass
class LongEdits:
    """The edits of a panel that are being written, by the keys of their entries."""

    _begun: dict[str, _Edit] = field(default_factory=dict)

    def commit(self, store: Store, theme_id: int, entry: EntryJson, edit: Callable[[], OutcomeJson]) -> OutcomeJson:
        """Make an edit and return its outcome; `running` once it is under way and takes longer.

        `waiting` is what comes behind such an edit and may mean the same images. Raises what the edit raises.
        """
        key = entry["key"]
        found = self._begun.get(key)
        if found is None:
            if self.under_way(theme_id) is not None:
                return {"key": key, "status": "waiting"}
            found = self._begun[key] = _Edit(theme_id, entry, edit)
            threading.Thread(target=found.run, name="workbench-edit", daemon=True).start()
            found.ended.wait(_AT_ONCE_S)
        # Until it has begun, what is decided later might be taken for what was decided before.
        while not found.ended.is_set():
            with store.read() as session:
                running = running_of(key, session=session)
            if running is not None:
                return {"key": key, "status": "running", "done": running.done, "total": running.total}
            found.ended.wait(_LOOK_S)
        del self._begun[key]
        return found.result()

    def under_way(self, theme_id: int) -> EntryJson | None:
        """Return the entry that is being written in a theme: the browser shows it as if it were done."""
        running = (one.entry for one in self._begun.values() if one.theme_id == theme_id and not one.ended.is_set())
        return next(running, None)


class _Edit:
    def __init__(self, theme_id: int, entry: EntryJson, edit: Callable[[], OutcomeJson]) -> None:
        self.theme_id = theme_id
        self.entry = entry
        self.ended = threading.Event()
        self._edit = edit
        self._outcome: OutcomeJson | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._outcome = self._edit()
        except Exception as error:
            self._error = error
        finally:
            self.ended.set()

    def result(self) -> OutcomeJson:
        if self._error is not None:
            raise self._error
        assert self._outcome is not None
        return self._outcome

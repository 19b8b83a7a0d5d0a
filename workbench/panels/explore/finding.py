"""A search for near duplicates that the explore panel has begun."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from workbench.errors import WorkbenchError


class StoppedError(WorkbenchError):
    """The person who looked for near duplicates has stopped it."""


@dataclass
class Finding:
    """A search that goes on in a thread of its own: how far it is, of what, and how it ended."""

    done: int = 0
    of: int = 0
    what: str = "describing the images"
    problem: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def running(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def tell(self, done: int, of: int, what: str) -> None:
        """Note how far the search is; end it when it was stopped."""
        self.done, self.of, self.what = done, of, what
        if self.stopped.is_set():
            raise StoppedError("stopped")

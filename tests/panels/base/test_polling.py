"""Panels that follow something which changes outside of them, where the browser's questions do not come through."""

import time

from workbench.errors import WorkbenchError
from workbench.panels.base import polling
from workbench.paths import asset


class Watching(polling.PollingPanel):
    _esm = asset("widgets", "dist", "launch.js")
    broken = False

    def read(self):
        if self.broken:
            raise WorkbenchError("The store is gone.")
        return {"at": time.monotonic()}


def until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_lasting_error_is_shown_and_goes_away_when_it_is_over(monkeypatch):
    monkeypatch.setattr(polling, "_EVERY_S", 0.01)
    monkeypatch.setattr(polling, "_UNPOLLED_S", 0.0)
    panel = Watching({})
    first = panel.state
    until(lambda: panel.state != first)
    assert panel.trouble == ""
    panel.broken = True
    until(lambda: panel.trouble != "")
    assert panel.trouble == "This panel cannot be brought up to date: The store is gone."
    panel.broken = False
    until(lambda: panel.trouble == "")
    panel.close()

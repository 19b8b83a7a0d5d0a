"""What the box panel shows: traits of its widget that the browser half follows, and how they are set."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import traitlets
from jupyter_bbox_widget import BBoxWidget

from workbench.errors import WorkbenchError
from workbench.panels.boxes.live_counts import counts_after, per_label_after
from workbench.panels.boxes.messages import BoxJson
from workbench.panels.boxes.state import BoxPanelState, Shown
from workbench.store.box_browsing import BoxState
from workbench.store.boxes import BoxOutcome
from workbench.store.counts import BoxCounts
from workbench.store.decisions import Decision


class ShownImage(BBoxWidget):
    """jupyter-bbox-widget with what our frame around it shows of an image, its theme, and the work on it."""

    # jupyter-bbox-widget's own browser half, which ours puts a frame around.
    inner_module = traitlets.Unicode().tag(sync=True)
    inner_style = traitlets.Unicode().tag(sync=True)
    # Which store this is, so that a browser keeps what is drawn in two projects apart.
    store_key = traitlets.Unicode().tag(sync=True)
    # Whether who came by a link is to say a name.
    ask_name = traitlets.Bool(False).tag(sync=True)
    themes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    # What is shown: the image's id, the store's state of it, the boxes of everybody in numbers.
    sample = traitlets.Int(0).tag(sync=True)
    state = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    # The ids of `classes`: a box that is on its way keeps its label when somebody renames it.
    label_ids = traitlets.List(traitlets.Int()).tag(sync=True)
    # The key of each of `classes`, None without one.
    label_keys = traitlets.List(traitlets.Unicode(allow_none=True)).tag(sync=True)
    heading = traitlets.Dict().tag(sync=True)
    per_label = traitlets.Dict().tag(sync=True)
    # Counts up whenever the browser is to show what the kernel says is on an image instead of what was drawn there.
    shown = traitlets.Int(0).tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    # Boxes that were not saved because somebody else changed the image: a person may put them over theirs.
    conflict: Any = traitlets.Dict().tag(sync=True)

    _annotator: str
    _counts = BoxCounts(0, 0, 0, 0)
    _filter: BoxState = "all"
    _done = False
    _opened: BoxPanelState | None = None

    def _move_on(self, status: str) -> None:
        following = self._state.undecided_after(self.sample)
        if following is None:
            self._go_to(self.sample, "Every image is done.")
        else:
            self._go_to(following, status)

    def _show_theme(self, status: str) -> None:
        """Show the image with the labels and boxes of now, or the first image of a theme that had none."""
        self._go_to(self.sample or self._state.begin() or 0, status)

    def _go_to(self, sample_id: int, status: str = "") -> None:
        """Show an image, or with 0 that the theme has none."""
        labels = self._state.labels()
        shown = self._state.show(sample_id) if sample_id else Shown(0, "", 0, b"", [], None, False)
        self._done = shown.done
        # One message for all of it, so that boxes and image never belong to different samples.
        with self.hold_sync():
            self.classes, self.colors = [label.name for label in labels], [label.color for label in labels]
            self.label_ids, self.label_keys = [label.id for label in labels], [label.key for label in labels]
            self.sample, self.state, self.conflict = sample_id, shown.state, {}
            self.image_bytes = shown.content
            self.bboxes = [dict(box) for box in shown.boxes]
            self.shown += 1
            self._recount(status, name=shown.name, position=shown.position)

    def _show_saved(self, sample_id: int, boxes: list[BoxJson], outcome: BoxOutcome, empty: int) -> None:
        labels = self._state.labels()
        names = {label.id: label.name for label in labels}
        before = Decision.parse(self.state)
        self.per_label = per_label_after(self.per_label, before, outcome.decision, names)
        self._counts = counts_after(self._counts, before, outcome.decision, done=self._done)
        self._done = self._done and outcome.decision.boxes is not None
        # The browser has these boxes, and perhaps further ones by now: they are not sent back.
        shown = [{name: value for name, value in box.items() if name != "label_id"} for box in boxes]
        with self._lock_property(bboxes=shown):
            self.bboxes = shown
        with self.hold_sync():
            self.state, self.conflict = outcome.decision.text, {}
            self._say(saved_words(len(outcome.boxes), empty))
        if [(label.name, label.key) for label in labels] != list(zip(self.classes, self.label_keys, strict=True)):
            # Somebody has changed the labels: the image is shown with what they are called now.
            self._go_to(sample_id, self.status)

    def _recount(self, status: str, **more: Any) -> None:
        self._counts = self._state.counts()
        self.per_label = self._state.boxes_per_label()
        self._say(status, **more)

    def _say(self, status: str, **more: Any) -> None:
        self.heading = {**self.heading, "annotator": self._annotator, **asdict(self._counts), **more}
        self.status = status

    @property
    def _state(self) -> BoxPanelState:
        if self._opened is None:
            raise WorkbenchError(self.status)
        return self._opened


def saved_words(boxes: int, empty: int) -> str:
    words = f"saved: {boxes} {'box' if boxes == 1 else 'boxes'}"
    return f"{words}; {empty} without area left out" if empty else words

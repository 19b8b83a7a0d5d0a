"""The box panel: rectangles around what is to be seen, image by image, drawn with jupyter-bbox-widget."""

from __future__ import annotations

import threading
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupyter_bbox_widget
import traitlets
from jupyter_bbox_widget import BBoxWidget

from workbench.errors import WorkbenchError
from workbench.panels.boxing.desk import BoxDesk
from workbench.panels.boxing.figures import sizes_and_positions
from workbench.panels.boxing.summary import boxes_summary
from workbench.panels.label import default_annotator
from workbench.panels.static_form import StaticForm
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class BoxPanel(StaticForm, BBoxWidget):
    """Draw boxes on the images of a theme in the notebook.

    `theme` is the theme's name. `annotator` is the name that is recorded with each change (default: the JupyterHub
    user, else the system's). `store` is the store to work on (default: the project's).

    Whatever is drawn, moved, relabeled or deleted is saved at once; submitting (Enter) goes on to the next image that
    nobody decided on, skipping (Space) sets one aside. Opened again, the panel shows the image that was left while
    drawing, or the next undecided one. In a batch run the panel shows a static summary. Raises NotFoundError when
    there is no such theme, WorkbenchError when it has no images or no labels.
    """

    _esm = asset("widgets", "boxes.js")
    _css = asset("widgets", "boxes.css")
    # jupyter-bbox-widget's own browser half, which ours puts a frame around.
    inner_module = traitlets.Unicode().tag(sync=True)
    inner_style = traitlets.Unicode().tag(sync=True)
    sample = traitlets.Int().tag(sync=True)
    # The image that the browser showed when it last changed the boxes: a change that comes late is not for the next.
    drawn_on = traitlets.Int().tag(sync=True)
    title = traitlets.Unicode().tag(sync=True)
    heading = traitlets.Dict().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)

    def __init__(self, theme: str, *, annotator: str | None = None, store: Store | None = None) -> None:
        self.store = store or open_store()
        with self.store.read() as session:
            theme_id = get_theme(theme, session=session).id
        self._desk = BoxDesk(self.store, theme_id, annotator or default_annotator())
        labels = self._desk.labels()
        first = self._desk.begin()
        if first is None:
            raise WorkbenchError(f"The theme '{theme}' has no images. Import some: workbench import {theme} FOLDER.")
        if not labels:
            raise WorkbenchError(f"The theme '{theme}' has no labels. Add some in notebooks/01_label.ipynb.")
        self._turn = threading.RLock()
        self._showing = True
        self._state: str | None = None
        browser = Path(jupyter_bbox_widget.__file__).parent / "static"
        super().__init__(
            classes=list(labels), colors=[color for _, color in labels.values()], title=f"Boxes of {theme}",
            inner_module=(browser / "main.mjs").read_text(encoding="utf-8"),
            inner_style=(browser / "style.css").read_text(encoding="utf-8"),
        )  # fmt: skip
        self.observe(self._on_drawn, names=["bboxes"])
        self._go_to(first)

    def summary(self) -> str:
        """Return the theme's counts and a few of its images with their boxes as static HTML."""
        return boxes_summary(self.store, self._desk.theme_id)

    def sizes_and_positions(self) -> Figure:
        """Return a plot of the sizes and the centers of the theme's boxes, per label."""
        return sizes_and_positions(self.store, self._desk.theme_id)

    def result(self) -> dict[str, Any]:
        """Return what a batch run records: the theme's name and counts."""
        return {"theme": self._desk.theme_name(), **asdict(self._desk.counts())}

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        """Do what the browser asks: submit, skip, previous, next, undo. A message about another image is late."""
        if not isinstance(content, dict):
            return
        acts = {
            "submit": self._submit, "skip": self._skip, "undo": self._undo,
            "next": lambda: self._step(1), "previous": lambda: self._step(-1),
        }  # fmt: skip
        act = acts.get(str(content.get("type")))
        with self._turn:
            if act is None or content.get("sample") != self.sample:
                return
            try:
                act()
            except WorkbenchError as error:
                self.status = str(error)

    def _on_drawn(self, _change: Any) -> None:
        """Save what the browser changed."""
        with self._turn:
            if self._showing or self.drawn_on != self.sample:
                return
            try:
                self._save(draft=True)
            except WorkbenchError as error:
                self.status = str(error)

    def _save(self, *, draft: bool) -> bool:
        """Keep the boxes and say whether that went well; when somebody else was quicker, show theirs."""
        outcome, empty = self._desk.save(self.sample, self.bboxes, seen=self._state, draft=draft)
        if outcome.status == "conflict":
            self._go_to(self.sample, "Somebody else has changed this image meanwhile. These are their boxes.")
            return False
        if outcome.status == "missing":
            self._move_on("This image has been deleted meanwhile.")
            return False
        self._state = outcome.state
        self._tell(_saved(len(outcome.boxes), empty))
        return True

    def _submit(self) -> None:
        if self._save(draft=False):
            self._move_on(self.status)

    def _skip(self) -> None:
        self._desk.skip(self.sample)
        self._move_on("skipped")

    def _step(self, step: int) -> None:
        neighbour = self._desk.neighbour(self.sample, step)
        if neighbour is None:
            self.status = "This is the last image." if step > 0 else "This is the first image."
        else:
            self._go_to(neighbour)

    def _undo(self) -> None:
        outcome = self._desk.undo()
        if outcome.batch_id is None:
            self.status = "There is nothing to undo."
        elif not outcome.restored:
            self.status = "Somebody else has changed that image since; it was left as it is."
        else:
            self._go_to(outcome.sample_ids[0], f"undone: {outcome.action}")

    def _move_on(self, status: str) -> None:
        following = self._desk.undecided_after(self.sample)
        if following is None:
            self._go_to(self.sample, "Every image is done.")
        else:
            self._go_to(following, status)

    def _go_to(self, sample_id: int, status: str = "") -> None:
        shown = self._desk.show(sample_id)
        self._showing = True
        try:
            # One message for all of it, so that boxes and image never belong to different samples.
            with self.hold_sync():
                self.sample, self.drawn_on = sample_id, sample_id
                self.image_bytes = shown.content
                self.selected_index = -1
                self.bboxes = shown.boxes
                self._state = shown.state
                self._tell(status, name=shown.name, position=shown.position)
        finally:
            self._showing = False

    def _tell(self, status: str, **more: Any) -> None:
        counts = self._desk.counts()
        self.heading = {**self.heading, "annotator": self._desk.annotator, **asdict(counts), **more}
        self.status = status


def _saved(boxes: int, empty: int) -> str:
    said = f"saved: {boxes} {'box' if boxes == 1 else 'boxes'}"
    return f"{said}; {empty} without area left out" if empty else said

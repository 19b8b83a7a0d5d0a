"""The box panel: rectangles around what is to be seen, image by image, drawn with jupyter-bbox-widget."""

from __future__ import annotations

import logging
import threading
from dataclasses import asdict, replace
from html import escape
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import jupyter_bbox_widget
import traitlets
from jupyter_bbox_widget import BBoxWidget

from workbench.compat.ipykernel import answer_without_busy, route_by_request
from workbench.errors import NotFoundError, StoreFailedError, WorkbenchError
from workbench.panels.base.state import store_key
from workbench.panels.base.static_summary import StaticSummary
from workbench.panels.boxes.plots import sizes_and_positions
from workbench.panels.boxes.state import BoxDesk, NotSavedError, themes_of_boxes
from workbench.panels.boxes.summary import boxes_summary
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.box_browsing import BOX_STATES, BoxState
from workbench.store.boxes import BoxOutcome
from workbench.store.counts import BoxCounts
from workbench.store.decisions import UNDECIDED, Decision
from workbench.store.events import checked_annotator
from workbench.store.themes import get_theme
from workbench.user import user_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NO_THEMES = (
    "There is no theme of boxes yet. Create one in a terminal: "
    "workbench theme create cells --task boxes --label red --label white, then workbench import cells FOLDER."
)

_log = logging.getLogger(__name__)


class BoxPanel(StaticSummary, BBoxWidget):
    """Draw boxes on the images of a theme in the notebook.

    `theme` is the theme's name; without one the first theme of task `boxes` is opened, and others can be chosen in the
    panel. `annotator` is the name that is recorded with each change (default: the JupyterHub user, else the system's).
    `store` is the store to work on (default: the project's). `height` is the panel's height in pixels.

    Whatever is drawn, moved, relabeled or deleted is saved at once, and kept in the browser until the kernel says so.
    Submitting (Enter) goes on to the next image that nobody decided on, skipping (Space) sets one aside. Opened again,
    the panel shows the image that was left while drawing, or the next undecided one. In a batch run the panel shows a
    static summary. Raises NotFoundError when there is no such theme, WorkbenchError when it has no images or no labels.
    """

    _esm = asset("widgets", "dist", "boxes.js")
    _css = asset("widgets", "dist", "boxes.css")
    # jupyter-bbox-widget's own browser half, which ours puts a frame around.
    inner_module = traitlets.Unicode().tag(sync=True)
    inner_style = traitlets.Unicode().tag(sync=True)
    height = traitlets.Int(640).tag(sync=True)
    # Which store this is, so that a browser keeps what is drawn in two projects apart.
    place = traitlets.Unicode().tag(sync=True)
    themes = traitlets.List(traitlets.Unicode()).tag(sync=True)
    # What is shown: the image's id, the store's state of it, the boxes of everybody in numbers.
    sample = traitlets.Int(0).tag(sync=True)
    state = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    # The ids of `classes`: a box that is on its way keeps its label when somebody renames it.
    label_ids = traitlets.List(traitlets.Int()).tag(sync=True)
    heading = traitlets.Dict().tag(sync=True)
    per_label = traitlets.Dict().tag(sync=True)
    # Counts up whenever the browser has to show anew what the kernel says is on an image.
    shown = traitlets.Int(0).tag(sync=True)
    # The browser's key of the latest message that was dealt with; boxes that were sent before it may be unsaved still.
    kept = traitlets.Unicode().tag(sync=True)
    # The key of the latest drawing that cannot be saved before a person does something about it.
    refused = traitlets.Unicode().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    # Boxes that could not be saved because somebody else changed the image: what a person may insist on.
    conflict = traitlets.Dict().tag(sync=True)

    def __init__(
        self, theme: str | None = None, *, annotator: str | None = None, store: Store | None = None, height: int = 640
    ) -> None:
        self.store = store or open_store()
        self._turn = threading.RLock()
        self._annotator = checked_annotator(annotator or user_name())
        self._among: BoxState = "all"
        self._counts = BoxCounts(0, 0, 0, 0)
        self._desk: BoxDesk | None = None
        themes = themes_of_boxes(self.store)
        browser = Path(jupyter_bbox_widget.__file__).parent / "static"
        super().__init__(
            inner_module=(browser / "main.mjs").read_text(encoding="utf-8"),
            inner_style=(browser / "style.css").read_text(encoding="utf-8"),
            hide_buttons=True,
            height=height,
            place=store_key(self.store),
            themes=themes,
        )
        route_by_request(self.comm)
        answer_without_busy(self.comm)
        if theme is not None:
            self._open(theme)
        elif themes:
            self._open_first(themes)
        else:
            self.status = NO_THEMES

    def summary(self) -> str:
        """Return the theme's counts and a few of its images with their boxes as static HTML."""
        return f"<p>{escape(self.status)}</p>" if self._desk is None else boxes_summary(self.store, self._desk.theme_id)

    def sizes_and_positions(self) -> Figure | None:
        """Return a plot of the sizes and the centers of the theme's boxes, per label; None without a theme."""
        return None if self._desk is None else sizes_and_positions(self.store, self._desk.theme_id)

    def result(self) -> dict[str, Any]:
        """Return what a batch run records: the theme's name and counts."""
        if self._desk is None:
            return {"theme": None}
        return {"theme": self._desk.theme_name(), **asdict(self._desk.counts()), "labels": self._desk.boxes_per_label()}

    def _open_first(self, themes: list[str]) -> None:
        """Open the first theme that can be worked on."""
        for name in themes:
            try:
                self._open(name)
                return
            except WorkbenchError as error:
                self.status = str(error)

    def _open(self, theme: str) -> None:
        with self.store.read() as session:
            found = get_theme(theme, session=session)
            theme_id, born = found.id, found.created_at.isoformat()
        desk = BoxDesk(self.store, theme_id, self._annotator)
        first = desk.begin()
        if first is None:
            raise WorkbenchError(
                f"The theme '{theme}' has no images. Import some: workbench import {quote(theme)} FOLDER."
            )
        if not desk.labels():
            raise WorkbenchError(f"The theme '{theme}' has no labels. Add some in notebooks/01_label.ipynb.")
        self._desk, self._among = desk, "all"
        with self.hold_sync():
            self.heading = {"theme": theme, "born": born, "among": self._among}
            self._go_to(first)

    def _handle_custom_msg(self, content: Any, buffers: Any) -> None:
        """Do what the browser asks. Messages come in the order in which things were done there."""
        if not isinstance(content, dict) or "key" not in content:
            return
        with self._turn:
            try:
                self._do(content)
            except StoreFailedError as error:
                self.status = str(error)
                if "boxes" in content:
                    # Not dealt with: the browser keeps them and sends them again.
                    return
            except NotSavedError as error:
                self.status = str(error)
                if "boxes" in content:
                    self.refused = str(content["key"])
                    return
            except WorkbenchError as error:
                self.status = str(error)
            except Exception as error:
                _log.exception("A message of the box panel failed")
                self.status = f"This was not saved ({type(error).__name__}: {error}). The browser keeps it."
                return
            self.kept = str(content["key"])

    def _do(self, asked: dict[str, Any]) -> None:
        kind = asked.get("type")
        if kind == "theme":
            self._open(str(asked["theme"]))
        elif self._desk is not None and kind == "draw":
            self._save(asked, draft=True)
        elif self._desk is not None and kind == "recover":
            if self._save(asked, draft=True) and asked.get("sample") == self.sample:
                self._go_to(self.sample, self.status)
        elif self._desk is not None and asked.get("sample") == self.sample:
            # A message about another image comes late: what it asks for has happened.
            acts = {
                "submit": lambda: self._submit(asked),
                "skip": self._skip,
                "undo": self._undo,
                "next": lambda: self._step(1),
                "previous": lambda: self._step(-1),
                "go": lambda: self._jump(int(asked["position"])),
                "among": lambda: self._confine(str(asked["among"])),
                "annotator": lambda: self._rename(str(asked["annotator"])),
                "insist": self._insist,
                "yield": self._give_in,
            }
            acts[str(kind)]()

    def _save(self, drawn: dict[str, Any], *, draft: bool) -> bool:
        """Keep the boxes and say whether that went well; when somebody else was quicker, show theirs."""
        desk, sample_id, boxes = self._on_desk, int(drawn["sample"]), list(drawn["boxes"])
        try:
            outcome, empty = desk.save(
                sample_id,
                boxes,
                seen=Decision.parse(drawn.get("seen")),
                draft=draft,
                key=drawn.get("key"),
                earlier=drawn.get("earlier") or (),
            )
        except NotFoundError:
            outcome, empty = BoxOutcome(sample_id, "missing", UNDECIDED, None), 0
        if outcome.status == "conflict":
            self._go_to(sample_id, "Somebody else has changed this image meanwhile. These are their boxes.")
            self.conflict = {"sample": sample_id, "boxes": boxes}
            return False
        if outcome.status == "missing":
            if sample_id == self.sample:
                self._move_on("This image has been deleted meanwhile.")
            return False
        if sample_id == self.sample:
            self._count(outcome)
            # The browser has these boxes, and perhaps further ones by now: they are not sent back.
            shown = [{name: value for name, value in box.items() if name != "label_id"} for box in boxes]
            with self._lock_property(bboxes=shown):
                self.bboxes = shown
            with self.hold_sync():
                self.state, self.conflict = outcome.decision.text, {}
                self._tell(_saved(len(outcome.boxes), empty))
            if list(desk.labels()) != self.classes:
                # Somebody has changed the labels: the image is shown anew with what they are called now.
                self._go_to(sample_id, self.status)
        else:
            self._recount(_saved(len(outcome.boxes), empty))
        return True

    def _submit(self, drawn: dict[str, Any]) -> None:
        if self._save(drawn, draft=False):
            self._move_on(self.status)

    def _skip(self) -> None:
        self._on_desk.skip(self.sample)
        self._move_on("skipped")

    def _step(self, step: int) -> None:
        neighbour = self._on_desk.beside(self.sample, step, self._among)
        if neighbour is not None:
            self._go_to(neighbour)
            return
        which = "" if self._among == "all" else f" that is {self._among}"
        self.status = f"This is the {'last' if step > 0 else 'first'} image{which}."

    def _jump(self, position: int) -> None:
        found = self._on_desk.at(position)
        if found is None:
            raise WorkbenchError(f"There is no image {position:,}; the theme has {self._counts.samples:,}.")
        self._go_to(found)

    def _confine(self, among: str) -> None:
        self._among = next((state for state in BOX_STATES if state == among), "all")
        self.heading = {**self.heading, "among": self._among}
        if among == "all":
            return
        desk = self._on_desk
        found = desk.beside(0, 1, self._among)
        if found is None:
            self.status = f"There are no images that are {self._among}."
        else:
            self._go_to(found)

    def _rename(self, annotator: str) -> None:
        self._annotator = self._on_desk.annotator = checked_annotator(annotator.strip() or user_name())
        self._tell(f"From now on changes are recorded as {self._annotator}'s.")

    def _insist(self) -> None:
        """Put the boxes that met a conflict over those of somebody else, which stay in the history."""
        self._save({**self.conflict, "seen": self.state}, draft=True)
        self._go_to(self.sample, self.status)

    def _give_in(self) -> None:
        self.conflict = {}
        self.status = "Their boxes were kept."

    def _undo(self) -> None:
        outcome = self._on_desk.undo()
        if outcome.batch_id is None:
            self.status = "There is nothing to undo."
        elif not outcome.restored:
            self.status = "Somebody else has changed that image since; it was left as it is."
        else:
            self._go_to(outcome.sample_ids[0], f"undone: {outcome.action}")

    def _move_on(self, status: str) -> None:
        following = self._on_desk.undecided_after(self.sample)
        if following is None:
            self._go_to(self.sample, "Every image is done.")
        else:
            self._go_to(following, status)

    def _go_to(self, sample_id: int, status: str = "") -> None:
        shown, labels = self._on_desk.show(sample_id), self._on_desk.labels()
        # One message for all of it, so that boxes and image never belong to different samples.
        with self.hold_sync():
            self.classes, self.colors = list(labels), [color for _, color in labels.values()]
            self.label_ids = [number for number, _ in labels.values()]
            self.sample, self.state, self.conflict = sample_id, shown.state, {}
            self.image_bytes = shown.content
            self.bboxes = shown.boxes
            self.shown += 1
            self._recount(status, name=shown.name, position=shown.position)

    def _recount(self, status: str, **more: Any) -> None:
        desk = self._on_desk
        self._counts = desk.counts()
        self.per_label = desk.boxes_per_label()
        self._tell(status, **more)

    def _count(self, outcome: BoxOutcome) -> None:
        """Count on after one image was saved: counting all boxes anew would take longer than drawing one."""
        before, counts = Decision.parse(self.state), self._counts
        names = {number: name for name, (number, _) in self._on_desk.labels().items()}
        per_label = dict(self.per_label)
        for boxes, by in ((before.boxes or (), -1), (outcome.boxes, 1)):
            for box in boxes:
                name = names.get(box.label_id, "")
                per_label[name] = per_label.get(name, 0) + by
        self._counts = replace(
            counts,
            boxes=counts.boxes + len(outcome.boxes) - len(before.boxes or ()),
            submitted=counts.submitted + (before.boxes is None and outcome.decision.boxes is not None),
            skipped=counts.skipped - (before.skipped and not outcome.decision.skipped),
        )
        self.per_label = per_label

    def _tell(self, status: str, **more: Any) -> None:
        self.heading = {**self.heading, "annotator": self._annotator, **asdict(self._counts), **more}
        self.status = status

    @property
    def _on_desk(self) -> BoxDesk:
        if self._desk is None:
            raise WorkbenchError(self.status)
        return self._desk


def _saved(boxes: int, empty: int) -> str:
    said = f"saved: {boxes} {'box' if boxes == 1 else 'boxes'}"
    return f"{said}; {empty} without area left out" if empty else said

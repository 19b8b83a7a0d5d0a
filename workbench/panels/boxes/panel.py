"""The widget of the box panel, drawn with jupyter-bbox-widget, and the methods that its browser half calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jupyter_bbox_widget

from workbench.errors import NotFoundError
from workbench.notebooks import is_door
from workbench.panels.base.instructions import instructions
from workbench.panels.base.labels import LABEL_EDITS
from workbench.panels.base.lineage import lineage
from workbench.panels.base.messages import Answer, Method, Panel
from workbench.panels.base.state import store_key
from workbench.panels.base.uploads import UploadedJson, UploadParams, upload
from workbench.panels.boxes.messages import (
    AnnotatorParams,
    ConflictJson,
    DrawingJson,
    DrawingParams,
    NewThemeParams,
    ShownParams,
    ThemeParams,
)
from workbench.panels.boxes.models_of_boxes import cut_boxes
from workbench.panels.boxes.plots import sizes_and_positions
from workbench.panels.boxes.shown_image import saved_words
from workbench.panels.boxes.state import BoxPanelState, NotSavedError, save_elsewhere, themes_of_boxes
from workbench.panels.boxes.stepping import Stepping
from workbench.panels.boxes.summary import boxes_summary
from workbench.panels.label.themes import EditThemeParams, ThemeCardJson, create_theme, edit_theme
from workbench.paths import asset
from workbench.store import Store, open_store
from workbench.store.boxes import BoxOutcome
from workbench.store.decisions import UNDECIDED
from workbench.store.events import checked_annotator
from workbench.store.themes import get_theme
from workbench.user import is_named, user_name

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NO_THEMES = (
    "There is no theme of boxes yet. Create one here, or in a terminal: "
    "workbench theme create cells --task boxes --label red --label white"
)


class BoxPanel(Panel, Stepping):
    """Draw boxes on the images of a theme in the notebook.

    `theme` is the theme's name; without one the first theme of task `boxes` is opened, and others can be chosen in the
    panel. `annotator` is the name that is recorded with each change (default: the JupyterHub user, else the system's).
    `store` is the store to work on (default: the project's), `height` the height in pixels (default: the window's).

    Whatever is drawn, moved, relabeled or deleted is saved at once, and kept in the browser until the kernel says so.
    Submitting (Enter) goes on to the next image that nobody decided on, skipping (Space) sets one aside. Opened again,
    the panel shows the image that this browser looked at last, else the one that was left while drawing, or the next
    undecided one. In a batch run the panel shows a static summary. A theme without images or labels gets them in the
    panel. Raises NotFoundError when there is no such theme.

    >>> cars = wb.create_theme("lorries", labels=["lorry"], task="boxes")
    >>> _ = cars.import_images("photos/red")
    >>> panel = wb.BoxPanel("lorries")
    """

    _esm = asset("widgets", "dist", "boxes.js")
    _css = asset("widgets", "dist", "boxes.css")

    def __init__(
        self, theme: str | None = None, *, annotator: str | None = None, store: Store | None = None, height: int = 0
    ) -> None:
        self.store = store or open_store()
        self._annotator = checked_annotator(annotator or user_name())
        themes = themes_of_boxes(self.store)
        browser = Path(jupyter_bbox_widget.__file__).parent / "static"
        super().__init__(
            self._all_methods(),
            inner_module=(browser / "main.mjs").read_text(encoding="utf-8"),
            inner_style=(browser / "style.css").read_text(encoding="utf-8"),
            hide_buttons=True,
            height=height,
            store_key=store_key(self.store),
            ask_name=is_door() and annotator is None and not is_named(),
            themes=themes,
        )
        if theme is not None:
            self._open(theme)
        elif themes:
            self._open_first(themes)
        else:
            self.status = NO_THEMES

    def summary(self) -> str:
        """Return the theme's counts and a few of its images with their boxes as static HTML."""
        if self._opened is None:
            return f"<p>{escape(self.status)}</p>"
        return boxes_summary(self.store, self._opened.theme_id)

    def sizes_and_positions(self) -> Figure | None:
        """Return a plot of the sizes and the centers of the theme's boxes, per label; None without a theme."""
        return None if self._opened is None else sizes_and_positions(self.store, self._opened.theme_id)

    def result(self) -> dict[str, Any]:
        """Return what a batch run records: the theme's name and counts."""
        if self._opened is None:
            return {"theme": None}
        opened = self._opened
        return {"theme": opened.theme_name(), **asdict(opened.counts()), "labels": opened.boxes_per_label()}

    def _all_methods(self) -> dict[str, Method]:
        about_shown: dict[str, Callable[[Any], None]] = {
            "skip": self._skip,
            "undo": self._undo,
            "step": self._step,
            "show": self._show_image,
            "go": self._go,
            "filter": self._set_filter,
            "annotator": self._set_annotator,
            "overwrite": self._overwrite,
            "keep theirs": self._keep_theirs,
        }
        return {
            "open": self._open_theme,
            "save": self._save_drawing,
            "recover": self._recover,
            "submit": self._submit,
            "overview": self._overview,
            "create theme": self._create_theme,
            "edit theme": self._edit_theme,
            "instructions": partial(instructions, self._panel_state),
            "lineage": partial(lineage, self._panel_state),
            "cut boxes": partial(cut_boxes, self._panel_state),
            "upload": self._upload,
            **{name: self._label_edit(partial(edit, self._panel_state)) for name, edit in LABEL_EDITS.items()},
            "label use": partial(LABEL_EDITS["label use"], self._panel_state),
            **{name: self._unless_late(call) for name, call in about_shown.items()},
        }

    def _unless_late(self, call: Callable[[Any], None]) -> Method:
        """Make a method of a call about the image that is shown: one about another image has been done already."""

        def method(params: ShownParams) -> Answer[None]:
            if params["sample"] == self.sample:
                call(params)
            return Answer(None)

        return method

    def _open_first(self, themes: list[str]) -> None:
        """Open the first theme that has images, else the first."""
        for name in (*themes, themes[0]):
            self._open(name)
            if self.sample:
                return

    def _open_theme(self, params: ThemeParams) -> Answer[None]:
        self._open(params["theme"])
        return Answer(None)

    def _open(self, theme: str) -> None:
        with self.store.read() as session:
            found = get_theme(theme, session=session)
            theme_id, born, description = found.id, found.created_at.isoformat(), found.description
        self._opened, self._filter = BoxPanelState(self.store, theme_id, self._annotator), "all"
        with self.hold_sync():
            self.heading = {
                "theme": theme,
                "theme_id": theme_id,
                "born": born,
                "description": description,
                "filter": self._filter,
            }
            self._go_to(self._opened.begin() or 0)

    def _create_theme(self, params: NewThemeParams) -> Answer[None]:
        created = create_theme(self._panel_state, {**params, "task": "boxes"})
        self.themes = themes_of_boxes(self.store)
        self._open(created.value["name"])
        return Answer(None)

    def _edit_theme(self, params: EditThemeParams) -> Answer[ThemeCardJson]:
        answer = edit_theme(self._panel_state, params)
        self.themes = themes_of_boxes(self.store)
        if params["theme"] == self._state.theme_id:
            self.heading = {
                **self.heading,
                "theme": answer.value["name"],
                "description": answer.value["description"],
            }
        return answer

    def _label_edit(self, edit: Method) -> Method:
        """Make a method of an edit of the labels, after which the image is shown with them."""

        def method(params: Any) -> Answer[Any]:
            answer = edit(params)
            self._show_theme("")
            return answer

        return method

    def _upload(self, params: UploadParams) -> Answer[UploadedJson]:
        answer = upload(self._panel_state, params)
        if answer.value["added"] and params["theme"] == self._state.theme_id:
            self._show_theme(self.status)
        return answer

    def _save_drawing(self, params: DrawingParams) -> Answer[DrawingJson]:
        try:
            if "theme" not in params or self._is_open(params["theme"], params["born"]):
                self._save(params, draft=True)
            elif not save_elsewhere(self.store, params, self._annotator):
                return Answer({"accepted": False, "problem": "", "gone": True})
        except NotSavedError as error:
            return Answer({"accepted": False, "problem": str(error)})
        return Answer({"accepted": True, "problem": ""})

    def _is_open(self, theme_id: int, born: str) -> bool:
        return (theme_id, born) == (self.heading.get("theme_id"), self.heading.get("born"))

    def _recover(self, params: DrawingParams) -> Answer[DrawingJson]:
        """Save what an earlier page or kernel left unsaved, and show it."""
        answer = self._save_drawing(params)
        if answer.value["accepted"] and not self.conflict and params["sample"] == self.sample:
            self._go_to(self.sample, self.status)
        return answer

    def _submit(self, params: DrawingParams) -> Answer[None]:
        if params["sample"] == self.sample and self._save(params, draft=False):
            self._move_on(self.status)
        return Answer(None)

    def _save(self, drawn: DrawingParams, *, draft: bool) -> bool:
        """Save the boxes and say whether they stand; where somebody else was quicker, show theirs."""
        sample_id, boxes = drawn["sample"], drawn["boxes"]
        try:
            outcome, empty = self._state.save(drawn, draft=draft)
        except NotFoundError:
            outcome, empty = BoxOutcome(sample_id, "missing", UNDECIDED, None), 0
        if outcome.status == "conflict":
            self._go_to(sample_id, "Somebody else has changed this image. These are their boxes.")
            self.conflict = ConflictJson(sample=sample_id, boxes=boxes)
            return False
        if outcome.status == "missing":
            if sample_id == self.sample:
                self._move_on("This image has been deleted.")
            return False
        if sample_id == self.sample:
            self._show_saved(sample_id, boxes, outcome, empty)
        else:
            self._recount(saved_words(len(outcome.boxes), empty))
        return True

    def _skip(self, _params: ShownParams) -> None:
        self._state.skip(self.sample)
        self._move_on("skipped")

    def _set_annotator(self, params: AnnotatorParams) -> None:
        self._annotator = self._state.annotator = checked_annotator(params["annotator"].strip() or user_name())
        if params.get("begin") and self.sample:
            self._go_to(self._state.begin() or self.sample)
        self._say(f"From now on changes are recorded as {self._annotator}'s.")

    def _overwrite(self, _params: ShownParams) -> None:
        """Put the boxes that met a conflict over those of somebody else, which stay in the history."""
        if not self.conflict:
            return
        # Without the drawing's key: its message has been answered, with the conflict.
        mine = DrawingParams(key=None, sample=self.conflict["sample"], boxes=self.conflict["boxes"], seen=self.state)
        if self._save(mine, draft=True):
            self._go_to(self.sample, self.status)

    def _keep_theirs(self, _params: ShownParams) -> None:
        self.conflict = {}
        self.status = "Their boxes were kept."

"""Going through the images of the theme that is open: one by one, by their state, or all at a glance."""

from __future__ import annotations

from functools import cached_property

from workbench.data.thumbnails import SIDES
from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.base.messages import Answer
from workbench.panels.base.state import PanelState
from workbench.panels.boxes.messages import (
    FilterParams,
    OverviewJson,
    OverviewParams,
    PositionParams,
    ShownParams,
    ShowParams,
    StepParams,
)
from workbench.panels.boxes.shown_image import ShownImage
from workbench.store import Store
from workbench.store.box_browsing import BOX_STATES, BoxState
from workbench.store.samples import living_sample


class Stepping(ShownImage):
    """Which image of its theme is shown next."""

    store: Store

    @cached_property
    def _panel_state(self) -> PanelState:
        return PanelState(self.store)

    def _overview(self, params: OverviewParams) -> Answer[OverviewJson]:
        page, files = self._state.overview(_checked(params["state"]), params["at"], params["step"])
        page["sheet"], content = self._panel_state.sheet(files, SIDES[1])
        return Answer(page, content)

    def _show_image(self, params: ShowParams) -> None:
        with self.store.read() as session:
            found = living_sample(self._state.theme_id, params["wanted"], session=session)
        if found is None:
            raise NotFoundError("This image has been deleted.")
        self._go_to(found.id)

    def _step(self, params: StepParams) -> None:
        step = 1 if params["step"] > 0 else -1
        beside = self._state.beside(self.sample, step, self._filter)
        if beside is not None:
            self._go_to(beside)
            return
        which = "" if self._filter == "all" else f" that is {self._filter}"
        self.status = f"This is the {'last' if step > 0 else 'first'} image{which}."

    def _go(self, params: PositionParams) -> None:
        found = self._state.at(int(params["position"]))
        if found is None:
            raise WorkbenchError(
                f"There is no image {params['position']:,}; the theme has {self._counts.samples:,}. Choose one of them."
            )
        self._go_to(found)

    def _set_filter(self, params: FilterParams) -> None:
        self._filter = _checked(params["state"])
        self.heading = {**self.heading, "filter": self._filter}
        if self._filter == "all":
            return
        found = self._state.beside(0, 1, self._filter)
        if found is None:
            self.status = f"There are no images that are {self._filter}."
        else:
            self._go_to(found)

    def _undo(self, _params: ShownParams) -> None:
        outcome = self._state.undo()
        if outcome.batch_id is None:
            self.status = "There is nothing to undo."
        elif outcome.changed_labels:
            self._show_theme(f"undone: {outcome.action}")
        elif not outcome.restored:
            self.status = "Somebody else has changed that image since; it was left as it is."
        else:
            self._go_to(outcome.sample_ids[0], f"undone: {outcome.action}")


def _checked(state: BoxState) -> BoxState:
    if state not in BOX_STATES:
        raise WorkbenchError(f"There is no filter '{state}'. Allowed: {', '.join(BOX_STATES)}.")
    return state

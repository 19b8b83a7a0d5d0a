"""The boxes of a theme as images: the theme of their crops, where pages, second look and map are about boxes."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from workbench.panels.base.messages import Answer
from workbench.panels.label.state import LabelPanelState
from workbench.store.schema import Theme
from workbench.store.themes import get_theme


class CropsParams(TypedDict):
    """A theme of boxes; `begin` has the crops made that are not up to date."""

    theme: int
    begin: NotRequired[bool]


class CropsJson(TypedDict):
    """The theme of the crops, None until it is up to date; `making` says that they are being cut out."""

    theme: int | None
    making: bool
    trouble: str


def crops(state: LabelPanelState, params: CropsParams) -> Answer[CropsJson]:
    """Return the theme of a theme's crops. Raises WorkbenchError for a theme without boxes."""
    from workbench.training.crops import current_theme_of_images, latest_cutting, start_cutting

    store = state.store
    with store.read() as session:
        name = session.get_one(Theme, params["theme"]).name
    latest = latest_cutting(store.project, name)
    if latest is not None and latest.state == "running":
        return Answer({"theme": None, "making": True, "trouble": ""})
    current = current_theme_of_images(store, name)
    if current is not None:
        with store.read() as session:
            return Answer({"theme": get_theme(current, session=session).id, "making": False, "trouble": ""})
    if params.get("begin"):
        start_cutting(store.project, name)
        return Answer({"theme": None, "making": True, "trouble": ""})
    state_of = "stopped" if latest is None else latest.error or latest.state
    return Answer({"theme": None, "making": False, "trouble": f"The boxes could not be cut out: {state_of}."})

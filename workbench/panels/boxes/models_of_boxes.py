"""The boxes of an image as trainings know them: each is a sample of the theme of crops."""

from __future__ import annotations

from typing import TypedDict

from workbench.panels.base.lineage import HasStore, LineageParams
from workbench.panels.base.messages import Answer
from workbench.panels.boxes.messages import BoxJson
from workbench.store.labels import label_names
from workbench.store.samples import get_sample
from workbench.training.crops import boxes_in_trainings


class CutBoxJson(BoxJson):
    """A box; `sample` is its crop's id, None where it was not cut out yet, `there` False where it is gone."""

    sample: int | None
    there: bool


class CutBoxesJson(TypedDict):
    """The boxes that an image has, in their order, then those that it had and that were cut out."""

    boxes: list[CutBoxJson]


def cut_boxes(state: HasStore, params: LineageParams) -> Answer[CutBoxesJson]:
    """Return an image's boxes with the samples that they are in trainings."""
    found = boxes_in_trainings(state.store, params["sample"])
    with state.store.read() as session:
        names = label_names(get_sample(params["sample"], session=session).theme_id, session=session)
    boxes: list[CutBoxJson] = [
        {
            "label": names[cut.box.label_id],
            "label_id": cut.box.label_id,
            "x": cut.box.x,
            "y": cut.box.y,
            "width": cut.box.width,
            "height": cut.box.height,
            "sample": cut.sample_id,
            "there": cut.there,
        }
        for cut in found
    ]
    return Answer({"boxes": boxes})

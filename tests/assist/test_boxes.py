"""The model beside the annotators of a theme of boxes: it is about their crops."""

from __future__ import annotations

import json
import time

import pytest

import workbench as wb
from tests.assist.conftest import make_shelves
from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.theme.base import id_of


@pytest.fixture
def shelves(project, tmp_path):
    """The theme of 30 images with four boxes each."""
    return make_shelves(project, tmp_path / "shelves", 30)


def test_a_theme_of_boxes_is_served_by_its_crops(shelves):
    assert shelves.embed("hog", progress=False).made == 120
    beside = shelves.assistant("hog")
    assert beside.theme == "shelves-crops"
    crops = wb.open_theme("shelves-crops")
    assert beside.standing().decided == crops.counts().labeled == 120
    # To be looked at, no image needs a split.
    assert crops.counts().splits["unassigned"] == 120
    page = beside.page("ann", "second look", size=10)
    (wrong,) = (row.id for row in crops.samples().to_frame().itertuples() if row.name == "00/0_0_32_32.png")
    assert wrong in page.sample_ids
    beside.answer(page.answered(None, tuple(each for each in page.sample_ids if each != wrong)), annotator="ann")
    # Brought up to date once more, a person's word about a crop stays; the boxes stay as they were drawn.
    shelves.samples(name="29*").delete()
    assert shelves.assistant("hog").standing().images == 116
    assert crops.samples([wrong]).to_frame().label.tolist() == ["bars"]
    shelves.split((0.5, 0.25, 0.25))
    assert shelves.assistant("hog").theme == "shelves-crops"
    assert set(crops.samples().to_frame().split) == {"train", "valid", "test"}


def test_the_label_panel_opens_the_crops_of_a_theme_of_boxes(shelves, project):
    panel = LabelPanel("shelves", store=shelves.store, annotator="ann")
    with shelves.store.read() as session:
        theme_id = id_of(shelves, session)

    def ask(**params):
        sent = json.loads(json.dumps({"id": 1, "method": "crops", "params": {"theme": theme_id, **params}}))
        (result,), _ = answer_calls(panel._methods, [sent], ())
        return result["value"]

    assert ask()["trouble"].startswith("The boxes could not be cut out")
    assert ask(begin=True)["making"]
    until = time.monotonic() + 120
    while (found := ask())["making"] and time.monotonic() < until:
        time.sleep(0.2)
    with shelves.store.read() as session:
        assert found["theme"] == id_of(wb.open_theme("shelves-crops"), session)
    assert ask(begin=True)["theme"] == found["theme"]

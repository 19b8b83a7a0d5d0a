"""The model beside the annotators of a theme of boxes: it is about their crops."""

from __future__ import annotations

import json
import time

import numpy as np
import pytest
from PIL import Image

import workbench as wb
from tests.assist.conftest import draw
from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData
from workbench.store.labels import labels_of
from workbench.theme.base import id_of

KINDS = ("bars", "beams")


@pytest.fixture
def shelves(project, tmp_path):
    """A theme of 30 images with four boxes each, bars and beams by turns; the first box of the first image is wrong."""
    theme = wb.create_theme("shelves", labels=KINDS, task="boxes", project=project)
    generator = np.random.default_rng(5)
    folder = tmp_path / "shelves"
    folder.mkdir()
    for number in range(30):
        pixels = np.concatenate([np.asarray(draw(KINDS[each % 2], generator)) for each in range(4)], axis=1)
        Image.fromarray(pixels).save(folder / f"{number:02d}.png")
    theme.import_images(folder, progress=False)
    with theme.store.write() as session:
        ids = {label.name: label.id for label in labels_of(id_of(theme, session), session=session)}
        for row in theme.samples().to_frame().itertuples():
            names = [KINDS[each % 2] for each in range(4)]
            names[0] = "beams" if row.name == "00.png" else names[0]
            boxes = [BoxData(ids[name], 32 * each, 0, 32, 32) for each, name in enumerate(names)]
            replace_boxes(row.id, boxes, annotator="mika", session=session)
    return theme


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

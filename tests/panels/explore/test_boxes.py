"""The explore panel on a theme of boxes: crops are the samples, sizes and positions are told per label."""

import cv2
import numpy as np
import pytest

from workbench.data.importing.run import import_uploads
from workbench.errors import NotFoundError
from workbench.panels.explore import preview, samples, settings, survey
from workbench.panels.explore.state import ExplorePanelState
from workbench.panels.explore.static_report import Exploration
from workbench.panels.explore.summary import summary
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData
from workbench.store.labels import labels_of
from workbench.store.samples import page_of_samples
from workbench.store.schema import Sample
from workbench.store.themes import create_theme


@pytest.fixture
def state(sqlite_store):
    """Three images of 60 x 40 pixels whose colors tell where a crop is from, two boxes on the first two of them."""
    project = sqlite_store.project
    project.augment_file.write_text("image: {size: 16}\npreprocessing: {resize: {enabled: true, fit: stretch}}\n")
    project.params_file.write_text("data: {box_margin: 0}\n")
    with sqlite_store.write() as session:
        theme = create_theme("cells", labels=["red", "white"], task="boxes", session=session).id
    ramp = np.mgrid[0:40, 0:60].transpose(1, 2, 0)
    files = []
    for number in range(3):
        pixels = np.dstack([ramp * 4, np.full((40, 60), 50 * number)]).astype(np.uint8)
        files.append((f"{number}.png", cv2.imencode(".png", pixels[..., ::-1])[1].tobytes()))
    import_uploads(sqlite_store, "cells", files, annotator="mika")
    with sqlite_store.write() as session:
        red, white = (label.id for label in labels_of(theme, session=session))
        samples = page_of_samples(theme, sort="name", session=session)
        for sample in samples[:2]:
            boxes = [BoxData(red, 10, 5, 20, 10), BoxData(white, 30, 20, 30, 20)]
            replace_boxes(sample.id, boxes, annotator="mika", session=session)
        session.get_one(Sample, samples[1].id).split = "train"
    return ExplorePanelState(sqlite_store, theme, project.augment_file)


def rows(state, **params):
    return samples.samples(state, {"of": "boxes", **params}).value["rows"]


def test_boxes_are_the_samples_and_are_filtered_like_images(state):
    opened = samples.open_theme(state, {}).value
    assert (opened["boxed"], opened["of"]) == (True, "boxes")
    listed = samples.samples(state, {"of": "boxes"})
    assert listed.value["total"] == len(listed.buffers) == 4
    assert [(row["name"], row["label"]) for row in listed.value["rows"]][:2] == [
        ("0.png at 10, 5", "red"),
        ("0.png at 30, 20", "white"),
    ]
    white = opened["labels"][1]["id"]
    assert [row["name"] for row in rows(state, label=white, split="train")] == ["1.png at 30, 20"]
    assert len(samples.samples(state, {"of": "images"}).value["rows"]) == 3


def test_steps_and_augmentation_work_on_the_crop(state):
    draft = settings.read(state, {}).value["draft"]
    box = rows(state)[0]["id"]
    shown = preview.preview(state, {"of": "boxes", "draft": draft, "sample": box, "view": "steps"})
    first, last = shown.value["stages"][0], shown.value["stages"][-1]
    assert (first["size"], last["size"]) == ([10, 20], [16, 16])
    pixels = cv2.imdecode(np.frombuffer(shown.buffers[first["picture"]["buffer"]], np.uint8), cv2.IMREAD_COLOR_RGB)
    assert (pixels[0, 0].tolist(), pixels[-1, -1].tolist()) == ([20, 40, 0], [56, 116, 0])
    params = {"of": "boxes", "draft": draft, "sample": box, "view": "augmentation", "count": 3, "seed": 1}
    assert len(preview.preview(state, params).value["variants"]) == 3
    batch = preview.batch(state, {"of": "boxes", "draft": draft, "seed": 0, "count": 8}).value
    assert (sorted(row["label"] for row in batch["rows"]), batch["from"]) == (["red", "white"], "the training split")
    with pytest.raises(NotFoundError, match="no longer there"):
        preview.preview(state, {**params, "sample": 99})


def test_the_survey_tells_sizes_and_positions_per_label_and_looks_at_crops(state):
    found = survey.survey(state, {"of": "boxes"}).value
    assert (found["of"], found["counts"]["red"]["train"], found["counts"]["white"]["unassigned"]) == (4, 1, 1)
    red, white = found["boxes"]
    assert (red["label"], red["count"], red["median"], red["centers"][0]) == ("red", 2, [20, 10], [0.3333, 0.25])
    assert (white["most"], white["color"] != red["color"]) == ([30, 20], True)
    assert sorted(map(tuple, found["sizes"])) == [(20, 10, 2), (30, 20, 2)]
    images = survey.survey(state, {"of": "images"}).value
    assert (images["of"], images["sizes"]) == (3, [[60, 40, 3]])


def test_figures_and_the_static_summary_are_of_the_boxes(state):
    found = Exploration("cells", store=state.store)
    assert (found.of, found.result()["counts"]["red"]["unassigned"], found.survey.done) == ("boxes", 1, 4)
    assert [text.get_text() for text in found.boxes().axes[0].get_legend().get_texts()] == ["red (2)", "white (2)"]
    assert found.steps().axes
    assert found.batch().axes
    images = Exploration("cells", store=state.store, of="images")
    assert images.survey.done == 3
    html = summary(state)
    assert "3 images, 4 boxes" in html
    assert "sizes and positions of the boxes" in html

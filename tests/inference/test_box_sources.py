"""Predicting over given boxes: each is cut out, answered, and named by its place."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from workbench.errors import NotFoundError, WorkbenchError
from workbench.inference import predict
from workbench.inference.box_sources import open_boxes, theme_of_model
from workbench.registry import register
from workbench.registry.tracking import experiment_for
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData
from workbench.store.labels import labels_of
from workbench.store.themes import create_theme

QUIET = {"num_workers": 0, "progress": False}


@pytest.fixture
def striped():
    """An image of 12 x 10 pixels, as PNG: its left half is dark, its right half bright."""
    pixels = np.full((10, 12, 3), 25, np.uint8)
    pixels[:, 6:] = 230
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, "PNG")
    return content.getvalue()


def test_the_boxes_of_a_theme_are_answered_one_by_one(shades, striped):
    sample = shades.add_sample(striped, label=None, split=None, name="striped.png")
    with shades.store.write() as session:
        dark, gray, _ = (label.id for label in labels_of(shades.theme_id, session=session))
        boxes = [BoxData(dark, 0, 0, 6, 10), BoxData(gray, 7, 1.5, 5, 5)]
        replace_boxes(sample, boxes, annotator="mika", session=session)

    result = predict("shades", source="boxes", **QUIET)

    table = result.table()
    assert table["file"].tolist() == ["striped.png#xywh=0,0,6,10", "striped.png#xywh=7,1.5,5,5"]
    assert (table["label"].tolist(), table["actual"].tolist()) == (["dark", "bright"], ["dark", "gray"])
    assert (result.predicted, result.stored, result.metrics["accuracy"]) == (2, 0, 0.5)


def test_the_boxes_of_a_data_set_are_answered_and_its_faults_are_rows(shades, striped, tmp_path):
    found = [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 10]},
        {"id": 2, "image_id": 1, "category_id": 1, "bbox": [6, 2, 60, 6]},
        {"id": 3, "image_id": 1, "category_id": 1, "bbox": [50, 0, 5, 5]},
        {"id": 4, "image_id": 1, "category_id": 9, "bbox": [0, 0, 5, 5]},
    ]
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.png").write_bytes(striped)
    images = [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "gone.png"}]
    content = {"images": images, "annotations": found, "categories": [{"id": 1, "name": "dark"}]}
    (tmp_path / "set" / "coco.json").write_text(json.dumps(content))

    result = predict("shades", source=f"boxes:{tmp_path / 'set'}", **QUIET)

    table = result.table()
    good = table[table["error"].isna()]
    assert dict(zip(good["file"], good["label"], strict=True)) == {
        "a.png#xywh=0,0,5,10": "dark",
        "a.png#xywh=6,2,6,6": "bright",
    }
    assert sorted(reason.split("'")[0].strip() for reason in table["error"].dropna()) == [
        "a box of",
        "the image",
        "there is no category 9 (image 1, annotation 4)",
    ]
    assert (result.predicted, result.failed, result.metrics["accuracy"]) == (2, 3, 0.5)


def test_a_theme_of_boxes_stands_for_its_crops(shades):
    with shades.store.write() as session:
        create_theme("cells", task="boxes", session=session)
        create_theme("tissue", task="boxes", session=session)
        create_theme("cells-crops", session=session)
    assert [theme_of_model(name, shades.store) for name in ("cells", "tissue", "shades")] == [
        "cells-crops",
        "tissue",
        "shades",
    ]
    with pytest.raises(NotFoundError, match="'cells-crops' has no registered model"):
        predict("cells", source="boxes", **QUIET)
    experiment_for("cells-crops", shades.project)
    with pytest.raises(NotFoundError, match="Name that one: 'cells-crops'"):
        register("cells", project=shades.project)


def test_nothing_to_cut_out_is_a_clear_error(shades, tmp_path):
    with pytest.raises(WorkbenchError, match="'shades' has no boxes"):
        predict("shades", source="boxes", **QUIET)
    with pytest.raises(WorkbenchError, match="nowhere"):
        predict("shades", source=f"boxes:{tmp_path / 'nowhere'}", **QUIET)
    with pytest.raises(WorkbenchError, match="There is no run"):
        open_boxes("boxes", "shades", "0" * 32, store=shades.store)

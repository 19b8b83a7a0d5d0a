"""Training on boxes: the plan is made of crops, with the boxes' labels and the images' splits."""

import io

import numpy as np
from PIL import Image

from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.themes import create_theme
from workbench.training.plan import make_plan, read_settings


def test_a_theme_of_boxes_is_planned_as_its_crops(sqlite_store):
    random = np.random.default_rng(0)
    with sqlite_store.write() as session:
        theme = create_theme("cells", labels=["red", "white"], task="boxes", session=session)
        red, white = (label.id for label in labels_of(theme.id, session=session))
        for number in range(6):
            buffer = io.BytesIO()
            Image.fromarray(random.integers(0, 256, (40, 60, 3), dtype=np.uint8)).save(buffer, "PNG")
            digest = sha256_of(buffer.getvalue())
            uri = sqlite_store.images.put(buffer.getvalue(), sha256=digest, suffix="png")
            sample = Sample(
                theme_id=theme.id, sha256=digest, uri=uri, name=f"{number}.png", width=60, height=40, size_bytes=1
            )
            session.add(sample)
            session.flush()
            boxes = [BoxData(red, 2, 4, 10, 20), BoxData(white, 30, 10, 25, 15)]
            replace_boxes(sample.id, boxes, annotator="mika", session=session)
    overrides = {"data.samples": "boxes", "data.box_margin": 0}
    params, augment = read_settings(sqlite_store.project, theme="cells", overrides=overrides)

    plan = make_plan(params, augment, sqlite_store.project)

    assert (plan.theme, plan.class_names) == ("cells-crops", ["red", "white"])
    assert {split: len(images) for split, images in plan.images.items()} == {"train": 8, "valid": 2, "test": 2}
    assert sorted(plan.images["test"].targets) == [0, 1]

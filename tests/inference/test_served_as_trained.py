"""What is trained is what is served: an image is the same, and gets the same answer, on every way into the network."""

from __future__ import annotations

import io

import cv2
import mlflow.pyfunc
import numpy as np
import pytest
import torch
from PIL import Image

from workbench import predict, register
from workbench.data import AugmentConfig, LabeledImages, ThemeDataModule, decode_rgb
from workbench.data.batches.inputs import read_inputs
from workbench.inference.batches import read_batches
from workbench.inference.items import Item
from workbench.panels.explore.preview import preview
from workbench.panels.explore.state import ExplorePanelState
from workbench.registry.model_loading import load_model
from workbench.registry.pyfunc import as_image
from workbench.registry.tracking import connect
from workbench.store.samples import get_sample
from workbench.training.fit import test as evaluate_test_split
from workbench.training.module import Classifier
from workbench.training.params import Params

LABELS = ["dark", "gray", "bright"]
WAYS = {
    "whole": ({}, {"height": 12, "width": 14}),
    "patches": ({"gamma": {"gamma": 0.8}, "patches": {"size": 8, "stride": 4}}, {"height": 6, "width": 6}),
}


def encoded(mode: str, file_format: str) -> bytes:
    """A picture of which no two pixels are alike, in the modes and formats that people have."""
    values = np.random.default_rng(5).integers(0, 256, (20, 24, 3), dtype=np.uint8)
    content = io.BytesIO()
    Image.fromarray(values).convert(mode).save(content, file_format)
    return content.getvalue()


@pytest.fixture(params=WAYS)
def way(request, shades):
    """A model with these steps in production, and the data of a training with them: gray, colored, palette and JPEG."""
    steps, crop = WAYS[request.param]
    evaluation = [{"CenterCrop": crop}]
    augmentation = {"normalization": "imagenet", "valid": evaluation, "test": evaluation}
    contents = [encoded("L", "PNG"), encoded("RGB", "PNG"), encoded("P", "GIF"), encoded("RGB", "JPEG")]
    ids = [
        shades.add_sample(content, label="gray", split="valid", name=f"odd/{number}.png")
        for number, content in enumerate(contents)
    ]
    with shades.store.read() as session:
        paths = [shades.store.images.path(get_sample(id_, session=session).uri) for id_ in ids]
    run_id = shades.log_run(sharpness=3.0, size=16, preprocessing_steps=steps, augmentation=augmentation)
    register("shades", run_id, "production")
    draft = {"image": {"size": 16}, "preprocessing": steps, "augmentation": augmentation}
    images = LabeledImages.create(paths, [1] * len(paths), LABELS)
    data = ThemeDataModule({"train": images, "valid": images, "test": images}, AugmentConfig.from_dict(draft))
    connect(shades.project)
    model = mlflow.pyfunc.load_model("models:/shades@production")
    return shades, data, model, paths, ids, draft


def forms_of(path):
    """What a registered model accepts for one and the same image."""
    pixels = decode_rgb(path)
    gray = bool((pixels == pixels[..., :1]).all())
    return [str(path), path, path.read_bytes(), pixels, pixels[..., 0] if gray else pixels]


def test_the_network_gets_the_same_bits_on_every_way(way):
    shades, data, model, paths, ids, draft = way
    (trained,) = data.val_dataloader()
    assert len(trained.images) == len(paths) * (16 // 4 - 1) ** 2 if "patches" in draft["preprocessing"] else len(paths)
    (tested,) = data.test_dataloader()
    assert torch.equal(tested.images, trained.images)

    items = [Item(path.name, str(path)) for path in paths]
    preprocessing = load_model("shades", device="cpu").preprocessing
    (read,) = read_batches(items, preprocessing, batch_size=8, num_workers=0)
    assert torch.equal(read.inputs[0].images, trained.images)
    assert read.inputs[0].owners.tolist() == trained.indices.tolist()

    served = model.unwrap_python_model().classifier.preprocessing
    for forms in zip(*map(forms_of, paths), strict=True):
        (inputs,), errors = read_inputs(forms, as_image, served)
        assert torch.equal(inputs.images, trained.images)
        assert errors == {}

    state = ExplorePanelState(shades.store, shades.theme_id, shades.project.augment_file)
    for position, sample_id in enumerate(ids):
        answer = preview(state, {"draft": draft, "sample": sample_id, "view": "splits"})
        rows = trained.images[trained.indices == position]
        for split in ("valid", "test"):
            (picture,) = answer.value["splits"][split]
            shown = cv2.imdecode(np.frombuffer(answer.buffers[picture["buffer"]], np.uint8), cv2.IMREAD_COLOR_RGB)
            assert torch.equal(preprocessing.normalize([shown])[0], rows[len(rows) // 2])


def test_an_image_gets_the_same_probabilities_on_every_way(way, tmp_path):
    _, data, model, paths, *_ = way
    loaded = load_model("shades", device="cpu")
    module = Classifier(loaded.network, Params(), LABELS, [1, 1, 1], total_steps=1)
    evaluate_test_split(module, data, tmp_path)
    rows, _, expected = module.predictions.per_image()
    assert rows.tolist() == list(range(len(paths)))
    assert np.ptp(expected, axis=0).max() > 1e-3, "the images can be told apart"

    table = predict("shades", source=paths, output=tmp_path / "answers.csv", device="cpu").table()
    assert table[[f"p:{name}" for name in LABELS]].to_numpy() == pytest.approx(expected, abs=1e-6)
    for forms in zip(*map(forms_of, paths), strict=True):
        answered = model.predict(list(forms))["probabilities"]
        assert np.array([list(each.values()) for each in answered]) == pytest.approx(expected, abs=1e-6)

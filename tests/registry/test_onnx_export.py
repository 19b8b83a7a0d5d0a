"""A model as an ONNX file gives the same predictions."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from PIL import Image
from sqlalchemy import select

from workbench import register
from workbench.errors import NotFoundError, WorkbenchError
from workbench.registry.model_loading import load_model
from workbench.registry.onnx_export import export_onnx
from workbench.store.schema import Sample


def test_onnx_gives_the_same_answers(shades, tmp_path):
    loaded = load_model("shades", "production", device="cpu")
    with shades.store.read() as session:
        files = [shades.store.images.path(uri) for uri in session.scalars(select(Sample.uri).order_by(Sample.id))]
    result = export_onnx("shades", "production", tmp_path / "out" / "shades.onnx", images=files)
    assert result.largest_difference < 1e-5
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["shades.onnx"]
    described = {entry.key: entry.value for entry in onnx.load(result.file).metadata_props}
    assert json.loads(described["class_names"]) == ["dark", "gray", "bright"]
    session = onnxruntime.InferenceSession(str(result.file))
    pixels = np.stack([loaded.preprocessing.patches(file)[0] for file in files])
    (answers,) = session.run(None, {"images": pixels})
    assert [loaded.class_names[index] for index in answers.argmax(axis=1)][:3] == ["dark", "gray", "bright"]
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def answers_of(file: Path, pixels: np.ndarray) -> np.ndarray:
    return onnxruntime.InferenceSession(str(file)).run(None, {"images": pixels})[0]


def photo(tmp_path: Path, level: int, size: tuple[int, int]) -> Path:
    """Dark on the left, `level` on the right: what is cut off or turned round changes the answer."""
    file = tmp_path / f"{level}-{size[0]}.png"
    pixels = np.zeros((*size, 3), dtype=np.uint8)
    pixels[:, size[1] // 3 :] = level
    Image.fromarray(pixels).save(file)
    return file


@pytest.mark.parametrize(
    ("library", "transforms"),
    [
        ("albumentations", [{"CenterCrop": {"height": 4, "width": 4}}, {"HorizontalFlip": {"p": 1}}]),
        ("albumentations", [{"PadIfNeeded": {"min_height": 12, "min_width": 12, "fill": 200, "border_mode": 0}}]),
        ("torchvision", [{"CenterCrop": {"size": 3}}]),
    ],
)
def test_onnx_holds_the_test_transforms_and_answers_as_the_served_model(shades, tmp_path, library, transforms):
    run_id = shades.log_run(sharpness=8.0, augmentation={"library": library, "test": transforms})
    result = export_onnx("shades", run_id, tmp_path / "net.onnx")
    assert (result.checked_on, result.checked) == ("theme", 16)
    assert result.largest_difference < 1e-5
    loaded = load_model("shades", run_id, device="cpu")
    file = photo(tmp_path, 230, (10, 12))
    served = loaded.classifier.predict([str(file)])["probabilities"][0]
    answers = answers_of(result.file, np.stack(loaded.preprocessing.patches(file)))
    np.testing.assert_allclose(answers[0], list(served.values()), atol=1e-5)


def test_onnx_refuses_test_transforms_that_it_cannot_hold(shades, tmp_path):
    run_id = shades.log_run(augmentation={"test": [{"CenterCrop": {"height": 4, "width": 4}}, {"ToGray": {"p": 1}}]})
    with pytest.raises(WorkbenchError, match="CenterCrop, ToGray"):
        export_onnx("shades", run_id, tmp_path / "net.onnx")
    assert not list(tmp_path.glob("*.onnx"))


def test_onnx_of_images_that_keep_their_size_takes_every_size(shades, tmp_path):
    run_id = shades.log_run(size=None, sharpness=8.0)
    result = export_onnx("shades", run_id, tmp_path / "net.onnx")
    loaded = load_model("shades", run_id, device="cpu")
    for size in ((10, 12), (33, 20)):
        file = photo(tmp_path, 128, size)
        served = loaded.classifier.predict([str(file)])["probabilities"][0]
        answers = answers_of(result.file, np.asarray(Image.open(file))[None])
        np.testing.assert_allclose(answers[0], list(served.values()), atol=1e-5)


def test_onnx_of_a_real_network_is_checked_on_the_themes_images(shades, tmp_path):
    with pytest.raises(NotFoundError):
        export_onnx("shades", "staging", tmp_path / "none.onnx")
    register("shades", shades.log_run(network="ResNet18"), "staging")
    result = export_onnx("shades", "staging", tmp_path / "net.onnx")
    assert result.largest_difference < 1e-3
    assert result.file.stat().st_size > 1_000_000

"""A model as an ONNX file gives the same predictions."""

import json

import numpy as np
import onnx
import onnxruntime
import pytest
from sqlalchemy import select

from workbench import register
from workbench.errors import NotFoundError
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


def test_onnx_of_a_real_network_is_checked_on_drawn_images(shades, tmp_path):
    with pytest.raises(NotFoundError):
        export_onnx("shades", "staging", tmp_path / "none.onnx")
    register("shades", shades.log_run(network="ResNet18"), "staging")
    result = export_onnx("shades", "staging", tmp_path / "net.onnx")
    assert result.largest_difference < 1e-3
    assert result.file.stat().st_size > 1_000_000

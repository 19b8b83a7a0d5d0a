"""From a training to every way in which its model is asked, another process and HTTP among them."""

import io
import json

import numpy as np
import onnxruntime
import pytest
from PIL import Image
from sqlalchemy import update

from tests.colors import COLORS, project_without_theme  # noqa: F401
from workbench import predict, register
from workbench.data.decoding import decode_rgb
from workbench.inference.output_formats import PROBABILITY
from workbench.registry.model_loading import load_model
from workbench.registry.onnx_export import export_onnx
from workbench.store.schema import Sample

ASKED = """
import base64, json, sys
from pathlib import Path
import mlflow
from fastapi.testclient import TestClient
from mlflow.pyfunc import scoring_server
from workbench.data.decoding import decode_rgb
from workbench.paths import find_project
from workbench.registry.tracking import connect

connect(find_project())
model = mlflow.pyfunc.load_model("models:/colors@production")
file = Path(sys.argv[1])
content = file.read_bytes()
text = base64.b64encode(content).decode()
pixels = decode_rgb(file)
given = {"path": str(file), "bytes": content, "array": pixels, "base64": text, "url": "data:image/jpeg;base64," + text}
answers = {name: model.predict([image])["probabilities"][0] for name, image in given.items()}
client = TestClient(scoring_server.init(model))
for name, body in {
    "HTTP": {"inputs": [text]},
    "HTTP pixels": {"inputs": [pixels.tolist()]},
    "HTTP table": {"dataframe_split": {"columns": ["image"], "data": [[text]]}},
}.items():
    reply = client.post("/invocations", json=body)
    answers[name] = reply.json()["predictions"][0]["probabilities"]
print(json.dumps(answers))
"""


@pytest.fixture
def theme(project_without_theme):  # noqa: F811
    """Colors of which blue has no test images."""
    colors = project_without_theme
    splits = {0: "valid", 1: "test"}
    colors.add(dict.fromkeys(COLORS, 16), split=lambda index: splits.get(index % 4, "train"))
    with colors.store.write() as session:
        blue = Sample.name.like("blue%") & (Sample.split == "test")
        session.execute(update(Sample).where(blue).values(split="train"))
    return colors


def photo(tmp_path):
    """A JPEG that is larger than the network's input, wider than high, and turned by EXIF."""
    image = Image.fromarray(np.random.default_rng(3).integers(0, 256, (61, 97, 3), dtype=np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6
    content = io.BytesIO()
    image.save(content, "JPEG", exif=exif)
    file = tmp_path / "photo.jpg"
    file.write_bytes(content.getvalue())
    return file


def test_a_model_gives_one_answer_on_every_way_from_the_training_to_http(theme, tmp_path, run_python):
    crop = [{"CenterCrop": {"height": 12, "width": 10}}]
    transforms = {f"augmentation.{split}": crop for split in ("train", "valid", "test")}
    run = theme.train({"image.size": [12, 16], **transforms})
    registered = register("colors", run.run_id, "production")
    assert registered.snapshot_digest == run.snapshot_digest
    assert registered.network == "TwoLayers"
    assert registered.preprocessing.startswith("resize to 12 x 16, CenterCrop; mean 0.485")

    predicted = predict("colors", source="test")
    assert predicted.origin["snapshot"] == run.snapshot_digest[:12]
    assert predicted.origin["preprocessing"] == registered.preprocessing
    ours = {name.removeprefix("test_"): value for name, value in run.metrics.items()}
    assert predicted.metrics == pytest.approx({name: ours[name] for name in predicted.metrics})
    assert predicted.confusion.counts.tolist() == run.confusion.counts.tolist()
    said = {(row.label, row.f1, row.support) for row in predicted.per_class}
    assert said == {(row.label, row.f1, row.support) for row in run.confusion.per_class()}

    file = photo(tmp_path)
    child = run_python(ASKED, file)
    output, errors = child.communicate()
    assert child.returncode == 0, errors
    answers = {name: list(each.values()) for name, each in json.loads(output.splitlines()[-1]).items()}
    loaded = load_model("colors", "production")
    rows = predict("colors", source=file).table()
    answers["predict"] = [float(rows.loc[0, f"{PROBABILITY}{name}"]) for name in run.class_names]
    exported = export_onnx("colors", "production", tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(exported.file))
    answers["ONNX"] = session.run(None, {"images": np.stack(loaded.preprocessing.patches(file))})[0][0].tolist()
    for way, values in answers.items():
        assert values == pytest.approx(answers["path"], abs=1e-5), way
    assert decode_rgb(file).shape == (97, 61, 3), "the photo is turned"

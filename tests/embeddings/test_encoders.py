"""Encoders: an image has one vector, whatever stands beside it in a batch."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest
import torch

from workbench.embeddings.efficientnet_lite import Network
from workbench.embeddings.encoder import squared
from workbench.embeddings.encoders import open_encoder
from workbench.embeddings.hog import Hog
from workbench.embeddings.lite0 import Lite0, weights_file
from workbench.errors import NotFoundError, WorkbenchError


@pytest.fixture(scope="module", params=["hog", "lite0@64"])
def encoder(request):
    return Hog() if request.param == "hog" else Lite0(64)


def test_a_vector_does_not_depend_on_the_batch(encoder):
    images = np.random.default_rng(0).integers(0, 256, (3, encoder.side, encoder.side, 3), np.uint8)
    together = encoder.encode(images)
    assert together.shape == (3, encoder.dimensions)
    assert together.dtype == np.float32
    assert np.isfinite(together).all()
    np.testing.assert_allclose(encoder.encode(images[1:2]), together[1:2], rtol=1e-3, atol=1e-4)


def test_parts_cover_the_vector(encoder):
    assert encoder.parts[0].start == 0
    assert [part.stop for part in encoder.parts[:-1]] == [part.start for part in encoder.parts[1:]]
    assert encoder.parts[-1].stop == encoder.dimensions


def test_gradients_of_a_vertical_and_a_horizontal_edge_differ_and_brightness_does_not_count():
    image = np.full((32, 32, 3), 40, np.uint8)
    image[:, 16:] = 200
    vertical, turned, brighter = Hog().encode(np.stack([image, image.transpose(1, 0, 2), image + 50]))
    gradients = slice(Hog.parts[0].start, Hog.parts[0].stop)
    assert np.abs(vertical[gradients] - turned[gradients]).max() > 0.3
    np.testing.assert_allclose(vertical[gradients], brighter[gradients], atol=1e-5)


def test_the_published_weights_fit_key_by_key_and_tell_a_plain_image_apart_from_noise():
    network = Network()
    network.load_state_dict(torch.load(weights_file(), map_location="cpu", weights_only=True))
    with torch.inference_mode():
        logits = network.eval()(torch.zeros(1, 3, 64, 64))
    assert logits.shape == (1, 1000)
    encoder = Lite0(64)
    noise = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    plain = np.full((1, 64, 64, 3), 128, np.uint8)
    one, other, gray = encoder.encode(np.concatenate([noise, plain]))
    assert np.linalg.norm(one - other) < np.linalg.norm(one - gray)


@pytest.mark.parametrize("shape", [(5, 9), (32, 32), (300, 200)])
def test_any_image_is_brought_to_a_square(shape):
    image = np.full((*shape, 3), 77, np.uint8)
    assert squared(image, 32).shape == (32, 32, 3)
    assert (squared(image, 32) == 77).all()


def test_what_an_encoder_is_is_known_without_torch():
    """A kernel asks for it while somebody labels: loading torch would get into the way of the keys."""
    asked = "import sys; from workbench.embeddings.encoders import open_encoder; e = open_encoder('lite0@112');"
    done = subprocess.run(
        [sys.executable, "-c", asked + "print(e.digest, e.dimensions, 'torch' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [Lite0(112).digest, "2816", "False"]


def test_for_many_images_lite0_is_run_by_onnxruntime_and_answers_the_same(tmp_path, monkeypatch):
    class Tiny(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = torch.nn.Conv2d(3, 2816, 3)

        def features(self, images):
            return self.layer(images).mean(dim=(2, 3))

    monkeypatch.setattr(Lite0, "_network", Tiny().eval())
    images = np.random.default_rng(0).integers(0, 255, (5, 32, 32, 3), dtype=np.uint8)
    encoder = Lite0(32, tmp_path)
    by_torch = encoder.encode(images)
    encoder.prepare(10)
    assert list(tmp_path.iterdir()) == []
    encoder.prepare(10_000)
    monkeypatch.setattr(Lite0, "_network", None)
    assert np.abs(encoder.encode(images) - by_torch).max() < 1e-4
    # The next process finds it there.
    assert np.abs(Lite0(32, tmp_path).encode(images[:1]) - by_torch[:1]).max() < 1e-4


def test_a_stroke_that_is_moved_by_some_pixels_stays_alike():
    def stroke(moved):
        image = np.zeros((32, 32, 3), np.uint8)
        cv2.line(image, (10 + moved, 4), (20 + moved, 27), (255,) * 3, 2)
        return image

    gradients = Hog.parts[0].stop
    there, moved = Hog().encode(np.stack([stroke(0), stroke(3)]))[:, :gradients]
    # It was 0.57 where each gradient counted for one cell alone.
    assert there @ moved / np.linalg.norm(there) / np.linalg.norm(moved) > 0.65


def test_networks_of_timm_and_from_onnx_files_are_encoders(tmp_path):
    import timm

    torch.manual_seed(0)
    network = timm.create_model("test_resnet", pretrained=False).eval()
    torch.save(network.state_dict(), tmp_path / "net.pth")
    of_timm = open_encoder(f"timm:test_resnet@64={tmp_path / 'net.pth'}")
    assert [part.name for part in of_timm.parts] == ["middle", "last"]

    class Maps(torch.nn.Module):
        def forward(self, images):
            return images[:, :, ::2, ::2], images.mean(dim=(2, 3))

    torch.onnx.export(Maps(), (torch.zeros(2, 3, 16, 16),), str(tmp_path / "maps.onnx"), dynamo=False)
    of_file = open_encoder(str(tmp_path / "maps.onnx"))
    assert (of_file.side, of_file.dimensions, len(of_file.parts)) == (16, 6, 2)
    for encoder in (of_timm, of_file):
        # The file was made for two images at once; three and one do as well.
        images = np.random.default_rng(0).integers(0, 256, (3, encoder.side, encoder.side, 3), np.uint8)
        found = encoder.encode(images)
        assert found.shape == (3, encoder.dimensions)
        np.testing.assert_allclose(encoder.encode(images[1:2]), found[1:2], rtol=1e-3, atol=1e-4)


def test_what_is_not_installed_or_not_in_a_file_is_told(tmp_path, monkeypatch):
    file = tmp_path / "odd.onnx"
    file.write_bytes(b"nothing")
    with pytest.raises(WorkbenchError, match="cannot be used as an encoder"):
        open_encoder(str(file))
    with pytest.raises(NotFoundError, match="no network 'resnet_of_mine'"):
        open_encoder(f"timm:resnet_of_mine={file}")
    with pytest.raises(WorkbenchError, match="holds no weights of timm's test_resnet"):
        open_encoder(f"timm:test_resnet={file}")
    for module in ("timm", "onnxruntime"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(WorkbenchError, match="pip install timm"):
        open_encoder(f"timm:test_resnet={file}")
    with pytest.raises(
        WorkbenchError, match=r"needs onnxruntime, which is not installed: pip install 'image-workbench"
    ):
        open_encoder(str(file))

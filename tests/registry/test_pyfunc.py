"""The registered model away from this repository: in another process, over HTTP, as ONNX."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import mlflow.pyfunc
import numpy as np
import pandas as pd
import pytest
from packaging.requirements import Requirement
from PIL import Image

from workbench import register
from workbench.errors import WorkbenchError
from workbench.registry.model_loading import load_model
from workbench.registry.pyfunc import ImageClassifier
from workbench.registry.tracking import connect

LATER = ("format", "saved_by", "temperature")
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "models.md").read_text()
ELSEWHERE = """
import base64, json, sys
from pathlib import Path
import mlflow
import numpy as np

model = mlflow.pyfunc.load_model("models:/shades@production")
file = sys.argv[1]
content = Path(file).read_bytes()
import workbench
images = [file, Path(file), content, base64.b64encode(content).decode(), np.full((9, 9, 3), 230, np.uint8)]
answers = model.predict(images)
print(json.dumps({"code": workbench.__file__, "rows": answers.to_dict("records")}))
"""


def packages_of(requirements: list[str], folder: Path) -> Path:
    """Link what these requirements need, and what that needs, into a folder: an environment with nothing else in it."""
    folder.mkdir()
    waiting, seen = [Requirement(line) for line in requirements], set()
    while waiting:
        name = waiting.pop().name
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:  # for another platform
            continue
        waiting += [each for each in map(Requirement, found.requires or ()) if _applies(each)]
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (folder / top).exists():
                (folder / top).symlink_to(found.locate_file(top))
    return folder


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def test_it_answers_where_there_is_nothing_but_what_it_declares(shades, tmp_path, png):
    (tmp_path / "gray.png").write_bytes(png(128, 5))
    empty = tmp_path / "empty"
    empty.mkdir()
    register("shades", shades.log_run(), "production")
    shades.store.close()
    (shades.project.db / "workbench.db").unlink()
    (declared,) = {file.read_text() for file in shades.project.artifacts.rglob("requirements.txt")}
    packages = packages_of(declared.split(), tmp_path / "packages")
    assert not (packages / "workbench").exists()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("WORKBENCH", "PYTHON"))}
    environment |= {
        "MLFLOW_TRACKING_URI": shades.project.mlflow_uri,
        "MLFLOW_REGISTRY_URI": shades.project.mlflow_uri,
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(packages),
    }
    # -S: without this environment's own packages.
    command = [sys.executable, "-S", "-c", ELSEWHERE, str(tmp_path / "gray.png")]
    done = subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout.splitlines()[-1])
    assert Path(answer["code"]).is_relative_to(shades.project.artifacts)
    assert [row["label"] for row in answer["rows"]] == ["gray"] * 4 + ["bright"]
    assert all(row["error"] is None for row in answer["rows"])
    assert list(answer["rows"][0]["probabilities"]) == ["dark", "gray", "bright"]
    assert len({row["score"] for row in answer["rows"][:4]}) == 1
    assert list(empty.iterdir()) == []


@pytest.fixture
def model(shades):
    connect(shades.project)
    return mlflow.pyfunc.load_model("models:/shades@production")


def test_bad_input_gets_an_error_of_its_own(model, png, tmp_path):
    cut_off = png(25, 1)[:50]
    answers = model.predict(
        [
            png(25, 1),
            b"no image",
            tmp_path / "missing.png",
            "///",
            cut_off,
            np.zeros((4, 4, 7), np.uint8),
            17,
            png(230, 2),
        ]
    )
    assert list(answers["label"]) == ["dark", *[None] * 6, "bright"]
    words = ["not an image", "no file", "neither the path", "cut off", "7 channels", "int is not accepted"]
    assert all(word in error for word, error in zip(words, answers["error"][1:7], strict=True))


def test_what_is_no_list_of_images_is_told_too(model, png):
    assert "NoneType is not accepted" in model.predict(None)["error"][0]
    assert model.predict({"image": png(25, 1)})["label"].tolist() == ["dark"]
    assert model.predict(np.array(base64.b64encode(png(25, 1)).decode()))["label"].tolist() == ["dark"]
    assert model.predict(np.full((1, 8, 8, 3), 230))["label"].tolist() == ["bright"]
    assert "type int64 is not accepted" in model.predict(np.full((1, 8, 8, 3), 256))["error"][0]
    with pytest.raises(WorkbenchError, match="under the name 'image'; what came has 'picture'"):
        model.predict({"picture": [png(25, 1)]})


def test_pixels_are_read_as_they_are_meant_or_refused(model):
    bright = np.full((8, 8, 3), 230)
    for one in (bright, bright.tolist(), {"image": bright.tolist()}, bright[:, :, 0], bright.astype(np.uint8)):
        assert model.predict(one)["label"].tolist() == ["bright"], "one image, not one for each of its rows"
    assert model.predict([bright.tolist(), bright[:4, :4].tolist()])["label"].tolist() == ["bright"] * 2
    scaled = pd.DataFrame({"image": [(bright / 255).tolist(), bright.tolist()]})
    answers = model.predict(scaled)
    assert answers["label"].tolist() == [None, "bright"]
    assert "whole numbers 0..255" in answers["error"][0]
    with pytest.raises(WorkbenchError, match="column 'image'; what came has 'a', 'b'"):
        model.predict(pd.DataFrame({"a": ["x"], "b": ["y"]}))


def test_images_that_the_network_refuses_do_not_spoil_the_others(shades, png):
    register("shades", shades.log_run(size=None, smallest=6), "production")
    connect(shades.project)
    model = mlflow.pyfunc.load_model("models:/shades@production")
    answers = model.predict([png(25, 1, size=(5, 5)), png(25, 2, size=(20, 30)), png(230, 3, size=(8, 8))])
    assert list(answers["label"]) == [None, "dark", "bright"]
    assert "5 x 5 pixels" in answers["error"][0]


def test_a_model_of_another_version_says_so(shades, tmp_path, caplog):
    loaded = load_model("shades", "production").classifier
    folder = tmp_path / "content"
    shutil.copytree(next(shades.project.artifacts.rglob("model.json")).parent, folder)
    file = folder / "model.json"

    def saved(**changes: object) -> None:
        file.write_text(json.dumps({**json.loads(loaded.content.to_json()), **changes}))

    saved(saved_by="0.0.9")
    assert ImageClassifier(folder).class_names == loaded.class_names
    assert "saved by workbench 0.0.9; this is" in caplog.text
    saved(saved_by="0.0.9", preprocessing={"config": {"image": {"sides": 8}}})
    with pytest.raises(WorkbenchError, match=r"saved by workbench 0\.0\.9, and this one .* cannot load it: .*sides"):
        ImageClassifier(folder)
    saved(saved_by="9.1", format=99)
    with pytest.raises(WorkbenchError, match=r"saved by workbench 9\.1, in a form that this one"):
        ImageClassifier(folder)
    file.write_text(json.dumps({k: v for k, v in json.loads(loaded.content.to_json()).items() if k not in LATER}))
    assert ImageClassifier(folder).content.temperature == 1


def test_it_is_served_over_http(shades, tmp_path, png):
    """The two lines of docs/models.md, on a free port and with this test's model."""
    serve, ask = (line.strip() for line in re.findall(r"^    (?:mlflow models serve|curl) .*$", PAGE, re.MULTILINE))
    port = free_port()
    command = [
        sys.executable,
        "-m",
        *shlex.split(serve.replace("digits", "shades").replace("5001", str(port))),
    ]
    _, _, header, _, body, address = shlex.split(ask.replace("5001", str(port)))
    name, kind = header.split(": ")
    # MLflow leaves the registry of an earlier test in the environment.
    ours = ("WORKBENCH", "PYTHON", "MLFLOW")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"MLFLOW_TRACKING_URI": shades.project.mlflow_uri, "OMP_NUM_THREADS": "1"}
    log = (tmp_path / "server.log").open("w")
    server = subprocess.Popen(
        [*command, "-w", "1"],
        cwd=tmp_path,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_until_up(f"http://127.0.0.1:{port}/ping", server, tmp_path / "server.log")
        images = [base64.b64encode(png(level, 9)).decode() for level in (25, 230)]
        sent = body.replace("$(base64 -w0 image.png)", '", "'.join([*images, "bm8gaW1hZ2U="]))
        request = urllib.request.Request(address, sent.encode(), {name: kind})
        with urllib.request.urlopen(request, timeout=60) as response:
            rows = json.load(response)["predictions"]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        log.close()
    assert [row["label"] for row in rows] == ["dark", "bright", None]
    assert rows[0]["probabilities"]["dark"] == rows[0]["score"]
    assert "not an image" in rows[2]["error"]


def free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_up(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=1) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the server did not come up: {log.read_text()}")


def test_processes_started_after_loading_a_model_run_this_package_not_the_models_copy(shades):
    before = list(sys.path)
    load_model("shades", "production", device="cpu")
    assert sys.path == before


def test_palette_and_rotated_files_are_seen_as_a_person_sees_them(model):
    content = io.BytesIO()
    Image.fromarray(np.full((9, 9), 255, np.uint8)).convert("P").save(content, "GIF")
    assert model.predict([content.getvalue()])["label"][0] == "bright"

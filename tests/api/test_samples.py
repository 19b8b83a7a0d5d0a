"""Samples, images, decisions and predictions through the REST interface, on a real Jupyter Server."""

import io
import re
import socket
import urllib.parse
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from sqlalchemy import event

from workbench.api.models import DecisionsIn
from workbench.api.operations import Request
from workbench.api.samples import decide
from workbench.store.history import history_of
from workbench.store.imported_models import add_imported_model
from workbench.store.label_merges import merge_labels
from workbench.store.labels import get_label
from workbench.store.model_versions import add_model_version, set_stage
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.themes import get_theme


def test_labeling_one_by_one(api, own, store):
    path, ids = own
    decisions = [
        {"sample_id": ids[0], "label": "cat", "client_key": "a"},
        {"sample_id": ids[1], "skip": True},
        {"sample_id": ids[0], "label": "dog", "seen": None},
        {"sample_id": 10**9, "label": "dog"},
    ]
    status, outcomes = api.post(f"{path}/decisions", {"decisions": decisions, "annotator": "ann"})
    assert status == 200
    assert [(row["status"], row["label"], row["skipped"], row["annotator"]) for row in outcomes] == [
        ("changed", "cat", False, "ann"),
        ("changed", None, True, "ann"),
        ("conflict", "cat", False, "ann"),
        ("missing", None, False, None),
    ]
    _, again = api.post(f"{path}/decisions", {"decisions": decisions[:1], "annotator": "ann"})
    assert again[0]["status"] == "replayed"
    events = api.get(f"{path}/samples/{ids[0]}/history")[1]
    assert [(event["annotator"], event["source"], event["action"]) for event in events] == [("ann", "human", "label")]
    with store.read() as session:
        assert [event.annotator for event in history_of(ids[0], session=session)] == ["ann"]


def test_pages_and_filters(api, pets):
    path, ids = pets
    status, page = api.get(f"{path}/samples", sort="-name", offset=2, limit=3)
    assert (status, page["total"]) == (200, 12)
    assert [sample["name"] for sample in page["samples"]] == ["image 7.png", "image 6.png", "image 5.png"]
    assert api.get(f"{path}/samples", search="MAGE 11")[1]["samples"][0]["id"] == ids[11]
    assert api.get(f"{path}/samples", label="cat")[0] == 200
    assert api.get(f"{path}/samples", label="cta")[0] == 404


def test_pictures(api, pets):
    path, ids = pets
    status, content = api.get(f"{path}/samples/{ids[3]}/image")
    assert (status, Image.open(io.BytesIO(content)).size) == (200, (300, 200))
    status, content = api.get(f"{path}/samples/{ids[3]}/thumbnail", side=128)
    assert (status, Image.open(io.BytesIO(content)).size) == (200, (128, 85))


def test_predictions_of_the_production_model(api, own, store):
    path, ids = own
    assert api.get(f"{path}/predictions")[0] == 404
    with store.write() as session:
        theme_id = get_theme(path.removeprefix("/themes/"), session=session).id
        cat = get_label(theme_id, "cat", session=session).id
        model = add_model_version(theme_id, 1, run_id="r", snapshot_id=None, metrics={}, session=session)
        write_predictions(model.id, [Predicted(sample_id, cat, 0.5) for sample_id in ids], session=session)
        set_stage(theme_id, 1, "production", session=session)
    _, found = api.get(f"{path}/predictions", limit=2)
    assert found == {
        "version": 1,
        "total": 12,
        "predictions": [{"sample_id": sample_id, "label": "cat", "score": 0.5} for sample_id in ids[:2]],
    }
    with store.write() as session:
        merge_labels(cat, get_label(theme_id, "dog", session=session).id, annotator="ann", session=session)
    assert {row["label"] for row in api.get(f"{path}/predictions")[1]["predictions"]} == {"dog"}
    with store.write() as session:
        imported = add_imported_model(theme_id, "net", session=session)
        write_predictions(imported.id, [Predicted(ids[0], cat, 0.75)], session=session)
    found = api.get(f"{path}/predictions", imported="net")[1]
    assert (found["version"], found["total"], found["predictions"][0]["score"]) == (0, 1, 0.75)
    assert api.get(f"{path}/predictions", imported="other")[0] == 404


def test_uploads_that_are_no_images_are_named_with_the_reason(api, pets):
    status, report = api.upload("/themes/pets/samples", [("../../evil.png", b"<script>alert(1)</script>")])
    assert (status, report["added"], len(report["rejected"])) == (200, 0, 1)
    assert report["rejected"][0]["reason"]
    assert api.upload("/themes/pets/samples", [])[0] == 400
    assert not list(api.root.rglob("evil*"))


def test_a_thousand_decisions_ask_for_the_labels_once(api, own, store):
    path, ids = own
    decisions = [{"sample_id": ids[n % 12], "label": ("cat", "dog")[n // 12 % 2], "seen": None} for n in range(1_000)]
    body = DecisionsIn.model_validate({"decisions": decisions})
    asked = []
    event.listen(store.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    outcomes = decide(Request(store, {"theme": path.removeprefix("/themes/")}, None, body, [], "ann"))
    assert len(outcomes) == 1_000
    assert len([statement for statement in asked if statement.startswith("SELECT")]) < 8


@pytest.mark.parametrize(
    ("path", "kind", "length", "limit"),
    [
        ("samples", "multipart/form-data; boundary=x", 2**31 + 1, b"2,048 MiB"),
        ("decisions", "application/json", 2**24 + 1, b"16 MiB"),
    ],
)
def test_what_announces_too_much_is_refused_at_once(api, pets, path, kind, length, limit):
    address = urllib.parse.urlsplit(api.url)
    with socket.create_connection((address.hostname, address.port), timeout=20) as connection:
        connection.sendall(
            f"POST {address.path}/themes/pets/{path} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            f"Authorization: token {api.token}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {length}\r\n\r\n".encode()
        )
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413")
    assert limit in answer


def test_uploads_are_on_the_disk_not_in_memory(api, own):
    path, _ = own
    server = next(
        process
        for process in psutil.process_iter()
        if any(found.laddr.port == int(urllib.parse.urlsplit(api.url).port) for found in listening(process))
    )
    pixels = np.random.default_rng(1).integers(0, 256, (1_000, 1_000, 3), dtype=np.uint8)
    files = []
    for number in range(24):
        buffer = io.BytesIO()
        pixels[0, 0] = number
        Image.fromarray(pixels).save(buffer, "PNG", compress_level=0)
        files.append((f"large {number}.png", buffer.getvalue()))
    before = peak(server)
    status, report = api.upload(f"{path}/samples", files)
    assert (status, report["added"]) == (200, 24)
    assert peak(server) - before < 60 * 2**20, "72 MB came"
    assert not list((api.root / "temporary").glob("workbench-upload-*"))


def listening(process):
    try:
        return [each for each in process.net_connections("inet") if each.status == psutil.CONN_LISTEN]
    except psutil.Error:
        return []


def peak(process):
    """The most memory that a process has had, in bytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024

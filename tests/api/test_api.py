"""The REST interface from a program's side, on a real Jupyter Server."""

import argparse
import io
import itertools
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image

from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData
from workbench.store.history import history_of
from workbench.store.label_merges import merge_labels
from workbench.store.labels import get_label, labels_of
from workbench.store.model_versions import add_model_version, set_stage
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.themes import create_theme, get_theme
from workbench.user import user_name

NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def pets(api):
    """The path of the theme `pets` with twelve uploaded images, and their ids; no test changes it."""
    return with_images(api, "pets")


@pytest.fixture
def own(api):
    """The same for one test, which may do with it what it likes."""
    return with_images(api, f"own-{next(NUMBERS)}")


def with_images(api, name):
    status, theme = api.post("/themes", {"name": name, "labels": ["cat", "dog"]})
    assert (status, [label["name"] for label in theme["labels"]]) == (201, ["cat", "dog"])
    files = []
    for number in range(12):
        buffer = io.BytesIO()
        Image.new("RGB", (300, 200), (number * 20, 0, 0)).save(buffer, "PNG")
        files.append((f"image {number}.png", buffer.getvalue()))
    path = f"/themes/{name}"
    status, report = api.upload(f"{path}/samples", files)
    assert (status, report) == (200, {"added": 12, "duplicates": 0, "rejected": []})
    return path, [sample["id"] for sample in api.get(f"{path}/samples")[1]["samples"]]


def test_without_the_token_nothing_is_told_or_changed(api, pets):
    for method, path, body in (
        ("GET", "/themes", None), ("POST", "/themes", {"name": "x"}), ("GET", "/openapi.json", None),
        ("DELETE", "/themes/pets", None), ("GET", f"/themes/pets/samples/{pets[1][0]}/image", None),
    ):  # fmt: skip
        for token in (None, "wrong"):
            assert api.call(method, path, body, token=token)[0] == 403
    assert "pets" in [theme["name"] for theme in api.get("/themes")[1]]


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
        ("changed", "cat", False, "ann"), ("changed", None, True, "ann"), ("conflict", "cat", False, "ann"),
        ("missing", None, False, None),
    ]  # fmt: skip
    _, again = api.post(f"{path}/decisions", {"decisions": decisions[:1], "annotator": "ann"})
    assert again[0]["status"] == "replayed"
    events = api.get(f"{path}/samples/{ids[0]}/history")[1]
    assert [(event["annotator"], event["source"], event["action"]) for event in events] == [("ann", "human", "label")]
    with store.read() as session:
        assert [event.annotator for event in history_of(ids[0], session=session)] == ["ann"]


def test_behind_a_token_alone_it_is_who_runs_the_server(api, own):
    path, ids = own
    for sample_id in ids[:2]:
        api.post(f"{path}/decisions", {"decisions": [{"sample_id": sample_id, "label": "cat"}]})
    events = [api.get(f"{path}/samples/{sample_id}/history")[1][0] for sample_id in ids[:2]]
    assert [event["annotator"] for event in events] == [user_name()] * 2
    assert api.post(f"{path}/undo", {})[1]["changed"] == 1


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


def test_splits_of_a_theme_of_boxes_are_those_of_its_images(api, store, add_samples):
    with store.write() as session:
        theme = create_theme("cells", labels=["red"], task="boxes", session=session).id
        (red,) = (label.id for label in labels_of(theme, session=session))
    with store.write() as session:
        for number in add_samples(store, theme, range(700, 704)):
            replace_boxes(number, [BoxData(red, 1, 1, 2, 2)], annotator="ann", session=session)
    status, splits = api.post("/themes/cells/splits", {"ratios": [0.5, 0.25, 0.25]})
    assert (status, splits["assigned"]) == (200, {"train": 2, "valid": 1, "test": 1})


def test_bulk_labels_splits_statistics_and_undo(api, own):
    path, ids = own
    for name, part in (("cat", ids[:6]), ("dog", ids[6:])):
        status, done = api.post(f"{path}/bulk-labels", {"filter": {"ids": part}, "label": name, "annotator": "ann"})
        assert status == 200
    _, splits = api.post(f"{path}/splits", {"ratios": [0.5, 0.25, 0.25]})
    assert splits["assigned"] == {"train": 6, "valid": 4, "test": 2}
    assert api.get(f"{path}/statistics")[1]["counts"]["cat"]["train"] == 3
    assert api.post(f"{path}/splits", {"ratios": [0.5, 0.25, 0.5]})[0] == 400
    _, undone = api.post(f"{path}/undo", {"batch_id": done["batch_id"]})
    assert undone["changed"] == 6
    assert api.post(f"{path}/undo", {"batch_id": done["batch_id"]})[0] == 404
    assert api.get(f"{path}/samples", state="unlabeled")[1]["total"] == 6


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
        "version": 1, "total": 12,
        "predictions": [{"sample_id": sample_id, "label": "cat", "score": 0.5} for sample_id in ids[:2]],
    }  # fmt: skip
    with store.write() as session:
        merge_labels(cat, get_label(theme_id, "dog", session=session).id, annotator="ann", session=session)
    assert {row["label"] for row in api.get(f"{path}/predictions")[1]["predictions"]} == {"dog"}


def test_two_annotators_and_a_reviewer(api):
    files = []
    for number in range(6):
        buffer = io.BytesIO()
        Image.new("RGB", (8, 8), (0, number * 30, 0)).save(buffer, "PNG")
        files.append((f"{number}.png", buffer.getvalue()))
    api.post("/themes", {"name": "shared", "labels": ["cat", "dog"]})
    api.upload("/themes/shared/samples", files)

    def lease(annotator, **more):
        return api.post("/themes/shared/assignments", {"annotator": annotator, **more})[1]

    ann, bob = lease("ann", number=4), lease("bob", number=4)
    assert (len(ann), len(bob)) == (4, 2)
    assert not {row["sample_id"] for row in ann} & {row["sample_id"] for row in bob}
    assert api.call("DELETE", "/themes/shared/assignments?annotator=bob")[0] == 204
    decisions = [{"sample_id": row["sample_id"], "label": "cat"} for row in ann]
    api.post("/themes/shared/decisions", {"decisions": decisions, "annotator": "ann"})
    second = [row["sample_id"] for row in lease("bob", number=4, overlap=1) if row["second"]]
    assert sorted(second) == [row["sample_id"] for row in ann]
    for sample_id, label in zip(second, ("cat", "cat", "dog", None), strict=True):
        status, outcome = api.post(
            "/themes/shared/second-opinions", {"sample_id": sample_id, "label": label, "annotator": "bob"}
        )
        assert (status, outcome["status"]) == (200, "agrees" if label == "cat" else "differs")
    queue = api.get("/themes/shared/disagreements")[1]
    assert queue[0] == {"sample_id": second[2], "label": "cat", "opinions": {"ann": "cat", "bob": "dog"}}
    assert queue[1]["opinions"] == {"ann": "cat", "bob": None}
    assert api.get("/themes/shared/agreement")[1]["percent"] == 50
    review = {"sample_id": second[2], "label": "dog", "annotator": "eve"}
    assert api.post("/themes/shared/reviews", review)[0] == 200
    assert api.post("/themes/shared/reviews", review)[0] == 409
    sample = api.get(f"/themes/shared/samples/{second[2]}")[1]
    assert (sample["label"], sample["annotator"]) == ("dog", "eve")
    assert len(api.get("/themes/shared/disagreements")[1]) == 1


def test_labels_and_themes_are_edited_and_deleted(api):
    api.post("/themes", {"name": "short lived", "labels": ["a"]})
    status, label = api.post("/themes/short%20lived/labels", {"name": "<b>", "color": "#ABCDEF"})
    assert (status, label["name"], label["color"]) == (201, "<b>", "#abcdef")
    path = f"/themes/short%20lived/labels/{label['id']}"
    assert api.call("PATCH", path, {"name": "a"})[0] == 409
    assert api.call("PATCH", path, {"name": "b"})[1]["name"] == "b"
    assert api.call("DELETE", path)[0] == 204
    assert api.call("DELETE", path)[0] == 404
    assert api.call("PATCH", "/themes/short%20lived", {"description": "gone soon"})[1]["description"] == "gone soon"
    assert api.call("DELETE", "/themes/short%20lived") == (204, b"")
    assert api.get("/themes/short%20lived")[0] == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "/themes", {"name": "pets"}, 409, "exists already"),
        ("POST", "/themes", {"name": "../../etc"}, 400, "name"),
        ("POST", "/themes", {"nmae": "x"}, 400, "nmae"),
        ("GET", "/themes/pest", None, 404, "Did you mean 'pets'"),
        ("GET", "/themes/..%2F..%2Fetc%2Fpasswd", None, 404, "no theme"),
        ("GET", "/themes/%00", None, 404, "no theme"),
        ("GET", "/themes/pets/samples?sort=size", None, 400, "sort"),
        ("GET", "/themes/pets/samples?colour=red", None, 400, "colour"),
        ("GET", "/themes/pets/samples/x", None, 400, "not an id"),
        ("GET", "/themes/pets/samples/99999999", None, 404, "no sample"),
        ("GET", "/themes/pets/samples/99999999999999999999", None, 400, "not an id"),
        ("PATCH", "/themes", {}, 405, "Allowed: GET, POST"),
        ("POST", "/themes/pets/decisions", {"decisions": [{"sample_id": "1", "label": "cat"}]}, 400, "sample_id"),
        ("POST", "/themes/pets/decisions", {"decisions": [{"sample_id": 1, "label": "cow"}]}, 404, "no label 'cow'"),
    ],
)  # fmt: skip
def test_what_is_refused_and_why(api, pets, method, path, body, status, message):
    found, answer = api.call(method, path, body)
    assert (found, message in answer["message"]) == (status, True), answer


def test_uploads_that_are_no_images_are_named_with_the_reason(api, pets):
    status, report = api.upload("/themes/pets/samples", [("../../evil.png", b"<script>alert(1)</script>")])
    assert (status, report["added"], len(report["rejected"])) == (200, 0, 1)
    assert report["rejected"][0]["reason"]
    assert api.upload("/themes/pets/samples", [])[0] == 400
    assert not list(api.root.rglob("evil*"))


def test_what_the_guide_says_to_type(api, draw_image):
    api.post("/themes", {"name": "typed", "labels": ["cat", "dog"]})
    page = (Path(__file__).resolve().parents[2] / "docs" / "group.md").read_text().replace("\\\n", "")
    curl = argparse.ArgumentParser()
    curl.add_argument("-H", action="append", type=lambda header: header.split(": "))
    curl.add_argument("-F", type=lambda field: field.split("=@"))
    curl.add_argument("-d")
    curl.add_argument("url")
    answers = []
    for line in re.findall(r"^    curl (.*)$", page, flags=re.MULTILINE):
        typed = curl.parse_args(shlex.split(line.replace("$TOKEN", api.token)))
        path, headers = typed.url.partition("/workbench/api")[2].replace("pets", "typed"), dict(typed.H)
        if typed.F:
            assert typed.F[0] == "files"
            answers.append(api.upload(path, [(typed.F[1], draw_image(1))]))
        elif typed.d:
            (sample,) = api.get("/themes/typed/samples")[1]["samples"]
            raw = typed.d.replace('"sample_id": 1,', f'"sample_id": {sample["id"]},').encode()
            answers.append(api.call("POST", path, token=None, headers=headers, raw=raw))
        else:
            answers.append(api.call("GET", path, token=None, headers=headers))
    assert [status for status, _ in answers] == [200] * 3
    (_, themes), (_, report), (_, outcomes) = answers
    assert "typed" in [theme["name"] for theme in themes]
    assert report["added"] == 1
    assert [outcome["label"] for outcome in outcomes] == ["cat"]

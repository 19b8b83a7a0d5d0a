"""Who may ask, what is refused, and what the guide says to type, on a real Jupyter Server."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from workbench.user import user_name


def test_without_the_token_nothing_is_told_or_changed(api, pets):
    for method, path, body in (
        ("GET", "/themes", None),
        ("POST", "/themes", {"name": "x"}),
        ("GET", "/openapi.json", None),
        ("DELETE", "/themes/pets", None),
        ("GET", f"/themes/pets/samples/{pets[1][0]}/image", None),
    ):
        for token in (None, "wrong"):
            assert api.call(method, path, body, token=token)[0] == 403
    assert "pets" in [theme["name"] for theme in api.get("/themes")[1]]


def test_behind_a_token_alone_it_is_who_runs_the_server(api, own):
    path, ids = own
    for sample_id in ids[:2]:
        api.post(f"{path}/decisions", {"decisions": [{"sample_id": sample_id, "label": "cat"}]})
    events = [api.get(f"{path}/samples/{sample_id}/history")[1][0] for sample_id in ids[:2]]
    assert [event["annotator"] for event in events] == [user_name()] * 2
    assert api.post(f"{path}/undo", {})[1]["changed"] == 1


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
)
def test_what_is_refused_and_why(api, pets, method, path, body, status, message):
    found, answer = api.call(method, path, body)
    assert (found, message in answer["message"]) == (status, True), answer


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

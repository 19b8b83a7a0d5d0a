"""The model beside the annotators through the REST interface."""

import io

import numpy as np
from PIL import Image

from workbench.embeddings.filling import embed
from workbench.paths import Project
from workbench.store import open_store


def test_pages_are_answered_and_the_standing_is_told(api, monkeypatch):
    generator = np.random.default_rng(0)
    files = []
    for number in range(60):
        pixels = np.full((32, 32, 3), 40, np.uint8)
        half = pixels[:, 16:] if number % 2 else pixels[16:]
        half[:] = generator.integers(150, 250, half.shape)
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "PNG")
        files.append((f"{'side' if number % 2 else 'top'}{number}.png", buffer.getvalue()))
    api.post("/themes", {"name": "halves", "labels": ["side", "top"]})
    api.upload("/themes/halves/samples", files)
    assert api.get("/themes/halves/assistant")[1]["stage"] == "features"
    assert api.get("/themes/halves/assistant/page")[0] == 404
    store = open_store(Project(api.root))
    embed(store, "halves", "auto", progress=False)
    store.close()
    names = {row["id"]: row["name"] for row in api.get("/themes/halves/samples?limit=100")[1]["samples"]}
    for number in range(8):
        status, page = api.get("/themes/halves/assistant/page?size=20")
        assert status == 200
        label = (
            "side"
            if sum(names[sample].startswith("side") for sample in page["shown"]) * 2 > len(page["shown"])
            else "top"
        )
        off = [sample for sample in page["shown"] if not names[sample].startswith(label)]
        answer = {"page": page, "label": label, "off": off, "client_key": f"page-{number}"}
        done = api.post("/themes/halves/assistant/answers", answer)
        assert done[0] == 200
        assert api.post("/themes/halves/assistant/answers", answer)[1] == done[1]
        if api.get("/themes/halves/assistant")[1]["right"] is not None:
            break
    standing = api.get("/themes/halves/assistant")[1]
    assert standing["right"] > 0.6
    open_ones = api.get("/themes/halves/samples?state=unlabeled&limit=100")[1]["samples"]
    one = open_ones[0]["id"]
    told = api.post("/themes/halves/assistant/suggestions", {"ids": [one]})[1]
    assert told[0]["sample_id"] == one
    assert {each["label"] for each in told[0]["labels"]} <= {"side", "top"}
    useful = api.get("/themes/halves/assistant/useful?number=3")[1]["ids"]
    assert set(useful) <= {row["id"] for row in open_ones}
    assert len(useful) == 3
    like = api.post("/themes/halves/assistant/similar", {"ids": [one], "number": 10})[1]["ids"]
    assert one not in like
    assert sum(names[each][:3] == names[one][:3] for each in like) >= 8
    page = api.get(f"/themes/halves/assistant/page?kind=similar&like={one}&size=4")[1]
    assert (page["kind"], page["label"], len(page["shown"])) == ("similar", None, min(4, len(open_ones) - 1))
    assert api.get("/themes/halves/assistant/page?kind=similar")[0] == 400
    assert (standing["second_look"], standing["helpless"]) == (False, False)
    drawn = api.get("/themes/halves/assistant/map?method=pca")[1]
    assert sorted(drawn["ids"]) == sorted(names)
    assert len(drawn["x"]) == len(drawn["y"]) == 60
    assert api.get("/themes/halves/assistant/checked")[1]["ids"] == []
    assert api.call("PATCH", "/themes/halves/assistant", {"goal": 0.4})[0] == 400
    assert api.call("PATCH", "/themes/halves/assistant", {"goal": 0.9})[1]["goal"] == 0.9
    assert api.get("/themes/halves/assistant")[1]["goal"] == 0.9
    left = len(open_ones)
    assert api.post("/themes/halves/assistant/rest", {})[1]["changed"] == left
    assert api.get("/themes/halves/assistant")[1]["by_model"] == left

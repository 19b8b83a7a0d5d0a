"""Themes, labels and splits through the REST interface, on a real Jupyter Server."""

from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData
from workbench.store.labels import labels_of
from workbench.store.themes import create_theme


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

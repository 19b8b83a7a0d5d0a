"""Odd names of files and labels in COCO, FiftyOne, Label Studio and parquet: read as written, and back again."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.store.themes import create_theme

# What people and programs call folders and files: also what some formats take for their own.
parts = st.sampled_from(
    [
        "images",
        "labels",
        "data",
        "train",
        "-x",
        "a b",
        "x.y",
        "é",
        "e\u0301",
        "100%",
        "a%20b",
        "#1",
        "犬",
        "👩\u200d🌾",
        "'",
    ]
)
files = st.lists(parts, min_size=1, max_size=4).map(lambda found: "/".join(found) + ".png")
letters = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Co", "Z"], exclude_characters="/\\")
labels = st.text(letters, min_size=1, max_size=30).filter(lambda text: text not in {".", ".."})
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def coco(names):
    images = [{"id": n, "file_name": name} for n, name in enumerate(names)]
    categories = [{"id": n, "name": label} for n, label in enumerate(dict.fromkeys(names.values()))]
    ids = {each["name"]: each["id"] for each in categories}
    marks = [{"id": n, "image_id": n, "category_id": ids[label]} for n, label in enumerate(names.values())]
    return "coco.json", {"images": images, "annotations": marks, "categories": categories}


def fiftyone(names):
    rows = [
        {"filepath": f"data/{name}", "ground_truth": {"_cls": "Classification", "label": names[name]}} for name in names
    ]
    return "samples.json", {"samples": rows}


def label_studio(names):
    def task(name, label):
        result = [{"type": "choices", "from_name": "kind", "value": {"choices": [label]}}]
        return {"data": {"image": f"/data/local-files/?d={quote(name)}"}, "annotations": [{"result": result}]}

    return "tasks.json", [task(*pair) for pair in names.items()]


@pytest.mark.parametrize("form", [coco, fiftyone, label_studio])
@few
@example(names={"-x/images/train/" + "é" * 123 + ".png": "N.A", "images/labels/-1.png": "-"})
@given(names=st.dictionaries(files, labels, min_size=1, max_size=3))
def test_names_and_labels_are_read_as_they_are_written(form, names, sqlite_store, tmp_path, draw_image, held):
    number = sum(1 for _ in tmp_path.iterdir())
    root = tmp_path / f"set {number}"
    for n, name in enumerate(names):
        file = root / ("data" if form is fiftyone else "") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(draw_image(n))
    where, content = form(names)
    (root / where).write_text(json.dumps(content, ensure_ascii=number % 2 == 0), encoding="utf-8")
    with sqlite_store.write() as session:
        create_theme(f"theme {number}", session=session)

    report = import_images(sqlite_store, f"theme {number}", root / where, annotator="mika", progress=False)

    assert report.rejected == []
    found = {name: label for name, (label, _, _) in held(f"theme {number}").items()}
    assert found == {name.removeprefix("images/") if form is label_studio else name: names[name] for name in names}


@pytest.mark.parametrize("format", ["coco", "fiftyone", "label-studio", "parquet"])
@few
@example(names={"-x/images/train/" + "é" * 123 + ".png": "N.A", "images/labels/-1.png": "-", " a /.b/c.png": "#"})
@given(names=st.dictionaries(files, labels, min_size=1, max_size=3))
def test_what_is_exported_comes_back(format, names, sqlite_store, tmp_path, draw_image, held):
    number = sum(1 for _ in tmp_path.iterdir())
    for n, name in enumerate(names):
        file = tmp_path / f"set {number}" / "coco" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(draw_image(n))
    where, content = coco(names)
    (tmp_path / f"set {number}" / "coco" / where).write_text(json.dumps(content), encoding="utf-8")
    here, there, target = f"here {number}", f"there {number}", tmp_path / f"set {number}" / "out"
    for theme in (here, there):
        with sqlite_store.write() as session:
            create_theme(theme, session=session)
    import_images(sqlite_store, here, tmp_path / f"set {number}" / "coco" / where, annotator="mika", progress=False)

    assert export_theme(sqlite_store, here, target, format, progress=False).left_out == []
    report = import_images(sqlite_store, there, target, annotator="lea", progress=False)

    assert (report.format, report.rejected) == (format, [])
    assert held(there, by="sha256") == held(here, by="sha256")

"""The layouts of the page about formats are recognized as its table says."""

import json
import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "formats.md").read_text(encoding="utf-8")
LAYOUTS = PAGE.partition("## Layouts that are recognized\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| ([^|]+) \| `([a-z-]+)` \| ([^|]+) \|$", LAYOUTS, flags=re.MULTILINE)
TREES = {title.lower(): tree for title, tree in re.findall(r"^(\S[^\n]*):\n\n```text\n(.*?)```", LAYOUTS, re.S | re.M)}
IMAGE = re.compile(r"\.(png|jpeg)$", re.IGNORECASE)


def coco(name):
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [4, 3, 10, 20]}
    images = [{"id": 1, "file_name": name, "width": 40, "height": 30}]
    return json.dumps({"images": images, "annotations": [box], "categories": [{"id": 1, "name": "cat"}]})


def voc(name):
    edges = "<xmin>4</xmin><ymin>3</ymin><xmax>14</xmax><ymax>23</ymax>"
    boxes = f"<object><name>cat</name><bndbox>{edges}</bndbox></object>"
    return f"<annotation><filename>{name}.png</filename>{boxes}</annotation>"


def fiftyone(name):
    return json.dumps({"samples": [{"filepath": name, "ground_truth": {"_cls": "Classification", "label": "cat"}}]})


def label_studio(name):
    result = [{"type": "choices", "from_name": "kind", "to_name": "image", "value": {"choices": ["cat"]}}]
    image = f"/data/local-files/?d={name}"
    return json.dumps([{"data": {"image": image}, "annotations": [{"result": result}]}])


def text_of(file, note):
    """The text of a file by the note behind it in the tree: what stands there, or what its words describe."""
    last = note.split(" on ")[-1].partition(" is ")[0].rpartition(": ")[2]
    for start, write in (("COCO", coco), ("FiftyOne", fiftyone), ("Label Studio", label_studio)):
        if note.startswith(start):
            return write(last)
    return voc(Path(file).stem) if note == "box of cat" else note.replace(" / ", "\n") + "\n"


def test_each_layout_of_the_table_has_a_small_tree():
    assert {title.strip().lower() for title, *_ in ROWS} == set(TREES)
    assert all(tree.count("\n") <= 5 for tree in TREES.values())


@pytest.mark.parametrize(("title", "format", "first"), ROWS, ids=[row[0] for row in ROWS])
def test_a_layout_is_recognized(sqlite_store, tmp_path, draw_image, held, title, format, first):
    from workbench.data.importing.run import import_images
    from workbench.store.themes import create_theme

    images = []
    for number, line in enumerate(TREES[title.lower()].splitlines()):
        name, _, note = (part.strip() for part in line.partition("#"))
        file = tmp_path / "set" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if IMAGE.search(name):
            images.append(name)
            file.write_bytes(draw_image(number, size=(40, 30)))
        else:
            file.write_text(text_of(name, note), encoding="utf-8")
    with sqlite_store.write() as session:
        create_theme("cells", session=session)

    report = import_images(sqlite_store, "cells", tmp_path / "set", annotator="mika", progress=False)

    assert (report.format, report.added, report.rejected) == (format, len(images), [])
    found = {name.rpartition("/")[2]: what for name, what in held("cells").items()}
    label, split, boxes = found[images[0].rpartition("/")[2]]
    words = f"box of {boxes[0][0]}" if boxes else label or "nothing"
    assert ", ".join(filter(None, [words, split])) == first
    assert not boxes or boxes[0][1:] == pytest.approx((4, 3, 10, 20), abs=1e-3)

"""A refused box leaves its image undecided, and the mended data set completes it."""

import json

import pytest

from workbench.data.importing.run import import_images
from workbench.store.samples import page_of_samples
from workbench.store.themes import get_theme

VOC = (
    "<annotation><filename>a.png</filename>"
    "<object><name>red</name><bndbox><xmin>4</xmin><ymin>3</ymin><xmax>14</xmax><ymax>23</ymax></bndbox></object>"
    "<object><name>red</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>{}</xmax><ymax>15</ymax></bndbox></object>"
    "</annotation>"
)
COCO = {
    "images": [{"id": 1, "file_name": "a.png"}],
    "annotations": [
        {"id": 1, "image_id": 1, "category_id": 1, "bbox": [4, 3, 10, 20]},
        {"id": 2, "image_id": 1, "category_id": 1, "bbox": [0, 0, "WIDTH", 15]},
    ],
    "categories": [{"id": 1, "name": "red"}],
}
CSV = "file,box_label,x,y,width,height\na.png,red,4,3,10,20\na.png,red,0,0,{},15\n"
YOLO = "0 0.225 0.43333333333333335 0.25 0.6666666666666666\n0 0.25 0.25 {} 0.5\n"


@pytest.mark.parametrize(
    ("file", "text", "wrong", "right", "others"),
    [
        ("Annotations/a.xml", VOC, "2O", "20", {"JPEGImages/a.png": (40, 30)}),
        ("Annotations/a.xml", VOC, "0", "20", {"JPEGImages/a.png": (40, 30)}),
        ("x.json", json.dumps(COCO).replace('"WIDTH"', "%").replace("{", "{{").replace("}", "}}").replace("%", "{}"),
         "null", "20", {"a.png": (40, 30)}),
        ("s.csv", CSV, "2O", "20", {"a.png": (40, 30)}),
        ("labels/a.txt", YOLO, "O.5", "0.5", {"classes.txt": "red\n", "images/a.png": (40, 30)}),
    ],
)  # fmt: skip
def test_the_image_stays_undecided_and_the_mended_file_completes_it(
    data_set, bring_in, held, sqlite_store, file, text, wrong, right, others
):
    root = data_set(others | {file: text.format(wrong)})
    report, _ = bring_in(root)
    with sqlite_store.read() as session:
        (sample,) = page_of_samples(get_theme("cells", session=session).id, session=session)
        assert (sample.labeled_at, sample.nothing_there) == (None, False)
        assert get_theme("cells", session=session).task == "boxes"
    assert (report.added, report.boxes, report.undecided, report.held_back, len(report.rejected)) == (1, 0, 1, 1, 1)

    (root / file).write_text(text.format(right))
    report = import_images(sqlite_store, "cells", root, annotator="mika", progress=False)

    assert (report.labeled, report.boxes, report.rejected) == (1, 2, [])
    ((_, _, boxes),) = held("cells").values()
    assert boxes == [("red", 0, 0, 20, 15), ("red", 4, 3, 10, 20)]

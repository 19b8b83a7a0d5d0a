"""Photos that EXIF turns, with the sizes and boxes that programs state of the pixels as stored."""

import io
import json
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from workbench.data.decoding import decode_rgb

WIDTH, HEIGHT = 40, 20
X, Y, W, H = 4, 3, 10, 5


def coco():
    image = {"id": 1, "file_name": "a.png", "width": WIDTH, "height": HEIGHT}
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [X, Y, W, H]}
    return {"x.json": {"images": [image], "annotations": [box], "categories": [{"id": 1, "name": "red"}]}}


def voc():
    edges = f"<xmin>{X}</xmin><ymin>{Y}</ymin><xmax>{X + W}</xmax><ymax>{Y + H}</ymax>"
    size = f"<size><width>{WIDTH}</width><height>{HEIGHT}</height></size>"
    box = f"<object><name>red</name><bndbox>{edges}</bndbox></object>"
    return {"a.xml": f"<annotation><filename>a.png</filename>{size}{box}</annotation>"}


def csv_of_edges():
    head = "filename,width,height,class,xmin,ymin,xmax,ymax"
    return {"x.csv": f"{head}\na.png,{WIDTH},{HEIGHT},red,{X},{Y},{X + W},{Y + H}\n"}


def csv_of_sides():
    head = "file,image_width,image_height,box_label,x,y,width,height"
    return {"x.csv": f"{head}\na.png,{WIDTH},{HEIGHT},red,{X},{Y},{W},{H}\n"}


def label_studio():
    sides = {"x": X, "width": W, "y": Y, "height": H}
    value = {side: 100 * each / (WIDTH if side in ("x", "width") else HEIGHT) for side, each in sides.items()}
    box = {"type": "rectanglelabels", "original_width": WIDTH, "original_height": HEIGHT}
    result = {**box, "value": value | {"rectanglelabels": ["red"]}}
    return {"x.json": [{"id": 1, "data": {"image": "a.png"}, "annotations": [{"result": [result]}]}]}


def fiftyone():
    box = {"_cls": "Detection", "label": "red", "bounding_box": [X / WIDTH, Y / HEIGHT, W / WIDTH, H / HEIGHT]}
    size = {"width": WIDTH, "height": HEIGHT}
    truth = {"_cls": "Detections", "detections": [box]}
    return {"samples.json": {"samples": [{"filepath": "a.png", "metadata": size, "ground_truth": truth}]}}


def with_long_text(png):
    """A PNG with more text than Pillow takes."""
    part = b"zTXtRaw\0\0" + zlib.compress(b"x" * 2**21)
    return png[:33] + struct.pack(">I", len(part) - 4) + part + struct.pack(">I", zlib.crc32(part)) + png[33:]


@pytest.mark.parametrize(
    ("orientation", "files"),
    [
        *((orientation, coco) for orientation in (5, 6, 7, 8)),
        *((6, voc), (8, csv_of_edges), (6, csv_of_sides), (8, label_studio), (6, fiftyone)),
    ],
)
def test_boxes_on_a_photo_as_stored_are_turned_with_it(data_set, bring_in, orientation, files):
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[Y : Y + H, X : X + W] = 255
    exif = Image.Exif()
    exif[274] = orientation
    stored = io.BytesIO()
    Image.fromarray(pixels).save(stored, "PNG", exif=exif)
    said = {name: text if isinstance(text, str) else json.dumps(text) for name, text in files().items()}
    root = data_set(said)
    (root / "a.png").write_bytes(with_long_text(stored.getvalue()))

    report, theme = bring_in(root)

    white = np.argwhere(decode_rgb(root / "a.png")[:, :, 0])
    (top, left), (bottom, right) = white.min(axis=0), white.max(axis=0) + 1
    assert theme["a.png"][2] == [("red", left, top, right - left, bottom - top)]
    assert (report.turned, report.rejected) == (1, [])


def test_a_table_of_boxes_on_an_image_of_another_size_is_refused(data_set, bring_in):
    head = "filename,width,height,class,xmin,ymin,xmax,ymax"
    rows = ["a.png,400,200,red,40,30,140,80", "b.png,10,5,red,4,3,14,8", "c.png,,,red,4,3,14,8"]
    root = data_set({f"{name}.png": (WIDTH, HEIGHT) for name in "abc"} | {"x.csv": "\n".join([head, *rows])})
    report, theme = bring_in(root)
    assert [each.reason for each in report.rejected] == [
        "a.png: says that the image has 400 x 200 pixels, but it has 40 x 20"
    ]
    assert theme == {f"{name}.png": (None, None, [("red", 4, 3, 10, 5)]) for name in "bc"}

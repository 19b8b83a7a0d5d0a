"""COCO files as the format's definition has them."""

import json

import pytest

from workbench.errors import WorkbenchError

CATEGORIES = [{"id": 7, "name": "white"}, {"id": 3, "name": "red"}, {"id": 9, "name": "unused"}]


def document(images, annotations, categories=CATEGORIES):
    """A COCO file with one element a line, so that the test knows the lines."""

    def listed(elements):
        return "[\n" + ",\n".join(json.dumps(element) for element in elements) + "\n]"

    lists = {"annotations": annotations, "images": images, "categories": categories}
    members = ",\n".join(f'"{name}": {listed(elements)}' for name, elements in lists.items())
    return '{"info": {"year": 2026},\n' + members + "\n}"


def annotation(number, image_id, category_id, bbox, **more):
    return {"id": number, "image_id": image_id, "category_id": category_id, "bbox": bbox, "iscrowd": 0, **more}


def test_boxes_labels_and_splits_come_in(data_set, bring_in, label_order):
    root = data_set(
        {
            "train2017/a.png": (40, 30),
            "val2017/b.png": (40, 30),
            "annotations/instances_train2017.json": document(
                [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}],
                [annotation(1, 1, 3, [1.5, 2, 10, 20.25]), annotation(2, 1, 7, [0, 0, 40, 30])],
            ),
            "annotations/instances_val2017.json": document([{"id": 1, "file_name": "b.png"}], []),
        }
    )

    report, theme = bring_in(root)

    assert (report.format, report.added, report.boxes, report.rejected) == ("coco", 2, 2, [])
    assert theme == {
        "a.png": (None, "train", [("red", 1.5, 2, 10, 20.25), ("white", 0, 0, 40, 30)]),
        "b.png": (None, "valid", []),
    }
    assert label_order() == ["white", "red", "unused"]


def test_each_irregularity_is_refused_with_file_and_line(data_set, bring_in):
    images = [
        {"id": 1, "file_name": "a.png", "width": 40, "height": 30},
        {"id": 1, "file_name": "b.png"},
        {"id": 3, "file_name": "../../etc/passwd"},
        {"id": 4, "file_name": "missing.png"},
        {"id": 5, "file_name": "b.png", "width": 30, "height": 40},
        {"id": 6},
    ]
    annotations = [
        annotation(1, 1, 3, [1, 1, 5, 5]),
        annotation(2, 1, 99, [1, 1, 5, 5]),
        annotation(3, 77, 3, [1, 1, 5, 5]),
        annotation(4, 1, 3, [1, 1, 0, 5]),
        annotation(5, 1, 3, [1, 1, 5]),
        annotation(6, 1, 3, [50, 50, 5, 5]),
        annotation(7, 1, 3, [1, 1, 5, 5], iscrowd=1),
        annotation(8, 1, 3, [35, 25, 10, 10]),
    ]
    root = data_set({"a.png": (40, 30), "b.png": (40, 30), "coco.json": document(images, annotations)})

    report, theme = bring_in(root / "coco.json", "coco")

    assert theme == {"a.png": (None, None, [])}
    assert (report.boxes, report.undecided, report.held_back) == (0, 1, 2)
    reasons = {rejection.path: rejection.reason for rejection in report.rejected}
    expected = {
        4: "no category 99",
        5: "an image 77",
        6: "no area",
        7: "not a list of four numbers",
        8: "outside the image",
        9: "a crowd",
        14: "there twice",
        15: "leads out",
        16: "not found",
        17: "30 x 40",
        18: "file_name",
    }
    assert reasons.keys() == {f"coco.json:{line}" for line in expected}
    for line, words in expected.items():
        assert words in reasons[f"coco.json:{line}"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"images": [\n{"id": 1,}\n]}', r"coco\.json:2: not valid JSON"),
        ('{"images": [', r"coco\.json:1: not valid JSON"),
        ('{"categories": []}', "no list 'images'"),
        ("[" * 100_000, "nested too deeply"),
        ("", "a list or an object is expected"),
        ('{"images": []} x', "behind the end"),
    ],
)
def test_a_file_that_is_not_coco_leaves_nothing(data_set, bring_in, sqlite_store, content, words):
    root = data_set({"a.png": (4, 4), "coco.json": content})
    with pytest.raises(WorkbenchError, match=words):
        bring_in(root / "coco.json", "coco")
    assert list(sqlite_store.images.uris()) == []

"""COCO files as the format's definition has them."""

import json

import pytest

from workbench.errors import WorkbenchError
from workbench.store.samples import page_of_samples
from workbench.store.themes import get_theme

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
        "b.png": (None, "valid", []),  # a file without any box does not say that there is nothing
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


SQUARE = [4, 3, 14, 3, 14, 23, 4, 23]


def without_box(number, image_id, category_id, **more):
    return {"id": number, "image_id": image_id, "category_id": category_id, **more}


def test_a_folder_of_several_files_is_one_data_set(data_set, bring_in, label_order):
    images = [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}, {"id": 3, "file_name": "c.png"}]
    box = annotation(1, 1, 3, [1, 1, 5, 5])
    captions = [{"id": 7, "image_id": 2, "caption": "a cell"}]
    person = [{"id": 1, "name": "person"}]
    root = data_set(
        {
            **{f"val2017/{stem}.png": (40, 30) for stem in "abc"},
            "annotations/captions_val2017.json": document(images, captions, []),
            "annotations/instances_val2017.json": document(images[:2], [box], CATEGORIES[:2]),
            "annotations/more_val2017.json": document(images[:1], [box, annotation(2, 1, 7, [2, 2, 5, 5])], CATEGORIES),
            "annotations/person_keypoints_val2017.json": document(images, [], person),
        }
    )

    report, theme = bring_in(root)

    assert (report.added, report.labeled) == (3, 0)
    assert theme["a.png"] == (None, "valid", [("red", 1, 1, 5, 5), ("white", 2, 2, 5, 5)])
    assert {name: split for name, (_, split, _) in theme.items()} == dict.fromkeys(theme, "valid")
    assert [(each.path, "captions" in each.reason) for each in report.remarks] == [
        ("annotations/captions_val2017.json", True)
    ]
    assert "person" not in label_order()


def test_annotations_without_boxes_label_the_whole_image(data_set, bring_in):
    images = [{"id": number, "file_name": f"{stem}.png", "width": "40"} for number, stem in enumerate("abcd")]
    marks = [without_box(1, 0, 3), without_box(2, 1.0, "7", bbox=[]), without_box(3, 2, 3), without_box(4, 2, 7)]
    root = data_set({**{f"{stem}.png": (40, 30) for stem in "abcd"}, "x.json": document(images, marks)})

    report, theme = bring_in(root)

    assert {name: label for name, (label, *_) in theme.items()} == {
        "a.png": "red",
        "b.png": "white",
        "c.png": None,
        "d.png": None,
    }
    assert [each.reason for each in report.rejected] == ["several labels for one image: red, white"]


def test_shapes_give_their_bounding_boxes_and_only_a_crowd_decides_nothing(data_set, bring_in, sqlite_store):
    images = [{"id": number, "file_name": f"{stem}.png"} for number, stem in enumerate("abcd")]
    # A square of 2 x 3 pixels at (1, 1) in a mask of 6 x 5 (height x width), plain and packed by pycocotools.
    runs = {"size": [6, 5], "counts": [7, 3, 3, 3, 14]}
    packed = {"size": [6, 5], "counts": "7330;"}
    shapes = [
        without_box(1, 0, 3, segmentation=[SQUARE]),
        without_box(2, 1, 3, segmentation=runs),
        without_box(3, 2, 3, segmentation=packed),
        without_box(4, 3, 3, segmentation=runs, iscrowd=1),
    ]
    root = data_set({**{f"{stem}.png": (40, 30) for stem in "abcd"}, "x.json": document(images, shapes)})

    report, theme = bring_in(root)

    assert [theme[f"{stem}.png"][2] for stem in "abc"] == [
        [("red", 4, 3, 10, 20)],
        [("red", 1, 1, 2, 3)],
        [("red", 1, 1, 2, 3)],
    ]
    with sqlite_store.read() as session:
        samples = page_of_samples(get_theme("cells", session=session).id, limit=9, session=session)
        assert [sample.nothing_there for sample in samples] == [False] * 4
    assert any("bounding boxes" in each.reason for each in report.remarks)
    assert any("a crowd" in each.reason and "(image 3, annotation 4)" in each.reason for each in report.rejected)


def test_panoptic_annotations_beside_boxes_keep_none_back(data_set, bring_in, label_order):
    images = [{"id": 1, "file_name": "a.png", "width": 40, "height": 30}]
    segments = [{"image_id": 1, "file_name": "a.png", "segments_info": [{"id": 5, "category_id": 9}]}]
    panoptic = {"images": images, "annotations": segments, "categories": [{"id": 9, "name": "sky"}]}
    boxes = [annotation(1, 1, 3, ["4", "3.5", 10, 20])]
    named = {
        "annotations/panoptic_val.json": json.dumps(panoptic),
        "annotations/instances.json": document(images, boxes),
    }
    report, theme = bring_in(data_set({"a.png": (40, 30)} | named))
    assert (theme["a.png"][2], report.rejected) == ([("red", 4, 3.5, 10, 20)], [])
    assert "sky" not in label_order()


def test_boxes_of_zeros_alone_are_labels_of_whole_images(data_set, bring_in):
    images = [{"id": number, "file_name": f"{number}.png"} for number in (1, 2)]
    nowhere = [annotation(1, 1, 3, [0, 0, 0, 0]), annotation(2, 2, 3, [0.0, 0, 0, 0])]
    root = data_set({"1.png": (40, 30), "2.png": (40, 30), "x.json": document(images, nowhere)})
    report, theme = bring_in(root)
    assert (report.rejected, theme) == ([], {"1.png": ("red", None, []), "2.png": ("red", None, [])})
    (root / "x.json").write_text(document(images, [nowhere[0], annotation(2, 2, 3, [1, 1, 5, 5])]))
    report, theme = bring_in(root, theme="mixed")
    assert (report.undecided, theme["1.png"][2], len(theme["2.png"][2])) == (1, [], 1)


def test_refusals_in_one_line_name_image_and_annotation(data_set, bring_in):
    content = {
        "images": [{"id": 5, "file_name": "a.png"}, {"id": 6, "file_name": "gone.png", "width": "x", "height": 3}],
        "annotations": [
            {"id": 70, "image_id": 5, "category_id": 1, "bbox": [0, 0, 0, 4]},
            {"id": 71, "image_id": 5, "category_id": 1, "bbox": [0, 0]},
        ],
        "categories": [{"id": 1, "name": "red"}],
    }
    root = data_set({"a.png": (40, 20), "x.json": json.dumps(content)})
    reasons = " | ".join(each.reason for each in bring_in(root / "x.json")[0].rejected)
    assert "(image 6, file_name gone.png)" in reasons
    assert "(image 5, annotation 71)" in reasons
    assert "a.png, annotation 70: the box" in reasons


def test_a_category_above_others_is_no_label_and_scores_and_unnamed_images_are_told(data_set, bring_in, label_order):
    above = [{"id": 0, "name": "cells", "supercategory": "none"}]
    below = [{"id": 7, "name": "white", "supercategory": "cells"}, {"id": 3, "name": "red", "supercategory": "cells"}]
    place = "../../label-studio/data/media/upload/1/a.png"
    marked = [annotation(1, 1, 3, [1, 2, 10, 20], score=0.7)]
    text = document([{"id": 1, "file_name": place}], marked, above + below)
    root = data_set({"images/a.png": (40, 30), "images/b.png": (40, 30), "labels/result.json": text})
    report, theme = bring_in(root)
    assert (report.format, theme) == ("coco", {"images/a.png": (None, None, [("red", 1, 2, 10, 20)])})
    assert label_order() == ["white", "red"]
    assert [each.reason[:25] for each in report.remarks] == ["1 annotations with a scor", "1 image here that no file"]

"""What a folder is taken for, and what split trees become."""

import json
import os

import pytest

from workbench.errors import WorkbenchError

PETS = ("cat/a.png", "cat/b.png", "dog/c.png")


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (
            {"train/cat/a.png": (8, 8), "train/dog/b.png": (8, 8), "test/c.png": (8, 8)},
            {"train/cat/a.png": ("cat", "train"), "train/dog/b.png": ("dog", "train"), "test/c.png": (None, "test")},
        ),
        (
            {
                "train/cat/a.png": (8, 8),
                "train/README.txt": "x",
                "train/metadata.csv": "a,b\n",
                "dev/cat/b.png": (8, 8),
            },
            {"train/cat/a.png": ("cat", "train"), "dev/cat/b.png": ("cat", "valid")},
        ),
        (
            {"training_set/cat/a.png": (8, 8), "Test-Set/cat/b.png": (8, 8), "val2017/dog/c.png": (8, 8)},
            {
                "training_set/cat/a.png": ("cat", "train"),
                "Test-Set/cat/b.png": ("cat", "test"),
                "val2017/dog/c.png": ("dog", "valid"),
            },
        ),
        (
            {"train/cat/a.png": (8, 8), "extra/cat/b.png": (8, 8), "scans/c.png": (8, 8), "docs/x.txt": "x"},
            {"train/cat/a.png": ("cat", "train"), "extra/cat/b.png": ("cat", None)},
        ),
        (
            {"tiny/train/n01/images/a.JPEG": (8, 8), "tiny/val/images/b.JPEG": (8, 8)},
            {"tiny/train/n01/images/a.JPEG": ("n01", "train"), "tiny/val/images/b.JPEG": (None, "valid")},
        ),
        (
            {"seg_train/seg_train/sea/a.png": (8, 8), "seg_test/seg_test/sea/b.png": (8, 8), "seg_pred/c.png": (8, 8)},
            {
                "seg_train/seg_train/sea/a.png": ("sea", "train"),
                "seg_test/seg_test/sea/b.png": ("sea", "test"),
            },
        ),
        (
            {"train_mini/cat/a.png": (8, 8), "test-original/cat/b.png": (8, 8)},
            {"train_mini/cat/a.png": ("cat", "train"), "test-original/cat/b.png": ("cat", "test")},
        ),
        (
            {"set/Data/CLS/train/n1/a.png": (8, 8), "set/Data/CLS/val/b.png": (8, 8), "set/Lists/a.txt": "x"},
            {"set/Data/CLS/train/n1/a.png": ("n1", "train"), "set/Data/CLS/val/b.png": (None, "valid")},
        ),
        (
            {"01_train/cat/a.png": (8, 8), "02_val/cat/b.png": (8, 8), "03 test/c.png": (8, 8)},
            {
                "01_train/cat/a.png": ("cat", "train"),
                "02_val/cat/b.png": ("cat", "valid"),
                "03 test/c.png": (None, "test"),
            },
        ),
        (
            {"x/cat/train/a.png": (8, 8), "x/cat/test/b.png": (8, 8), "x/dog/train/c.png": (8, 8)},
            {
                "x/cat/train/a.png": ("cat", "train"),
                "x/cat/test/b.png": ("cat", "test"),
                "x/dog/train/c.png": ("dog", "train"),
            },
        ),
        (
            {"x/cat/images/a.png": (8, 8), "x/cat/masks/a.png": (8, 8), "x/dog/b.png": (8, 8)},
            {"x/cat/images/a.png": ("cat", None), "x/dog/b.png": ("dog", None)},
        ),
        (
            {"images/train/cat/a.png": (8, 8), "images/test/dog/b.png": (8, 8), "masks/train/cat/a.png": (8, 8)},
            {"images/train/cat/a.png": ("cat", "train"), "images/test/dog/b.png": ("dog", "test")},
        ),
        (
            {"rail/train/a.png": (8, 8), "road/car/b.png": (8, 8)},
            {"rail/train/a.png": ("rail", None), "road/car/b.png": ("road", None)},
        ),
        (
            {"toy_train/x/a.png": (8, 8), "blood_test/y/b.png": (8, 8), "train_station/c.png": (8, 8)},
            {
                "toy_train/x/a.png": ("toy_train", None),
                "blood_test/y/b.png": ("blood_test", None),
                "train_station/c.png": ("train_station", None),
            },
        ),
    ],
)
def test_splits_are_never_labels(data_set, bring_in, tree, expected):
    report, theme = bring_in(data_set(tree))
    assert report.format == "folder"
    assert {name: (label, split) for name, (label, split, _) in theme.items()} == expected


@pytest.mark.parametrize(
    "names",
    [
        ("train/a.png", "test/b.png"),
        ("cat/a.png", "test/b.png"),
        ("val/images/a.png",),
        ("x_train/a.png", "x_test/b.png"),
    ],
)
def test_flat_folders_called_like_splits_are_asked_for(data_set, bring_in, names):
    root = data_set(dict.fromkeys(names, (8, 8)))
    with pytest.raises(WorkbenchError, match=r"--format folder .*--format images"):
        bring_in(root)
    _, theme = bring_in(root, "folder", theme="asked")
    assert {label for label, *_ in theme.values()} == {name.split("/")[0] for name in names}
    _, theme = bring_in(root, "images", theme="unlabeled")
    assert {label for label, *_ in theme.values()} == {None}
    assert theme[names[-1]][1] == {"test/b.png": "test", "val/images/a.png": "valid"}.get(names[-1])


def test_several_files_of_coco_speak_of_their_images_together(data_set, bring_in):
    def about(*names):
        images = [{"id": number, "file_name": name} for number, name in enumerate(names)]
        boxes = [{"id": i, "image_id": i, "category_id": 1, "bbox": [1, 1, 3, 3]} for i in range(len(names))]
        return json.dumps({"images": images, "annotations": boxes, "categories": [{"id": 1, "name": "cat"}]})

    names = [f"images/{place}/{number}.png" for number, place in enumerate(("river", "river", "lake", "lake", "sea"))]
    files = {"annotations/instances_test.json": about(names[0]), "annotations/instances_train.json": about(*names[1:])}
    report, theme = bring_in(data_set(dict.fromkeys(names, (8, 8)) | files))
    assert (report.format, report.boxes) == ("coco", 5)
    assert report.why == "annotations/instances_test.json and 1 more about 5 images"
    assert {name: split for name, (_, split, _) in theme.items()} == {
        name: "test" if name == names[0] else "train" for name in names
    }


@pytest.mark.parametrize("places", [("x_part_1", "x_part_2"), ("scans", "scans")])
def test_a_table_about_all_images_in_parts_is_no_side_file(data_set, bring_in, places):
    names = [f"{place}/{name}.png" for place, name in zip(places, "ab", strict=True)]
    root = data_set(dict.fromkeys(names, (8, 8)) | {"about.csv": "id,dx\na,mel\nb,nv\n"})
    report, theme = bring_in(root)
    assert (report.format, {label for label, *_ in theme.values()}) == ("csv", {None})
    assert "--field says which it is: dx" in report.why
    assert {label for label, *_ in bring_in(root, field="dx", theme="asked")[1].values()} == {"mel", "nv"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classes.txt", "cat\ndog\n"),
        ("data.yaml", "names: [cat, dog]\n"),
        ("class_indices.json", '{"cat": 0}'),
        ("log.json", '[{"loss": 1}]'),
        ("sizes.csv", "file,pixels\ncat/a.png,64\n"),
        ("old.csv", "file,label\nold/a.png,cow\n"),
        ("all.csv", "file,pixels\ncat/a.png,1\ncat/b.png,1\ndog/c.png,1\n"),
        ("notes.csv", "who,when\nmika,today\n"),
    ],
)
def test_a_side_file_beside_class_folders_decides_nothing(data_set, bring_in, name, text):
    report, theme = bring_in(data_set(dict.fromkeys(PETS, (8, 8)) | {name: text}))
    assert (report.format, report.why) == ("folder", "3 images in folders of 2 labels")
    assert {file: label for file, (label, *_) in theme.items()} == dict.fromkeys(PETS[:2], "cat") | {PETS[2]: "dog"}


@pytest.mark.parametrize(
    "names",
    [("images/a.png", "annotations/trimaps/a.png"), ("data/images/a.png", "data/notes.txt"), ("images/default/a.png",)],
)
def test_folders_that_say_no_more_than_that_images_are_in_them_are_no_labels(data_set, bring_in, names):
    report, theme = bring_in(data_set({name: (8, 8) if name.endswith("png") else "x" for name in names}))
    assert (report.format, {what[0] for what in theme.values()}, report.rejected) == ("images", {None}, [])


def test_what_lies_beside_images_in_class_folders_is_told_and_not_refused(data_set, bring_in, label_order):
    beside = ("cat/notes.txt", "cat/a.png:Zone.Identifier", "dog/a.json", "dog/LICENSE")
    junk = ("$RECYCLE.BIN/x.png", "System Volume Information/y.png", "@Recycle/z.png", "lost+found/q.png")
    root = data_set(dict.fromkeys((*PETS, *junk), (8, 8)) | dict.fromkeys(beside, "x"))
    report, _ = bring_in(root)
    assert (report.added, report.rejected, label_order()) == (3, [], ["cat", "dog"])
    assert sorted(each.path for each in report.remarks) == sorted(beside)


def test_a_folder_without_images_is_no_label_and_droppings_are_nothing(data_set, bring_in, label_order):
    root = data_set(dict.fromkeys(PETS, (8, 8)) | {"docs/readme.txt": "x", "cat/@eaDir/a.png/SYNO.jpg": "x"})
    report, _ = bring_in(root)
    assert (label_order(), report.added, [r.path for r in report.remarks]) == (["cat", "dog"], 3, ["docs"])


def test_class_folders_that_are_not_utf8_are_refused_by_name(data_set, bring_in):
    root = data_set({"cat/a.png": (8, 8)})
    for name in ("猫".encode("shift_jis"), "犬".encode("shift_jis")):
        os.mkdir(os.path.join(os.fsencode(root), name))
        with open(os.path.join(os.fsencode(root), name, b"x.png"), "wb") as file:
            file.write((root / "cat/a.png").read_bytes())
    with pytest.raises(WorkbenchError, match=r"2 class folders .*not UTF-8: .*\\x94L"):
        bring_in(root)


def test_what_explains_most_images_wins_and_the_others_are_named_with_their_flag(data_set, bring_in):
    lines = "".join(f"{name},cow\n" for name in PETS)
    root = data_set(dict.fromkeys(PETS, (8, 8)) | {"list.csv": f"file,label\n{lines}", "notes.xml": "<View/>"})
    report, theme = bring_in(root)
    assert (report.format, report.why, {label for label, *_ in theme.values()}) == ("csv", "list.csv, 3 lines", {"cow"})
    assert report.others == [("folder", "3 images in folders of 2 labels"), ("images", "3 images without labels")]


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"images/a.png": (8, 8), "labels/a.txt": "0 0.5 0.5 0.5 0.5\n"}, "has no class names"),
        ({"images/a.png": (8, 8), "x.json": '{"images": [{"file_name": "a.png", "id": 1}'}, r"x\.json:1"),
    ],
)
def test_annotations_that_cannot_be_read_are_not_passed_over(data_set, bring_in, files, words):
    with pytest.raises(WorkbenchError, match=words):
        bring_in(data_set(files))


@pytest.mark.parametrize("outer", ["PetImages", "images"])
def test_a_folder_around_the_class_folders_is_no_label(data_set, bring_in, label_order, outer):
    bring_in(data_set({f"{outer}/{name}": (8, 8) for name in PETS}))
    assert label_order() == ["cat", "dog"]


def test_labels_with_slashes_are_escaped_in_folders_and_folders_never_melt(data_set, bring_in, label_order):
    report, _ = bring_in(
        data_set(dict.fromkeys(("truck%2Fbus/a.png", "a:b/b.png", "a%3Ab/c.png", "a%20b/d.png"), (8, 8)))
    )
    assert (label_order(), report.added) == (["a%3Ab", "a%20b", "a:b", "truck/bus"], 4)


def test_the_other_unicode_form_of_a_label_is_the_themes_and_is_told(data_set, bring_in, sqlite_store):
    from workbench.data.importing.run import import_images

    bring_in(data_set({"caf\u00e9/a.png": (8, 8)}))
    (data_set({"x/cafe\u0301/b.png": (8, 9)}) / "x").rename(data_set({}).parent / "mac")
    report = import_images(sqlite_store, "cells", data_set({}).parent / "mac", annotator="mika", progress=False)
    assert (report.added, report.new_labels) == (1, [])
    assert ["same text" in each.reason for each in report.remarks] == [True]


def test_of_several_tables_the_one_that_labels_images_is_taken_and_two_are_asked_for(data_set, bring_in):
    root = data_set({"a.png": (8, 8), "labels.csv": "file,label\na.png,cat\n", "submission.csv": "file,label\nz,0\n"})
    report, theme = bring_in(root)
    assert (report.why, theme) == ("labels.csv, 1 line", {"a.png": ("cat", None, [])})
    with pytest.raises(WorkbenchError, match=r"labels\.csv, more\.TSV, submission\.csv\. Give the file itself"):
        bring_in(data_set({"more.TSV": "file\tlabel\na.png\tdog\n"}), theme="more")


def test_a_folder_may_lie_around_a_whole_data_set(data_set, bring_in):
    yaml, line = "train: images/train\nval: images/train\nnames: [cow]\n", "0 0.5 0.5 0.5 0.5\n"
    files = {"x/set/my.yaml": yaml, "x/set/images/train/a.png": (8, 8), "x/set/labels/train/a.txt": line}
    report, theme = bring_in(data_set(files))
    assert (report.format, theme) == ("yolo", {"images/train/a.png": (None, "train", [("cow", 2, 2, 4, 4)])})

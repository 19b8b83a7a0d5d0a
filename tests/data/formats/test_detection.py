"""What a folder is taken for, and what split trees become."""

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
    ],
)
def test_splits_are_never_labels(data_set, bring_in, tree, expected):
    report, theme = bring_in(data_set(tree))
    assert report.format == "folder"
    assert {name: (label, split) for name, (label, split, _) in theme.items()} == expected


@pytest.mark.parametrize("names", [("train/a.png", "test/b.png"), ("cat/a.png", "test/b.png"), ("val/images/a.png",)])
def test_flat_folders_called_like_splits_are_asked_for(data_set, bring_in, names):
    root = data_set(dict.fromkeys(names, (8, 8)))
    with pytest.raises(WorkbenchError, match=r"--format folder .*--format images"):
        bring_in(root)
    _, theme = bring_in(root, "folder", theme="asked")
    assert {label for label, *_ in theme.values()} == {name.split("/")[0] for name in names}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("classes.txt", "cat\ndog\n"),
        ("data.yaml", "names: [cat, dog]\n"),
        ("class_indices.json", '{"cat": 0}'),
        ("log.json", '[{"loss": 1}]'),
        ("sizes.csv", "file,pixels\ncat/a.png,64\n"),
        ("old.csv", "file,label\nold/a.png,cow\n"),
        ("notes.csv", "who,when\nmika,today\n"),
    ],
)
def test_a_side_file_beside_class_folders_decides_nothing(data_set, bring_in, name, text):
    report, theme = bring_in(data_set(dict.fromkeys(PETS, (8, 8)) | {name: text}))
    assert (report.format, report.why) == ("folder", "3 images in folders of 2 labels")
    assert {file: label for file, (label, *_) in theme.items()} == dict.fromkeys(PETS[:2], "cat") | {PETS[2]: "dog"}


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

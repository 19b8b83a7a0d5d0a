"""YOLO data sets written by hand."""

import pytest

from workbench.errors import WorkbenchError

YAML = "path: ../datasets/cells\ntrain: images/train\nval: images/val\nnames:\n  0: red\n  1: white\n"


def test_boxes_and_splits_come_in(data_set, bring_in, label_order):
    root = data_set(
        {
            "data.yaml": YAML,
            "README.md": "hello",
            "images/train/a.png": (40, 20),
            "labels/train/a.txt": "1 0.5 0.5 0.5 1\n\n0 0.25 0.25 0.1 0.1\n",
            "images/val/sub/b.png": (40, 20),
            "labels/val/sub/b.txt": "",
            "images/c.png": (40, 20),
            "elsewhere/images/train/d.png": (40, 20),
        }
    )

    report, theme = bring_in(root)

    assert (report.format, report.added, report.rejected) == ("yolo", 2, [])
    assert theme == {
        "images/train/a.png": (None, "train", [("red", 8, 4, 4, 2), ("white", 10, 0, 20, 20)]),
        "images/val/sub/b.png": (None, "valid", []),
    }
    assert label_order() == ["red", "white"]


@pytest.mark.parametrize(("stem", "shown"), [("a", "a"), ("caf\udce9", "caf\ufffd")])
def test_the_old_layout_with_a_list_of_names_beside_the_images(data_set, bring_in, stem, shown):
    root = data_set({"classes.txt": "red\nwhite\n", f"{stem}.png": (10, 10), f"{stem}.txt": "1 0.5 0.5 0.2 0.2\n"})

    report, theme = bring_in(root)

    assert (report.format, theme) == ("yolo", {f"{shown}.png": (None, None, [("white", 4, 4, 2, 2)])})


def test_names_that_are_not_utf8_are_a_clear_error(data_set, bring_in):
    root = data_set({"classes.txt": "", "a.png": (10, 10)})
    (root / "classes.txt").write_bytes("müll".encode("latin-1"))
    with pytest.raises(WorkbenchError, match=r"classes\.txt cannot be read as text.*Save it as UTF-8"):
        bring_in(root)


def test_each_irregularity_is_refused_with_file_and_line(data_set, bring_in):
    lines = [
        "0 0.5 0.5 0.2 0.2",
        "5 0.5 0.5 0.2 0.2",
        "0 0.5 0.5 0.2",
        "0 0.1 0.1 0.2 0.1 0.2 0.2 0.1",
        "0 a 0.5 0.2 0.2",
        "0 20 20 4 4",
        "0 0.5 0.5 0 0.2",
        "0 1.5 0.5 0.2 0.2",
        "0 nan 0.5 0.2 0.2",
    ]
    root = data_set(
        {
            "data.yaml": YAML.replace("val: images/val\n", ""),
            "images/train/a.png": (40, 20),
            "labels/train/a.txt": "\n".join(lines),
            "labels/train/lost.txt": "0 0.5 0.5 0.2 0.2",
        }
    )

    report, theme = bring_in(root)

    assert theme == {"images/train/a.png": (None, "train", [])}
    reasons = {rejection.path: rejection.reason for rejection in report.rejected}
    expected = {
        "a.txt:2": "no class 5",
        "a.txt:3": "4 values",
        "a.txt:4": "8 values",
        "a.txt:5": "not a number",
        "a.txt:6": "not in fractions",
        "a.txt:7": "no area",
        "a.txt:8": "outside the image",
        "a.txt:9": "not a number",
        "lost.txt:1": "no image",
    }
    assert reasons.keys() == {f"labels/train/{place}" for place in expected}
    for place, words in expected.items():
        assert words in reasons[f"labels/train/{place}"]


ALIASES = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10))


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("names: 5\n", "no usable 'names'"),
        ("names: [a\ntrain: x\n", r"data\.yaml:2: not valid YAML"),
        ("- a\n", "mapping"),
        (f"a0: &a0 [x]\n{ALIASES}names: *a9\n", "not valid YAML: its anchors and aliases make more than"),
    ],
)
def test_a_yaml_file_that_says_nothing_is_a_clear_error(data_set, bring_in, yaml, words):
    with pytest.raises(WorkbenchError, match=words):
        bring_in(data_set({"data.yaml": yaml, "images/a.png": (4, 4)}), "yolo")


def test_the_yaml_bounds_what_is_read_and_is_followed_wherever_it_points(data_set, bring_in):
    line = "0 0.5 0.5 0.5 0.5\n"
    root = data_set(
        {f"{place}.png": (40, 20) for place in ("sets/a/images/train/0", "sets/a/images/9", "sets/b/images/train/0")}
        | {
            "sets/a/labels/train/0.txt": line,
            "sets/b/labels/train/0.txt": line,
            "sets/a/labels/9.txt": "0.0" + line[1:],
        }
        | {
            "sets/a.yaml": "path: a\ntrain: images/train\nval:\nnames: {'0': ship}\n",
            "sets/list.yaml": "path: a\ntrain: train.txt\nval: ../val.txt\ntest: gone\nnames: [ship]\n",
            "sets/a/train.txt": "/content/data/images/train/0.png\n./gone.png\n",
            "sets/val.txt": "C:\\data\\images\\9.png\n",
        }
    )
    (root / "cfg").mkdir()
    (root / "cfg/x.yaml").write_text(f"path: {root}/sets/b\ntrain: images/train\nval: images/train\nnames: [ship]\n")
    box = [("ship", 10, 5, 20, 10)]

    _, one = bring_in(root / "sets/a.yaml", theme="one")
    report, lists = bring_in(root / "sets/list.yaml", theme="lists")
    _, far = bring_in(root / "cfg/x.yaml", theme="far")

    assert one == {"a/images/train/0.png": (None, "train", box)}
    assert lists == {"a/images/train/0.png": (None, "train", box), "a/images/9.png": (None, "valid", box)}
    assert [(r.path, "not found" in r.reason) for r in report.rejected] == [("train.txt:2", True), ("list.yaml", True)]
    assert far == {"images/train/0.png": (None, "train", box)}


def test_a_yaml_whose_folders_are_not_there_is_a_clear_error(data_set, bring_in):
    with pytest.raises(WorkbenchError, match="train: 'away/images' was not found"):
        bring_in(data_set({"data.yaml": "train: away/images\nnames: [a]\n", "x/a.png": (4, 4)}), "yolo")


def test_more_than_a_box_on_a_line_gives_its_box_and_is_told(data_set, bring_in):
    lines = {"polygon": "0 0.1 0.1 0.4 0.1 0.4 0.5 0.1 0.5", "confidence": "0 0.25 0.3 0.3 0.4 0.9"}
    for kind, line in lines.items():
        root = data_set({f"{kind}/classes.txt": "red", f"{kind}/a.png": (40, 20), f"{kind}/a.txt": line}) / kind
        report, theme = bring_in(root, theme=kind)
        assert theme == {"a.png": (None, None, [("red", 4, 2, 12, 8)])}, kind
        assert (report.rejected, [kind in each.reason for each in report.remarks]) == ([], [True])
    pose = {"p/pose.yaml": "train: images\nkpt_shape: [2, 3]\nnames: {0: '007'}\n", "p/images/a.png": (40, 20)}
    root = data_set(pose | {"p/labels/a.txt": "0 0.25 0.3 0.3 0.4 0.2 0.2 2 0.3 0.3 2"}) / "p"
    report, theme = bring_in(root, theme="pose")
    assert theme["images/a.png"][2] == [("007", 4, 2, 12, 8)]
    assert ["key points" in each.reason for each in report.remarks] == [True]


def test_images_beside_the_places_of_the_yaml_are_told(data_set, bring_in):
    root = data_set({"data.yaml": "train: images/train\nval: images/train\nnames: [a, a]\n", "extra/b.png": (4, 4)})
    data_set({"images/train/a.png": (40, 20), "labels/train/a.txt": "0 0.5 0.5 0.5 0.5"})
    report, theme = bring_in(root)
    assert list(theme) == ["images/train/a.png"]
    assert [(each.path, each.reason) for each in report.remarks] == [
        ("names", "the classes 0, 1 are all called 'a': one label"),
        ("extra", "1 images are not read: data.yaml names no split that holds them"),
    ]


@pytest.mark.parametrize(
    ("described", "folder", "split"),
    [
        ({"data/x.data": "train = data/train.txt\nnames = data/x.names", "data/x.names": "cat"}, "data/obj", "train"),
        ({"x.yaml": "train: images/train2017\nval: images/train2017\nnames: [cat]"}, "images/train2017", "train"),
        ({"images/classes.txt": "cat\n"}, "images", None),
    ],
)
def test_names_and_splits_are_found_where_programs_keep_them(data_set, bring_in, described, folder, split):
    place = f"{folder}/a.png"
    label = f"{folder.replace('images', 'labels')}/a.txt"
    files = {place: (40, 30), label: "0 0.5 0.5 0.5 0.5\n", "data/train.txt": f"{place}\n", "x/y.txt": "z"}
    report, theme = bring_in(data_set(files | described))
    assert (report.format, report.rejected) == ("yolo", [])
    assert theme == {place: (None, split, [("cat", 10, 7.5, 20, 15)])}

"""Hugging Face's layouts: parquet of images, and images beside metadata files."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from workbench.data.formats.parquet_columns import class_names_of_card
from workbench.errors import WorkbenchError


@pytest.fixture
def parquet(tmp_path, draw_image):
    """`parquet("train-00000-of-00001", columns, features)` writes a file and returns the data set's folder.

    The columns lack the images: each row gets one of 40 x 30 pixels.
    """
    numbers = iter(range(100))

    def write(name, columns, features=None, image="image"):
        chosen = [next(numbers) for _ in next(iter(columns.values()))]
        images = [{"bytes": draw_image(number, size=(40, 30)), "path": f"{number}.png"} for number in chosen]
        table = pa.table({image: images, **columns})
        if features:
            written = {"info": {"features": {image: {"_type": "Image"}, **features}}}
            table = table.replace_schema_metadata({"huggingface": json.dumps(written)})
        file = tmp_path / "set" / "data" / f"{name}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, file)
        return tmp_path / "set"

    return write


def classes(*names):
    return {"names": list(names), "_type": "ClassLabel"}


def test_rows_come_in_with_class_names_and_splits(parquet, bring_in, label_order):
    features = {"label": classes("cat", "dog", "fox")}
    parquet("train-00000-of-00002", {"label": [0, 1, None]}, features)
    parquet("train-00001-of-00002", {"label": [-1]}, features)
    root = parquet("validation-00000-of-00001", {"label": [1, 7]}, features)

    report, theme = bring_in(root)

    assert (report.format, report.added) == ("parquet", 6)
    assert [each.reason for each in report.rejected] == ["there is no class 7"]
    assert sorted((label, split) for label, split, _ in theme.values() if label) == [
        ("cat", "train"),
        ("dog", "train"),
        ("dog", "valid"),
    ]
    assert label_order() == ["cat", "dog", "fox"]


def test_boxes_texts_numbers_and_the_card_of_a_data_set(parquet, bring_in):
    objects = [{"bbox": [[4, 3, 10, 20], [1, 1, 2]], "category": [1, 0]}, {"bbox": [], "category": []}]
    features = {"objects": {"bbox": {}, "category": {"feature": classes("red", "white"), "_type": "List"}}}
    root = parquet("test", {"objects": objects}, features, image="photo")
    report, theme = bring_in(root)
    assert [(each.path, each.reason[:9]) for each in report.rejected] == [("data/test.parquet:1", "object 2:")]
    assert (report.undecided, [row[2] for row in theme.values()]) == (1, [[], []])

    (root / "data" / "test.parquet").unlink()
    root = parquet("all", {"label": ["cat", "truck"]})
    assert [row[0] for row in bring_in(root / "data" / "all.parquet", theme="texts")[1].values()] == ["cat", "truck"]

    root = parquet("all", {"label": [1, 0]})
    report, theme = bring_in(root, theme="numbers")
    assert [row[0] for row in theme.values()] == ["1", "0"]
    assert ["numbers without names" in each.reason for each in report.remarks] == [True]
    feature = {"name": "label", "dtype": {"class_label": {"names": {"0": "a", "1": "b"}}}}
    card = {"dataset_info": {"features": [feature]}}
    (root / "README.md").write_text(f"---\n{json.dumps(card)}\n---\n# Pets\n")
    assert [row[0] for row in bring_in(root, theme="card")[1].values()] == ["b", "a"]

    root = parquet("all", {"label": [1.0, None], "note": ["x", "y"]})
    report, theme = bring_in(root, theme="floats")
    assert [row[0] for row in theme.values()] == ["b", None]
    assert [each.reason for each in report.remarks] == ["columns that are not read: note"]

    root = parquet("all", {"fine": [0], "coarse": [0]}, {"fine": classes("cat"), "coarse": classes("animal")})
    with pytest.raises(WorkbenchError, match=r"several columns of classes: fine, coarse.*--field fine"):
        bring_in(root, theme="several")
    assert [row[0] for row in bring_in(root, theme="coarse", field="coarse")[1].values()] == ["animal"]


def test_a_card_that_says_nothing_of_classes_is_passed_over(tmp_path):
    card = tmp_path / "README.md"
    label = "dataset_info: {features: [{name: label, dtype: {class_label: {names: %s}}}]}"
    for said in (
        "dataset_info: !!int 'x'",
        "dataset_info: {features: 5}",
        "dataset_info: {features: [&a {b: *a}]}",
        label % "{a: b, 0: c}",
        label % "5",
    ):
        card.write_text(f"---\n{said}\n---\n")
        assert class_names_of_card(card) == {}, said
    card.write_text(f"---\n{label % '{1: dog, 0: cat}'}\n---\n")
    assert class_names_of_card(card) == {"label": ["cat", "dog"]}


def test_rows_that_name_an_image_beside_them_instead_of_holding_it(data_set, bring_in):
    root = data_set({"images/a.png": (40, 30)})
    images = [{"bytes": None, "path": "/home/mika/pets/images/a.png"}, {"bytes": None, "path": "gone.png"}]
    types = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    pq.write_table(pa.table({"image": pa.array(images, types), "label": ["cat", "dog"]}), root / "train.parquet")
    report, theme = bring_in(root)
    assert list(theme.values()) == [("cat", "train", [])]
    assert [each.reason for each in report.rejected] == [
        "the row holds no bytes of an image, and the image 'gone.png' was not found"
    ]


def test_files_that_hold_no_images_are_refused_in_a_sentence(tmp_path, bring_in):
    pq.write_table(pa.table({"text": ["a"]}), tmp_path / "texts.parquet")
    with pytest.raises(WorkbenchError, match=r"no column of images. It has: text"):
        bring_in(tmp_path / "texts.parquet")
    (tmp_path / "texts.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(WorkbenchError, match="cannot be read as parquet"):
        bring_in(tmp_path / "texts.parquet", theme="damaged")


def test_metadata_files_in_split_folders(data_set, bring_in):
    red = {"file_name": "b.png", "objects": {"bbox": [[4, 3, 10, 20]], "categories": ["red"]}}
    root = data_set(
        {
            "train/a.png": (40, 30),
            "train/metadata.csv": "file_name,label\na.png,cat\n",
            "test/b.png": (40, 30),
            "test/unnamed.png": (40, 30),
            "test/metadata.jsonl": json.dumps(red) + "\n" + json.dumps({"file_name": "../x.png"}),
        }
    )

    report, theme = bring_in(root)

    assert (report.format, report.why) == ("imagefolder", "test/metadata.jsonl, train/metadata.csv")
    assert theme.pop("test/unnamed.png")[0] is None
    assert theme == {
        "train/a.png": ("cat", "train", []),
        "test/b.png": (None, "test", [("red", 4, 3, 10, 20)]),
    }
    assert [each.path for each in report.rejected] == ["test/metadata.jsonl:2"]


@pytest.mark.parametrize("alone", [False, True])
def test_a_parquet_table_about_images_beside_it(data_set, bring_in, alone):
    boxes = {"bbox": [[4.0, 3, 10, 20]], "category": [1]}
    columns = {
        "file_name": ["a.png", "sub/b.png", "c.png"],
        "label": [1, 0, -1],
        "objects": [None, None, boxes],
        "width": [40, 40, 40],
    }
    names = classes("cat", "dog")
    written = {"info": {"features": {"label": names, "objects": {"category": {"feature": names, "_type": "List"}}}}}
    root = data_set({"train/a.png": (40, 30), "train/sub/b.png": (40, 30), "train/c.png": (40, 30)})
    table = pa.table(columns).replace_schema_metadata({"huggingface": json.dumps(written)})
    pq.write_table(table, root / "train" / "metadata.parquet")

    report, theme = bring_in(root / "train" / "metadata.parquet" if alone else root)

    assert (report.format, report.rejected) == ("imagefolder", [])
    found = {name.removeprefix("train/"): (label, boxes) for name, (label, _, boxes) in theme.items()}
    assert found == {"a.png": ("dog", []), "sub/b.png": ("cat", []), "c.png": (None, [("dog", 4, 3, 10, 20)])}
    assert {split for _, split, _ in theme.values()} == {None if alone else "train"}


def test_metadata_above_the_folders_of_splits(data_set, bring_in):
    rows = [{"file_name": "train/a.png", "label": "cat"}, {"file_name": "test/b.png", "label": "dog"}]
    root = data_set({"train/a.png": (40, 30), "test/b.png": (40, 30), "test/c.png": (40, 30)})
    (root / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)))
    _, theme = bring_in(root)
    assert theme == {
        "train/a.png": ("cat", "train", []),
        "test/b.png": ("dog", "test", []),
        "test/c.png": (None, "test", []),
    }


def test_each_box_as_a_mapping_and_labels_that_are_none(data_set, bring_in):
    rows = [
        {"file_name": "a.png", "objects": [{"bbox": [4, 3, 10, 20], "category": "red"}]},
        {"file_name": "b.png", "objects": [{"bbox": [4, 3, 10], "category": "red"}]},
        {"file_name": "c.png", "label": ["cat", "dog"]},
    ]
    root = data_set({f"{name}.png": (40, 30) for name in "abc"})
    (root / "metadata.jsonl").write_text("\n".join(map(json.dumps, rows)))
    report, theme = bring_in(root / "metadata.jsonl")
    assert theme == {
        "a.png": (None, None, [("red", 4, 3, 10, 20)]),
        "b.png": (None, None, []),
        "c.png": (None, None, []),
    }
    assert [(each.path, each.part) for each in report.rejected] == [
        ("metadata.jsonl:2", "box"),
        ("metadata.jsonl:3", "label"),
    ]
    assert report.undecided == 1


def test_captions_beside_class_folders_decide_nothing(data_set, bring_in):
    root = data_set(
        {
            "cat/a.png": (40, 30),
            "dog/b.png": (40, 30),
            "metadata.jsonl": json.dumps({"file_name": "cat/a.png", "text": "a cat"}),
        }
    )
    assert bring_in(root)[0].format == "folder"

"""Names that hold folders: in an export no folder of a name is taken for one of the layout."""

from pathlib import Path

import pytest

from workbench.data.exporting import export_theme
from workbench.data.importing.run import import_images
from workbench.store.decisions import Decision
from workbench.store.labels import edit_label, get_label
from workbench.store.samples import page_of_samples
from workbench.store.single_edits import Edit, decide
from workbench.store.themes import create_theme, get_theme

BOX = "0 0.5 0.5 0.5 0.5\n"


def files_below(folder, suffix):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob(f"*{suffix}"))


@pytest.mark.parametrize(
    ("files", "yaml"),
    [
        (("images/train/a.png", "images/val/a.png"), "train: images/train\nval: images/val\nnames: [red]\n"),
        (("train/images/a.png", "valid/images/b.png"), "train: ../train/images\nval: ../valid/images\nnames: [red]\n"),
        (
            ("images/train/x/labels/y/a.png", "images/val/train/b/a.png"),
            "train: images/train\nval: images/val\nnames: [red]\n",
        ),
    ],
)
def test_yolo_in_and_out_keeps_boxes_and_splits_for_ultralytics_rule_and_for_us(
    data_set, bring_in, held, sqlite_store, tmp_path, files, yaml
):
    texts = {"/labels/".join(f"/{name}".rsplit("/images/", 1))[1:-3] + "txt": BOX for name in files}
    bring_in(data_set({"data.yaml": yaml} | dict.fromkeys(files, (40, 20)) | texts))
    before = held("cells", by="sha256")
    assert {(split, len(boxes)) for _, split, boxes in before.values()} == {("train", 1), ("valid", 1)}

    export_theme(sqlite_store, "cells", tmp_path / "out", "yolo", progress=False)
    report, _ = bring_in(tmp_path / "out", theme="again")

    assert (report.rejected, held("again", by="sha256")) == ([], before)
    for image in (tmp_path / "out").rglob("*.png"):
        start, end = str(image).rsplit("/images/", 1)
        assert Path(f"{start}/labels/{end}").with_suffix(".txt").is_file()


def test_a_corrected_or_renamed_label_is_the_only_folder_of_its_images(data_set, bring_in, sqlite_store, tmp_path):
    bring_in(data_set(dict.fromkeys(("cat/a.png", "cat/deep/er/b.png", "dog/a.png", "fox/a.png"), (8, 8))))
    with sqlite_store.write() as session:
        theme = get_theme("cells", session=session).id
        first = page_of_samples(theme, session=session)[0]
        dog, fox = (get_label(theme, name, session=session).id for name in ("dog", "fox"))
        decide(theme, [Edit(first.id, Decision.of(dog))], annotator="lea", session=session)
        edit_label(fox, name="Vulpes", session=session)

    export_theme(sqlite_store, "cells", tmp_path / "out", "folder", progress=False)

    assert files_below(tmp_path / "out", ".png") == [
        "Vulpes/fox_a.png",
        "cat/deep_er_b.png",
        "dog/a.png",
        "dog/cat_a.png",
    ]


def test_long_nested_names_export(sqlite_store, data_set, tmp_path):
    deep = "/".join([letter * 120 for letter in "abc"])
    with sqlite_store.write() as session:
        create_theme("deep", labels=["cat"], session=session)
    import_images(sqlite_store, "deep", data_set({f"cat/{deep}.png": (8, 8)}), annotator="mika", progress=False)
    for format in ("folder", "voc", "csv"):
        export_theme(sqlite_store, "deep", tmp_path / format, format, progress=False)
        assert len(files_below(tmp_path / format, ".png")) == 1


@pytest.mark.parametrize("labels", [("images", "masks"), ("train", "test"), ("01_train", "cat"), ("data", "cat")])
def test_labels_called_like_folders_of_a_layout_are_labels_in_class_folders(
    sqlite_store, data_set, bring_in, held, tmp_path, labels
):
    table = "\n".join(["file,label", *(f"{label}.png,{label}" for label in labels)])
    bring_in(data_set({f"{label}.png": (8, 8) for label in labels} | {"x.csv": table}))
    export_theme(sqlite_store, "cells", tmp_path / "out", "folder", progress=False)
    report, _ = bring_in(tmp_path / "out", theme="again")
    assert (report.format, held("again", by="sha256")) == ("folder", held("cells", by="sha256"))

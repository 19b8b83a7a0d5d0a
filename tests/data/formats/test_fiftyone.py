"""FiftyOne's JSON written by hand."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

import workbench as wb
from workbench.data.importing.run import import_images
from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.label.suggestions import version_for
from workbench.store.column_types import now
from workbench.store.model_versions import count_model_versions, model_versions
from workbench.store.schema import Model
from workbench.store.themes import delete_theme, get_theme
from workbench.store.upkeep.garbage import collect_garbage


def sample(filepath, detections=None, label=None, tags=(), size=None, **more):
    found = {"_id": {"$oid": "0"}, "filepath": filepath, "tags": list(tags), **more}
    if size:
        found["metadata"] = {"_cls": "ImageMetadata", "width": size[0], "height": size[1]}
    if detections is not None:
        found["ground_truth"] = {"_cls": "Detections", "detections": detections}
    if label is not None:
        found["weather"] = {"_cls": "Classification", "label": label}
    return found


def detection(label, box):
    return {"_cls": "Detection", "label": label, "bounding_box": box, "attributes": {}}


def samples_json(samples):
    return '{"samples": [\n' + ",\n".join(json.dumps(each) for each in samples) + "\n]}"


def test_samples_come_in_with_labels_boxes_and_splits(data_set, bring_in):
    root = data_set(
        {
            "data/a.png": (40, 20),
            "data/b.png": (40, 20),
            "data/c.png": (40, 20),
            "samples.json": samples_json(
                [
                    sample(
                        "data/a.png",
                        [detection("red", [0.25, 0.5, 0.5, 0.25])],
                        "sunny",
                        ["new", "validation"],
                        (40, 20),
                    ),
                    sample("/home/mika/fiftyone/b.png", [], tags=["test"]),
                    sample("data/c.png"),
                ]
            ),
            "metadata.json": json.dumps({"version": "1.3.0", "info": {"classes": ["white", "red"]}}),
        }
    )

    report, theme = bring_in(root)

    assert (report.format, report.added, report.rejected) == ("fiftyone", 3, [])
    assert theme == {
        "a.png": ("sunny", "valid", [("red", 10, 10, 20, 5)]),
        "b.png": (None, "test", []),
        "c.png": (None, None, []),
    }


def test_the_short_forms_with_classes_by_number_come_in(data_set, bring_in, label_order):
    content = {
        "classes": ["red", "white"],
        "labels": {
            "a": 1,
            "b": [{"label": 0, "bounding_box": [0, 0, 0.5, 0.5]}],
            "lost": 0,
            "c": 9,
        },
    }
    root = data_set(
        {
            "data/a.png": (40, 20),
            "data/b.png": (40, 20),
            "data/c.png": (40, 20),
            "labels.json": json.dumps(content, indent=1),
        }
    )
    lines = (root / "labels.json").read_text().splitlines()
    lost, bad = (next(n for n, line in enumerate(lines, 1) if f'"{name}"' in line) for name in ("lost", "c"))

    report, theme = bring_in(root / "labels.json")

    assert theme == {"data/a.png": ("white", None, []), "data/b.png": (None, None, [("red", 0, 0, 20, 10)])}
    assert [(r.path, r.reason.split(":")[0]) for r in report.rejected] == [
        (f"labels.json:{lost}", "there is no image for 'lost' in the folder data"),
        (f"labels.json:{bad}", "c"),
    ]
    assert label_order() == ["red", "white"]


def test_each_irregularity_is_refused_with_file_and_line(data_set, bring_in):
    whole = [0, 0, 1, 1]
    twice = {"kind": {"_cls": "Classifications", "classifications": [{"label": "x"}, {"label": "y"}]}}
    root = data_set(
        {
            "data/a.png": (40, 20),
            "data/b.png": (40, 20),
            "samples.json": samples_json(
                [
                    sample("data/a.png", [detection("red", whole), detection("red", [0, 0, 1]), detection(5, whole)]),
                    sample("data/gone.png"),
                    sample("../x.png"),
                    {"tags": []},
                    sample("data/b.png", size=(20, 40)),
                    sample("data/b.png", **twice),
                    sample("data/b.png", [detection("red", [0, 0, 0, 1])]),
                ]
            ),
        }
    )

    report, theme = bring_in(root)

    assert theme == {"a.png": (None, None, []), "b.png": (None, None, [])}
    assert [
        (r.path, words in r.reason)
        for r, words in zip(
            report.rejected,
            (
                "not a list of four",
                "no class",
                "not found",
                "leads out",
                "filepath",
                "20 x 40",
                "has 2 labels",
                "no area",
            ),
            strict=True,
        )
    ] == [(f"samples.json:{line}", True) for line in (2, 2, 3, 4, 5, 6, 7, 8)]


def test_what_stands_where_a_list_belongs_is_refused(data_set, bring_in):
    odd = {**sample("data/a.png", True), "tags": True}
    root = data_set({"data/a.png": (40, 20), "samples.json": samples_json([odd])})
    report, _ = bring_in(root)
    assert "detection 1: True is not a detection" in report.rejected[0].reason


def test_a_folder_without_its_files_is_a_clear_error(data_set, bring_in):
    with pytest.raises(WorkbenchError, match=r"neither samples\.json nor labels\.json"):
        bring_in(data_set({"a.png": (4, 4)}), "fiftyone")


def test_a_models_predictions_are_no_labels_unless_their_field_is_named(data_set, bring_in):
    truth, guess = {"_cls": "Classification", "label": "cat"}, {"_cls": "Classification", "label": "dog"}
    rows = [
        sample("data/a.png", ground_truth=truth, resnet={**guess, "confidence": 0.5}),
        sample("data/b.png", ground_truth=None, resnet={**guess, "confidence": 0.3}),
    ]
    root = data_set({"data/a.png": (40, 20), "data/b.png": (40, 20), "samples.json": samples_json(rows)})

    report, theme = bring_in(root)

    assert theme == {"a.png": ("cat", None, []), "b.png": (None, None, [])}
    assert (report.rejected, report.suggestions) == ([], {"imported: resnet": 2})
    assert bring_in(root, theme="asked", field="resnet")[1]["b.png"] == ("dog", None, [])

    unfilled = [sample(f"data/{name}.png", ground_truth=None, predictions=guess) for name in "ab"]
    (root / "samples.json").write_text(samples_json(unfilled))
    report, theme = bring_in(root, theme="unfilled")
    assert {label for label, *_ in theme.values()} == {None}
    assert [each.reason for each in report.remarks] == [
        "2 predictions of 'predictions' state no confidence: they count as 100 %"
    ]

    (root / "samples.json").write_text(samples_json([sample("data/a.png", one=truth, two=guess)]))
    with pytest.raises(WorkbenchError, match=r"several fields with Classification: one, two.*--field one"):
        bring_in(root, theme="several")


def test_predictions_are_suggestions_that_python_and_panel_show(
    data_set, bring_in, sqlite_store, make_theme, label_order
):
    cat = {"_cls": "Classification", "label": "cat"}
    many = [{**cat, "confidence": 0.2}, {"_cls": "Classification", "label": "fox", "confidence": 0.7}]
    rows = [
        sample("data/a.png", ground_truth=cat, net={**cat, "confidence": 0.9}),
        sample("data/b.png", ground_truth=None, net={"_cls": "Classifications", "classifications": many}),
        sample("data/c.png", ground_truth=None, net={**cat, "confidence": 93.0}),
        sample("data/d.png", ground_truth=None, net=None),
    ]
    files = {f"data/{name}.png": (40, 20) for name in "abcd"}
    root = data_set({**files, "samples.json": samples_json(rows)})

    report, _ = bring_in(root)
    again = import_images(sqlite_store, "cells", root, annotator="mika", progress=False)

    assert report.suggestions == again.suggestions == {"imported: net": 2}
    assert [each.path for each in report.rejected] == ["samples.json:4"]
    assert "not between 0 and 1: 93.0" in report.rejected[0].reason
    assert label_order() == ["cat", "fox"]
    make_theme(sqlite_store, "cats", labels=["cat"])
    some = import_images(sqlite_store, "cats", root, annotator="mika", progress=False)
    assert [each.reason[:28] for each in some.remarks] == ["'fox' is no label of the the"]
    more = import_images(sqlite_store, "cats", root, annotator="mika", add_labels=True, progress=False)
    assert (more.new_labels, more.remarks) == (["fox"], [])
    theme = wb.open_theme("cells", store=sqlite_store)
    frame = theme.samples(model="imported: net").to_frame().set_index("name")
    assert frame["suggested"].astype(object).where(frame["suggested"].notna(), None).to_dict() == {
        "a.png": "cat",
        "b.png": "fox",
        "c.png": None,
        "d.png": None,
    }
    assert frame["score"].dropna().to_dict() == {"a.png": 0.9, "b.png": 0.7}
    assert [each.name for each in theme.samples(suggested="fox", match="open")] == ["b.png"]
    with pytest.raises(NotFoundError, match="Did you mean 'imported: net'"):
        len(theme.samples(model="imported: nett"))
    with sqlite_store.write() as session:
        theme_id = get_theme("cells", session=session).id
        shown = version_for(theme_id, "production", session)
        assert (shown.words, shown.version) == ("imported: net", 0)
        assert model_versions(theme_id, session=session) == []
        assert count_model_versions(session=session) == 0
        delete_theme(theme_id, annotator="mika", session=session)
    collect_garbage(sqlite_store, annotator="mika", deleted_before=now() + timedelta(days=1))
    with sqlite_store.read() as session:
        assert session.scalars(select(Model).where(Model.theme_id == theme_id)).all() == []


def test_the_short_form_with_confidences_holds_suggestions(data_set, bring_in):
    listed = {"a": {"label": "cat", "confidence": 0.75}, "b": {"label": "dog"}}
    files = {"data/a.png": (8, 8), "data/b.png": (8, 8)}
    root = data_set({**files, "labels.json": json.dumps({"classes": ["cat", "dog"], "labels": listed})})
    report, theme = bring_in(root)
    assert (report.rejected, report.suggestions) == ([], {"imported: labels.json": 1})
    assert {name: label for name, (label, *_) in theme.items()} == {"data/a.png": None, "data/b.png": "dog"}

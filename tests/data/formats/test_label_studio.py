"""Label Studio's JSON written by hand."""

import json

import pytest

from workbench.errors import WorkbenchError
from workbench.store.annotators.second_opinions import review_queue
from workbench.store.labels import label_names
from workbench.store.samples import page_of_samples
from workbench.store.themes import get_theme


def box(label, x, y, width, height, **more):
    return {
        "type": "rectanglelabels",
        "from_name": "b",
        "to_name": "i",
        "original_width": 40,
        "original_height": 20,
        "value": {"x": x, "y": y, "width": width, "height": height, "rotation": 0, "rectanglelabels": [label], **more},
    }


def choice(*labels):
    return {"type": "choices", "from_name": "c", "to_name": "i", "value": {"choices": list(labels)}}


def tasks(*each):
    """A list of (image reference, results of each annotation ...), one task a line from line 2 on."""
    listed = [
        {"id": 1, "data": {"image": image, "split": "val"}, "annotations": [{"result": r} for r in results]}
        for image, *results in each
    ]
    return "[\n" + ",\n".join(json.dumps(task) for task in listed) + "\n]"


def test_tasks_come_in_whatever_way_they_name_their_images(data_set, bring_in):
    root = data_set(
        {
            "a.png": (40, 20),
            "images/b c.png": (40, 20),
            "sub/d.png": (40, 20),
            "e.png": (40, 20),
            "export.json": tasks(
                ("/data/upload/3/0123abcd-a.png", [box("red", 25, 50, 50, 25), choice("sunny")]),
                ("/data/local-files/?d=images/b%20c.png", [box("red", 0, 0, 1, 1)], [choice("rain")]),
                ("sub/d.png", []),
                ("https://example.org/x/e.png",),
            ),
        }
    )

    report, theme = bring_in(root / "export.json")

    assert (report.format, report.added, report.rejected) == ("label-studio", 4, [])
    assert theme == {
        "a.png": ("sunny", "valid", [("red", 10, 10, 20, 5)]),
        "b c.png": ("rain", "valid", []),
        "sub/d.png": (None, "valid", []),
        "e.png": (None, "valid", []),
    }


def test_each_irregularity_is_refused_with_file_and_line(data_set, bring_in):
    root = data_set(
        {
            "a.png": (40, 20),
            "b.png": (20, 40),
            "export.json": tasks(
                (
                    "a.png",
                    [
                        box("red", 0, 0, 100, 100),
                        box("red", 0, 0, 50, 50, rotation=30),
                        choice("x", "y"),
                        {"type": "polygonlabels", "value": {}},
                        box("red", 0, 0, None, 5),
                        box("red", 0, 0, 0, 5),
                        {},
                    ],
                ),
                ("gone.png", []),
                ("../../x.png", []),
                ("b.png", [box("red", 0, 0, 50, 50)]),
                ("", []),
            ),
        }
    )

    report, theme = bring_in(root / "export.json")

    assert theme == {"a.png": (None, "valid", [])}
    found = sorted((r.path, r.reason) for r in report.rejected)
    for place, words in [
        (2, "rotated by 30"),
        (2, "exactly one label"),
        (2, "polygonlabels"),
        (2, "four numbers"),
        (2, "no area"),
        (2, "without a value"),
        (3, "not found"),
        (4, "x.png"),
        (5, "40 x 20"),
        (6, "without an image"),
    ]:
        assert any(path == f"export.json:{place}" and words in reason for path, reason in found), (place, words)
    assert len(found) == 10


def test_another_json_is_a_clear_error(data_set, bring_in):
    with pytest.raises(WorkbenchError, match="a list of tasks"):
        bring_in(data_set({"x.json": '{"a": [1]}'}) / "x.json", "label-studio")


def answers(image, *annotations):
    return {"data": {"image": image}, "annotations": [{**about, "result": list(found)} for about, found in annotations]}


def test_one_named_control_is_the_label(data_set, bring_in):
    quality = {**choice("sharp"), "from_name": "quality"}
    listed = [answers("a.png", ({}, [choice("cat"), quality])), answers("b.png", ({}, [quality]))]
    root = data_set({"a.png": (40, 20), "b.png": (40, 20), "x.json": json.dumps(listed)})

    with pytest.raises(WorkbenchError, match=r"several controls with choices: c, quality.*--control c"):
        bring_in(root / "x.json", theme="unasked")
    report, theme = bring_in(root / "x.json", control="c")

    assert {name: label for name, (label, *_) in theme.items()} == {"a.png": "cat", "b.png": None}
    assert report.rejected == []
    assert [each.reason for each in report.remarks] == ["the control 'quality' (2 tasks) was not asked for"]


def test_a_second_annotator_gives_an_opinion_and_ground_truth_wins(data_set, bring_in, sqlite_store):
    one, two = {"completed_by": 1}, {"completed_by": {"id": 2, "email": "lea@example.org"}}
    listed = [
        answers("a.png", (one, [choice("cat")]), (two, [choice("dog")])),
        answers("b.png", (one, [choice("cat")]), (two, [])),
        answers("c.png", (one, [choice("cat")]), ({**two, "ground_truth": True}, [choice("dog")])),
        answers("d.png", ({**one, "was_cancelled": True}, [choice("cat")])),
    ]
    root = data_set({**{f"{stem}.png": (40, 20) for stem in "abcd"}, "x.json": json.dumps(listed)})

    report, theme = bring_in(root / "x.json")

    assert report.rejected == []
    labels = {name: label for name, (label, *_) in theme.items()}
    assert labels == {"a.png": "cat", "b.png": "cat", "c.png": "dog", "d.png": None}
    with sqlite_store.read() as session:
        theme_id = get_theme("cells", session=session).id
        names = label_names(theme_id, session=session)
        pending = review_queue(theme_id, session=session)
        said = [{who: names[given.label] for who, given in each.opinions.items()} for each in pending]
    assert said == [{"mika": "cat", "lea@example.org": "dog"}, {"mika": "dog", "annotator 1": "cat"}]


@pytest.mark.parametrize(
    "change",
    [
        lambda task: task["annotations"][0]["result"][0].update(type=["rectanglelabels"]),
        lambda task: task["annotations"][0]["result"][0].update(id=["x"]),
        lambda task: task["annotations"][0]["result"][0].update(from_name={"a": 1}),
        lambda task: task["annotations"][0]["result"][0]["value"].update(x=10**400),
        lambda task: task["annotations"][0]["result"][0]["value"].update(rectanglelabels=[["red"]]),
        lambda task: task["annotations"][0].update(completed_by=[1]),
        lambda task: task["annotations"][0].update(result="red"),
        lambda task: task.update(annotations=5),
        lambda task: task["data"].update(split=["train"]),
    ],
)
def test_values_of_another_kind_are_refused_or_left_out(data_set, bring_in, change):
    task = {"id": 1, "data": {"image": "a.png"}, "annotations": [{"result": [box("red", 0, 0, 50, 50)]}]}
    change(task)
    root = data_set({"a.png": (40, 20), "tasks.json": json.dumps([task])})
    report, held = bring_in(root / "tasks.json")
    assert (report.added, list(held)) == (1, ["a.png"])


def test_predictions_are_suggestions_and_an_empty_answer_about_labels_decides_nothing(data_set, bring_in, sqlite_store):
    guess = {"model_version": "net-2", "score": 0.8, "result": [choice("dog")]}
    marked = {"model_version": "net-2", "score": 0.8, "result": [box("dog", 0, 0, 10, 10)]}
    listed = [
        {**answers("a.png", ({}, [choice("cat")])), "predictions": [guess]},
        {**answers("b.png", ({}, [])), "predictions": [guess]},
        {**answers("c.png"), "predictions": [marked]},
    ]
    root = data_set({**{f"{stem}.png": (40, 20) for stem in "abc"}, "x.json": json.dumps(listed)})

    report, theme = bring_in(root / "x.json")

    assert report.suggestions == {"imported: net-2": 2}
    assert report.rejected == []
    assert [each.reason[:47] for each in report.remarks] == ["what the model 'net-2' marked is not taken (1):"]
    assert {name: label for name, (label, *_) in theme.items()} == {"a.png": "cat", "b.png": None, "c.png": None}
    with sqlite_store.read() as session:
        theme_id = get_theme("cells", session=session).id
        assert not any(sample.nothing_there for sample in page_of_samples(theme_id, session=session))


def test_refusals_in_one_line_name_task_image_and_annotation(data_set, bring_in):
    wrong = {"id": 31, "result": [box("red", 0, 0, 0, 5), box("red", 0, 0, None, 5)]}
    listed = [{"id": 7, "data": {"image": "a.png"}, "annotations": [wrong]}]
    root = data_set({"a.png": (40, 20), "x.json": json.dumps(listed)})
    report, _ = bring_in(root / "x.json")
    reasons = sorted(each.reason for each in report.rejected)
    assert reasons[0].startswith("a.png, annotation 31: the box")
    assert reasons[1].startswith("task 7, a.png: annotation 31: the box")


@pytest.mark.parametrize("minimal", [False, True])
def test_the_image_may_stand_in_a_member_of_any_name(data_set, bring_in, minimal):
    data = {"note": "a small one", "picture": "/data/upload/3/0123abcd-a.png"}
    kind = {"type": "choices", "from_name": "kind", "value": {"choices": ["cat"]}}
    whole = {"id": 1, "data": data, "annotations": [{"result": [kind]}]}
    short = data | {"id": 1, "kind": "cat", "annotator": 1, "annotation_id": 5}
    root = data_set({"a.png": (40, 20), "x.json": json.dumps([short if minimal else whole])})
    report, theme = bring_in(root)
    assert (report.format, report.rejected, theme) == ("label-studio", [], {"a.png": ("cat", None, [])})


def test_boxes_on_an_image_that_was_turned_there_are_refused(data_set, bring_in):
    turned = box("red", 25, 50, 50, 25) | {"image_rotation": 90}
    root = data_set({"a.png": (40, 20), "x.json": tasks(("a.png", [turned]))})
    report, theme = bring_in(root / "x.json")
    assert (theme["a.png"][2], report.undecided) == ([], 1)
    assert "turned by 90 degrees" in report.rejected[0].reason


def test_what_is_no_label_is_told_and_keeps_no_box_back_and_polygons_give_their_boxes(data_set, bring_in):
    points = {"points": [[10, 10], [35, 10], [35, 60]], "closed": True, "polygonlabels": ["blue"]}
    other = [
        {"type": "textarea", "from_name": "{note}", "value": {"text": ["hm"]}},
        {"type": "keypointlabels", "from_name": "k", "value": {"x": 1, "y": 2, "keypointlabels": ["nose"]}},
        {"type": "polygonlabels", "from_name": "p", "value": points},
    ]
    root = data_set({"a.png": (40, 20), "x.json": tasks(("a.png", [box("red", 25, 50, 50, 25), *other]))})
    report, theme = bring_in(root / "x.json")
    assert (report.rejected, report.undecided) == ([], 0)
    assert theme["a.png"][2] == [("blue", 4, 2, 10, 10), ("red", 10, 10, 20, 5)]
    assert sorted(each.reason[:24] for each in report.remarks) == [
        "of polygons and ellipses",
        "results of type 'keypoin",
        "results of type 'textare",
    ]


def test_json_min_is_read_like_the_whole_form(data_set, bring_in, sqlite_store):
    marked = {"x": 25, "y": 50, "width": 50, "height": 25, "rotation": 0, "rectanglelabels": ["red"]}
    about = {"lead_time": 1.5, "created_at": "2025-01-01"}
    listed = [
        {
            "image": "/data/upload/3/0123abcd-a.png",
            "split": "val",
            "id": 1,
            "kind": "cat",
            "annotator": 1,
            "annotation_id": 5,
        },
        {
            "image": "/data/upload/3/0123abcd-a.png",
            "split": "val",
            "id": 1,
            "kind": "dog",
            "annotator": 2,
            "annotation_id": 6,
        },
        {"image": "b.png", "patient": "p 1", "id": 2, "box": [marked], "annotator": "lea", "annotation_id": 7, **about},
    ]
    root = data_set({"a.png": (40, 20), "b.png": (40, 20), "min.json": json.dumps(listed)})
    report, theme = bring_in(root)
    assert (report.format, report.rejected) == ("label-studio", [])
    assert theme == {"a.png": ("cat", "valid", []), "b.png": (None, None, [("red", 10, 10, 20, 5)])}
    with sqlite_store.read() as session:
        assert len(review_queue(get_theme("cells", session=session).id, session=session)) == 1

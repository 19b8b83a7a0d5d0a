"""The box panel's kernel half: what its calls leave in the store."""

import json
from dataclasses import asdict
from itertools import count

import pytest
from sqlalchemy import event

from workbench.data.theme_of_crops import theme_of_crops
from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.base.messages import answer_calls
from workbench.panels.boxes.panel import BoxPanel
from workbench.store.box_rows import boxes_of
from workbench.store.bulk_edits import delete_samples
from workbench.store.counts import box_counts
from workbench.store.history import history_of
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import edit_label
from workbench.store.samples import SampleFilter, get_sample
from workbench.store.schema import Sample
from workbench.store.themes import create_theme, get_theme

RED = {"x": 1, "y": 2, "width": 10, "height": 5, "label": "red"}
WHITE = {"x": 20, "y": 10, "width": 30, "height": 20, "label": "white"}


@pytest.fixture
def cells(sqlite_store, make_theme, add_samples):
    """A theme with three images of 60 x 40 pixels; the ids of the images."""
    return add_samples(
        sqlite_store, make_theme(sqlite_store, "cells", labels=("red", "white")), range(3), size=(60, 40)
    )


@pytest.fixture
def open_panel(sqlite_store, cells):
    return lambda annotator="mika": BoxPanel("cells", annotator=annotator, store=sqlite_store)


KEYS = count()


def call(panel, method, **params):
    """Call a method as the browser does; returns its result."""
    params = {"sample": panel.sample, **params}
    (result,), _ = answer_calls(
        panel._methods, json.loads(json.dumps([{"id": 1, "method": method, "params": params}])), []
    )
    return result


def drawing(panel, boxes, more):
    """All boxes of an image as a message of the browser, drawn over what the panel shows."""
    key = f"key {next(KEYS)}"
    return {"key": key, "boxes": [dict(box) for box in boxes], "seen": panel.state, **more}


def draw(panel, *boxes, method="save", **more):
    """Draw boxes; returns the message's key and whether the kernel accepted them."""
    message = drawing(panel, boxes, more)
    value = call(panel, method, **message)["value"]
    return message["key"], value["accepted"]


def ask(panel, method, **params):
    """Ask for what must go well; returns nothing."""
    if method == "submit":
        params = drawing(panel, params.pop("boxes", panel.bboxes), params)
    assert "error" not in call(panel, method, **params)


def refusal(panel, method, **params):
    """The words in which the kernel refuses a call."""
    return call(panel, method, **params)["error"]


def stored(store, sample_id):
    with store.read() as session:
        return [(box.label_id, box.x, box.y, box.width, box.height) for box in boxes_of(sample_id, session=session)]


def test_drawing_is_saved_at_once_and_submitting_goes_on(sqlite_store, cells, open_panel):
    panel = open_panel()
    assert (panel.sample, panel.classes, panel.heading["position"]) == (cells[0], ["red", "white"], 1)
    draw(panel, RED)
    assert stored(sqlite_store, cells[0]) == [(1, 1, 2, 10, 5)]
    draw(panel, RED, WHITE)
    ask(panel, "submit")

    assert (panel.sample, panel.bboxes, panel.status) == (cells[1], [], "saved: 2 boxes")
    assert stored(sqlite_store, cells[0]) == [(1, 1, 2, 10, 5), (2, 20, 10, 30, 20)]
    with sqlite_store.read() as session:
        assert {event.annotator for event in history_of(cells[0], session=session)} == {"mika"}
    assert (panel.heading["submitted"], panel.heading["boxes"]) == (1, 2)


def test_a_press_without_a_drag_decides_nothing_and_an_empty_box_is_left_out(sqlite_store, cells, open_panel):
    panel = open_panel()
    draw(panel, {**RED, "width": 0, "height": 0})
    with sqlite_store.read() as session:
        assert get_sample(cells[0], session=session).labeled_at is None
        assert history_of(cells[0], session=session) == []
    draw(panel, {**RED, "width": 0, "height": 0}, WHITE, {**RED, "x": 55})
    assert stored(sqlite_store, cells[0]) == [(2, 20, 10, 30, 20), (1, 55, 2, 5, 5)]
    assert panel.status == "saved: 2 boxes; 1 without area left out"


def test_submitting_an_empty_image_says_that_nothing_is_on_it(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "submit")
    with sqlite_store.read() as session:
        assert get_sample(cells[0], session=session).annotator == "mika"
        assert box_counts(get_sample(cells[0], session=session).theme_id, session=session).submitted == 1


def test_skip_next_previous_and_undo(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "skip")
    assert panel.sample == cells[1]
    draw(panel, RED)
    assert "boxes on this image" in refusal(panel, "skip")
    assert panel.sample == cells[1]
    ask(panel, "step", step=1)
    ask(panel, "step", step=1)
    assert (panel.sample, panel.status) == (cells[2], "This is the last image.")
    ask(panel, "undo")
    assert (panel.sample, panel.bboxes, stored(sqlite_store, cells[1])) == (cells[1], [], [])
    ask(panel, "undo")
    assert panel.sample == cells[0]
    with sqlite_store.read() as session:
        assert get_sample(cells[0], session=session).skipped is False
    ask(panel, "undo")
    assert panel.status == "There is nothing to undo."
    ask(panel, "step", step=-1)
    assert panel.status == "This is the first image."


def test_it_is_resumed_where_one_stopped(sqlite_store, cells, open_panel):
    first = open_panel()
    ask(first, "submit")
    draw(first, RED)
    assert open_panel().sample == cells[1]
    assert open_panel().bboxes == [RED]
    ask(first, "submit")
    assert open_panel().sample == cells[2]
    assert open_panel("lea").sample == cells[2]
    ask(first, "submit")
    assert first.status == "Every image is done."


def test_what_comes_late_is_kept_for_its_own_image(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "submit")
    draw(panel, RED, sample=cells[0], seen="[]")
    ask(panel, "submit", sample=cells[0])
    assert (panel.sample, panel.bboxes) == (cells[1], [])
    assert stored(sqlite_store, cells[0]) == [(1, 1, 2, 10, 5)]
    assert stored(sqlite_store, cells[1]) == []


def test_drawing_on_without_waiting_for_an_answer_is_no_conflict_and_a_repeated_message_changes_nothing(
    sqlite_store, cells, open_panel
):
    panel = open_panel()
    before = panel.state
    first, _ = draw(panel, RED)
    second, _ = draw(panel, RED, WHITE, seen=before, earlier=[first])
    draw(panel, RED, seen=before, earlier=[first, second])
    draw(panel, RED, WHITE, seen=before, earlier=[first], key=second)
    assert (stored(sqlite_store, cells[0]), panel.conflict) == ([(1, 1, 2, 10, 5)], {})
    draw(panel, seen=before, earlier=[second])
    assert panel.conflict == {"sample": cells[0], "boxes": []}


def test_what_a_lost_kernel_did_not_save_is_brought_by_the_browser(sqlite_store, cells, open_panel):
    panel = open_panel()
    _, accepted = draw(panel, RED, method="recover", sample=cells[0], seen=None)
    assert (accepted, panel.bboxes) == (True, [RED])
    draw(panel, WHITE, method="recover", sample=cells[2], seen=None)
    assert panel.sample == cells[0]
    assert stored(sqlite_store, cells[2]) == [(2, 20, 10, 30, 20)]


def test_boxes_that_reach_the_kernel_when_another_theme_is_open_are_saved_in_their_own(
    sqlite_store, cells, open_panel, add_samples
):
    with sqlite_store.write() as session:
        tissue = create_theme("tissue", labels=["red"], task="boxes", session=session)
        there = {"theme": tissue.id, "born": tissue.created_at.isoformat(), "annotator": "ana"}
    (sample,) = add_samples(sqlite_store, there["theme"], range(5, 6), size=(60, 40))
    panel = open_panel()
    message = drawing(panel, [RED], {**there, "sample": sample, "seen": None})
    assert call(panel, "save", **message)["value"] == {"accepted": True, "problem": ""}
    assert (panel.sample, [box[1:] for box in stored(sqlite_store, sample)]) == (cells[0], [(1, 2, 10, 5)])
    with sqlite_store.read() as session:
        assert [event.annotator for event in history_of(sample, session=session)] == ["ana"]
    # What somebody has to decide waits in the browser until the theme is open.
    late = drawing(panel, [RED, RED], {**there, "sample": sample, "seen": None})
    said = call(panel, "recover", **late)["value"]
    assert (said["accepted"], panel.conflict) == (False, {})
    assert "an image of 'tissue' on which you drew" in said["problem"]
    ask(panel, "open", theme="tissue")
    call(panel, "recover", **late)
    assert panel.conflict["sample"] == sample
    # Another theme has the number of one that is gone: nobody's image gets its boxes.
    gone = drawing(panel, [RED], {**there, "born": "2001-01-01T00:00:00", "sample": sample, "seen": panel.state})
    assert call(panel, "recover", **gone)["value"] == {"accepted": False, "problem": "", "gone": True}


def test_boxes_that_could_not_be_saved_are_not_accepted(sqlite_store, cells, open_panel, monkeypatch):
    panel = open_panel()
    draw(panel, RED)

    def full(*_args, **_options):
        raise OSError("no space left on device")

    monkeypatch.setattr(panel._opened, "save", full)
    assert "no space left" in refusal(panel, "save", **drawing(panel, [RED, WHITE], {}))
    assert len(stored(sqlite_store, cells[0])) == 1


def test_boxes_that_a_full_disk_refused_are_not_accepted_and_are_saved_later(sqlite_store, cells, open_panel):
    panel = open_panel()
    draw(panel, RED)

    def limit(connection, _record):
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes as many as there are already

    many = [{**WHITE, "x": number % 50, "y": number // 50} for number in range(1500)]
    message = drawing(panel, many, {})
    event.listen(sqlite_store.engine, "connect", limit)
    sqlite_store.close()
    assert "The disk is full" in refusal(panel, "save", **message)
    event.remove(sqlite_store.engine, "connect", limit)
    sqlite_store.close()
    ask(panel, "save", **message)
    assert len(stored(sqlite_store, cells[0])) == len(many)


def test_images_are_stepped_through_by_state_and_position(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "skip")
    draw(panel, RED)
    ask(panel, "submit")
    ask(panel, "filter", state="undecided")
    assert panel.sample == cells[2]
    ask(panel, "step", step=-1)
    assert (panel.sample, panel.status) == (cells[2], "This is the first image that is undecided.")
    ask(panel, "filter", state="done")
    assert panel.sample == cells[1]
    ask(panel, "filter", state="skipped")
    assert panel.sample == cells[0]
    ask(panel, "filter", state="all")
    ask(panel, "go", position=3)
    assert panel.sample == cells[2]
    assert "There is no image 9; the theme has 3." in refusal(panel, "go", position=9)
    assert "Allowed: all, undecided" in refusal(panel, "filter", state="new")


def test_another_annotator_and_another_theme_are_chosen_in_the_panel(sqlite_store, cells, make_theme, add_samples):
    with sqlite_store.write() as session:
        tissue = create_theme("tissue", labels=["edge"], task="boxes", session=session).id
        create_theme("empty", labels=["edge"], task="boxes", session=session)
    samples = add_samples(sqlite_store, tissue, range(5, 6), size=(60, 40))
    panel = BoxPanel(annotator="mika", store=sqlite_store)
    assert (panel.heading["theme"], panel.themes, panel.classes) == ("tissue", ["empty", "tissue"], ["edge"])
    ask(panel, "open", theme="empty")
    assert (panel.sample, panel.heading["theme"], panel.heading["samples"]) == (0, "empty", 0)
    ask(panel, "open", theme="tissue")
    assert panel.heading["theme"] == "tissue"
    ask(panel, "open", theme="cells")
    assert (panel.heading["theme"], panel.sample, panel.classes) == ("cells", cells[0], ["red", "white"])
    ask(panel, "annotator", annotator=" lea ")
    draw(panel, RED)
    with sqlite_store.read() as session:
        assert [event.annotator for event in history_of(cells[0], session=session)] == ["lea"]
    message = drawing(panel, [{**RED, "label": "edge"}], {"sample": samples[0]})
    assert "no label 'edge'" in call(panel, "save", **message)["value"]["problem"]
    assert stored(sqlite_store, samples[0]) == []


def test_the_counts_follow_what_is_drawn(sqlite_store, cells, open_panel):
    panel = open_panel()
    ask(panel, "skip")
    draw(panel, RED, WHITE)
    draw(panel, WHITE)
    ask(panel, "step", step=-1)
    draw(panel, RED)

    def counted():
        found = {key: panel.heading[key] for key in ("samples", "submitted", "skipped", "boxes")}
        with sqlite_store.read() as session:
            assert found == asdict(box_counts(get_sample(cells[0], session=session).theme_id, session=session))
        return found["submitted"], found["skipped"]

    assert counted() == (0, 0)
    assert panel.per_label == {"red": 1, "white": 1}
    ask(panel, "submit")
    assert (panel.sample, counted()) == (cells[1], (1, 0)), "an image that was left while drawing comes again"
    ask(panel, "step", step=-1)
    draw(panel, RED, WHITE)
    assert counted() == (1, 0)
    draw(panel)
    assert counted() == (1, 0)
    ask(panel, "undo")
    assert counted() == (0, 0), "what an undo shows is to be looked at"
    ask(panel, "submit")
    assert counted() == (1, 0)


def test_without_a_theme_of_boxes_the_panel_says_how_to_make_one(sqlite_store, make_theme):
    make_theme(sqlite_store, "digits")
    panel = BoxPanel(store=sqlite_store)
    assert "--task boxes" in panel.status
    assert "--task boxes" in panel.summary()
    assert (panel.result(), panel.sizes_and_positions()) == ({"theme": None}, None)
    assert "--task boxes" in refusal(panel, "step", step=1)


def test_a_name_that_cannot_be_recorded_costs_no_box(sqlite_store, cells, open_panel):
    panel = open_panel()
    assert "cannot be the name of an annotator" in refusal(panel, "annotator", annotator="lea\u200d")
    assert draw(panel, RED)[1]
    assert len(stored(sqlite_store, cells[0])) == 1
    panel._opened.annotator = "lea\u200d"
    assert not draw(panel, RED, WHITE)[1]  # the browser keeps it
    with pytest.raises(WorkbenchError, match="cannot be the name"):
        open_panel("lea\u200d")


def test_two_annotators_never_overwrite_each_other(sqlite_store, cells, open_panel):
    mika, lea = open_panel("mika"), open_panel("lea")
    draw(mika, RED)
    draw(lea, WHITE)
    assert stored(sqlite_store, cells[0]) == [(1, 1, 2, 10, 5)]
    assert (lea.bboxes, "Somebody else" in lea.status) == ([RED], True)
    assert lea.conflict == {"sample": cells[0], "boxes": [WHITE]}
    ask(lea, "keep theirs")
    assert (lea.conflict, stored(sqlite_store, cells[0])) == ({}, [(1, 1, 2, 10, 5)])
    draw(mika, RED, WHITE)
    draw(lea, WHITE)
    draw(mika, WHITE, RED)
    ask(lea, "overwrite")  # mika was quicker once more: nothing is overwritten unseen
    assert lea.conflict == {"sample": cells[0], "boxes": [WHITE]}
    ask(lea, "overwrite")
    assert (lea.conflict, lea.bboxes) == ({}, [WHITE])
    assert stored(sqlite_store, cells[0]) == [(2, 20, 10, 30, 20)]


def test_boxes_of_a_label_that_was_renamed_are_saved_and_shown_by_its_new_name(sqlite_store, cells, open_panel):
    panel = open_panel()
    red = panel.label_ids[0]
    with sqlite_store.write() as session:
        edit_label(red, name="erythrocyte", session=session)
    assert draw(panel, {**RED, "label_id": red})[1]
    assert stored(sqlite_store, cells[0]) == [(red, 1, 2, 10, 5)]
    assert (panel.classes, panel.bboxes[0]["label"]) == (["erythrocyte", "white"], "erythrocyte")


def test_boxes_of_a_label_that_was_merged_are_saved_as_the_other_one(sqlite_store, cells, open_panel):
    panel = open_panel()
    red, white = panel.label_ids
    draw(panel, {**RED, "label_id": red})
    with sqlite_store.write() as session:
        merge_labels(red, white, annotator="lena", session=session)
    _, accepted = draw(panel, {**RED, "label_id": red}, {**WHITE, "label": "red", "label_id": red})
    assert (accepted, panel.conflict) == (True, {})
    assert stored(sqlite_store, cells[0]) == [(white, 1, 2, 10, 5), (white, 20, 10, 30, 20)]
    assert panel.per_label == {"white": 2}


def test_boxes_of_a_label_that_was_deleted_stay_in_the_browser_until_they_have_another(sqlite_store, cells, open_panel):
    panel = open_panel()
    red, white = panel.label_ids
    with sqlite_store.write() as session:
        delete_label(red, annotator="lena", session=session)
    message = drawing(panel, [{**RED, "label_id": red}, {**WHITE, "label_id": white}], {})
    answer = call(panel, "save", **message)["value"]
    assert (answer["accepted"], panel.sample) == (False, cells[0])
    assert "no label 'red'" in answer["problem"]
    assert "browser keeps them" in answer["problem"]
    assert stored(sqlite_store, cells[0]) == []
    assert draw(panel, {**RED, "label": "white", "label_id": white}, {**WHITE, "label_id": white})[1]
    assert len(stored(sqlite_store, cells[0])) == 2
    assert panel.classes == ["white"]


def test_an_image_that_was_deleted_is_told_as_such(sqlite_store, cells, open_panel):
    panel = open_panel()
    with sqlite_store.write() as session:
        theme_id = get_sample(cells[0], session=session).theme_id
        delete_samples(theme_id, SampleFilter(ids=cells[:1]), annotator="lena", session=session)
    _, accepted = draw(panel, RED)
    assert (accepted, panel.status, panel.sample) == (True, "This image has been deleted.", cells[1])


def test_other_formats_reach_the_browser_as_png(sqlite_store, make_theme, tmp_path):
    from PIL import Image

    from workbench.data.importing.run import import_images

    make_theme(sqlite_store, "scans", labels=("red",))
    Image.new("CMYK", (9, 7)).save(tmp_path / "scan.tif")
    import_images(sqlite_store, "scans", tmp_path / "scan.tif", annotator="mika", progress=False)
    assert BoxPanel("scans", store=sqlite_store).image_bytes.startswith(b"\x89PNG")


def test_without_a_person_it_is_a_static_summary(sqlite_store, cells, open_panel):
    panel = open_panel()
    draw(panel, RED, WHITE)
    ask(panel, "submit")
    html = panel.summary()
    assert "1 of 3 images done" in html
    assert "img_00000.png: 2 boxes" in html
    assert "&#9632;</span> white</td><td style='text-align:right'>1</td>" in html
    assert panel.result() == {
        "theme": "cells",
        "samples": 3,
        "submitted": 1,
        "skipped": 0,
        "boxes": 2,
        "labels": {"red": 1, "white": 1},
    }


def test_sizes_and_positions_are_plotted_per_label(cells, open_panel):
    panel = open_panel()
    draw(panel, RED, WHITE)
    sizes, centers = panel.sizes_and_positions().axes
    assert [text.get_text() for text in sizes.get_legend().get_texts()] == ["red (1)", "white (1)"]
    assert [tuple(each.get_offsets()[0]) for each in sizes.collections] == [(10, 5), (30, 20)]
    assert tuple(centers.collections[1].get_offsets()[0]) == pytest.approx((35 / 60, 20 / 40))


def test_a_theme_that_is_not_there_is_a_clear_error_and_an_empty_one_opens(sqlite_store, cells, make_theme):
    make_theme(sqlite_store, "bare", labels=())
    with pytest.raises(NotFoundError, match="Did you mean 'cells'"):
        BoxPanel("cell", store=sqlite_store)
    panel = BoxPanel("bare", store=sqlite_store)
    assert (panel.sample, panel.classes, panel.heading["samples"]) == (0, [], 0)


def test_all_images_are_seen_a_page_at_a_time_with_their_boxes_and_state(sqlite_store, cells, open_panel, monkeypatch):
    monkeypatch.setattr("workbench.panels.boxes.state.OVERVIEW_PAGE", 2)
    panel = open_panel()
    draw(panel, RED)
    ask(panel, "submit")
    ask(panel, "skip")
    draw(panel, WHITE)

    def page(state, at, step):
        found = call(panel, "overview", state=state, at=at, step=step)["value"]
        return [(image["id"], image["state"]) for image in found["images"]], found["before"], found["total"]

    # A box that is drawn and not submitted leaves its image undecided.
    assert page("all", cells[2], 0) == ([(cells[2], "undecided")], 2, 3)
    assert page("all", cells[2], -1) == ([(cells[0], "done"), (cells[1], "skipped")], 0, 3)
    assert page("undecided", 0, 1) == ([(cells[2], "undecided")], 0, 1)
    first = call(panel, "overview", state="done", at=0, step=1)["value"]
    (box,) = first["images"][0]["boxes"]
    assert (box["label_id"], box["x"], box["width"]) == (panel.label_ids[0], 1, 10)
    assert first["sheet"]["ids"] == [cells[0]]
    ask(panel, "show", wanted=cells[0])
    assert panel.sample == cells[0]


def test_labels_are_edited_in_the_panel_and_their_undo_leaves_images_done(sqlite_store, cells, open_panel):
    panel = open_panel()
    theme = panel.heading["theme_id"]
    draw(panel, RED)
    ask(panel, "submit")
    assert call(panel, "add label", theme=theme, name="platelet")["value"][-1]["name"] == "platelet"
    assert panel.classes == ["red", "white", "platelet"]
    red, white = panel.label_ids[:2]
    assert call(panel, "label use", label=red)["value"]["boxes"] == 1
    ask(panel, "merge labels", theme=theme, label=red, into=white, annotator="mika")
    assert (panel.classes, panel.per_label["white"]) == (["white", "platelet"], 1)
    ask(panel, "undo")
    assert (set(panel.classes), panel.status) == ({"red", "white", "platelet"}, "undone: merge labels")
    assert (panel.heading["submitted"], panel.per_label["red"]) == (1, 1)


def test_a_theme_of_boxes_is_created_and_gets_its_images_in_the_panel(sqlite_store):
    import io

    from PIL import Image

    panel = BoxPanel(annotator="mika", store=sqlite_store)
    assert "Create one here" in panel.status
    labels = [{"name": "bolt", "color": "#123456"}]
    assert "error" not in call(panel, "create theme", name="parts", description="", labels=labels)
    assert (panel.themes, panel.classes, panel.colors, panel.sample) == (["parts"], ["bolt"], ["#123456"], 0)
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (1, 2, 3)).save(out, "PNG")
    content = out.getvalue()
    piece = {"file": "a", "name": "one.png", "offset": 0, "size": len(content)}
    params = {"theme": panel.heading["theme_id"], "annotator": "mika", "pieces": [piece], "sample": 0}
    (result,), _ = answer_calls(
        panel._methods, [{"id": 1, "method": "upload", "params": params, "buffers": (0, 1)}], [memoryview(content)]
    )
    assert result["value"]["added"] == 1
    assert (panel.heading["name"], panel.heading["samples"]) == ("one.png", 1)
    draw(panel, {"x": 1, "y": 2, "width": 10, "height": 5, "label": "bolt"})
    assert (panel.heading["boxes"], panel.heading["submitted"]) == (1, 0)


def test_instructions_are_the_description_and_a_box_of_each_of_three_images(open_panel, cells, sqlite_store):
    with sqlite_store.write() as session:
        get_theme("cells", session=session).task = "boxes"
    panel = open_panel()
    theme = panel.heading["theme_id"]
    assert panel.heading["description"] == ""
    ask(panel, "edit theme", theme=theme, name="blood cells", description="Draw *whole* cells.")
    assert (panel.heading["theme"], panel.heading["description"]) == ("blood cells", "Draw *whole* cells.")
    assert panel.themes == ["blood cells"]
    draw(panel, RED, RED | {"x": 30}, WHITE)
    ask(panel, "step", step=1)
    draw(panel, RED)
    ask(panel, "step", step=1)
    draw(panel, RED)
    with sqlite_store.write() as session:
        delete_samples(theme, SampleFilter(ids=cells[2:]), annotator="lea", session=session)
    told = call(panel, "instructions", theme=theme, side=8)["value"]
    assert "<em>whole</em>" in told["html"]
    red, white = told["examples"]
    assert (len(red["pictures"]), len(white["pictures"])) == (2, 1)
    # A quarter of its sides around each box: 10 x 5 pixels become 15 x 9, of which the longer side is as asked for.
    assert told["sheet"]["ids"] == [*red["pictures"], *white["pictures"]]
    assert told["sheet"]["sizes"][0] == (8, 5)


def test_each_box_leads_to_the_runs_that_were_tested_on_it(sqlite_store, cells, open_panel):
    from workbench.registry.tracking import mlflow_run
    from workbench.store.snapshots import take_snapshot

    panel = open_panel()
    draw(panel, RED, WHITE)
    with sqlite_store.write() as session:
        session.get_one(Sample, cells[0]).split = "test"
    theme_of_crops(sqlite_store, "cells", ratios=None, annotator="training", progress=False)
    boxes = call(panel, "cut boxes")["value"]["boxes"]
    with sqlite_store.write() as session:
        digest = take_snapshot(get_theme("cells-crops", session=session).id, session=session).digest
    project = sqlite_store.project
    with mlflow_run("cells-crops", project, run_name="first", tags={"workbench.snapshot": digest}):
        import mlflow

        mlflow.log_text(f"sample_id,true,predicted,score\n{boxes[1]['sample']},white,red,0.6\n", "test_predictions.csv")
    assert [(box["label"], box["x"], box["there"]) for box in boxes] == [("red", 1, True), ("white", 20, True)]
    told = call(panel, "lineage", sample=boxes[1]["sample"])["value"]
    assert told["name"] == "img_00000/20_10_30_20.png"
    (run,) = told["runs"]
    wanted = ("name", "split", "label_then", "predicted", "score")
    assert [run[name] for name in wanted] == ["first", "test", "white", "red", 0.6]

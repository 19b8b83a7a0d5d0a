"""The label panel's kernel half, asked as the browser asks it."""

import json
import re
import threading
import time

import pytest

from tests.colors import colors, project_without_theme  # noqa: F401
from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.base import long_changes
from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import BoxData, Decision
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.single_edits import Edit
from workbench.store.single_edits import decide as label_one
from workbench.store.steps import writing
from workbench.store.themes import create_theme

NOTHING = {"label": None, "skipped": False}


@pytest.fixture
def theme(sqlite_store, make_theme, add_samples):
    theme_id = make_theme(sqlite_store)
    add_samples(sqlite_store, theme_id, range(25))
    return theme_id


@pytest.fixture
def panel(sqlite_store, theme):
    return LabelPanel("pets", store=sqlite_store, annotator="ann")


@pytest.fixture
def ask(panel, theme):
    """`ask(method, **params)` returns the value and the buffers; what the kernel refuses is raised as it is worded."""
    methods = panel._methods

    def call(method, buffers=(), **params):
        pieces = {"id": 1, "method": method, "params": {"theme": theme, **params}, "buffers": [0, len(buffers)]}
        (result,), outgoing = answer_calls(methods, [json.loads(json.dumps(pieces))], buffers)
        if "error" in result:
            raise AssertionError(result["error"])
        return json.loads(json.dumps(result["value"])), outgoing

    return call


@pytest.fixture
def act(ask):
    """`act(*entries)` commits entries of a journal and returns the outcomes."""

    def commit(*entries):
        value, _ = ask("commit", since=0, newest=25, entries=[{"annotator": "ann", **entry} for entry in entries])
        return value["outcomes"]

    return commit


def decide(key, sample, label, seen=NOTHING):
    return {"key": key, "kind": "decide", "sample": sample, "to": {"label": label, "skipped": False}, "seen": seen}


def test_opening_tells_labels_counts_and_a_page_with_its_sheet(ask):
    value, buffers = ask("open", where={"state": "all"}, sort="id", offset=0, limit=10)
    assert [label["name"] for label in value["labels"]] == ["cat", "dog", "bird"]
    assert value["page"]["total"] == 25
    assert [item["name"] for item in value["page"]["items"]] == [f"img_{n:05d}.png" for n in range(10)]
    assert value["sheet"]["ids"] == [item["id"] for item in value["page"]["items"]]
    assert buffers[0].startswith(b"\x89PNG")


def test_a_page_beyond_the_end_is_the_last_one(ask):
    value, _ = ask("browse", offset=1000, limit=10)
    assert value["page"]["offset"] == 20
    assert len(value["page"]["items"]) == 5


def test_an_act_that_comes_twice_is_done_once(act, ask, sqlite_store, theme):
    entry = decide("k1", 1, 2)
    assert act(entry)[0]["status"] == "changed"
    assert act(entry, decide("k2", 2, 2))[0]["status"] == "replayed"
    value, _ = ask("history", sample=1)
    assert len(value) == 1


def test_what_somebody_decides_while_many_are_changed_is_told(act, sqlite_store, theme, monkeypatch):
    def decide_beside(pace, _started):
        monkeypatch.undo()
        with sqlite_store.write() as session:
            label_one(theme, [Edit(25, Decision.of(1))], annotator="bob", session=session)

    monkeypatch.setattr(writing, "AT_ONCE", 10)
    monkeypatch.setattr(writing, "_FIRST_STEP", 10)
    monkeypatch.setattr(writing.Pace, "rest", decide_beside)
    everything = {"kind": "bulk", "where": {"state": "all"}, "to": {"label": 2, "skipped": False}}
    (done,) = act({"key": "k1", **everything})
    assert (done["changed"], done["unchanged"], done["kept"]) == (24, 1, 1)


def test_a_name_that_cannot_be_an_annotators_fails_alone_and_nothing_waits_behind_it(act):
    failed, changed = act({**decide("k1", 1, 2), "annotator": "ann\u200b"}, decide("k2", 2, 2))
    assert (failed["status"], "cannot be the name of an annotator" in failed["message"]) == ("failed", True)
    assert changed["status"] == "changed"


def test_a_blank_of_another_kind_in_a_name_is_a_blank(act):
    (outcome,) = act({**decide("k1", 1, 2), "annotator": "Ann\u00a0 Lee"})
    assert (outcome["status"], outcome["current"]["annotator"]) == ("changed", "Ann Lee")


def test_what_somebody_else_decided_is_not_overwritten(act):
    act({**decide("k1", 1, 2), "annotator": "bo"})
    (outcome,) = act(decide("k2", 1, 3))
    assert outcome["status"] == "conflict"
    assert (outcome["current"]["label"], outcome["current"]["annotator"]) == (2, "bo")
    (insisting,) = act(decide("k3", 1, 3, seen={"label": 2, "skipped": False}))
    assert insisting["status"] == "changed"


def test_one_impossible_decision_does_not_keep_the_others_out(act, sqlite_store, theme):
    outcomes = act(decide("k1", 1, 1), decide("k2", 2, 999), decide("k3", 3, 1), decide("k4", 12345, 1))
    assert [outcome["status"] for outcome in outcomes] == ["changed", "failed", "changed", "missing"]
    assert "no longer" in outcomes[1]["message"]


def test_acts_of_all_kinds_are_done_in_their_order(act, sqlite_store, theme):
    outcomes = act(
        decide("k1", 1, 1),
        {"key": "u1", "kind": "undo", "of": "k1"},
        decide("k2", 1, 2),
        {"key": "b1", "kind": "bulk", "ids": [1, 2, 3], "to": {"label": 2, "skipped": False}},
        {"key": "d1", "kind": "delete", "ids": [3, 4]},
        {"key": "b2", "kind": "bulk", "where": {"state": "unlabeled"}, "to": {"label": None, "skipped": True}},
    )
    assert [outcome["status"] for outcome in outcomes] == ["changed"] * 6
    assert (outcomes[3]["changed"], outcomes[3]["unchanged"]) == (2, 1)
    with sqlite_store.read() as session:
        count = {
            state: count_samples(theme, SampleFilter(state=state), session=session)
            for state in ("all", "labeled", "unlabeled", "skipped")
        }
    assert count == {"all": 23, "labeled": 2, "unlabeled": 0, "skipped": 21}


def test_undo_without_a_name_takes_back_the_annotators_last_act(act):
    act(decide("k1", 1, 1), {**decide("k2", 2, 1), "annotator": "bo"})
    (outcome,) = act({"key": "u1", "kind": "undo"})
    assert outcome["samples"] == [1]
    (none_left,) = act({"key": "u2", "kind": "undo"})
    assert none_left["status"] == "unchanged"


def test_what_waited_in_a_browser_while_its_label_was_merged_is_kept(act, ask):
    ask("merge labels", label=1, into=2, annotator="bo")
    (many,) = act({"key": "k1", "kind": "bulk", "ids": [1, 2], "to": {"label": 1, "skipped": False}})
    (opinion,) = act({"key": "k2", "kind": "opinion", "annotator": "cy", "sample": 1, "to": {"label": 1}})
    assert (many["changed"], opinion["status"]) == (2, "changed")
    assert [item["label"] for item in ask("browse", where={"state": "labeled"})[0]["page"]["items"]] == [2, 2]


def test_a_label_that_was_on_no_image_comes_back_too(act, ask):
    act(decide("k1", 1, 1))
    assert [label["name"] for label in ask("delete label", label=3, annotator="ann")[0]] == ["cat", "dog"]
    (outcome,) = act({"key": "u1", "kind": "undo"})
    assert (outcome["status"], outcome["changed"]) == ("changed", 0)
    assert [label["name"] for label in ask("changes", since=0, newest=25)[0]["labels"]] == ["cat", "dog", "bird"]


def test_a_large_file_comes_in_pieces_and_a_corrupt_one_is_named(ask, draw_image):
    content = draw_image(900)
    first, second = content[:50], content[50:]
    piece = {"file": "0-new.png", "name": "new.png", "size": len(content)}
    value, _ = ask("upload", annotator="ann", pieces=[{**piece, "offset": 0}], buffers=[memoryview(first)])
    assert value["added"] == 0
    broken = {"file": "1-bad.png", "name": "bad.png", "offset": 0, "size": 4}
    notes = {"file": "2-notes.txt", "name": "notes.txt", "offset": 0, "size": 5}
    value, _ = ask(
        "upload",
        annotator="ann",
        pieces=[{**piece, "offset": 50}, broken, notes],
        buffers=[memoryview(second), memoryview(b"junk"), memoryview(b"notes")],
    )
    assert value["added"] == 1
    assert [file["name"] for file in value["rejected"]] == ["bad.png"]
    assert value["others"] == ["notes.txt"]


def test_a_piece_out_of_turn_is_refused(ask):
    piece = {"file": "0-new.png", "name": "new.png", "size": 100, "offset": 50}
    with pytest.raises(AssertionError, match="Drop the file again"):
        ask("upload", annotator="ann", pieces=[piece], buffers=[memoryview(b"x" * 10)])


def test_a_refused_call_does_not_keep_the_others_from_being_answered(sqlite_store, theme):
    methods = LabelPanel("pets", store=sqlite_store)._methods
    calls = [
        {"id": 1, "method": "create theme", "params": {"name": "pets"}},
        {"id": 2, "method": "no such thing", "params": {}},
        {"id": 3, "method": "themes", "params": {}},
    ]
    (taken, unknown, themes), _ = answer_calls(methods, calls, [])
    assert "exists" in taken["error"]
    assert "error" in unknown
    assert themes["value"][0]["counts"]["samples"] == 25


def test_the_summary_needs_no_kernel(sqlite_store, theme, act):
    act(decide("k1", 1, 1))
    html = LabelPanel("pets", store=sqlite_store).summary()
    assert "1 of 25 images labeled" in html
    assert html.count("data:image/png;base64,") == 12
    assert "<script" not in html
    assert "pets" in LabelPanel(store=sqlite_store).summary()


def test_chosen_samples_are_all_that_a_panel_shows(ask):
    value, _ = ask("open", where={"ids": [3, 5, 9]}, offset=0, limit=10)
    assert value["page"]["total"] == 3
    assert [item["id"] for item in value["page"]["items"]] == [3, 5, 9]
    value, _ = ask("counts", where={"ids": [3, 5, 9]})
    assert sum(row[3] for row in value["matching"]) == 3


def test_all_that_match_among_chosen_samples_are_those_alone(act, sqlite_store, theme):
    where = {"state": "all", "ids": [3, 5, 9]}
    (outcome,) = act({"key": "b1", "kind": "bulk", "where": where, "to": {"label": 1, "skipped": False}})
    assert outcome["changed"] == 3
    with sqlite_store.read() as session:
        assert count_samples(theme, SampleFilter(state="labeled"), session=session) == 3


def test_samples_that_are_gone_are_left_out_and_none_left_is_an_error(act, sqlite_store, theme):
    act({"key": "d1", "kind": "delete", "ids": [3]})
    panel = LabelPanel("pets", store=sqlite_store, samples=[3, 5], about="cat taken for dog")
    assert panel.chosen == {"ids": [5], "about": "cat taken for dog"}
    assert "Chosen samples (1): cat taken for dog" in panel.summary()
    panel.show_samples(None)
    assert panel.chosen is None
    with pytest.raises(NotFoundError, match="None of the 1 chosen samples"):
        panel.show_samples([3])
    with pytest.raises(WorkbenchError, match="without their theme"):
        LabelPanel(store=sqlite_store, samples=[5])


def test_counts_and_pages_follow_whatever_happens_between_two_calls(act, ask):
    def seen():
        value, _ = ask("counts")
        page, _ = ask("browse", where={"state": "unlabeled"}, offset=0, limit=5)
        labeled = sum(number for label, _, _, number in value["rows"] if label is not None)
        everything = sum(row[3] for row in value["rows"])
        return labeled, everything, page["page"]["total"], [item["id"] for item in page["page"]["items"]]

    assert seen() == (0, 25, 25, [1, 2, 3, 4, 5])
    act(decide("k1", 1, 1), decide("k2", 3, 2))
    assert seen() == (2, 25, 23, [2, 4, 5, 6, 7])
    act({"key": "d1", "kind": "delete", "ids": [3, 4]})
    assert seen() == (1, 23, 22, [2, 5, 6, 7, 8])
    act({"key": "b1", "kind": "bulk", "where": {"state": "unlabeled"}, "to": {"label": 1, "skipped": False}})
    assert seen() == (23, 23, 0, [])
    act({"key": "u1", "kind": "undo"}, {"key": "u2", "kind": "undo"})
    assert seen() == (2, 25, 23, [2, 4, 5, 6, 7])


def test_a_theme_of_boxes_tells_its_boxes_and_their_history_in_words(sqlite_store, add_samples):
    with sqlite_store.write() as session:
        theme = create_theme("cells", labels=["red", "white"], task="boxes", session=session)
        theme_id, (red, white) = theme.id, [label.id for label in labels_of(theme.id, session=session)]
    first, _ = add_samples(sqlite_store, theme_id, range(2), size=(60, 40))
    with sqlite_store.write() as session:
        boxes = [BoxData(red, 1, 2, 10, 5), BoxData(white, 20, 10, 30, 20)]
        replace_boxes(first, boxes, annotator="ann", session=session)
        replace_boxes(first, boxes[:1], annotator="bob", session=session)
    methods = LabelPanel(store=sqlite_store, annotator="ann")._methods

    def ask(method, **params):
        (result,), _ = answer_calls(methods, [{"id": 1, "method": method, "params": params, "buffers": [0, 0]}], [])
        return result["value"]

    (card,) = ask("themes")
    assert (card["boxes"]["submitted"], card["boxes"]["boxes"]) == (1, 1)
    # Its card shows its first image.
    shown = ask("covers")
    assert (shown["covers"], shown["sheet"]["ids"]) == ([(theme_id, first)], [first])
    assert ask("open", theme=theme_id, limit=10)["theme"]["boxes"] == {red: 1, white: 0}
    assert [event["after"] for event in ask("history", sample=first)] == ["1 box: red", "2 boxes: red, white"]


def test_instructions_are_the_description_and_three_images_of_each_label(ask, act):
    ask("edit theme", description="# Pets\n<script>x</script> ![a cat](http://elsewhere/cat.png)\n\n- a *cat*")
    act(*[decide(f"k{sample}", sample, 2) for sample in range(1, 6)], decide("k9", 9, 1))
    assert ask("themes")[0][0]["about"] == "Pets · <script>x</script> !a cat · a cat"
    told, buffers = ask("instructions", side=64)
    assert "<h1>Pets</h1>" in told["html"]
    assert "<em>cat</em>" in told["html"]
    assert "&lt;script&gt;" in told["html"]
    assert "<img" not in told["html"]
    assert told["examples"] == [{"label": 1, "pictures": [9]}, {"label": 2, "pictures": [1, 2, 3]}]
    assert told["sheet"]["ids"] == [9, 1, 2, 3]
    assert buffers[0].startswith(b"\x89PNG")


def test_who_comes_back_begins_behind_what_they_decided_last(ask, act, sqlite_store, theme):
    def last(annotator="ann", **where):
        return ask("last place", annotator=annotator, **where)[0]

    assert last() is None
    act(decide("k3", 3, 2), decide("k7", 7, 2), decide("k12", 12, 1) | {"annotator": "lea"})
    born = ask("open")[0]["theme"]["born"]
    assert last() == {"theme": theme, "born": born, "sample": 8, "offset": 7}
    assert last(theme=None) == last()
    assert last("lea")["sample"] == 13
    # What is done to many at once tells nothing of where somebody was.
    act({"key": "b1", "kind": "bulk", "ids": [1, 2], "to": {"label": 2, "skipped": False}})
    assert last()["sample"] == 8
    # Behind the last image there is none; one that is gone tells nothing.
    newest = ask("open")[0]["counts"]["newest"]
    act(decide("k25", newest, 1))
    assert last()["sample"] == newest
    act({"key": "gone", "kind": "delete", "ids": [newest]})
    assert last() is None


def test_a_model_that_is_asked_explains_itself_and_no_call_waits_for_it(colors):  # noqa: F811
    run = colors.train(num_epochs=1)
    panel = LabelPanel("colors", store=colors.store, annotator="ann", asked=run.run_id)

    def ask():
        call = {"id": 1, "method": "explain", "params": {"theme": 1, "sample": 3}, "buffers": [0, 0]}
        (result,), buffers = answer_calls(panel._methods, [call], [])
        return result, buffers

    first, _ = ask()
    assert first["value"] == {"waiting": True, "model": f"the run {run.run_id[:8]}", "likely": []}
    deadline = time.monotonic() + 60
    while first["value"]["waiting"]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
        first, buffers = ask()
    likely = first["value"]["likely"]
    with colors.store.read() as session:
        labels = {label.name: label.id for label in labels_of(1, session=session)}
    assert {each["name"]: each["label"] for each in likely} == labels
    assert bytes(buffers[0][:4]) == b"\x89PNG"
    nobody = LabelPanel("colors", store=colors.store, annotator="ann")
    call = {"id": 1, "method": "explain", "params": {"theme": 1, "sample": 3}, "buffers": [0, 0]}
    (refused,), _ = answer_calls(nobody._methods, [call], [])
    assert "train one and register it" in refused["error"]


def test_an_edit_of_many_tells_how_far_it_is_and_others_are_committed_meanwhile(act, sqlite_store, monkeypatch):
    go_on = threading.Event()
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    monkeypatch.setattr(writing, "_FIRST_STEP", 3)
    monkeypatch.setattr(writing.Pace, "rest", lambda pace, started: go_on.wait(60))
    everything = {"key": "b1", "kind": "bulk", "where": {"state": "all"}, "to": {"label": 2, "skipped": False}}
    undo = {"key": "u1", "kind": "undo", "of": "b1"}
    many, one, later = act(everything, decide("k1", 20, 1), undo)
    assert many == {"key": "b1", "status": "running", "done": 3, "total": 25}
    assert (one["status"], later["status"]) == ("changed", "waiting")
    # She sees her long edit as if it were done; what another has decided since is a conflict all the same.
    shown = everything["to"]
    with sqlite_store.write() as session:
        label_one(1, [Edit(22, Decision.of(3))], annotator="bob", session=session)
    seen, other = act(decide("k2", 21, 1, seen=shown), decide("k3", 22, 1, seen=shown))
    assert (seen["status"], other["status"]) == ("changed", "conflict")
    # A browser that was loaded once more asks for the same.
    assert act(everything)[0]["status"] == "running"
    go_on.set()
    (many,) = until(lambda: act(everything))
    assert (many["status"], many["changed"], many["kept"]) == ("changed", 22, 3)
    (undone,) = until(lambda: act(undo))
    assert (undone["status"], undone["changed"]) == ("changed", 22)
    # An error in it is told as one of any other edit is.
    (failed,) = until(lambda: act({**everything, "key": "b2", "to": {"label": 99, "skipped": False}}))
    assert failed["status"] == "failed"
    with sqlite_store.read() as session:
        assert count_samples(1, SampleFilter(state="labeled"), session=session) == 3


def until(ask):
    """Ask until no outcome is `running` or `waiting`."""
    while True:
        found = ask()
        if not {each["status"] for each in found} & {"running", "waiting"}:
            return found


def test_a_call_that_changes_many_tells_how_far_it_is_until_it_is_answered(ask, panel, monkeypatch):
    told, seen = [], threading.Event()
    monkeypatch.setattr(long_changes, "_EVERY_S", 0.01)
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    monkeypatch.setattr(writing, "_FIRST_STEP", 10)
    monkeypatch.setattr(writing.Pace, "rest", lambda pace, started: seen.wait(60))

    def hear(change):
        told.append(change["new"])
        if "10 of 25" in change["new"]:
            seen.set()

    panel.observe(hear, "progress")
    ask(
        "commit",
        since=0,
        newest=25,
        entries=[{"annotator": "ann", **decide(f"k{one}", one, 1 + one % 2)} for one in range(1, 26)],
    )
    value, _ = ask("assign splits", ratios=[0.8, 0.1, 0.1], seed=1, reset=False, annotator="ann")
    assert sum(value["assigned"].values()) == 25
    assert any(re.match(r"'split': 10 of 25 images, by ann since \d\d:\d\d", words) for words in told)
    assert (told[-1], panel.progress) == ("", "")

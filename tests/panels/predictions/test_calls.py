"""The prediction gallery's kernel half, asked as the browser asks it."""

import json

import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.panels.predictions.panel import PredictionPanel
from workbench.store.decisions import Decision
from workbench.store.label_merges import merge_labels
from workbench.store.labels import labels_of
from workbench.store.model_versions import add_model_version, set_stage
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.single_edits import Edit, decide

NOTHING = {"label": None, "skipped": False}


@pytest.fixture
def theme(sqlite_store, make_theme, add_samples):
    """Twelve samples; version 1 says cat, dog, cat ... of the first ten, ever more certain; sample 0 is labeled dog."""
    theme_id = make_theme(sqlite_store)
    ids = add_samples(sqlite_store, theme_id, range(12))
    with sqlite_store.write() as session:
        cat, dog, _ = (label.id for label in labels_of(theme_id, session=session))
        version = add_model_version(theme_id, 1, run_id="r" * 32, snapshot_id=None, metrics={}, session=session)
        set_stage(theme_id, 1, "production", session=session)
        said = [Predicted(sample, (cat, dog)[n % 2], 0.35 + n * 0.07) for n, sample in enumerate(ids[:10])]
        write_predictions(version.id, said, session=session)
        decide(
            theme_id, [Edit(ids[0], Decision.of(dog)), Edit(ids[1], Decision.of(dog))], annotator="ben", session=session
        )
    return theme_id


@pytest.fixture
def ask(sqlite_store, theme):
    methods = PredictionPanel("pets", store=sqlite_store, annotator="ann")._methods

    def call(method, **params):
        pieces = {"id": 1, "method": method, "params": {"theme": theme, **params}, "buffers": [0, 0]}
        (result,), outgoing = answer_calls(methods, [json.loads(json.dumps(pieces))], [])
        if "error" in result:
            raise AssertionError(result["error"])
        return json.loads(json.dumps(result["value"])), outgoing

    return call


@pytest.fixture
def act(ask):
    def commit(*entries):
        value, _ = ask("commit", since=0, newest=12, entries=[{"annotator": "ann", **entry} for entry in entries])
        return value["outcomes"]

    return commit


def numbers(page):
    """The numbers in the file names of a page."""
    return [int(item["name"][4:9]) for item in page["items"]]


def labels(store, theme):
    with store.read() as session:
        names = {label.id: label.name for label in labels_of(theme, session=session)}
        return [names.get(sample.label_id) for sample in page_of_samples(theme, sort="name", session=session)]


def test_it_opens_with_the_least_certain_and_the_counts_of_the_answers(ask):
    value, buffers = ask("open", where={"state": "all"}, sort="score", offset=0, limit=4)
    assert numbers(value["page"]) == [0, 1, 2, 3]
    assert value["page"]["total"] == 10
    assert value["page"]["items"][2]["answer"]["score"] == pytest.approx(0.49)
    cat, dog = (label["id"] for label in value["labels"][:2])
    assert sorted(value["counts"]["answers"]) == [
        [cat, "differs", 1],
        [cat, "open", 4],
        [dog, "agrees", 1],
        [dog, "open", 4],
    ]
    assert buffers[0].startswith(b"\x89PNG")
    assert numbers(ask("browse", sort="-score", offset=8, limit=4)[0]["page"]) == [1, 0]
    assert numbers(ask("browse", sort="-name", offset=0, limit=2)[0]["page"]) == [9, 8]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"match": "differs"}, [0]),
        ({"match": "agrees"}, [1]),
        ({"match": "open", "lowest": 0.5, "highest": 0.9}, [3, 4, 5, 6, 7]),
        ({"match": "open", "predicted": 1, "highest": 0.8}, [2, 4, 6]),
        ({"state": "unlabeled", "lowest": 0.9, "highest": 1}, [8, 9]),
        ({"search": "00003"}, [3]),
    ],
)
def test_filters_by_answer(ask, where, found):
    page = ask("browse", where=where, sort="score")[0]["page"]
    assert (numbers(page), page["total"]) == (found, len(found))


def test_the_counts_beside_the_filter_are_of_the_predicted_samples_that_match(ask):
    def matching(**where):
        return sum(row[3] for row in ask("counts", where={"answered": True, **where})[0]["matching"])

    assert (matching(), matching(match="open"), matching(lowest=0.9, highest=1)) == (10, 8, 2)


def test_an_unknown_match_is_refused(ask):
    with pytest.raises(AssertionError, match="Allowed: any, agrees, differs, open"):
        ask("browse", where={"match": "maybe"})


def test_going_on_from_an_image_follows_the_certainty_in_both_directions(ask):
    first = ask("browse", sort="score", limit=4)[0]["page"]["items"]
    cursor = [first[3]["cursor"], first[3]["id"]]
    onward = ask("along", sort="score", cursor=cursor, limit=3)[0]
    assert numbers(onward) == [4, 5, 6]
    assert numbers(ask("along", sort="score", cursor=cursor, limit=2, backwards=True)[0]) == [1, 2]
    last = onward["items"][-1]
    assert numbers(ask("along", sort="-score", cursor=[last["cursor"], last["id"]], limit=2)[0]) == [5, 4]


def accept(ask, key, where):
    items = ask("browse", where=where, sort="score")[0]["page"]["items"]
    return {
        "key": key,
        "kind": "accept",
        "ids": [item["id"] for item in items],
        "labels": [item["answer"]["label"] for item in items],
        "seens": [{"label": item["label"], "skipped": item["skipped"]} for item in items],
    }


def test_a_page_is_accepted_once_and_undone_as_one_act(ask, act, sqlite_store, theme):
    entry = accept(ask, "k1", {"match": "open", "highest": 0.8})
    for _ in range(2):
        (outcome,) = act(entry)
        assert (outcome["status"], outcome["changed"], outcome["unchanged"]) == ("changed", 5, 0)
    assert labels(sqlite_store, theme) == ["dog", "dog", "cat", "dog", "cat", "dog", "cat", *[None] * 5]
    with sqlite_store.read() as session:
        assert page_of_samples(theme, SampleFilter(annotator="ann"), session=session)[0].name == "img_00002.png"
    (outcome,) = act({"key": "k2", "kind": "undo"})
    assert outcome["changed"] == 5
    assert labels(sqlite_store, theme) == ["dog", "dog", *[None] * 10]


def test_what_somebody_decided_meanwhile_stays(ask, act, sqlite_store, theme):
    entry = accept(ask, "k1", {"match": "open", "highest": 0.6})
    with sqlite_store.write() as session:
        bird = labels_of(theme, session=session)[2].id
        decide(theme, [Edit(entry["ids"][0], Decision.of(bird))], annotator="ben", session=session)
    (outcome,) = act(entry)
    assert (outcome["changed"], outcome["unchanged"]) == (1, 1)
    assert labels(sqlite_store, theme)[2:4] == ["bird", "dog"]


def test_a_bulk_act_on_all_that_match_touches_no_other_sample(ask, act, sqlite_store, theme):
    where = {"state": "all", "match": "open", "lowest": 0.9, "highest": 1}
    (outcome,) = act({"key": "k", "kind": "bulk", "to": {"label": 3, "skipped": False}, "where": where})
    assert outcome["changed"] == 2
    assert labels(sqlite_store, theme) == ["dog", "dog", *[None] * 6, "bird", "bird", None, None]


def test_an_answer_whose_label_is_gone_cannot_be_accepted(ask, act):
    entry = accept(ask, "k", {"match": "open"})
    entry["labels"] = [77] * len(entry["ids"])
    (outcome,) = act(entry)
    assert outcome["status"] == "failed"
    assert "Predict with a model of the present labels" in outcome["message"]


def test_answers_with_a_label_that_was_merged_are_shown_and_accepted_as_the_other(ask, act, sqlite_store, theme):
    with sqlite_store.write() as session:
        cat, dog, bird = (label.id for label in labels_of(theme, session=session))
        merge_labels(dog, bird, annotator="ben", session=session)
    value = ask("open", where={"predicted": bird}, sort="score", offset=0, limit=9)[0]
    assert (numbers(value["page"]), value["page"]["total"]) == ([1, 3, 5, 7, 9], 5)
    assert {item["answer"]["label"] for item in value["page"]["items"]} == {bird}
    assert sorted(value["counts"]["answers"]) == [
        [cat, "differs", 1],
        [cat, "open", 4],
        [bird, "agrees", 1],
        [bird, "open", 4],
    ]
    (outcome,) = act(accept(ask, "k", {"match": "open", "predicted": bird}))
    assert (outcome["status"], outcome["changed"]) == ("changed", 4)
    panel = PredictionPanel("pets", store=sqlite_store)
    assert "img_00001.png: bird 42%" in panel.summary()
    assert panel.result() == {"theme": "pets", "version": 1, "agrees": 5, "differs": 1, "open": 4}


def test_without_answers_it_says_what_to_do(sqlite_store, theme):
    with pytest.raises(NotFoundError, match="is in staging"):
        PredictionPanel("pets", "staging", store=sqlite_store)
    with sqlite_store.write() as session:
        add_model_version(theme, 2, run_id="s" * 32, snapshot_id=None, metrics={}, session=session)
    with pytest.raises(WorkbenchError, match="workbench predict pets --model 2 --source unlabeled"):
        PredictionPanel("pets", 2, store=sqlite_store)


def test_the_static_summary_shows_the_least_certain(sqlite_store, theme):
    panel = PredictionPanel("pets", store=sqlite_store)
    text = panel.summary()
    assert "1 agree with the label, 1 differ from the label, 8 without a label" in text
    assert "img_00000.png: cat 35%" in text
    assert panel.result() == {"theme": "pets", "version": 1, "agrees": 1, "differs": 1, "open": 8}


@pytest.fixture
def suggest(sqlite_store, theme):
    """Ask a label panel as its browser half does; nothing but values."""
    methods = LabelPanel("pets", store=sqlite_store, annotator="ann")._methods

    def call(method, **params):
        pieces = {"id": 1, "method": method, "params": {"theme": theme, **params}, "buffers": [0, 0]}
        (result,), _ = answer_calls(methods, [pieces], [])
        assert "error" not in result, result["error"]
        return result["value"]

    return call


def test_the_label_panel_shows_suggestions_beside_all_samples(suggest):
    value = suggest("open", where={"state": "unlabeled"}, sort="id", offset=0, limit=20)
    assert value["review"] == {"version": 1, "stage": "production", "words": "version 1"}
    assert value["page"]["total"] == 10
    said = {item["name"]: item["answer"] for item in value["page"]["items"]}
    assert said["img_00002.png"]["score"] == pytest.approx(0.49)
    assert said["img_00011.png"] is None


def test_the_most_useful_come_first_in_the_label_panel(suggest):
    suggest("open", where={"state": "unlabeled"}, sort="id", offset=0, limit=1)
    page = suggest("browse", where={"state": "unlabeled"}, sort="score", limit=3)["page"]
    assert (numbers(page), page["total"]) == ([2, 3, 4], 8)


def test_all_that_match_by_certainty_are_the_listed_ones(suggest):
    listed = {"state": "unlabeled", "answered": True}
    suggest("open", where=listed, sort="score", offset=0, limit=1)
    assert sum(row[3] for row in suggest("counts", where=listed)["matching"]) == 8
    entry = {"key": "all", "kind": "bulk", "annotator": "mika", "to": {"label": 1, "skipped": False}, "where": listed}
    (outcome,) = suggest("commit", entries=[entry], since=0, newest=0)["outcomes"]
    assert outcome["changed"] == 8


def test_without_a_model_the_label_panel_is_what_it_was(sqlite_store, make_theme, add_samples):
    theme = make_theme(sqlite_store, "birds")
    add_samples(sqlite_store, theme, range(3))
    methods = LabelPanel("birds", store=sqlite_store)._methods
    pieces = {"id": 1, "method": "open", "params": {"theme": theme, "sort": "score", "limit": 2}, "buffers": [0, 0]}
    (result,), _ = answer_calls(methods, [pieces], [])
    assert "review" not in result["value"]
    assert numbers(result["value"]["page"]) == [0, 1]


def test_moving_all_that_match_moves_no_sample_that_the_filter_leaves_out(ask, sqlite_store, theme):
    done, _ = ask("move to split", where={"match": "differs"}, ids=None, split="test", annotator="ann")
    assert (done["moved"], done["unlabeled"]) == (1, 0)
    with sqlite_store.read() as session:
        assert [sample.split for sample in page_of_samples(theme, sort="name", session=session)][:2] == ["test", None]


def test_an_acceptance_that_cannot_be_recorded_does_not_hold_back_what_comes_after_it(act, ask):
    item = ask("browse", sort="score")[0]["page"]["items"][2]
    entry = {"kind": "accept", "ids": [item["id"]], "labels": [item["answer"]["label"]], "seens": [NOTHING]}
    outcomes = act({**entry, "key": "a1", "annotator": ""}, {**entry, "key": "a2"})
    assert [outcome["status"] for outcome in outcomes] == ["failed", "changed"]

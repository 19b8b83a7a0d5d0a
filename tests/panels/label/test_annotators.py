"""Shared work in the label panel's kernel half: what each annotator is told, and what not."""

import pytest

from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.store.decisions import Decision
from workbench.store.single_edits import Edit, decide


@pytest.fixture
def ask(sqlite_store, make_theme, add_samples):
    theme_id = make_theme(sqlite_store)
    add_samples(sqlite_store, theme_id, range(4))
    methods = LabelPanel("pets", store=sqlite_store, annotator="ann")._methods

    def call(method, **params):
        call = {"id": 1, "method": method, "params": {"theme": theme_id, **params}}
        (result,), _ = answer_calls(methods, [call], ())
        return result["error"] if "error" in result else result["value"]

    return call


def act(ask, kind, sample, label, annotator, key):
    entry = {
        "kind": kind,
        "sample": sample,
        "to": {"label": label, "skipped": False},
        "annotator": annotator,
        "key": key,
    }
    return ask("commit", since=0, newest=4, entries=[entry])["outcomes"][0]


def test_a_second_annotator_is_told_nothing_of_the_first(ask):
    assert ask("set overlap", overlap=1.0) == {"overlap": 1.0}
    act(ask, "decide", 1, 2, "ann", "k1")
    items = {item["id"]: item for item in ask("assign samples", annotator="bob", number=10)["items"]}
    blank = {"label": None, "skipped": False, "annotator": None, "at": None, "split": None}
    assert {key: items[1][key] for key in blank} == blank
    assert [items[sample].get("second", False) for sample in (1, 2, 3, 4)] == [True, False, False, False]
    assert act(ask, "opinion", 1, 3, "bob", "k2") == {"key": "k2", "status": "changed"}
    assert act(ask, "opinion", 1, 3, "bob", "k2") == {"key": "k2", "status": "replayed"}


def test_a_disagreement_is_told_settled_and_taken_back(ask):
    act(ask, "decide", 1, 2, "ann", "k1")
    act(ask, "opinion", 1, 3, "bob", "k2")
    (item,) = ask("disagreements")["items"]
    assert [(said["annotator"], said["label"]) for said in item["opinions"]] == [("ann", 2), ("bob", 3)]
    assert act(ask, "settle", 1, 3, "eve", "k3")["status"] == "changed"
    assert "somebody may have done it already" in act(ask, "settle", 1, 2, "zoe", "k4")["message"]
    assert ask("team")["disagreements"] == 0
    undone = ask("commit", since=0, newest=4, entries=[{"kind": "undo", "annotator": "eve", "key": "k5", "of": "k3"}])
    assert undone["outcomes"][0]["samples"] == [1]
    (item,) = ask("disagreements")["items"]
    assert (item["label"], item["annotator"]) == (2, "ann")


def test_a_share_that_is_none_is_refused(ask):
    assert "Allowed: 0 to 1" in ask("set overlap", overlap=7)


def test_ones_own_image_is_asked_again_without_its_label_and_keeps_it(ask):
    act(ask, "decide", 1, 2, "ann", "k1")
    act(ask, "decide", 2, 2, "bob", "k2")
    own, others = ask("assign asked", annotator="ann", samples=[1, 2])["items"]
    assert [(item["label"], item["second"], item.get("again", False)) for item in (own, others)] == [
        (None, True, True),
        (None, True, False),
    ]
    assert act(ask, "again", 1, 3, "ann", "k3") == {"key": "k3", "status": "changed"}
    assert act(ask, "again", 1, 3, "ann", "k3")["status"] == "replayed"
    asked = {"annotator": "ann", "asked": 1, "same": 0, "differing": [1]}
    assert ask("repeats", annotator="ann") == {"samples": [], "consistency": [asked]}
    assert ask("browse", limit=1)["page"]["items"][0]["label"] == 2
    undone = ask("commit", since=0, newest=4, entries=[{"kind": "undo", "annotator": "ann", "key": "k4", "of": "k3"}])
    assert undone["outcomes"][0]["samples"] == [1]
    assert ask("repeats", annotator="ann")["consistency"] == []


def test_where_second_opinions_are_asked_for_ones_own_come_among_the_next_ones(ask, sqlite_store, add_samples):
    add_samples(sqlite_store, 1, range(4, 60))
    with sqlite_store.write() as session:
        decide(1, [Edit(one, Decision.of(2)) for one in range(1, 45)], annotator="ann", session=session)

    def again():
        items = ask("assign samples", annotator="ann", number=5)["items"]
        assert len(items) >= 5
        return [item for item in items if item.get("again")]

    assert again() == []
    ask("set overlap", overlap=0.5)
    first, second = again()
    assert (first["label"], first["second"], second["label"]) == (None, True, None)
    for item in (first, second):
        act(ask, "again", item["id"], 2, "ann", f"again {item['id']}")
    # 5 % of 44 are two: that is all for now.
    assert again() == []
    assert ask("repeats", annotator="ann")["consistency"][0]["asked"] == 2

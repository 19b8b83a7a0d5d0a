"""The model beside the annotator, asked as the browser asks it."""

import json

import pytest

from tests.assist.conftest import Person, patterns  # noqa: F401
from workbench.panels.base.messages import answer_calls
from workbench.panels.label.panel import LabelPanel
from workbench.theme.base import id_of


@pytest.fixture
def ask(patterns):  # noqa: F811
    """`ask(method, **params)` returns the value of a call."""
    panel = LabelPanel("patterns", store=patterns.store, annotator="ann")
    panel._state.encoder = "hog"
    with patterns.store.read() as session:
        theme_id = id_of(patterns, session)

    def call(method, **params):
        sent = json.loads(json.dumps({"id": 1, "method": method, "params": {"theme": theme_id, **params}}))
        (result,), _ = answer_calls(panel._methods, [sent], ())
        assert "error" not in result, result
        return json.loads(json.dumps(result["value"]))

    return call


def commit(ask, **entry):
    (outcome,) = ask("commit", since=0, newest=0, entries=[{"annotator": "ann", **entry}])["outcomes"]
    return outcome


def test_a_page_is_labeled_once_however_often_it_is_sent_and_undone_as_one(ask, patterns):  # noqa: F811
    assert ask("assist standing", settled=True)["stage"] == "look-alikes"
    found = ask("assist page", annotator="ann", side=96)
    page, shown = found["page"], found["page"]["shown"]
    assert found["sheet"]["ids"] == shown
    label = Person(patterns, None).truth[shown[0]]
    answer = {"kind": "page", "key": "k1", "page": page, "label": label, "off": shown[:3]}
    assert commit(ask, **answer)["changed"] == len(shown) - 3
    assert commit(ask, **answer)["changed"] == len(shown) - 3
    assert patterns.counts().labeled == len(shown) - 3
    assert ask("assist standing", settled=True)["decided"] == len(shown) - 3
    after = ask("assist page", annotator="ann", without=shown)["page"]["shown"]
    assert not set(after) & set(shown)
    assert commit(ask, kind="undo", key="k2", of="k1")["changed"] == len(shown) - 3
    assert ask("assist standing", settled=True)["decided"] == 0


def test_what_nobody_looked_at_is_told_apart(ask, patterns):  # noqa: F811
    truth = Person(patterns, None).truth
    for number, (sample, label) in enumerate(list(truth.items())[:60]):
        commit(ask, kind="decide", key=f"d{number}", sample=sample, to={"label": label, "skipped": False})
    ask("assist standing", settled=True)
    open_ones = [sample for sample in truth if sample not in list(truth)[:60]]
    told = ask("assist suggestions", ids=open_ones[:20])["suggestions"]
    assert set(told) == {str(sample) for sample in open_ones[:20]}
    assert all(1 >= labels[0][1] >= labels[-1][1] for labels in told.values())
    first = ask("assist useful", annotator="ann", number=4)["items"]
    assert len(first) == 4
    assert all(item["label"] is None for item in first)
    # Asked for more before anything was learned, it does not tell the same once more.
    before = [item["id"] for item in first]
    more = [item["id"] for item in ask("assist useful", annotator="ann", number=4, without=before)["items"]]
    assert len(more) == 4
    assert not set(more) & set(before)
    similar = ask("assist page", annotator="ann", kind="similar", like=open_ones[:1])["page"]
    assert similar["label"] is None
    assert open_ones[0] not in similar["shown"]
    assert commit(ask, kind="rest", key="r")["changed"] == 540
    assert ask("assist standing", settled=True)["by_model"] == 540
    assert ask("browse", where={"unseen": True}, limit=5)["page"]["total"] == 540
    assert len(patterns.samples(unseen=True)) == 540
    patterns.split((0.5, 0.25, 0.25))
    # Nobody's opinion is asked about what nobody looked at.
    taken = ask("assign samples", annotator="ben", number=100)["items"]
    assert not {item["id"] for item in taken} & set(open_ones)
    commit(ask, kind="undo", key="u", of="r")
    assert len(patterns.samples(unseen=True)) == 0


def test_the_goal_is_set_from_the_panel(ask):
    assert ask("assist goal", annotator="ann", goal=0.95)["goal"] == 0.95
    assert ask("assist standing")["goal"] == 0.95

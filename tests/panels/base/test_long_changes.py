"""What a panel tells of its own long changes while the browser waits for an answer."""

import json
import re
import threading

import pytest
from sqlalchemy import select

from workbench.panels.base import long_changes
from workbench.panels.base.messages import answer_calls
from workbench.panels.explore.panel import ExplorePanel
from workbench.panels.label.panel import LabelPanel
from workbench.store.annotators.second_opinions import count_pending_reviews
from workbench.store.decisions import Decision
from workbench.store.groups.given import set_groups
from workbench.store.labels import labels_of
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.splits import assign_splits
from workbench.store.steps import writing
from workbench.store.upkeep.integrity import check


@pytest.fixture
def theme(sqlite_store, make_theme, add_samples):
    """A labeled theme of 25 samples, of which each change is long."""
    theme_id = make_theme(sqlite_store)
    add_samples(sqlite_store, theme_id, range(25))
    _label(sqlite_store, theme_id, "cat", "ann")
    return theme_id


@pytest.fixture
def ask(monkeypatch):
    """`ask(panel, method, wanted, **params)` returns an answer, and checks that something was told until it was there.

    `wanted` is what is to be told, as a pattern. With `waits` the change stands still until it is.
    """
    monkeypatch.setattr(long_changes, "_EVERY_S", 0.01)
    monkeypatch.setattr(writing, "AT_ONCE", 2)
    monkeypatch.setattr(writing, "_FIRST_STEP", 10)

    def call(panel, method, wanted, *, waits=True, **params):
        told, seen = [], threading.Event()

        def hear(change):
            told.append(change["new"])
            if re.search(wanted, change["new"]):
                seen.set()

        monkeypatch.setattr(writing.Pace, "rest", lambda _pace, _started: waits and seen.wait(20))
        panel.observe(hear, "progress")
        (result,), _ = answer_calls(panel._methods, [{"id": 1, "method": method, "params": params}], [])
        panel.unobserve(hear, "progress")
        assert "error" not in result, result
        assert (seen.is_set(), panel.progress) == (True, ""), told
        return json.loads(json.dumps(result["value"]))

    return call


def test_a_fork_and_its_way_back(sqlite_store, theme, ask):
    panel = LabelPanel("pets", store=sqlite_store, annotator="ann")
    new = {"theme": theme, "state": "", "name": "apart", "annotator": "ann"}
    made = ask(panel, "fork", "^fork 'apart': 10 of 25 images$", waits=False, **new)
    _label(sqlite_store, made["id"], "dog", "eve")
    with sqlite_store.read() as session:
        own = session.scalars(select(Sample.id).where(Sample.theme_id == theme).order_by(Sample.id).limit(12)).all()
    _label(sqlite_store, theme, "bird", "bob", own)
    back = {"theme": made["id"], "annotator": "ann"}
    # What is written, and waited for, is in the theme that the fork is of.
    done = ask(panel, "merge fork", r"^'label': 10 of 13 images, by ann since \d\d:\d\d$", **back)
    assert (done["taken"], done["conflicts"]) == (13, 12)
    assert check(sqlite_store).ok


def test_second_opinions_of_a_fork(sqlite_store, theme, ask):
    panel = LabelPanel("pets", store=sqlite_store, annotator="ann")
    new = {"theme": theme, "state": "", "name": "apart", "annotator": "ann"}
    made = ask(panel, "fork", "25 of 25", waits=False, **new)
    _label(sqlite_store, made["id"], "dog", "eve")
    _label(sqlite_store, theme, "bird", "bob")
    back = {"theme": made["id"], "annotator": "ann"}
    done = ask(panel, "merge fork", "^second opinions: 10 of 25 images$", waits=False, **back)
    assert (done["taken"], done["conflicts"]) == (0, 25)
    with sqlite_store.read() as session:
        assert count_pending_reviews(theme, session=session) == 25


def test_groups_that_come_into_one_split(sqlite_store, theme, ask):
    with sqlite_store.write() as session:
        ids = session.scalars(select(Sample.id).where(Sample.theme_id == theme)).all()
    _label(sqlite_store, theme, "dog", "ann", ids[::2])
    with sqlite_store.write() as session:
        assign_splits(theme, annotator="ann", session=session)
    set_groups(sqlite_store, theme, dict.fromkeys(ids, "film"), annotator="ann")
    panel = ExplorePanel("pets", store=sqlite_store)
    done = ask(panel, "mend_groups", r"^'mend groups': \d+ of 25 images, by \S+ since", groups=None)
    assert done["groups"] == 1


def _label(store, theme, name, annotator, ids=None):
    with store.write() as session:
        label = next(label.id for label in labels_of(theme, session=session) if label.name == name)
        ids = ids or session.scalars(select(Sample.id).where(Sample.theme_id == theme)).all()
        decide(theme, [Edit(one, Decision.of(label)) for one in ids], annotator=annotator, session=session)

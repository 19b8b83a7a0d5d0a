"""History: who changed what and when, and a theme as it was at a time."""

from datetime import datetime

import pytest

from workbench.errors import WorkbenchError
from workbench.store import now
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.history import events_of_theme, theme_at
from workbench.store.label_merges import delete_label
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter
from workbench.store.single_edits import Edit, decide
from workbench.store.splits import assign_splits
from workbench.store.undo import undo


@pytest.fixture
def story(store, make_theme, add_samples):
    """A theme that changes step by step: returns its id, its samples' ids and the time after each step."""
    theme_id = make_theme(store, labels=("cat", "dog"))
    times = {"empty": now()}
    ids = add_samples(store, theme_id, range(8))
    times["imported"] = now()
    with store.read() as session:
        cat, dog = (label.id for label in labels_of(theme_id, session=session))

    def step(name, act):
        with store.write() as session:
            act(session)
        times[name] = now()

    half = [Edit(sample_id, Decision.of(cat)) for sample_id in ids[:4]] + [
        Edit(sample_id, Decision.of(dog)) for sample_id in ids[4:7]
    ]
    step("labeled", lambda s: decide(theme_id, half, annotator="ann", session=s))
    step("skipped", lambda s: decide(theme_id, [Edit(ids[7], SKIPPED)], annotator="bob", session=s))
    step("split", lambda s: assign_splits(theme_id, annotator="ann", session=s))
    step("all dogs", lambda s: label_many(theme_id, SampleFilter(), dog, annotator="bob", session=s))
    step("deleted", lambda s: delete_samples(theme_id, SampleFilter(ids=(ids[0],)), annotator="ann", session=s))
    step("undone", lambda s: undo(theme_id, annotator="bob", session=s))
    step("no dogs", lambda s: delete_label(dog, annotator="ann", session=s))
    return theme_id, ids, times


def _at(store, story, name):
    theme_id, ids, times = story
    with store.read() as session:
        rows = theme_at(theme_id, times[name], session=session)
    return {ids.index(row.sample_id): "skipped" if row.skipped else row.label for row in rows}, rows


def test_a_theme_as_it_was_at_every_step(store, story):
    labeled = dict.fromkeys(range(4), "cat") | dict.fromkeys(range(4, 7), "dog")
    expected = {
        "empty": {},
        "imported": dict.fromkeys(range(8)),
        "labeled": {**labeled, 7: None},
        "skipped": {**labeled, 7: "skipped"},
        "all dogs": dict.fromkeys(range(8), "dog"),
        "deleted": dict.fromkeys(range(1, 8), "dog"),
        "undone": {number: {**labeled, 7: "skipped"}[number] for number in range(1, 8)},
        "no dogs": {1: "cat", 2: "cat", 3: "cat", 4: None, 5: None, 6: None, 7: "skipped"},
    }
    assert {name: _at(store, story, name)[0] for name in expected} == expected


def test_splits_as_they_were(store, story):
    assert {row.split for row in _at(store, story, "skipped")[1]} == {None}
    assert [row.split is None for row in _at(store, story, "split")[1]] == [False] * 7 + [True]


def test_a_time_without_zone_is_refused(store, story):
    with pytest.raises(WorkbenchError, match="no time zone"), store.read() as session:
        theme_at(story[0], datetime(2026, 1, 1), session=session)


def test_the_events_of_a_theme_page_by_page(store, story):
    theme_id, ids, times = story
    with store.read() as session:
        every = events_of_theme(theme_id, limit=1000, session=session)
        pages, last = [], None
        while page := events_of_theme(theme_id, before_id=last, limit=7, session=session):
            pages += page
            last = page[-1].id
        bobs = events_of_theme(
            theme_id, annotator="bob", since=times["labeled"], until=times["skipped"], session=session
        )
    assert [event.id for event in pages] == [event.id for event in every]
    assert [event.id for event in every] == sorted((event.id for event in every), reverse=True)
    assert [(event.sample_id, event.after) for event in bobs] == [(ids[7], "skipped")]

"""Undo: what comes back, and what somebody changed since."""

import pytest

from workbench.errors import NotFoundError
from workbench.store.bulk_edits import label_many
from workbench.store.decisions import Decision
from workbench.store.history import label_changes
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import add_label, edit_label, labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import LabelEvent, Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo


def _decide(store, theme_id, *decisions, annotator="ann", source="human"):
    with store.write() as session:
        return decide(theme_id, decisions, annotator=annotator, source=source, session=session)


def _undo(store, theme_id, annotator="ann", **more):
    with store.write() as session:
        return undo(theme_id, annotator=annotator, session=session, **more)


def _labels(store, ids):
    with store.read() as session:
        return [session.get_one(Sample, sample_id).label_id for sample_id in ids]


def test_undo_leaves_alone_what_somebody_changed_since(store, pets, label_ids):
    theme_id, ids = pets
    with store.write() as session:
        label_many(theme_id, SampleFilter(), label_ids["cat"], annotator="ann", session=session)
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["dog"])), annotator="bob")
    outcome = _undo(store, theme_id)
    assert (outcome.restored, outcome.kept) == (11, 1)
    assert _labels(store, ids) == [label_ids["dog"]] + [None] * 11


def test_undo_leaves_alone_what_another_came_to_by_a_way_of_his_own(store, pets, label_ids):
    theme_id, ids = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    with store.write() as session:
        batch = label_many(theme_id, SampleFilter(ids=tuple(ids)), cat, annotator="ann", session=session).batch_id
    for label, sample_id in ((dog, ids[0]), (cat, ids[0]), (dog, ids[1])):
        with store.write() as session:
            decide(theme_id, [Edit(sample_id, Decision.of(label))], annotator="bob", session=session)
    with store.write() as session:
        undo(theme_id, annotator="bob", session=session)
    with store.write() as session:
        outcome = undo(theme_id, annotator="ann", batch_id=batch, session=session)
    # The first is bob's own decision by now; the second is ann's again, for bob took his back.
    assert (outcome.restored, outcome.kept) == (len(ids) - 1, 1)
    with store.read() as session:
        first, second = (session.get_one(Sample, sample_id) for sample_id in ids[:2])
        assert (first.label_id, first.annotator, second.label_id) == (cat, "bob", None)


def test_a_cleared_label_comes_back_after_later_acts_were_taken_back(store, pets, label_ids):
    theme_id, ids = pets
    for label in ("cat", None, "dog", "cat"):
        _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids.get(label))))
    found = []
    for _ in range(4):
        with store.write() as session:
            assert undo(theme_id, annotator="ann", session=session).restored == 1
        found.append(_labels(store, ids)[0])
    assert found == [label_ids["dog"], None, label_ids["cat"], None]


def test_undo_walks_back_through_ones_own_acts_only(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])))
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["dog"])))
    _decide(store, theme_id, Edit(ids[1], Decision.of(label_ids["dog"])), annotator="bob")
    assert _undo(store, theme_id).sample_ids == (ids[0],)
    assert _labels(store, ids[:2]) == [label_ids["cat"], label_ids["dog"]]
    _undo(store, theme_id)
    assert _undo(store, theme_id).batch_id is None
    assert _labels(store, ids[:2]) == [None, label_ids["dog"]]
    with store.read() as session:
        assert session.query(LabelEvent).count() == 5


def test_a_replayed_undo_takes_back_one_act(store, pets, label_ids):
    theme_id, ids = pets
    for sample_id in ids[:2]:
        _decide(store, theme_id, Edit(sample_id, Decision.of(label_ids["cat"])))
    first = _undo(store, theme_id, client_key="u1")
    assert _undo(store, theme_id, client_key="u1") == first
    assert _labels(store, ids[:2]) == [label_ids["cat"], None]


def test_redo_is_the_undo_of_an_undo(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])))
    undone = _undo(store, theme_id)
    redone = _undo(store, theme_id, batch_id=undone.batch_id)
    assert redone.restored == 1
    assert _labels(store, ids[:1]) == [label_ids["cat"]]
    with pytest.raises(NotFoundError, match="it may be undone"):
        _undo(store, theme_id, batch_id=undone.batch_id)


def test_deleting_a_label_unlabels_its_samples_and_undo_brings_both_back(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, *[Edit(sample_id, Decision.of(label_ids["dog"])) for sample_id in ids[:3]])
    with store.write() as session:
        assert delete_label(label_ids["dog"], annotator="ann", session=session).changed == 3
    with store.read() as session:
        assert [(label.name, label.position) for label in labels_of(theme_id, session=session)] == [
            ("cat", 1),
            ("bird", 2),
        ]
    assert _labels(store, ids[:3]) == [None] * 3
    assert _undo(store, theme_id).restored == 3
    with store.read() as session:
        assert [label.name for label in labels_of(theme_id, session=session)] == ["cat", "bird", "dog"]
    assert _labels(store, ids[:3]) == [label_ids["dog"]] * 3


def test_deleting_an_unused_label_can_be_undone(store, pets, label_ids):
    theme_id, _ = pets
    with store.write() as session:
        delete_label(label_ids["bird"], annotator="ann", session=session)
    _undo(store, theme_id)
    with store.read() as session:
        assert [label.name for label in labels_of(theme_id, session=session)] == ["cat", "dog", "bird"]


def test_a_renamed_label_gets_its_name_back_before_older_decisions_are_undone(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])))
    with store.write() as session:
        edit_label(label_ids["cat"], name="lynx", annotator="ann", session=session)

    done = _undo(store, theme_id)

    assert (done.action, done.changed_labels) == ("rename label", True)
    assert _labels(store, ids[:1]) == [label_ids["cat"]]
    with store.read() as session:
        assert [label.name for label in labels_of(theme_id, session=session)] == ["cat", "dog", "bird"]
        changes = label_changes(theme_id, session=session)
    assert [each[2:] for each in changes] == [
        ("undo", "rename label", "lynx", "cat"),
        ("human", "rename label", "cat", "lynx"),
    ]
    _undo(store, theme_id, batch_id=done.batch_id)
    with store.write() as session:
        assert [label.name for label in labels_of(theme_id, session=session)] == ["lynx", "dog", "bird"]
        edit_label(label_ids["dog"], name="wolf", annotator="ann", session=session)
        add_label(theme_id, "dog", session=session)
    kept = _undo(store, theme_id)
    assert (kept.action, kept.kept, kept.changed_labels) == ("rename label", 1, False)
    assert _undo(store, theme_id, batch_id=kept.batch_id).changed_labels is False
    with store.read() as session:
        assert len(label_changes(theme_id, session=session)) == 4


def test_merging_labels_and_undoing_it(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), Edit(ids[1], Decision.of(label_ids["dog"])))
    with store.write() as session:
        merge_labels(label_ids["dog"], label_ids["cat"], annotator="ann", session=session)
    assert _labels(store, ids[:2]) == [label_ids["cat"]] * 2
    _undo(store, theme_id)
    assert _labels(store, ids[:2]) == [label_ids["cat"], label_ids["dog"]]


def test_undoing_a_deletion_whose_name_was_given_away_keeps_the_samples_as_they_are(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["dog"])))
    with store.write() as session:
        delete_label(label_ids["dog"], annotator="ann", session=session)
        add_label(theme_id, "dog", session=session)
    outcome = _undo(store, theme_id)
    assert (outcome.restored, outcome.kept) == (0, 1)
    assert _labels(store, ids[:1]) == [None]

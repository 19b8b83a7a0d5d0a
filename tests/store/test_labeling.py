"""Decisions: what is acknowledged is there, what is repeated changes nothing, what others did is not overwritten."""

import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.bulk_edits import delete_samples, label_many, restore_samples
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision
from workbench.store.history import history_of
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import get_label, labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Batch, LabelEvent, Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo

KILLED_WHILE_LABELING = """
    import os, signal, sys
    from workbench.store import open_store
    from workbench.store.decisions import Decision, SKIPPED, UNDECIDED
    from workbench.store.single_edits import Edit, decide

    store, theme_id, label_id = open_store(), int(sys.argv[1]), int(sys.argv[2])
    for number, sample_id in enumerate(map(int, sys.argv[3:])):
        if number == 7:
            with store.write() as session:
                decide(theme_id, [Edit(sample_id, Decision.of(label_id))], annotator="ann", session=session)
                os.kill(os.getpid(), signal.SIGKILL)
        with store.write() as session:
            decide(theme_id, [Edit(sample_id, Decision.of(label_id))], annotator="ann", session=session)
        print(sample_id, flush=True)
"""

REPLAYING = """
    import sys
    from workbench.store import open_store
    from workbench.store.decisions import Decision, SKIPPED, UNDECIDED
    from workbench.store.single_edits import Edit, decide

    store, theme_id, label_id, sample_id = open_store(), *map(int, sys.argv[1:4])
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        with store.write() as session:
            decision = Decision.of(label_id if number % 2 == 0 else None)
            edit = Edit(sample_id, decision, client_key=f"message-{number}")
            print(decide(theme_id, [edit], annotator="ann", session=session)[0].status, flush=True)
"""


@pytest.fixture
def pets(store, make_theme, add_samples):
    theme_id = make_theme(store)
    return theme_id, add_samples(store, theme_id, range(12))


@pytest.fixture
def label_ids(store, pets):
    with store.read() as session:
        return {label.name: label.id for label in labels_of(pets[0], session=session)}


def _decide(store, theme_id, *decisions, annotator="ann", source="human"):
    with store.write() as session:
        return decide(theme_id, decisions, annotator=annotator, source=source, session=session)


def _undo(store, theme_id, annotator="ann", **more):
    with store.write() as session:
        return undo(theme_id, annotator=annotator, session=session, **more)


def _labels(store, ids):
    with store.read() as session:
        return [session.get_one(Sample, sample_id).label_id for sample_id in ids]


def test_a_label_its_event_and_its_batch_are_written_together(store, pets, label_ids):
    theme_id, ids = pets
    [outcome] = _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"]), client_key="k1"))
    assert (outcome.status, outcome.decision, outcome.annotator) == ("changed", Decision.of(label_ids["cat"]), "ann")
    with store.read() as session:
        sample = session.get_one(Sample, ids[0])
        [event] = history_of(ids[0], session=session)
        batch = session.get_one(Batch, outcome.batch_id)
    assert (sample.label_id, sample.annotator, sample.labeled_at) == (label_ids["cat"], "ann", event.at)
    assert (event.annotator, event.source, event.before, event.after) == ("ann", "human", None, str(label_ids["cat"]))
    assert (batch.changed, batch.annotator, batch.source, batch.action) == (1, "ann", "human", "label")


def test_nothing_of_a_failed_transaction_stays(store, pets, label_ids):
    theme_id, ids = pets
    decisions = [
        Edit(ids[0], Decision.of(label_ids["cat"])),
        Edit(ids[1], Decision.of(label_ids["cat"]), client_key="k" * 101),
    ]
    with pytest.raises(WorkbenchError, match="client key"):
        _decide(store, theme_id, *decisions)
    with store.read() as session:
        assert session.get_one(Sample, ids[0]).label_id is None
        assert history_of(ids[0], session=session) == []
        assert session.query(Batch).count() == 0


def test_what_was_acknowledged_survives_kill_9(store, pets, label_ids, run_python):
    theme_id, ids = pets
    child = run_python(KILLED_WHILE_LABELING, theme_id, label_ids["dog"], *ids)
    acknowledged = [int(line) for line in child.communicate()[0].split()]
    assert child.returncode == -9
    assert acknowledged == ids[:7]
    assert _labels(store, ids) == [label_ids["dog"]] * 7 + [None] * 5
    with store.read() as session:
        assert [len(history_of(sample_id, session=session)) for sample_id in ids] == [1] * 7 + [0] * 5


def test_two_processes_that_send_the_same_messages_at_once_act_once(store, pets, label_ids, run_python):
    theme_id, ids = pets
    children = [run_python(REPLAYING, theme_id, label_ids["cat"], ids[0]) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    statuses = [child.communicate()[0].split() for child in children]
    assert [child.returncode for child in children] == [0, 0]
    assert [sorted(pair) for pair in zip(*statuses, strict=True)] == [["changed", "replayed"]] * 20
    with store.read() as session:
        assert len(history_of(ids[0], session=session)) == 20


def test_a_replayed_message_changes_nothing_even_after_others_acted(store, pets, label_ids):
    theme_id, ids = pets
    first = Edit(ids[0], Decision.of(label_ids["cat"]), client_key="k1")
    same = Edit(ids[0], Decision.of(label_ids["cat"]), client_key="k2")
    assert [o.status for o in _decide(store, theme_id, first, same)] == ["changed", "unchanged"]
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["dog"])), annotator="bob")
    outcomes = _decide(store, theme_id, first, same)
    assert [(o.status, o.decision, o.annotator) for o in outcomes] == [
        ("replayed", Decision.of(label_ids["dog"]), "bob")
    ] * 2


def test_a_decision_about_something_else_than_was_seen_is_a_conflict(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["dog"])), annotator="bob")
    late = Edit(ids[0], Decision.of(label_ids["cat"]), seen=UNDECIDED, client_key="late")
    for _ in range(2):
        [outcome] = _decide(store, theme_id, late)
        assert (outcome.status, outcome.annotator) == ("conflict", "bob")
        assert outcome.decision == Decision.of(label_ids["dog"])
    [outcome] = _decide(
        store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"]), seen=Decision.of(label_ids["dog"]))
    )
    assert outcome.status == "changed"


def test_skipping_and_clearing(store, pets, label_ids):
    theme_id, ids = pets
    statuses = [
        _decide(store, theme_id, decision)[0].status
        for decision in (
            Edit(ids[0], SKIPPED),
            Edit(ids[0], SKIPPED),
            Edit(ids[0], Decision.of(label_ids["cat"])),
            Edit(ids[0], SKIPPED),
            Edit(ids[0]),
        )
    ]
    assert statuses == ["changed", "unchanged", "changed", "unchanged", "changed"]
    with store.read() as session:
        sample = session.get_one(Sample, ids[0])
        assert (sample.label_id, sample.skipped, sample.annotator, sample.labeled_at) == (None, False, None, None)
        changes = [(event.before, event.after) for event in history_of(ids[0], session=session)]
    cat = str(label_ids["cat"])
    assert changes == [(None, "skipped"), ("skipped", cat), (cat, None)]


def test_a_sample_that_is_gone_is_missing(store, pets, label_ids):
    theme_id, ids = pets
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(ids=(ids[0],)), annotator="ann", session=session)
    outcomes = _decide(
        store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), Edit(987654, Decision.of(label_ids["cat"]))
    )
    assert [outcome.status for outcome in outcomes] == ["missing", "missing"]
    assert _labels(store, ids[:1]) == [None]


def test_a_sample_of_another_theme_is_missing(store, pets, label_ids, make_theme, add_samples):
    [other] = add_samples(store, make_theme(store, "other"), range(100, 101))
    [outcome] = _decide(store, pets[0], Edit(other, Decision.of(label_ids["cat"])))
    assert outcome.status == "missing"
    assert _labels(store, [other]) == [None]


def test_every_write_states_its_annotator_and_source(store, pets, label_ids):
    theme_id, ids = pets
    decision = Edit(ids[0], Decision.of(label_ids["cat"]))
    for annotator in ("", "  ", "a" * 101, "a\u200bb"):
        with pytest.raises(WorkbenchError, match="annotator"):
            _decide(store, theme_id, decision, annotator=annotator)
    with pytest.raises(WorkbenchError, match="human, import, model, undo"):
        _decide(store, theme_id, decision, source="cat")
    assert _labels(store, ids[:1]) == [None]


def test_a_label_of_another_theme_is_refused_and_nothing_is_changed(store, pets, label_ids, make_theme):
    theme_id, ids = pets
    other = make_theme(store, "other", ("x", "y"))
    with store.read() as session:
        foreign = get_label(other, "x", session=session).id
    with pytest.raises(NotFoundError, match="Reload the labels"):
        _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), Edit(ids[1], Decision.of(foreign)))
    with pytest.raises(NotFoundError, match="Reload the labels"), store.write() as session:
        label_many(theme_id, SampleFilter(), foreign, annotator="ann", session=session)
    assert _labels(store, ids[:2]) == [None, None]


def test_bulk_labeling_is_one_batch_and_one_undo(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), annotator="bob")
    _decide(store, theme_id, Edit(ids[1], Decision.of(label_ids["dog"])), annotator="bob")
    _decide(store, theme_id, Edit(ids[2], SKIPPED), annotator="bob")
    for _ in range(2):
        with store.write() as session:
            outcome = label_many(
                theme_id, SampleFilter(), label_ids["dog"], annotator="ann", client_key="bulk", session=session
            )
        assert (outcome.changed, outcome.unchanged) == (11, 1)
    assert set(_labels(store, ids)) == {label_ids["dog"]}
    taken_back = _undo(store, theme_id)
    assert (taken_back.restored, taken_back.kept, taken_back.undone_batch_id) == (11, 0, outcome.batch_id)
    assert len(taken_back.sample_ids) == 11
    assert _labels(store, ids) == [label_ids["cat"], label_ids["dog"]] + [None] * 10
    with store.read() as session:
        first, third = session.get_one(Sample, ids[0]), session.get_one(Sample, ids[2])
        assert (first.annotator, third.skipped) == ("bob", True)
        assert [event.source for event in history_of(ids[0], session=session)] == ["human", "human", "undo"]


def test_bulk_labeling_counts_what_had_another_label(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, *[Edit(sample_id, Decision.of(label_ids["cat"])) for sample_id in ids[:3]])
    with store.write() as session:
        where = SampleFilter(ids=tuple(ids[:5]))
        outcome = label_many(theme_id, where, label_ids["dog"], annotator="ann", session=session)
    assert (outcome.changed, outcome.replaced, outcome.unchanged) == (5, 3, 0)


def test_bulk_labeling_of_more_ids_than_one_statement_takes(store, pets, label_ids):
    theme_id, ids = pets
    many = tuple(range(900_000, 912_000)) + tuple(ids)
    with store.write() as session:
        outcome = label_many(theme_id, SampleFilter(ids=many), label_ids["cat"], annotator="ann", session=session)
    assert outcome.changed == 12
    assert _undo(store, theme_id).restored == 12


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


def test_deleting_is_a_tombstone_that_undo_and_restore_lift(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), annotator="bob")
    with store.write() as session:
        outcome = delete_samples(theme_id, SampleFilter(ids=tuple(ids[:4])), annotator="ann", session=session)
        assert outcome.changed == 4
        assert count_samples(theme_id, session=session) == 8
    _undo(store, theme_id)
    with store.write() as session:
        assert count_samples(theme_id, session=session) == 12
        delete_samples(theme_id, SampleFilter(ids=tuple(ids[:4])), annotator="ann", session=session)
        assert restore_samples(theme_id, SampleFilter(ids=(ids[0],)), annotator="ann", session=session).changed == 1
        [sample] = page_of_samples(theme_id, SampleFilter(state="labeled"), session=session)
        assert (sample.id, sample.label_id, sample.annotator) == (ids[0], label_ids["cat"], "bob")
        assert [event.after for event in history_of(ids[0], session=session)][1:] == ["deleted", None, "deleted", None]


def test_deleting_a_label_unlabels_its_samples_and_undo_brings_both_back(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, *[Edit(sample_id, Decision.of(label_ids["dog"])) for sample_id in ids[:3]])
    with store.write() as session:
        assert delete_label(label_ids["dog"], annotator="ann", session=session).changed == 3
    with store.read() as session:
        assert [(label.name, label.position) for label in labels_of(theme_id, session=session)] == [
            ("cat", 1), ("bird", 2)
        ]  # fmt: skip
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


def test_merging_labels_and_undoing_it(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), Edit(ids[1], Decision.of(label_ids["dog"])))
    with store.write() as session:
        merge_labels(label_ids["dog"], label_ids["cat"], annotator="ann", session=session)
    assert _labels(store, ids[:2]) == [label_ids["cat"]] * 2
    _undo(store, theme_id)
    assert _labels(store, ids[:2]) == [label_ids["cat"], label_ids["dog"]]


def test_undoing_a_deletion_whose_name_was_given_away_keeps_the_samples_as_they_are(store, pets, label_ids):
    from workbench.store.labels import add_label

    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["dog"])))
    with store.write() as session:
        delete_label(label_ids["dog"], annotator="ann", session=session)
        add_label(theme_id, "dog", session=session)
    outcome = _undo(store, theme_id)
    assert (outcome.restored, outcome.kept) == (0, 1)
    assert _labels(store, ids[:1]) == [None]

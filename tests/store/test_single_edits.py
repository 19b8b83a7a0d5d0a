"""Edits of single samples: recorded, replayed, contested, refused."""

import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.decisions import SKIPPED, UNDECIDED, Decision
from workbench.store.history import history_of
from workbench.store.labels import get_label
from workbench.store.samples import SampleFilter
from workbench.store.schema import Batch, Sample
from workbench.store.single_edits import Edit, decide

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


def _decide(store, theme_id, *decisions, annotator="ann", source="human"):
    with store.write() as session:
        return decide(theme_id, decisions, annotator=annotator, source=source, session=session)


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

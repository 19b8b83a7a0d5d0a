"""Changes of many samples in steps: others work in between, and what does not come to its end leaves nothing."""

import contextlib

import pytest

from workbench.errors import ConflictError
from workbench.store import open_store
from workbench.store.annotators.members import members_of
from workbench.store.bulk_edits import label_many
from workbench.store.counts import theme_counts
from workbench.store.decisions import Decision
from workbench.store.history import history_of, last_sample_of, theme_history
from workbench.store.samples import SampleFilter, count_samples
from workbench.store.schema import Batch, Label, RunningBatch, Sample, Snapshot, SnapshotSample, Theme
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits
from workbench.store.states.diff import diff_states
from workbench.store.states.tags import find_state
from workbench.store.steps import edits, writing
from workbench.store.steps.edits import (
    delete_in_steps,
    label_each_in_steps,
    label_in_steps,
    restore_in_steps,
    undo_of_any_size,
)
from workbench.store.steps.labels import merge_labels_in_steps
from workbench.store.steps.running import RELEASED, running_in
from workbench.store.steps.snapshots import take_snapshot_in_steps
from workbench.store.steps.splits import assign_splits_in_steps, move_to_split_in_steps
from workbench.store.steps.tables import label_from_table_in_steps
from workbench.store.test_evaluations import evaluations_of, record_evaluation
from workbench.store.upkeep.integrity import check

ALL = SampleFilter()


@pytest.fixture
def between(monkeypatch):
    """Steps of three samples; `between.append(call)` has the calls made one behind each step."""
    calls = []

    def rest(pace, _started):
        pace.size = 3
        if calls:
            calls.pop(0)()

    monkeypatch.setattr(writing, "AT_ONCE", 2)
    monkeypatch.setattr(writing, "_FIRST_STEP", 3)
    monkeypatch.setattr(writing, "_WAIT_S", 0)
    monkeypatch.setattr(writing.Pace, "rest", rest)
    return calls


def _decide(store, theme_id, sample_id, label_id, annotator="bob"):
    with store.write() as session:
        decide(theme_id, [Edit(sample_id, Decision.of(label_id))], annotator=annotator, session=session)


def _state(store, theme_id):
    """Everything that stands of the samples and labels."""
    with store.read() as session:
        rows = session.query(Sample).filter_by(theme_id=theme_id).order_by(Sample.id)
        samples = [
            (row.id, row.label_id, row.skipped, row.annotator, row.split, row.deleted_at is not None) for row in rows
        ]
        labels = sorted((row.id, row.name, row.deleted_at is None, row.merged_into) for row in session.query(Label))
        snapshots = (session.query(Snapshot).count(), session.query(SnapshotSample).count())
        assert session.query(RunningBatch).count() == 0
        return samples, labels, snapshots


def _labels(store, theme_id):
    return [row[1] for row in _state(store, theme_id)[0]]


def _raise(error):
    raise error


def test_a_change_in_steps_is_one_batch_and_one_undo_and_others_decide_meanwhile(store, pets, label_ids, between):
    theme_id, ids = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    _decide(store, theme_id, ids[0], cat)
    seen = []

    def look():
        with store.read() as session:
            seen.append(running_in(theme_id, session=session))

    # One decides on a sample that is yet to come, and another clears hers.
    _decide(store, theme_id, ids[10], cat)
    between += [look, lambda: _decide(store, theme_id, ids[11], cat), lambda: _decide(store, theme_id, ids[10], None)]
    done = label_in_steps(store, theme_id, ALL, dog, annotator="ann", client_key="bulk")
    assert (done.changed, done.unchanged, done.replaced, done.kept) == (10, 2, 1, 2)
    assert (seen[0].done, seen[0].total, seen[0].annotator) == (3, 12, "ann")
    assert "3 of 12" in seen[0].words
    assert _labels(store, theme_id) == [dog] * 10 + [None, cat]
    again = label_in_steps(store, theme_id, ALL, dog, annotator="ann", client_key="bulk")
    assert (again.batch_id, again.changed) == (done.batch_id, 10)
    undone = undo_of_any_size(store, theme_id, annotator="ann")
    assert (undone.undone_batch_id, undone.restored, undone.kept) == (done.batch_id, 10, 0)
    assert _labels(store, theme_id) == [cat] + [None] * 10 + [cat]
    with store.read() as session:
        assert [event.source for event in history_of(ids[0], session=session)] == ["human", "human", "undo"]
    redone = undo_of_any_size(store, theme_id, annotator="ann", batch_id=undone.batch_id)
    assert redone.restored == 10
    assert _labels(store, theme_id) == [dog] * 10 + [None, cat]


def test_while_one_change_is_written_another_says_by_whom(store, pets, label_ids, between):
    theme_id, ids = pets
    found = []

    def others():
        for attempt in (
            lambda: label_in_steps(store, theme_id, ALL, label_ids["cat"], annotator="bob"),
            lambda: take_snapshot_in_steps(store, theme_id),
            lambda: undo_of_any_size(store, theme_id, annotator="ann"),
            lambda: _write(store, assign_splits, theme_id, annotator="bob"),
            lambda: _write(store, take_snapshot, theme_id),
        ):
            with pytest.raises(ConflictError, match="6 of 12 images, by ann"):
                attempt()
            found.append(1)
        # What is small is done beside it.
        few = SampleFilter(ids=(ids[8], ids[10]))
        assert label_in_steps(store, theme_id, few, label_ids["cat"], annotator="bob").changed == 2
        assert undo_of_any_size(store, theme_id, annotator="bob").restored == 2
        assert label_in_steps(store, theme_id, few, label_ids["bird"], annotator="bob").changed == 2

    between += [lambda: None, others]
    done = label_in_steps(store, theme_id, ALL, label_ids["dog"], annotator="ann")
    assert (done.changed, done.kept, len(found)) == (10, 2, 5)
    assert _labels(store, theme_id).count(label_ids["bird"]) == 2


def _write(store, function, *given, **how):
    with store.write() as session:
        return function(*given, session=session, **how)


def test_two_that_begin_at_the_same_moment_do_not_both_write(store, pets, label_ids, between, monkeypatch):
    theme_id, _ = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    refused = []

    def begin_beside():
        # Both found the theme idle before either began.
        monkeypatch.setattr(edits, "wait_until_idle", lambda store, theme_id: None)
        with pytest.raises(ConflictError, match="3 of 12 images, by ann") as error:
            label_in_steps(store, theme_id, ALL, cat, annotator="bob")
        refused.append(error)

    between.append(begin_beside)
    assert label_in_steps(store, theme_id, ALL, dog, annotator="ann").changed == 12
    assert len(refused) == 1
    assert _labels(store, theme_id) == [dog] * 12


def test_a_writer_that_was_taken_for_dead_stops_when_it_wakes_up(store, pets, label_ids, between):
    theme_id, _ = pets
    before = _state(store, theme_id)

    def take_back():
        with store.write() as session:
            session.query(RunningBatch).update({"writer": RELEASED})
        writing.finish_abandoned(store)

    between.append(take_back)
    with pytest.raises(ConflictError, match="was taken back"):
        label_in_steps(store, theme_id, ALL, label_ids["dog"], annotator="ann")
    assert _state(store, theme_id) == before


def test_what_is_stopped_midway_leaves_nothing_and_can_be_asked_for_once_more(store, pets, label_ids, between):
    theme_id, ids = pets
    _decide(store, theme_id, ids[1], label_ids["cat"])
    before = _state(store, theme_id)
    between += [lambda: None, lambda: _raise(KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        label_in_steps(store, theme_id, ALL, label_ids["dog"], annotator="ann", client_key="bulk")
    assert _state(store, theme_id) == before
    with store.read() as session:
        events = history_of(ids[1], session=session)
        assert [(event.source, event.annotator) for event in events] == [
            ("human", "bob"),
            ("human", "ann"),
            ("undo", "ann"),
        ]
    # There is nothing of hers to undo, and the message that the browser sends once more is done.
    assert undo_of_any_size(store, theme_id, annotator="ann").batch_id is None
    done = label_in_steps(store, theme_id, ALL, label_ids["dog"], annotator="ann", client_key="bulk")
    assert done.changed == 12
    # An undo that is stopped is done to its end.
    between += [lambda: _raise(KeyboardInterrupt())]
    with pytest.raises(KeyboardInterrupt):
        undo_of_any_size(store, theme_id, annotator="ann")
    assert _state(store, theme_id) == before


def test_a_change_that_was_taken_back_is_nobodys_decision(store, pets, label_ids, between):
    theme_id, ids = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
        empty = find_state(theme_id, session=session)
    for number, sample_id in enumerate(ids):
        _decide(store, theme_id, sample_id, cat if number % 2 else dog, annotator="bob")
    assert sum(assign_splits_in_steps(store, theme, annotator="ann").assigned.values()) == 12
    with store.write() as session:
        record_evaluation(theme_id, "run", "training", 2, annotator="ann", session=session)
    _decide(store, theme_id, ids[4], cat, annotator="ann")
    with store.read() as session:
        (last,) = (one.last_change for one in members_of(theme_id, session=session) if one.annotator == "ann")
    before = _state(store, theme_id)

    one_dog = SampleFilter(ids=(ids[1], ids[2], ids[3], ids[5]))
    for change in (
        # Its first step changes a single sample, as a key does.
        lambda: label_in_steps(store, theme_id, one_dog, cat, annotator="ann"),
        lambda: label_in_steps(store, theme_id, ALL, dog, annotator="ann"),
        lambda: merge_labels_in_steps(store, cat, dog, annotator="ann"),
        lambda: assign_splits_in_steps(store, theme, reset=True, annotator="ann"),
    ):
        between.append(lambda: _raise(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            change()
        assert _state(store, theme_id) == before
    with store.read() as session:
        assert last_sample_of(theme_id, "ann", session=session) == ids[4]
        assert not [row for row in theme_history(theme_id, session=session) if row.name is None]
        assert len(evaluations_of(theme_id, session=session)) == 1
        changed = diff_states(theme_id, empty, find_state(theme_id, session=session), session=session).changed
        assert {row.sample_id: row.annotator for row in changed} == {**dict.fromkeys(ids, "bob"), ids[4]: "ann"}
        assert {one.last_change for one in members_of(theme_id, session=session) if one.annotator == "ann"} == {last}


def test_each_change_in_steps_does_what_it_does_at_once(store, pets, label_ids, between):
    theme_id, ids = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    wanted = {sample_id: (cat, dog)[number % 2] for number, sample_id in enumerate(ids)}
    done = label_each_in_steps(store, theme_id, wanted, seen={ids[0]: Decision.of(dog)}, annotator="ann")
    assert (done.changed, done.unchanged) == (11, 1)
    table = label_from_table_in_steps(store, theme_id, wanted, annotator="ann")
    assert (table.changed, len(table.unchanged), table.replaced) == ([ids[0]], 11, 0)
    between += [lambda: _decide(store, theme_id, ids[11], cat)]
    turned = {sample_id: (dog, cat)[number % 2] for number, sample_id in enumerate(ids)}
    table = label_from_table_in_steps(store, theme_id, turned, replace="all", annotator="ann")
    assert (table.changed, table.replaced, table.decided_since) == (ids[:11], 11, [ids[11]])
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
    split = assign_splits_in_steps(store, theme, (0.5, 0.25, 0.25), annotator="ann")
    assert sum(split.assigned.values()) == 12
    once = _state(store, theme_id)
    assert sum(assign_splits_in_steps(store, theme, (0.5, 0.25, 0.25), annotator="ann").assigned.values()) == 0
    again = assign_splits_in_steps(store, theme, (0.5, 0.25, 0.25), reset=True, annotator="ann")
    assert (again.reset, again.counts) == (12, split.counts)
    assert _state(store, theme_id) == once
    moved = move_to_split_in_steps(store, theme_id, ALL, "test", annotator="ann")
    given = split.assigned
    assert (moved.moved, moved.unchanged, moved.refused) == (given["train"], given["test"], given["valid"])
    deleted = delete_in_steps(store, theme_id, ALL, annotator="ann")
    restored = restore_in_steps(store, theme_id, ALL, annotator="ann")
    assert (deleted.changed, restored.changed) == (12, 12)
    # Somebody gives the label while it is merged: that one is merged too.
    between += [lambda: _decide(store, theme_id, ids[0], cat)]
    before = _labels(store, theme_id)
    merged = merge_labels_in_steps(store, cat, dog, annotator="ann")
    assert set(_labels(store, theme_id)) == {dog}
    assert merged.changed == before.count(cat) + 1
    undo_of_any_size(store, theme_id, annotator="ann")
    with store.read() as session:
        assert session.get_one(Label, cat).deleted_at is None
    assert _labels(store, theme_id) == [cat, *before[1:]]


def test_a_snapshot_in_steps_is_of_one_moment(store, pets, label_ids, between):
    theme_id, ids = pets
    for number, sample_id in enumerate(ids):
        _decide(store, theme_id, sample_id, label_ids["cat" if number % 2 else "dog"])
    with store.write() as session:
        assign_splits(theme_id, annotator="ann", session=session)
        expected = take_snapshot(theme_id, session=session).digest
    _decide(store, theme_id, ids[0], label_ids["cat"])
    between += [lambda: _decide(store, theme_id, ids[0], label_ids["dog"])]
    taken = take_snapshot_in_steps(store, theme_id)
    assert taken.digest != expected
    assert take_snapshot_in_steps(store, theme_id).digest == expected
    between += [lambda: _raise(KeyboardInterrupt())]
    _decide(store, theme_id, ids[1], label_ids["dog"])
    with pytest.raises(KeyboardInterrupt):
        take_snapshot_in_steps(store, theme_id)
    with store.read() as session:
        assert session.query(Snapshot).count() == 2
        assert session.query(SnapshotSample).count() == 24
    assert check(store).ok


KILLED = """
    import os, signal, sys
    from workbench.store import open_store
    from workbench.store.samples import SampleFilter
    from workbench.store.schema import Theme
    from workbench.store.steps import edits, writing
    from workbench.store.steps.edits import delete_in_steps, label_in_steps, undo_of_any_size
    from workbench.store.steps.labels import delete_label_in_steps, merge_labels_in_steps
    from workbench.store.steps.snapshots import take_snapshot_in_steps
    from workbench.store.steps.splits import assign_splits_in_steps

    what, theme_id, cat, dog, left = sys.argv[1], *map(int, sys.argv[2:])

    def rest(pace, started):
        global left
        left -= 1
        pace.size = 3
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    writing.AT_ONCE, writing._FIRST_STEP, writing.Pace.rest = 2, 3, rest
    store, everything = open_store(), SampleFilter()
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
    {
        "label": lambda: label_in_steps(store, theme_id, everything, dog, annotator="ann", client_key="bulk"),
        "delete": lambda: delete_in_steps(store, theme_id, everything, annotator="ann"),
        "undo": lambda: undo_of_any_size(store, theme_id, annotator="ann"),
        "split": lambda: assign_splits_in_steps(store, theme, seed=left, reset=True, annotator="ann"),
        "merge": lambda: merge_labels_in_steps(store, cat, dog, annotator="ann"),
        "remove": lambda: delete_label_in_steps(store, cat, annotator="ann"),
        "snapshot": lambda: take_snapshot_in_steps(store, theme_id),
    }[what]()
"""


def test_whoever_opens_the_store_after_a_kill_finds_all_or_nothing(store, project, pets, label_ids, run_python):
    theme_id, ids = pets
    cat, dog = label_ids["cat"], label_ids["dog"]
    for number, sample_id in enumerate(ids):
        _decide(store, theme_id, sample_id, cat if number % 3 else dog, annotator="bob")
    with store.write() as session:
        assign_splits(theme_id, annotator="ann", session=session)
    before = _state(store, theme_id)
    after_split = [("split", 2), ("split", 4), ("split", 6)]
    for what, steps in [("label", 2), ("delete", 1), *after_split, ("merge", 2), ("remove", 3), ("snapshot", 2)]:
        child = run_python(KILLED, what, theme_id, cat, dog, steps)
        assert child.wait() == -9, (what, child.communicate())
        _opened(project)
        assert _state(store, theme_id) == before, (what, steps)
    # Of an undo the rest is done; also where what finishes it is killed in its turn.
    with store.write() as session:
        label_many(theme_id, ALL, dog, annotator="ann", session=session)
    for _ in range(2):
        child = run_python(KILLED, "undo", theme_id, cat, dog, 1)
        assert child.wait() == -9, child.communicate()
    _opened(project)
    assert _state(store, theme_id) == before
    with store.read() as session:
        assert session.query(Batch).filter(Batch.client_key.is_not(None)).count() == 0
        assert theme_counts(theme_id, session=session).labeled == count_samples(theme_id, session=session) == 12
    assert check(store).ok


def _opened(project):
    with contextlib.closing(open_store(project)):
        pass

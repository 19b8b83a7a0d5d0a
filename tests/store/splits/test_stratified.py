"""Splits of labeled samples: stratified, seeded, never moved without being asked."""

import pytest

from workbench.errors import WorkbenchError
from workbench.store.bulk_edits import delete_samples
from workbench.store.counts import theme_counts
from workbench.store.decisions import Decision
from workbench.store.history import history_of
from workbench.store.images import sha256_of
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, page_of_samples
from workbench.store.schema import Batch, Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_splits, preview_splits
from workbench.store.undo import undo

ASSIGNING = """
    import sys
    from workbench.store import open_store
    from workbench.store.splits import assign_splits

    store, theme_id = open_store(), int(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    with store.write() as session:
        print(sum(assign_splits(theme_id, annotator="ann", session=session).assigned.values()))
"""


@pytest.fixture
def labeled(store, make_theme, add_samples):
    """A theme of 40 cats, 20 dogs and 5 samples without a label."""
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(65))
    _label(store, theme_id, ids[:40], "cat")
    _label(store, theme_id, ids[40:60], "dog")
    return theme_id, ids


def _label(store, theme_id, ids, name):
    with store.write() as session:
        [label_id] = [label.id for label in labels_of(theme_id, session=session) if label.name == name]
        decide(
            theme_id, [Edit(sample_id, Decision.of(label_id)) for sample_id in ids], annotator="ann", session=session
        )


def _assign(store, theme_id, *ratios, **more):
    with store.write() as session:
        return assign_splits(theme_id, *ratios, annotator="ann", session=session, **more)


def _splits(store, theme_id):
    with store.read() as session:
        return {sample.id: sample.split for sample in page_of_samples(theme_id, limit=1000, session=session)}


@pytest.fixture
def with_test(store, labeled):
    """The labeled samples as a data set that came with train and test: 30 and 10 cats, 14 and 6 dogs."""
    theme_id, ids = labeled
    with store.write() as session:
        for number, sample_id in enumerate(ids[:60]):
            session.get_one(Sample, sample_id).split = "train" if number < 30 or 40 <= number < 54 else "test"
    return theme_id, ids


def test_every_label_is_split_in_the_wanted_shares_and_unlabeled_samples_are_left_alone(store, labeled):
    theme_id, ids = labeled
    outcome = _assign(store, theme_id)
    assert outcome.counts == {
        "cat": {"train": 28, "valid": 6, "test": 6},
        "dog": {"train": 14, "valid": 3, "test": 3},
    }
    assert outcome.assigned == {"train": 42, "valid": 9, "test": 9}
    with store.read() as session:
        statistics = theme_counts(theme_id, session=session)
    assert statistics.by_label["cat"] == {"train": 28, "valid": 6, "test": 6, "unassigned": 0}
    assert (statistics.samples, statistics.labeled, statistics.unlabeled) == (65, 60, 5)
    assert statistics.labeled_splits == {"train": 42, "valid": 9, "test": 9, "unassigned": 0}
    splits = _splits(store, theme_id)
    assert [splits[sample_id] for sample_id in ids[60:]] == [None] * 5


def test_a_preview_tells_what_would_be_and_changes_nothing(store, labeled):
    theme_id, _ = labeled
    with store.read() as session:
        preview = preview_splits(theme_id, session=session)
    assert set(_splits(store, theme_id).values()) == {None}
    assert _assign(store, theme_id) == preview


def test_running_twice_changes_nothing(store, labeled):
    theme_id, _ = labeled
    _assign(store, theme_id)
    before = _splits(store, theme_id)
    again = _assign(store, theme_id, seed=7)
    assert again.assigned == {"train": 0, "valid": 0, "test": 0}
    assert _splits(store, theme_id) == before


def test_the_same_content_is_split_alike_on_every_database(store, labeled):
    """The digest is over sha256, label and split of all samples: it stands for every assignment below."""
    theme_id, ids = labeled
    with store.write() as session:
        for number, sample_id in enumerate(ids):
            # An image library may write the drawn images differently one day.
            session.get_one(Sample, sample_id).sha256 = sha256_of(b"image %d" % number)
    _assign(store, theme_id)
    with store.write() as session:
        snapshot = take_snapshot(theme_id, session=session)
    assert snapshot.digest == "93bace60e62f08ab0b81d0a0ba6625178a4ded64910f0d0b349b59a1bd8a24bf"


def test_another_seed_gives_other_splits(store, labeled):
    theme_id, _ = labeled
    _assign(store, theme_id)
    first = _splits(store, theme_id)
    _assign(store, theme_id, seed=1, reset=True)
    second = _splits(store, theme_id)
    assert first != second
    _assign(store, theme_id, reset=True)
    assert _splits(store, theme_id) == first


def test_samples_that_come_later_fill_up_and_nothing_moves(store, labeled, add_samples):
    theme_id, _ = labeled
    _assign(store, theme_id)
    before = _splits(store, theme_id)
    _label(store, theme_id, add_samples(store, theme_id, range(100, 140)), "cat")
    outcome = _assign(store, theme_id)
    assert outcome.counts["cat"] == {"train": 56, "valid": 12, "test": 12}
    after = _splits(store, theme_id)
    assert {sample_id: after[sample_id] for sample_id, split in before.items() if split} == {
        sample_id: split for sample_id, split in before.items() if split
    }


def test_relabeling_does_not_move_a_sample_to_another_split(store, labeled):
    theme_id, ids = labeled
    _assign(store, theme_id)
    before = _splits(store, theme_id)
    _label(store, theme_id, ids[:20], "dog")
    _assign(store, theme_id)
    with store.write() as session:
        undo(theme_id, annotator="ann", session=session)
    assert _splits(store, theme_id) == before


def test_every_assignment_and_every_reset_is_recorded(store, labeled):
    theme_id, ids = labeled
    _assign(store, theme_id)
    first = _splits(store, theme_id)[ids[0]]
    outcome = _assign(store, theme_id, seed=5, reset=True)
    assert outcome.reset == 60
    second = _splits(store, theme_id)[ids[0]]
    with store.read() as session:
        events = [event for event in history_of(ids[0], session=session) if event.action == "split"]
        actions = [batch.action for batch in session.query(Batch).order_by(Batch.id) if "split" in batch.action]
    assert [(event.before, event.after) for event in events] == [(None, first), (first, None), (None, second)]
    assert {(event.annotator, event.source) for event in events} == {("ann", "human")}
    assert actions == ["split", "reset splits", "split"]


def test_deleted_samples_get_no_split(store, labeled):
    theme_id, ids = labeled
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(ids=tuple(ids[:10])), annotator="ann", session=session)
    assert sum(_assign(store, theme_id).assigned.values()) == 50
    with store.read() as session:
        assert session.get_one(Sample, ids[0]).split is None


def test_two_that_assign_at_once_assign_once(store, labeled, run_python):
    theme_id, _ = labeled
    children = [run_python(ASSIGNING, theme_id) for _ in range(2)]
    for child in children:
        assert child.stdout.readline() == "ready\n"
    for child in children:
        child.stdin.write("go\n")
        child.stdin.flush()
    assert sorted(int(child.communicate()[0]) for child in children) == [0, 60]
    with store.read() as session:
        assert session.query(Batch).where(Batch.action == "split").count() == 1


@pytest.mark.parametrize(
    ("ratios", "message"),
    [
        ((0.7, 0.2, 0.2), "sum to 1.1"),
        ((0.7, 0.3), "2 split ratios were given; three are needed"),
        ((1.2, -0.1, -0.1), "train above 0"),
        ((0.0, 0.5, 0.5), "train above 0"),
        ((float("nan"), 0.5, 0.5), "not allowed"),
    ],
)
def test_bad_ratios(store, labeled, ratios, message):
    theme_id, _ = labeled
    with pytest.raises(WorkbenchError, match=message):
        _assign(store, theme_id, ratios)
    assert set(_splits(store, theme_id).values()) == {None}


def test_one_label_only(store, make_theme, add_samples):
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(6))
    with pytest.raises(WorkbenchError, match="at least two labels; labeled samples have none"):
        _assign(store, theme_id)
    _label(store, theme_id, ids, "cat")
    with pytest.raises(WorkbenchError, match="labeled samples have only 'cat'"):
        _assign(store, theme_id)


def test_a_label_with_too_few_samples(store, labeled, make_theme, add_samples):
    theme_id = make_theme(store, "few")
    ids = add_samples(store, theme_id, range(200, 207))
    _label(store, theme_id, ids[:5], "cat")
    _label(store, theme_id, ids[5:], "dog")
    with pytest.raises(WorkbenchError, match="'dog' has 2; each label needs at least 3"):
        _assign(store, theme_id)
    assert set(_splits(store, theme_id).values()) == {None}
    assert _assign(store, theme_id, (0.8, 0.2, 0.0)).counts["dog"] == {"train": 1, "valid": 1, "test": 0}


def test_valid_is_taken_out_of_train_once_and_test_stays(store, with_test):
    theme_id, _ = with_test
    before = _splits(store, theme_id)
    with store.read() as session:
        preview = preview_splits(theme_id, (0.6, 0.2, 0.2), valid_from_train=True, session=session)
    assert _splits(store, theme_id) == before
    outcome = _assign(store, theme_id, (0.6, 0.2, 0.2), valid_from_train=True)
    assert outcome == preview
    assert outcome.moved == 12
    assert outcome.counts == {
        "cat": {"train": 22, "valid": 8, "test": 10},
        "dog": {"train": 10, "valid": 4, "test": 6},
    }
    after = _splits(store, theme_id)
    assert {(before[i], after[i]) for i in before if before[i] != after[i]} == {("train", "valid")}
    moved = next(i for i in before if before[i] != after[i])
    with store.read() as session:
        [event] = [event for event in history_of(moved, session=session) if event.action == "split"]
    assert (event.before, event.after, event.annotator) == ("train", "valid", "ann")
    assert _assign(store, theme_id, (0.6, 0.2, 0.2), valid_from_train=True, seed=3).moved == 0
    assert _assign(store, theme_id, (0.9, 0.05, 0.05), valid_from_train=True).moved == 0
    assert _splits(store, theme_id) == after


def test_what_is_new_in_train_is_not_at_once_taken_out_of_it(store, with_test, add_samples):
    theme_id, _ = with_test
    new = add_samples(store, theme_id, range(100, 120))
    _label(store, theme_id, new, "cat")
    with store.read() as session:
        preview = preview_splits(theme_id, (0.6, 0.38, 0.02), valid_from_train=True, session=session)
    outcome = _assign(store, theme_id, (0.6, 0.38, 0.02), seed=1, valid_from_train=True)
    assert outcome == preview
    assert outcome.assigned["train"] > 0 < outcome.moved
    with store.read() as session:
        events = [[event for event in history_of(i, session=session) if event.action == "split"] for i in new]
        assert theme_counts(theme_id, session=session).by_label["cat"] == {**outcome.counts["cat"], "unassigned": 0}
    assert [[event.before for event in told] for told in events] == [[None]] * 20


def test_without_being_asked_nothing_leaves_train(store, with_test):
    theme_id, _ = with_test
    before = _splits(store, theme_id)
    assert _assign(store, theme_id).moved == 0
    assert _splits(store, theme_id) == before


def test_valid_out_of_train_contradicts_a_reset_and_a_share_of_nothing(store, with_test):
    theme_id, _ = with_test
    before = _splits(store, theme_id)
    with pytest.raises(WorkbenchError, match="reset assigns all splits from the start"):
        _assign(store, theme_id, reset=True, valid_from_train=True)
    with pytest.raises(WorkbenchError, match="share of valid is 0"):
        _assign(store, theme_id, (0.8, 0.0, 0.2), valid_from_train=True)
    assert _splits(store, theme_id) == before


def test_a_preview_of_a_reset_tells_what_it_will_be(store, with_test):
    theme_id, _ = with_test
    with store.read() as session:
        preview = preview_splits(theme_id, reset=True, session=session)
    assert preview.reset == 60
    assert _assign(store, theme_id, reset=True) == preview

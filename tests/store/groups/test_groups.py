"""Groups never straddle splits: given ones, found ones, newcomers, mending, and what a snapshot certifies."""

from collections import Counter

import pytest
from sqlalchemy import text

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.boxes import replace_boxes
from workbench.store.bulk_edits import delete_samples, label_many
from workbench.store.decisions import BoxData
from workbench.store.groups.certificate import sentence
from workbench.store.groups.given import groups_of, set_groups
from workbench.store.groups.pairs import (
    DuplicatePair,
    moment_of_search,
    move_threshold,
    pairs_around,
    samples_not_compared,
    straddling_pairs,
    write_search,
)
from workbench.store.groups.straddling import mend_groups, straddling_groups
from workbench.store.history import history_of
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import DuplicateSearch, Sample, Theme
from workbench.store.snapshots import take_snapshot
from workbench.store.splits import assign_box_splits, assign_splits, move_to_split, preview_box_splits, preview_splits
from workbench.store.steps import writing
from workbench.store.steps.splits import assign_splits_in_steps
from workbench.store.themes import create_theme
from workbench.store.undo import undo

SHARES = (0.6, 0.2, 0.2)


@pytest.fixture
def patients(store, make_theme, add_samples):
    """A theme of 120 labeled samples: 20 of no patient, 20 patients of 5; a theme's id and its samples' ids."""
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(120))
    with store.write() as session:
        labels = [label.id for label in labels_of(theme_id, session=session)]
        for number, label in enumerate(labels):
            mine = tuple(ids[number :: len(labels)])
            label_many(theme_id, SampleFilter(ids=mine), label, annotator="ann", session=session)
    names = {one: f"patient {number % 20}" for number, one in enumerate(ids[20:])}
    assert set_groups(store, theme_id, names, annotator="ann").changed == 100
    return theme_id, ids


def found(store, theme_id, pairs, *, threshold=0.5, keep=False):
    """Record a search as the one that looks at pictures does."""
    with store.write() as session:
        moment = moment_of_search(theme_id, session=session)
        search = DuplicateSearch(
            theme_id=theme_id,
            annotator="ann",
            method="details",
            encoder="hog",
            encoder_digest="0" * 16,
            threshold=threshold,
            images=120,
            unreadable=0,
            **vars(moment),
        )
        write_search(theme_id, [DuplicatePair(*pair) for pair in pairs], search, keep=keep, session=session)


def splits(store, ids):
    with store.read() as session:
        return {one: session.get_one(Sample, one).split for one in ids}


def spread(store, ids, key):
    """In which splits the samples of each group are."""
    where = {}
    for number, (one, split) in enumerate(splits(store, ids).items()):
        where.setdefault(key(number, one), set()).add(split)
    return where


def test_whole_groups_get_a_split_stratified_as_far_as_they_allow(store, patients):
    theme_id, ids = patients
    with store.read() as session:
        preview = preview_splits(theme_id, SHARES, session=session)
    with store.write() as session:
        done = assign_splits(theme_id, SHARES, annotator="ann", session=session)
    assert done == preview
    where = spread(store, ids[20:], lambda number, _one: number % 20)
    assert all(len(there) == 1 for there in where.values())
    assert Counter(next(iter(there)) for there in where.values()).keys() == {"train", "valid", "test"}
    assert done.groups.number == 20
    label, split, asked, got = done.groups.farthest
    row = done.counts[label]
    assert got == row[split] / sum(row.values())
    assert abs(got - asked) < 0.04
    assert "20 groups stay whole" in str(done.groups)


def test_the_same_in_steps(store, patients, monkeypatch):
    theme_id, ids = patients
    with store.read() as session:
        theme = session.get_one(Theme, theme_id)
        preview = preview_splits(theme_id, SHARES, session=session)
    monkeypatch.setattr(writing, "AT_ONCE", 7)
    done = assign_splits_in_steps(store, theme, SHARES, annotator="ann")
    assert done == preview
    assert all(len(there) == 1 for there in spread(store, ids[20:], lambda number, _one: number % 20).values())


def test_a_newcomer_goes_where_its_group_is(store, patients, add_samples):
    theme_id, ids = patients
    with store.write() as session:
        assign_splits(theme_id, SHARES, annotator="ann", session=session)
    before = splits(store, ids)
    [late, alike] = add_samples(store, theme_id, [500, 501])
    set_groups(store, theme_id, {late: "patient 3"}, annotator="ann")
    found(store, theme_id, [(late, alike, 0.9)])
    with store.write() as session:
        label = labels_of(theme_id, session=session)[0].id
        label_many(theme_id, SampleFilter(ids=(late, alike)), label, annotator="ann", session=session)
        done = assign_splits(theme_id, SHARES, annotator="ann", session=session)
    after = splits(store, [*ids, late, alike])
    assert {one: after[one] for one in ids} == before
    assert after[late] == after[alike] == before[ids[23]]
    assert done.groups.joined == 2


def test_groups_in_two_splits_are_listed_and_mended_never_out_of_test(store, patients):
    theme_id, ids = patients
    with store.write() as session:
        assign_splits(theme_id, SHARES, annotator="ann", session=session)
        assert straddling_groups(theme_id, session=session) == []
    before = splits(store, ids)
    alone = {split: [one for one in ids[:20] if before[one] == split] for split in ("train", "valid", "test")}
    train, valid, test = (alone[split][0] for split in ("train", "valid", "test"))
    found(store, theme_id, [(min(train, test), max(train, test), 0.9), (min(train, valid), max(train, valid), 0.4)])
    with store.read() as session:
        [group] = straddling_groups(theme_id, session=session)
        assert (group.splits, group.target, group.moved) == ({"train": 1, "test": 1}, "test", 1)
        assert [(pair.first_id, pair.second_id) for pair in straddling_pairs(theme_id, 0.5, session=session)] == [
            (min(train, test), max(train, test))
        ]
        snapshot_before = splits(store, ids)
    with store.write() as session:
        # A bar for the threshold: what lies on both sides of it, and moving it.
        assert [pair.score for pair in pairs_around(theme_id, 0.5, 3, session=session)] == [0.9, 0.4]
        move_threshold(theme_id, 0.3, annotator="ann", session=session)
        [group] = straddling_groups(theme_id, session=session)
        assert group.splits == {"train": 1, "valid": 1, "test": 1}
        assert "1 group in both" in sentence(take_snapshot(theme_id, session=session).certificate)
    with pytest.raises(NotFoundError, match=f"Those there are: {group.id}"):
        mend_groups(store, theme_id, [1_000_000], annotator="ann")
    done = mend_groups(store, theme_id, annotator="ann")
    assert (done.groups, done.moved) == (1, {"train": 1, "valid": 1})
    assert "train once more" in str(done)
    after = splits(store, ids)
    assert {one for one in ids if after[one] != snapshot_before[one]} == {train, valid}
    assert after[train] == after[valid] == "test"
    with store.read() as session:
        assert straddling_groups(theme_id, session=session) == []
        event = history_of(train, session=session)[-1]
        assert (event.action, event.before, event.after, event.annotator) == ("split", "train", "test", "ann")
    assert mend_groups(store, theme_id, annotator="ann").groups == 0
    # One undo takes it back, and one undo of that puts it there once more.
    for expected in (snapshot_before, after, snapshot_before):
        with store.write() as session:
            done = undo(theme_id, annotator="ann", batch_id=done.batch_id, session=session)
        assert (done.restored, done.kept, splits(store, ids)) == (2, 0, expected)
    assert mend_groups(store, theme_id, annotator="ann").moved == {"train": 1, "valid": 1}
    with store.write() as session:
        take_snapshot(theme_id, session=session)
        # By now a model may have been judged by them: they do not go back into train.
        done = undo(theme_id, annotator="ann", session=session)
    assert (done.action, done.restored, done.kept, splits(store, ids)) == ("mend groups", 0, 2, after)


def test_by_hand_a_group_moves_as_a_whole_or_not_at_all(store, patients):
    theme_id, ids = patients
    first = ids[20::20]
    with store.write() as session:
        for one in first:
            session.get_one(Sample, one).split = "train"
        done = move_to_split(theme_id, SampleFilter(ids=tuple(first[:2])), "test", annotator="ann", session=session)
        assert (done.moved, done.straddling) == (0, 2)
        done = move_to_split(theme_id, SampleFilter(ids=tuple(first)), "test", annotator="ann", session=session)
        assert (done.moved, done.straddling) == (5, 0)


def test_giving_groups_is_one_batch_in_the_history_and_undone_as_one(store, patients):
    theme_id, ids = patients
    set_groups(store, theme_id, {ids[20]: None, ids[0]: "patient  new "}, annotator="ann")
    with store.read() as session:
        assert groups_of(theme_id, session=session)["patient new"] == 1
        event = history_of(ids[20], session=session)[-1]
        assert (event.action, event.before, event.after) == ("group", "patient 0", None)
    with store.write() as session:
        assert undo(theme_id, annotator="ann", session=session).restored == 2
    with store.read() as session:
        counts = groups_of(theme_id, session=session)
    assert (counts["patient 0"], "patient new" in counts) == (5, False)
    with pytest.raises(WorkbenchError, match="1 to 200 printable"):
        set_groups(store, theme_id, {ids[0]: "x" * 201}, annotator="ann")


def test_what_came_or_came_back_since_a_search_is_known(store, patients, add_samples):
    theme_id, ids = patients
    with store.write() as session:
        delete_samples(theme_id, SampleFilter(ids=(ids[7],)), annotator="ann", session=session)
    found(store, theme_id, [(ids[0], ids[1], 0.9)])
    with store.read() as session:
        assert samples_not_compared(theme_id, session=session) == []
    [late] = add_samples(store, theme_id, [700])
    with store.write() as session:
        undo(theme_id, annotator="ann", session=session)
        assert samples_not_compared(theme_id, session=session) == [ids[7], late]


def test_a_certificate_is_what_the_raw_rows_say(store, patients):
    theme_id, ids = patients
    with store.write() as session:
        assign_splits(theme_id, SHARES, annotator="ann", session=session)
        unsearched = take_snapshot(theme_id, session=session)
        assert sentence(unsearched.certificate) == (
            "near duplicates were not looked for; 20 groups were given, none in both train and test"
        )
    pairs = [(ids[one], ids[other], 0.1 * (other - one)) for one in range(0, 16, 2) for other in range(one + 1, 18, 3)]
    found(store, theme_id, pairs)
    with store.write() as session:
        snapshot = take_snapshot(theme_id, session=session)
        assert (snapshot.id, snapshot.digest) == (unsearched.id, unsearched.digest)
        wanted = text("SELECT sample_id, split FROM snapshot_samples WHERE snapshot_id = :one")
        rows = dict(session.execute(wanted, {"one": snapshot.id}).all())
        near = session.execute(text("SELECT first_id, second_id FROM near_duplicates WHERE score >= 0.5")).all()
        given = session.execute(text("SELECT id, group_id FROM samples WHERE group_id IS NOT NULL")).all()
    certificate = snapshot.certificate
    between = Counter("-".join(sorted({rows[one], rows[other]})) for one, other in near if rows[one] != rows[other])
    assert certificate["straddling_pairs"] == {
        "train-valid": between["train-valid"],
        "train-test": between["test-train"],
        "valid-test": between["test-valid"],
    }
    assert certificate["straddling_pairs"]["train-test"] > 0
    # Each sample takes the least number that it is joined to, until nothing changes.
    least = {one: one for one in rows}
    edges = [*near, *((one, f"group {group}") for one, group in given)]
    least |= {name: name for _, name in edges if isinstance(name, str)}
    changed = True
    while changed:
        changed = False
        for one, other in edges:
            low = min(least[one], least[other], key=str)
            changed |= (least[one], least[other]) != (low, low)
            least[one] = least[other] = low
    parts = {}
    for one in rows:
        parts.setdefault(least[one], []).append(one)
    groups = [part for part in parts.values() if len(part) > 1]
    assert certificate["groups"] == len(groups)
    assert certificate["given"] == 20
    both = sum({"train", "test"} <= {rows[one] for one in part} for part in groups)
    assert certificate["straddling_groups"]["train-test"] == both
    told = sentence(certificate)
    assert f"{between['test-train']:,} near duplicates between train and test, {both} groups in both" in told
    assert f"(hog, details 0.5, {len(groups)} groups)" in told


def test_images_with_boxes_stay_with_their_group(store, add_samples):
    with store.write() as session:
        theme_id = create_theme("boxes", labels=["red"], task="boxes", session=session).id
        [red] = [label.id for label in labels_of(theme_id, session=session)]
    ids = add_samples(store, theme_id, range(900, 930))
    with store.write() as session:
        for one in ids:
            replace_boxes(one, [BoxData(red, 1, 1, 2, 2)], annotator="ann", session=session)
    set_groups(store, theme_id, {one: f"film {number // 3}" for number, one in enumerate(ids[6:])}, annotator="ann")
    with store.read() as session:
        preview = preview_box_splits(theme_id, SHARES, session=session)
    with store.write() as session:
        done = assign_box_splits(theme_id, SHARES, annotator="ann", session=session)
    assert done == preview
    assert done.groups.number == 8
    assert done.assigned == {"train": 18, "valid": 6, "test": 6}
    where = spread(store, ids[6:], lambda number, _one: number // 3)
    assert all(len(there) == 1 for there in where.values())


def test_valid_comes_out_of_train_without_tearing_groups(store, patients):
    theme_id, ids = patients
    with store.write() as session:
        assign_splits(theme_id, (0.8, 0, 0.2), annotator="ann", session=session)
        done = assign_splits(theme_id, SHARES, valid_from_train=True, annotator="ann", session=session)
    assert done.moved > 0
    assert Counter(splits(store, ids).values())["valid"] == done.moved
    assert all(len(there) == 1 for there in spread(store, ids[20:], lambda number, _one: number % 20).values())

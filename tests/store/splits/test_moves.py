"""Moving chosen samples into a split: never what is in valid or test."""

import pytest

from workbench.errors import WorkbenchError
from workbench.store.bulk_edits import label_many
from workbench.store.history import history_of
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter
from workbench.store.schema import Sample
from workbench.store.splits import move_to_split


@pytest.fixture
def theme(store, make_theme, add_samples):
    theme_id = make_theme(store)
    ids = add_samples(store, theme_id, range(6))
    with store.write() as session:
        label = labels_of(theme_id, session=session)[0].id
        label_many(theme_id, SampleFilter(ids=tuple(ids[:5])), label, annotator="ann", session=session)
        for sample_id, split in zip(ids, ["train", "valid", "test"], strict=False):
            session.get_one(Sample, sample_id).split = split
    return theme_id, ids


def splits(store, ids):
    with store.read() as session:
        return [session.get_one(Sample, sample_id).split for sample_id in ids]


def test_test_and_valid_samples_stay_where_they_are(store, theme):
    theme_id, ids = theme
    with store.write() as session:
        done = move_to_split(theme_id, SampleFilter(ids=tuple(ids)), "train", annotator="ann", session=session)
    assert (done.moved, done.unchanged, done.refused, done.unlabeled) == (2, 1, 2, 1)
    assert splits(store, ids) == ["train", "valid", "test", "train", "train", None]


def test_a_move_is_in_the_history(store, theme):
    theme_id, ids = theme
    with store.write() as session:
        move_to_split(theme_id, SampleFilter(ids=(ids[0],)), "test", annotator="ann", session=session)
    with store.read() as session:
        event = history_of(ids[0], session=session)[-1]
        assert (event.action, event.before, event.after, event.annotator) == ("split", "train", "test", "ann")


def test_an_unknown_split_is_refused(store, theme):
    theme_id, ids = theme
    with store.write() as session, pytest.raises(WorkbenchError, match="train, valid, test"):
        move_to_split(theme_id, SampleFilter(ids=tuple(ids)), "holdout", annotator="ann", session=session)

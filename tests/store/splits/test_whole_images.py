"""Splits of a theme of boxes: by image, seeded, never moved without a reset."""

import pytest

from workbench.errors import WorkbenchError
from workbench.store.boxes import replace_boxes
from workbench.store.counts import boxes_by_split
from workbench.store.decisions import BoxData
from workbench.store.history import history_of
from workbench.store.labels import labels_of
from workbench.store.samples import get_sample
from workbench.store.splits import assign_box_splits, preview_box_splits

MIKA = {"annotator": "mika"}


@pytest.fixture
def cells(store, make_theme, add_samples):
    """A theme of 12 images; the first ten have one red and two white boxes each."""
    theme_id = make_theme(store, "cells", labels=("red", "white"))
    ids = add_samples(store, theme_id, range(12), size=(60, 40))
    with store.write() as session:
        red, white = (label.id for label in labels_of(theme_id, session=session))
        drawn = [BoxData(red, 1, 1, 5, 5), BoxData(white, 10, 1, 5, 5), BoxData(white, 20, 1, 5, 5)]
        for sample_id in ids[:10]:
            replace_boxes(sample_id, drawn, session=session, **MIKA)
    return theme_id, ids


def splits(store, ids):
    with store.read() as session:
        return [get_sample(sample_id, session=session).split for sample_id in ids]


def test_images_with_boxes_are_split_and_stay_where_they_are(store, cells):
    theme_id, ids = cells
    with store.write() as session:
        done = assign_box_splits(theme_id, (0.6, 0.2, 0.2), session=session, **MIKA)
    assert done.assigned == {"train": 6, "valid": 2, "test": 2}
    assert done.counts["white"] == {"train": 12, "valid": 4, "test": 4, "unassigned": 0}
    before = splits(store, ids)
    assert before[10:] == [None, None]
    with store.write() as session:
        again = assign_box_splits(theme_id, (0.2, 0.4, 0.4), seed=7, session=session, **MIKA)
    assert (again.assigned, splits(store, ids)) == ({"train": 0, "valid": 0, "test": 0}, before)
    with store.read() as session:
        assert [event.action for event in history_of(ids[0], session=session)].count("split") == 1


def test_a_preview_says_what_is_then_done(store, cells):
    theme_id, ids = cells
    for how in ({"ratios": (0.6, 0.2, 0.2)}, {"valid_from_train": True}, {"ratios": (0.4, 0.3, 0.3), "reset": True}):
        before = splits(store, ids)
        with store.read() as session:
            preview = preview_box_splits(theme_id, seed=3, session=session, **how)
        assert splits(store, ids) == before
        with store.write() as session:
            assert preview == assign_box_splits(theme_id, seed=3, session=session, **how, **MIKA)
    assert preview.reset == 10


def test_valid_is_taken_out_of_train_once_and_test_stays(store, cells):
    theme_id, ids = cells
    with store.write() as session:
        for number, sample_id in enumerate(ids[:10]):
            get_sample(sample_id, session=session).split = "train" if number < 8 else "test"
    with store.write() as session:
        done = assign_box_splits(theme_id, (0.6, 0.2, 0.2), valid_from_train=True, session=session, **MIKA)
    assert (done.moved, done.counts["red"]) == (2, {"train": 6, "valid": 2, "test": 2, "unassigned": 0})
    before = splits(store, ids)
    assert before[8:] == ["test", "test", None, None]
    with store.write() as session:
        assert assign_box_splits(theme_id, (0.6, 0.2, 0.2), valid_from_train=True, session=session, **MIKA).moved == 0
    assert splits(store, ids) == before


def test_a_reset_is_recorded_and_gives_the_same_splits_again(store, cells):
    theme_id, ids = cells
    with store.write() as session:
        assign_box_splits(theme_id, session=session, **MIKA)
    before = splits(store, ids)
    with store.write() as session:
        assert assign_box_splits(theme_id, reset=True, session=session, **MIKA).reset == 10
    assert splits(store, ids) == before
    with store.read() as session:
        events = [event.after for event in history_of(ids[0], session=session) if event.action == "split"]
    assert None in events
    assert len(events) == 3


def test_counts_are_per_label_and_split_and_bad_ratios_are_refused(store, cells):
    theme_id, _ = cells
    with store.read() as session:
        assert boxes_by_split(theme_id, session=session) == {
            "red": {"train": 0, "valid": 0, "test": 0, "unassigned": 10},
            "white": {"train": 0, "valid": 0, "test": 0, "unassigned": 20},
        }
    with pytest.raises(WorkbenchError, match="must sum to 1"), store.write() as session:
        assign_box_splits(theme_id, (0.5, 0.1, 0.1), session=session, **MIKA)

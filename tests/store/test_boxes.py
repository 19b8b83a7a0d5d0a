"""Boxes of a sample: submitted, clipped, refused, replayed, contested, taken back."""

import pytest

from workbench.errors import NotFoundError, WorkbenchError
from workbench.store.box_rows import boxes_of
from workbench.store.boxes import replace_boxes
from workbench.store.counts import box_counts
from workbench.store.decisions import SKIPPED, UNDECIDED, BoxData, Decision, decision_of
from workbench.store.history import history_of
from workbench.store.label_merges import delete_label, merge_labels
from workbench.store.labels import labels_of
from workbench.store.samples import get_sample
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo

MIKA = {"annotator": "mika"}


@pytest.fixture
def cells(store, make_theme, add_samples):
    """A theme with two samples of 100 x 80 pixels; its id, theirs, and those of its labels."""
    theme_id = make_theme(store, "cells", labels=("red", "white"))
    samples = add_samples(store, theme_id, range(2), size=(100, 80))
    with store.read() as session:
        return theme_id, samples, [label.id for label in labels_of(theme_id, session=session)]


def stored(store, sample_id):
    with store.read() as session:
        return boxes_of(sample_id, session=session)


def test_submitted_boxes_are_kept_with_their_author_and_history(store, cells):
    _, (first, _), (red, white) = cells
    boxes = [BoxData(red, 10, 20, 30, 40), BoxData(white, 0.5, 1.25, 7, 8)]

    with store.write() as session:
        outcome = replace_boxes(first, boxes, session=session, **MIKA)

    assert outcome.status == "changed"
    assert stored(store, first) == tuple(boxes)
    with store.read() as session:
        sample = get_sample(first, session=session)
        assert (sample.annotator, sample.labeled_at is not None) == ("mika", True)
        (event,) = history_of(first, session=session)
        assert (event.action, event.before, event.source) == ("boxes", None, "human")
        assert event.after == f"[[{red},10,20,30,40],[{white},0.5,1.25,7,8]]"


def test_boxes_over_the_edge_are_cut_and_empty_ones_refused(store, cells):
    _, (first, _), (red, _) = cells
    with store.write() as session:
        replace_boxes(first, [BoxData(red, -5, 70, 20, 30)], session=session, **MIKA)
    assert stored(store, first) == (BoxData(red, 0, 70, 15, 10),)

    for bad in [(10, 10, 0, 5), (10, 10, 5, -1), (100, 0, 10, 10), (float("nan"), 0, 5, 5), (0, 0, float("inf"), 5)]:
        with pytest.raises(WorkbenchError, match="no area inside the image"), store.write() as session:
            replace_boxes(first, [BoxData(red, *bad)], session=session, **MIKA)
    assert stored(store, first) == (BoxData(red, 0, 70, 15, 10),)


def test_a_label_of_another_theme_is_refused(store, cells, make_theme):
    other = make_theme(store, "other", labels=("x",))
    with store.read() as session:
        foreign = labels_of(other, session=session)[0].id
    with pytest.raises(NotFoundError, match="label that the theme does not have"), store.write() as session:
        replace_boxes(cells[1][0], [BoxData(foreign, 0, 0, 5, 5)], session=session, **MIKA)


def test_a_repeated_message_changes_nothing_and_a_stale_one_is_a_conflict(store, cells):
    _, (first, _), (red, white) = cells
    with store.write() as session:
        mine = replace_boxes(
            first, [BoxData(red, 1, 1, 5, 5)], client_key="k1", seen=UNDECIDED, session=session, **MIKA
        )
    with store.write() as session:
        again = replace_boxes(
            first, [BoxData(red, 1, 1, 5, 5)], client_key="k1", seen=UNDECIDED, session=session, **MIKA
        )
    assert (again.status, again.batch_id) == ("replayed", mine.batch_id)
    with store.write() as session:
        stale = replace_boxes(first, [], seen=UNDECIDED, annotator="lea", session=session)
    assert (stale.status, stale.decision) == ("conflict", mine.decision)
    with store.write() as session:
        fresh = replace_boxes(first, [BoxData(white, 3, 3, 5, 5)], seen=mine.decision, annotator="lea", session=session)
    assert fresh.status == "changed"


def test_undo_brings_back_what_was_there_before(store, cells):
    theme_id, (first, second), (red, white) = cells
    with store.write() as session:
        replace_boxes(first, [BoxData(red, 1, 1, 5, 5)], session=session, **MIKA)
    with store.write() as session:
        replace_boxes(first, [BoxData(white, 2, 2, 6, 6), BoxData(red, 0, 0, 3, 3)], session=session, **MIKA)
    with store.write() as session:
        decide(theme_id, [Edit(second, SKIPPED)], session=session, **MIKA)

    with store.write() as session:
        assert undo(theme_id, session=session, **MIKA).sample_ids == (second,)
    with store.write() as session:
        assert undo(theme_id, session=session, **MIKA).restored == 1
    assert stored(store, first) == (BoxData(red, 1, 1, 5, 5),)
    with store.write() as session:
        undo(theme_id, session=session, **MIKA)
    assert stored(store, first) == ()
    with store.read() as session:
        sample = get_sample(first, session=session)
        assert (sample.annotator, sample.labeled_at) == (None, None)
        assert [event.source for event in history_of(first, session=session)] == ["human", "human", "undo", "undo"]


def test_undo_keeps_what_somebody_else_drew_since(store, cells):
    theme_id, (first, _), (red, white) = cells
    with store.write() as session:
        replace_boxes(first, [BoxData(red, 1, 1, 5, 5)], session=session, **MIKA)
    with store.write() as session:
        replace_boxes(first, [BoxData(white, 1, 1, 5, 5)], annotator="lea", session=session)
    with store.write() as session:
        outcome = undo(theme_id, session=session, **MIKA)
    assert (outcome.restored, outcome.kept) == (0, 1)
    assert stored(store, first) == (BoxData(white, 1, 1, 5, 5),)


def test_boxes_whose_label_is_gone_do_not_come_back(store, cells):
    theme_id, (first, _), (red, white) = cells
    with store.write() as session:
        replace_boxes(first, [BoxData(red, 1, 1, 5, 5)], session=session, **MIKA)
    with store.write() as session:
        replace_boxes(first, [BoxData(white, 1, 1, 5, 5)], session=session, **MIKA)
    with store.write() as session:
        delete_label(red, annotator="lea", session=session)
    with store.write() as session:
        assert undo(theme_id, session=session, **MIKA).kept == 1
    assert stored(store, first) == (BoxData(white, 1, 1, 5, 5),)


def test_merging_labels_of_boxes_is_in_their_history_and_can_be_taken_back(store, cells):
    theme_id, (first, second), (red, white) = cells
    drawn = (BoxData(red, 1, 1, 5, 5), BoxData(white, 2, 2, 5, 5))
    with store.write() as session:
        replace_boxes(first, drawn, session=session, **MIKA)
        replace_boxes(second, drawn[1:], session=session, **MIKA)
    with store.write() as session:
        outcome = merge_labels(red, white, annotator="lea", session=session)
        assert (outcome.changed, outcome.unchanged) == (1, 0)
    assert stored(store, first) == (BoxData(white, 1, 1, 5, 5), drawn[1])
    with store.read() as session:
        *_, event = sorted(history_of(first, session=session), key=lambda event: event.id)
        sample = get_sample(first, session=session)
        assert (event.annotator, event.action, event.before, event.after) == (
            "lea",
            "boxes",
            Decision(boxes=drawn).text,
            decision_of(sample, boxes_of(first, session=session)).text,
        )
        assert len(history_of(second, session=session)) == 1

    with store.write() as session:
        undone = undo(theme_id, annotator="lea", session=session)
    assert (undone.restored, undone.kept) == (1, 0)
    assert stored(store, first) == drawn
    with store.write() as session:
        assert undo(theme_id, session=session, **MIKA).restored == 1
        assert undo(theme_id, session=session, **MIKA).restored == 1
    assert stored(store, first) == ()


def test_counts_tell_submitted_without_boxes_from_not_looked_at(store, cells):
    theme_id, (first, second), (red, _) = cells
    with store.write() as session:
        replace_boxes(first, [], session=session, **MIKA)
        counts = box_counts(theme_id, session=session)
        assert (counts.samples, counts.submitted, counts.skipped, counts.boxes) == (2, 1, 0, 0)
    with store.write() as session:
        decide(theme_id, [Edit(second, SKIPPED)], session=session, **MIKA)
        replace_boxes(first, [BoxData(red, 0, 0, 4, 4)], session=session, **MIKA)
        counts = box_counts(theme_id, session=session)
        assert (counts.submitted, counts.skipped, counts.boxes) == (1, 1, 1)

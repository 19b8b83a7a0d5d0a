"""Decisions: one type with one text form."""

import pytest

from workbench.store.box_rows import boxes_of
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import NOTHING_THERE, SKIPPED, UNDECIDED, BoxData, Decision, decision_of
from workbench.store.history import event_words, history_of
from workbench.store.labels import label_names, labels_of
from workbench.store.samples import get_sample
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo
from workbench.store.upkeep.integrity import check

BOXES = Decision(boxes=(BoxData(3, 0.5, 1, 7, 8.25), BoxData(4, 0, 0, 2, 2)))


@pytest.mark.parametrize(
    ("decision", "text"),
    [
        (UNDECIDED, None),
        (SKIPPED, "skipped"),
        (Decision.of(12), "12"),
        (Decision((3, 7)), "3,7"),
        (NOTHING_THERE, "[]"),
        (BOXES, "[[3,0.5,1,7,8.25],[4,0,0,2,2]]"),
    ],
)
def test_a_text_and_its_decision_are_the_same(decision, text):
    assert decision.text == text
    assert Decision.parse(text) == decision


@pytest.mark.parametrize("text", ["", "cat", "3,", "[1]", "{}"])
def test_what_no_decision_is_written_as(text):
    with pytest.raises((ValueError, TypeError)):
        Decision.parse(text)


def test_equal_boxes_have_equal_texts():
    assert Decision(boxes=(BoxData(1, 5.0, 5, 5, 5),)).text == Decision(boxes=(BoxData(1, 5, 5.0, 5, 5),)).text


def test_labels_are_exchanged_wherever_they_are_named():
    assert Decision((3, 4, 9)).relabeled(lambda label: 4 if label == 3 else label) == Decision((4, 9))
    assert BOXES.relabeled(lambda label: label + 1).label_ids == {4, 5}
    assert (UNDECIDED.relabeled(str), NOTHING_THERE.relabeled(str)) == (UNDECIDED, NOTHING_THERE)


def test_what_somebody_looked_at_in_vain_says_so_until_it_is_decided_otherwise(store, make_theme, add_samples):
    theme_id = make_theme(store, "cells", labels=("red",))
    [sample_id] = add_samples(store, theme_id, [1])
    with store.read() as session:
        red = labels_of(theme_id, session=session)[0].id

    def stands():
        assert check(store).ok
        with store.read() as session:
            return decision_of(get_sample(sample_id, session=session), boxes_of(sample_id, session=session))

    drawn = BoxData(red, 0, 0, 2, 2)
    steps = (
        (lambda session: replace_boxes(sample_id, [], annotator="ann", session=session), NOTHING_THERE),
        (lambda session: decide(theme_id, [Edit(sample_id, SKIPPED)], annotator="ann", session=session), SKIPPED),
        (lambda session: undo(theme_id, annotator="ann", session=session), NOTHING_THERE),
        (lambda session: decide(theme_id, [Edit(sample_id)], annotator="ann", session=session), UNDECIDED),
        (lambda session: undo(theme_id, annotator="ann", session=session), NOTHING_THERE),
        (
            lambda session: replace_boxes(sample_id, [drawn], annotator="ann", session=session),
            Decision(boxes=(drawn,)),
        ),
        (lambda session: undo(theme_id, annotator="ann", session=session), NOTHING_THERE),
        (lambda session: undo(theme_id, annotator="ann", session=session), UNDECIDED),
    )
    for step, expected in steps:
        with store.write() as session:
            step(session)
        assert stands() == expected
    with store.read() as session:
        names = label_names(theme_id, session=session)
        told = [event_words(event, names)[1] for event in history_of(sample_id, session=session)]
    assert told == ["no boxes", "skipped", "no boxes", None, "no boxes", "1 box: red", "no boxes", None]

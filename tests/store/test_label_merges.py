"""What annotators and models said of a label counts as the one that it was merged into, until that is taken back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from workbench.store.annotators.agreement import agreement_of
from workbench.store.annotators.second_opinions import count_pending_reviews, give_opinion, review_queue, settle
from workbench.store.box_rows import boxes_of_samples
from workbench.store.boxes import replace_boxes
from workbench.store.decisions import SKIPPED, BoxData, Decision
from workbench.store.label_merges import merge_labels, merged_labels
from workbench.store.labels import labels_of
from workbench.store.model_versions import add_model_version
from workbench.store.predictions import (
    Predicted,
    ReviewFilter,
    answers_to,
    count_answers,
    page_by_score,
    write_predictions,
)
from workbench.store.schema import Sample, SecondOpinion
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo
from workbench.store.upkeep.integrity import check


@pytest.fixture
def cats(store, make_theme, add_samples):
    """Ann called five images kitten, bob said kitten, puma (which is made last), kitten, dog and that he cannot tell.

    Returns the theme's id, those of the samples, and those of the labels by name.
    """
    theme_id = make_theme(store, labels=("kitten", "dog", "cat", "puma"))
    ids = add_samples(store, theme_id, range(5))
    with store.write() as session:
        labels = {label.name: label.id for label in labels_of(theme_id, session=session)}
        kitten = Decision.of(labels["kitten"])
        decide(theme_id, [Edit(sample_id, kitten) for sample_id in ids], annotator="ann", session=session)
        said = (labels["kitten"], labels["puma"], labels["kitten"], labels["dog"], None)
        for sample_id, label_id in zip(ids, said, strict=True):
            give_opinion(theme_id, sample_id, label_id, annotator="bob", session=session)
    return theme_id, ids, labels


def _merge(store, label_id, into_id):
    with store.write() as session:
        return merge_labels(label_id, into_id, annotator="max", session=session).batch_id


def _undo(store, theme_id, batch_id=None, annotator="max"):
    with store.write() as session:
        return undo(theme_id, annotator=annotator, batch_id=batch_id, session=session)


def _waiting(store, theme_id):
    with store.read() as session:
        queue = review_queue(theme_id, session=session)
        assert count_pending_reviews(theme_id, session=session) == len(queue)
    return {row.sample_id: row.opinions for row in queue}


def _answers(store, theme_id):
    with store.read() as session:
        found = agreement_of(theme_id, session=session)
    return found.percent, {row.label: row.answers for row in found.labels}


def test_opinions_count_as_the_label_that_theirs_went_into_and_as_before_after_the_undo(store, cats):
    theme_id, ids, labels = cats
    kitten, dog, cat, puma = (Decision.of(labels[name]) for name in ("kitten", "dog", "cat", "puma"))
    waiting, answers = _waiting(store, theme_id), _answers(store, theme_id)
    assert sorted(waiting) == [ids[1], ids[3], ids[4]]
    assert answers == (40, {"kitten": 7, "puma": 1, "dog": 1, "skipped": 1})

    first = _merge(store, labels["kitten"], labels["puma"])
    assert _waiting(store, theme_id) == {ids[3]: {"ann": puma, "bob": dog}, ids[4]: {"ann": puma, "bob": SKIPPED}}
    second = _merge(store, labels["puma"], labels["cat"])
    assert _waiting(store, theme_id) == {ids[3]: {"ann": cat, "bob": dog}, ids[4]: {"ann": cat, "bob": SKIPPED}}
    assert _answers(store, theme_id) == (60, {"cat": 8, "dog": 1, "skipped": 1})
    with store.read() as session:
        assert {Decision.parse(row.decision) for row in session.query(SecondOpinion)} == {kitten, puma, dog, SKIPPED}

    _undo(store, theme_id, second)
    assert _answers(store, theme_id) == (60, {"puma": 8, "dog": 1, "skipped": 1})
    _undo(store, theme_id, first)
    assert (_waiting(store, theme_id), _answers(store, theme_id)) == (waiting, answers)
    assert check(store).ok


def test_a_new_opinion_agrees_with_what_the_label_of_the_others_went_into(store, cats):
    theme_id, ids, labels = cats
    _merge(store, labels["kitten"], labels["cat"])
    with store.write() as session:
        told = [
            give_opinion(theme_id, ids[0], labels[name], annotator=annotator, session=session).status
            for annotator, name in (("cleo", "cat"), ("cleo", "dog"), ("cleo", "cat"))
        ]
        assert told == ["agrees", "differs", "agrees"]
        # Who says the same again under its new name has not changed his mind.
        assert give_opinion(theme_id, ids[0], labels["cat"], annotator="bob", session=session).status == "agrees"
        own = (
            session.query(SecondOpinion)
            .where(SecondOpinion.sample_id == ids[0], SecondOpinion.annotator == "bob")
            .one()
        )
        assert own.decision == str(labels["kitten"])


def test_a_review_is_settled_and_taken_back_after_a_merge(store, cats):
    theme_id, ids, labels = cats
    with store.write() as session:
        settle(theme_id, ids[3], labels["dog"], annotator="eve", session=session)
    _merge(store, labels["kitten"], labels["cat"])
    with store.write() as session:
        assert settle(theme_id, ids[4], labels["cat"], annotator="zoe", session=session).label_id == labels["cat"]
    assert _undo(store, theme_id, annotator="eve").restored == 1
    assert _waiting(store, theme_id)[ids[3]] == {"ann": Decision.of(labels["cat"]), "bob": Decision.of(labels["dog"])}
    with store.read() as session:
        sample = session.get_one(Sample, ids[3])
        assert (sample.label_id, sample.annotator) == (labels["cat"], "ann")
    assert check(store).ok


def test_what_a_model_said_counts_as_the_label_that_its_went_into(store, cats):
    theme_id, ids, labels = cats
    kitten, dog, cat = (labels[name] for name in ("kitten", "dog", "cat"))
    with store.write() as session:
        model = add_model_version(theme_id, 1, run_id="r", snapshot_id=None, metrics={}, session=session).id
        said = (kitten, dog, kitten, None, kitten)
        answers = [Predicted(sample_id, label_id, 0.5) for sample_id, label_id in zip(ids, said, strict=True)]
        write_predictions(model, answers, session=session)
        decide(theme_id, [Edit(ids[4])], annotator="ann", session=session)

    def told(**which):
        with store.read() as session:
            merged = merged_labels(theme_id, session=session)
            where = ReviewFilter(model_id=model, merged=merged, **which)
            found = count_answers(theme_id, where, session=session)
            answers = answers_to(model, ids, merged=merged, session=session)
            samples = page_by_score(theme_id, where, descending=False, offset=0, limit=9, session=session)
        assert sum(row.samples for row in found) == len(samples)
        assert {answers[sample.id].label_id for sample in samples} == {row.label_id for row in found}
        return sorted((row.label_id or 0, row.match, row.samples) for row in found)

    before = [(0, "differs", 1), (kitten, "agrees", 2), (kitten, "open", 1), (dog, "differs", 1)]
    assert told() == before
    _merge(store, kitten, cat)
    assert told() == [(0, "differs", 1), (dog, "differs", 1), (cat, "agrees", 2), (cat, "open", 1)]
    assert told(predicted=cat) == [(cat, "agrees", 2), (cat, "open", 1)]
    assert told(match="agrees") == [(cat, "agrees", 2)]
    assert told(match="differs") == [(0, "differs", 1), (dog, "differs", 1)]
    _undo(store, theme_id)
    assert told() == before


def test_the_name_of_a_merged_label_is_free_that_of_a_living_one_is_not(store, cats):
    theme_id, _, labels = cats
    _merge(store, labels["kitten"], labels["cat"])
    new = "INSERT INTO labels (theme_id, name, position, color, former_names) VALUES ({}, '{}', 2, '#000000', '[]')"
    with store.engine.begin() as connection:
        connection.execute(text(new.format(theme_id, "kitten")))
    with store.engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text(new.format(theme_id, "cat")))


def test_a_decision_is_taken_back_to_the_label_that_the_former_one_went_into(store, cats):
    theme_id, ids, labels = cats
    with store.write() as session:
        decide(theme_id, [Edit(ids[0], Decision.of(labels["dog"]))], annotator="eve", session=session)
    _merge(store, labels["kitten"], labels["cat"])
    assert _undo(store, theme_id, annotator="eve").restored == 1
    with store.read() as session:
        sample = session.get_one(Sample, ids[0])
        assert (sample.label_id, sample.annotator) == (labels["cat"], "ann")
    assert check(store).ok


def test_boxes_are_taken_back_to_the_label_that_the_former_one_went_into(store, cats, add_samples):
    theme_id, _, labels = cats
    (drawn_on,) = add_samples(store, theme_id, [7])
    kitten, cat = (BoxData(labels[name], 1, 2, 3, 4) for name in ("kitten", "cat"))
    with store.write() as session:
        for boxes in ([kitten], []):
            replace_boxes(drawn_on, boxes, annotator="eve", session=session)
    _merge(store, labels["kitten"], labels["cat"])
    assert _undo(store, theme_id, annotator="eve").restored == 1
    with store.read() as session:
        assert boxes_of_samples([drawn_on], session=session) == {drawn_on: (cat,)}
    assert check(store).ok


def test_a_decision_that_waited_in_a_browser_while_its_label_was_merged_is_kept(store, cats):
    theme_id, ids, labels = cats
    _merge(store, labels["puma"], labels["cat"])
    waited = Edit(ids[0], Decision.of(labels["puma"]), seen=Decision.of(labels["kitten"]), client_key="k1")
    after = Edit(ids[0], Decision.of(labels["dog"]), seen=Decision.of(labels["puma"]), client_key="k2")
    with store.write() as session:
        first, second = decide(theme_id, [waited, after], annotator="eve", session=session)
    assert (first.status, first.decision) == ("changed", Decision.of(labels["cat"]))
    assert (second.status, second.decision) == ("changed", Decision.of(labels["dog"]))

"""Second opinions: recorded, refused, reviewed, undone."""

import pytest

from workbench.errors import ConflictError
from workbench.store.annotators.assignments import assign_samples
from workbench.store.annotators.second_opinions import count_pending_reviews, give_opinion, review_queue, settle
from workbench.store.decisions import Decision
from workbench.store.history import history_of
from workbench.store.schema import Sample, SecondOpinion
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo
from workbench.store.upkeep.integrity import check


def _serve(store, theme_id, annotator, number=5, **more):
    with store.write() as session:
        return assign_samples(theme_id, annotator, number, session=session, **more)


def _decide(store, theme_id, ids, label_id, annotator):
    with store.write() as session:
        decide(
            theme_id,
            [Edit(sample_id, Decision.of(label_id)) for sample_id in ids],
            annotator=annotator,
            session=session,
        )


def _opine(store, theme_id, sample_id, label_id, annotator, **more):
    with store.write() as session:
        return give_opinion(theme_id, sample_id, label_id, annotator=annotator, session=session, **more).status


class TestOpinions:
    def test_an_opinion_changes_nothing_but_is_recorded(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:2], label_ids["cat"], "ann")
        assert _opine(store, theme_id, ids[0], label_ids["cat"], "bob") == "agrees"
        assert _opine(store, theme_id, ids[1], label_ids["dog"], "bob") == "differs"
        with store.read() as session:
            assert {session.get_one(Sample, sample_id).label_id for sample_id in ids[:2]} == {label_ids["cat"]}
            event = history_of(ids[1], session=session)[-1]
            assert (event.annotator, event.action, event.after) == ("bob", "second opinion", str(label_ids["dog"]))
        assert check(store).ok

    def test_opinions_that_are_refused(self, store, pets, label_ids):
        theme_id, ids = pets
        assert _opine(store, theme_id, ids[0], label_ids["cat"], "bob") == "missing"
        _decide(store, theme_id, ids[:1], label_ids["cat"], "ann")
        with pytest.raises(ConflictError, match="another annotator's opinion"):
            _opine(store, theme_id, ids[0], label_ids["cat"], "ann")

    def test_a_replayed_opinion_changes_nothing(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:1], label_ids["cat"], "ann")
        _opine(store, theme_id, ids[0], label_ids["dog"], "bob", client_key="k")
        _opine(store, theme_id, ids[0], label_ids["cat"], "bob")
        assert _opine(store, theme_id, ids[0], label_ids["dog"], "bob", client_key="k") == "replayed"
        with store.read() as session:
            assert count_pending_reviews(theme_id, session=session) == 0

    def test_differing_opinions_wait_until_a_reviewer_settles_them(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:4], label_ids["cat"], "ann")
        for sample_id, name in zip(ids[:3], ("dog", "cat", "bird"), strict=True):
            _opine(store, theme_id, sample_id, label_ids[name], "bob")
        with store.read() as session:
            queue = review_queue(theme_id, session=session)
        cat, dog, bird = (Decision.of(label_ids[name]) for name in ("cat", "dog", "bird"))
        assert [(row.sample_id, row.decision, row.opinions) for row in queue] == [
            (ids[0], cat, {"ann": cat, "bob": dog}),
            (ids[2], cat, {"ann": cat, "bob": bird}),
        ]
        for _ in range(2):
            with store.write() as session:
                settled = settle(theme_id, ids[0], label_ids["dog"], annotator="eve", client_key="r1", session=session)
            assert (settled.label_id, settled.annotator) == (label_ids["dog"], "eve")
        with store.write() as session:
            settle(theme_id, ids[2], label_ids["cat"], annotator="eve", session=session)
            assert review_queue(theme_id, session=session) == []
            with pytest.raises(ConflictError, match="somebody may have done it already"):
                settle(theme_id, ids[2], label_ids["dog"], annotator="zoe", session=session)
        with store.read() as session:
            events = [(event.action, event.annotator) for event in history_of(ids[2], session=session)]
        assert events == [("label", "ann"), ("second opinion", "bob"), ("review", "eve")]
        assert check(store).ok
        assert _opine(store, theme_id, ids[0], label_ids["bird"], "cleo") == "differs"
        with store.read() as session:
            assert count_pending_reviews(theme_id, session=session) == 1

    def test_an_opinion_and_a_review_are_taken_back(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:1], label_ids["cat"], "ann")
        _opine(store, theme_id, ids[0], label_ids["dog"], "bob")
        with store.write() as session:
            settle(theme_id, ids[0], label_ids["dog"], annotator="eve", session=session)
        with store.write() as session:
            # A settled opinion stands.
            assert (undone := undo(theme_id, annotator="bob", session=session)).restored == 0
            assert undone.kept == 1
        with store.write() as session:
            assert undo(theme_id, annotator="eve", session=session).restored == 1
        with store.read() as session:
            sample = session.get_one(Sample, ids[0])
            assert (sample.label_id, sample.annotator) == (label_ids["cat"], "ann")
            assert count_pending_reviews(theme_id, session=session) == 1
        _opine(store, theme_id, ids[0], label_ids["bird"], "bob")
        with store.write() as session:
            assert undo(theme_id, annotator="bob", session=session).restored == 1
        with store.read() as session:
            assert review_queue(theme_id, session=session)[0].opinions["bob"] == Decision.of(label_ids["dog"])
        assert check(store).ok

    def test_an_opinion_that_is_taken_back_can_be_given_anew(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:1], label_ids["cat"], "ann")
        _opine(store, theme_id, ids[0], label_ids["dog"], "bob")
        with store.write() as session:
            undo(theme_id, annotator="bob", session=session)
        with store.read() as session:
            assert session.query(SecondOpinion).count() == 0
        assert [row.sample_id for row in _serve(store, theme_id, "cleo", 1, overlap=1.0)] == ids[:1]

"""Several annotators on one theme: different samples, second opinions, agreement, review - and nothing lost."""

from collections import Counter
from datetime import timedelta

import pytest

from workbench.errors import ConflictError, WorkbenchError
from workbench.store.annotators.agreement import agreement_of, measure_agreement
from workbench.store.annotators.assignments import assign_samples, assigned_counts, release_samples
from workbench.store.annotators.members import members_of
from workbench.store.annotators.second_opinions import count_pending_reviews, give_opinion, review_queue, settle
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.history import history_of
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import LabelEvent, Sample, SecondOpinion
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo
from workbench.store.upkeep.integrity import check

ANNOTATING = """
    import sys
    from workbench.store import open_store
    from workbench.store.decisions import Decision, SKIPPED, UNDECIDED
    from workbench.store.single_edits import Edit, decide
    from workbench.store.annotators.assignments import assign_samples

    store, theme_id, label_id, name = open_store(), int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    print("ready", flush=True)
    sys.stdin.readline()
    while True:
        with store.write() as session:
            assigned = assign_samples(theme_id, name, 3, session=session)
        if not assigned:
            break
        for assignment in assigned:
            with store.write() as session:
                decision = Edit(assignment.sample_id, Decision.of(label_id), seen=UNDECIDED)
                [outcome] = decide(theme_id, [decision], annotator=name, session=session)
            print(assignment.sample_id, outcome.status, flush=True)
"""


@pytest.fixture
def pets(store, make_theme, add_samples):
    theme_id = make_theme(store)
    return theme_id, add_samples(store, theme_id, range(30))


@pytest.fixture
def label_ids(store, pets):
    with store.read() as session:
        return {label.name: label.id for label in labels_of(pets[0], session=session)}


def _serve(store, theme_id, annotator, number=5, **more):
    with store.write() as session:
        return assign_samples(theme_id, annotator, number, session=session, **more)


def _ids(assignments):
    return [assignment.sample_id for assignment in assignments]


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


class TestLeases:
    def test_each_annotator_gets_other_samples_and_keeps_them(self, store, pets):
        theme_id, ids = pets
        ann, bob = _serve(store, theme_id, "ann"), _serve(store, theme_id, "bob")
        assert (_ids(ann), _ids(bob)) == (ids[:5], ids[5:10])
        assert _serve(store, theme_id, "ann") == ann
        with store.read() as session:
            assert assigned_counts(theme_id, session=session) == {"ann": 5, "bob": 5}

    def test_what_is_decided_makes_room_for_more(self, store, pets, label_ids):
        theme_id, ids = pets
        _serve(store, theme_id, "ann")
        _serve(store, theme_id, "bob")
        _decide(store, theme_id, ids[:3], label_ids["cat"], "ann")
        assert _ids(_serve(store, theme_id, "ann")) == [*ids[3:5], *ids[10:13]]

    def test_an_expired_lease_goes_to_the_next(self, store, pets):
        theme_id, ids = pets
        _serve(store, theme_id, "ann", duration=timedelta(seconds=-1))
        assert _ids(_serve(store, theme_id, "bob")) == ids[:5]
        assert _ids(_serve(store, theme_id, "ann")) == ids[5:10]

    def test_released_samples_go_to_the_next(self, store, pets):
        theme_id, ids = pets
        _serve(store, theme_id, "ann")
        with store.write() as session:
            assert release_samples(theme_id, "ann", session=session) == 5
        assert _ids(_serve(store, theme_id, "bob")) == ids[:5]

    def test_labeled_skipped_and_deleted_samples_are_not_served(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:2], label_ids["cat"], "ann")
        with store.write() as session:
            decide(theme_id, [Edit(ids[2], SKIPPED)], annotator="ann", session=session)
            delete_samples(theme_id, SampleFilter(ids=(ids[3],)), annotator="ann", session=session)
        assert _ids(_serve(store, theme_id, "bob", 100)) == ids[4:]

    def test_eight_processes_label_everything_once(self, store, pets, label_ids, run_python):
        theme_id, ids = pets
        children = [run_python(ANNOTATING, theme_id, label_ids["cat"], f"annotator {n}") for n in range(8)]
        for child in children:
            assert child.stdout.readline() == "ready\n"
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        lines = [line for child in children for line in child.communicate()[0].splitlines()]
        assert [child.returncode for child in children] == [0] * 8
        assert sorted(lines) == sorted(f"{sample_id} changed" for sample_id in ids)
        with store.read() as session:
            assert count_samples(theme_id, SampleFilter(state="labeled"), session=session) == 30
            assert session.query(LabelEvent).count() == 30
            by_event = Counter(event.annotator for event in session.query(LabelEvent))
            by_sample = Counter(row.annotator for row in page_of_samples(theme_id, session=session))
        assert by_event == by_sample

    def test_second_opinions_are_asked_about_the_same_share_whoever_asks(self, store, pets, label_ids):
        theme_id, ids = pets
        _serve(store, theme_id, "ann", 100)
        _decide(store, theme_id, ids, label_ids["cat"], "ann")
        assert _serve(store, theme_id, "cleo", 100) == []
        assert len(_serve(store, theme_id, "cleo", 3, overlap=1.0)) == 3
        with store.write() as session:
            release_samples(theme_id, "cleo", session=session)
        assert _serve(store, theme_id, "ann", 100, overlap=1.0) == []
        everything = _serve(store, theme_id, "bob", 100, overlap=1.0)
        assert {assignment.second for assignment in everything} == {True}
        assert sorted(_ids(everything)) == ids
        with store.write() as session:
            release_samples(theme_id, "bob", session=session)
            share = [row.id for row in page_of_samples(theme_id, session=session) if row.sha256 < "8"]
        assert 5 < len(share) < 25
        assert set(_ids(_serve(store, theme_id, "bob", 100, overlap=0.5))) == set(share)
        assert _serve(store, theme_id, "cleo", 100, overlap=0.5) == []

    def test_second_opinions_come_mixed_with_new_samples(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:15], label_ids["cat"], "ann")
        served = _serve(store, theme_id, "bob", 10, overlap=0.5)
        assert 0 < sum(assignment.second for assignment in served) <= 5
        assert len(served) == 10
        for assignment in served:
            assert assignment.second == (assignment.sample_id in ids[:15])

    def test_a_share_that_is_none(self, store, pets):
        with pytest.raises(WorkbenchError, match="Allowed: 0 to 1"):
            _serve(store, pets[0], "ann", overlap=20)


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
            (ids[0], cat, {"ann": cat, "bob": dog}), (ids[2], cat, {"ann": cat, "bob": bird})
        ]  # fmt: skip
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


def test_the_team_tells_who_is_how_far(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, ids[:3], label_ids["cat"], "ann")
    _opine(store, theme_id, ids[0], label_ids["dog"], "bob")
    _serve(store, theme_id, "cleo", 4)
    with store.read() as session:
        team = members_of(theme_id, session=session)
    told = [(member.annotator, member.decided, member.opinions, member.assigned) for member in team]
    assert told == [("ann", 3, 0, 0), ("bob", 0, 1, 0), ("cleo", 0, 0, 4)]
    assert team[0].last_change is not None
    assert team[2].last_change is None


class TestAgreement:
    def test_of_a_theme(self, store, pets, label_ids):
        theme_id, ids = pets
        _decide(store, theme_id, ids[:4], label_ids["cat"], "ann")
        _decide(store, theme_id, ids[4:8], label_ids["dog"], "ann")
        for sample_id, name in zip(ids[:8], ["cat"] * 3 + ["dog"] * 5, strict=True):
            _opine(store, theme_id, sample_id, label_ids[name], "bob")
        with store.read() as session:
            agreement = agreement_of(theme_id, session=session)
        assert (agreement.samples, agreement.percent, agreement.fleiss_samples) == (8, 87.5, 8)
        [pair] = agreement.pairs
        assert (pair.first, pair.second, pair.samples, pair.percent) == ("ann", "bob", 8, 87.5)
        # Observed 7/8, by chance 1/2 * 3/8 + 1/2 * 5/8 = 1/2.
        assert pair.kappa == pytest.approx(0.75)
        assert {row.label: row.answers for row in agreement.labels} == {"cat": 7, "dog": 9}

    def test_the_example_of_fleiss_paper(self):
        """Fleiss (1971), table 1 has 30 subjects; the widely used small example has 10 and a kappa of 0.210."""
        table = [
            (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
            (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
        ]  # fmt: skip
        answers = []
        for row in table:
            given = [label for label, number in zip("abcde", row, strict=True) for _ in range(number)]
            answers.append({f"rater {number}": label for number, label in enumerate(given)})
        assert measure_agreement(answers).fleiss == pytest.approx(0.210, abs=0.001)

    def test_where_kappa_is_not_defined(self):
        agreement = measure_agreement([{"ann": "cat", "bob": "cat"}] * 3)
        assert (agreement.percent, agreement.fleiss, agreement.pairs[0].kappa) == (100, None, None)

    def test_without_any_overlap(self, store, pets):
        with store.read() as session:
            agreement = agreement_of(pets[0], session=session)
        assert (agreement.samples, agreement.percent, agreement.pairs) == (0, None, [])

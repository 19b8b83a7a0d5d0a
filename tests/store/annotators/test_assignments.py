"""Samples are assigned to several annotators, different ones to each, and nothing is lost."""

from collections import Counter
from datetime import timedelta

import pytest

from workbench.errors import WorkbenchError
from workbench.store.annotators.assignments import assign_samples, assigned_counts, release_samples
from workbench.store.bulk_edits import delete_samples
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import LabelEvent
from workbench.store.single_edits import Edit, decide

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

"""Labeling and deleting many samples at once."""

from workbench.store.bulk_edits import delete_samples, label_many, restore_samples
from workbench.store.decisions import SKIPPED, Decision
from workbench.store.history import history_of
from workbench.store.samples import SampleFilter, count_samples, page_of_samples
from workbench.store.schema import Sample
from workbench.store.single_edits import Edit, decide
from workbench.store.undo import undo


def _decide(store, theme_id, *decisions, annotator="ann", source="human"):
    with store.write() as session:
        return decide(theme_id, decisions, annotator=annotator, source=source, session=session)


def _undo(store, theme_id, annotator="ann", **more):
    with store.write() as session:
        return undo(theme_id, annotator=annotator, session=session, **more)


def _labels(store, ids):
    with store.read() as session:
        return [session.get_one(Sample, sample_id).label_id for sample_id in ids]


def test_bulk_labeling_is_one_batch_and_one_undo(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), annotator="bob")
    _decide(store, theme_id, Edit(ids[1], Decision.of(label_ids["dog"])), annotator="bob")
    _decide(store, theme_id, Edit(ids[2], SKIPPED), annotator="bob")
    for _ in range(2):
        with store.write() as session:
            outcome = label_many(
                theme_id, SampleFilter(), label_ids["dog"], annotator="ann", client_key="bulk", session=session
            )
        assert (outcome.changed, outcome.unchanged) == (11, 1)
    assert set(_labels(store, ids)) == {label_ids["dog"]}
    taken_back = _undo(store, theme_id)
    assert (taken_back.restored, taken_back.kept, taken_back.undone_batch_id) == (11, 0, outcome.batch_id)
    assert len(taken_back.sample_ids) == 11
    assert _labels(store, ids) == [label_ids["cat"], label_ids["dog"]] + [None] * 10
    with store.read() as session:
        first, third = session.get_one(Sample, ids[0]), session.get_one(Sample, ids[2])
        assert (first.annotator, third.skipped) == ("bob", True)
        assert [event.source for event in history_of(ids[0], session=session)] == ["human", "human", "undo"]


def test_bulk_labeling_counts_what_had_another_label(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, *[Edit(sample_id, Decision.of(label_ids["cat"])) for sample_id in ids[:3]])
    with store.write() as session:
        where = SampleFilter(ids=tuple(ids[:5]))
        outcome = label_many(theme_id, where, label_ids["dog"], annotator="ann", session=session)
    assert (outcome.changed, outcome.replaced, outcome.unchanged) == (5, 3, 0)


def test_bulk_labeling_of_more_ids_than_one_statement_takes(store, pets, label_ids):
    theme_id, ids = pets
    many = tuple(range(900_000, 912_000)) + tuple(ids)
    with store.write() as session:
        outcome = label_many(theme_id, SampleFilter(ids=many), label_ids["cat"], annotator="ann", session=session)
    assert outcome.changed == 12
    assert _undo(store, theme_id).restored == 12


def test_deleting_is_a_tombstone_that_undo_and_restore_lift(store, pets, label_ids):
    theme_id, ids = pets
    _decide(store, theme_id, Edit(ids[0], Decision.of(label_ids["cat"])), annotator="bob")
    with store.write() as session:
        outcome = delete_samples(theme_id, SampleFilter(ids=tuple(ids[:4])), annotator="ann", session=session)
        assert outcome.changed == 4
        assert count_samples(theme_id, session=session) == 8
    _undo(store, theme_id)
    with store.write() as session:
        assert count_samples(theme_id, session=session) == 12
        delete_samples(theme_id, SampleFilter(ids=tuple(ids[:4])), annotator="ann", session=session)
        assert restore_samples(theme_id, SampleFilter(ids=(ids[0],)), annotator="ann", session=session).changed == 1
        [sample] = page_of_samples(theme_id, SampleFilter(state="labeled"), session=session)
        assert (sample.id, sample.label_id, sample.annotator) == (ids[0], label_ids["cat"], "bob")
        assert [event.after for event in history_of(ids[0], session=session)][1:] == ["deleted", None, "deleted", None]

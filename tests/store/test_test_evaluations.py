"""The record of looks at the test split."""

import pytest

from workbench.store.splits import assign_splits
from workbench.store.test_evaluations import evaluations_of, measured_images, record_evaluation


def test_looks_at_test_are_recorded_until_its_split_is_another_one(store, trained):
    theme_id, _ = trained

    def looked(run_id, purpose, images):
        with store.write() as session:
            record_evaluation(theme_id, run_id, purpose, images, annotator=" ann ", session=session)

    looked("a", "training", 4)
    looked("a", "prediction", 24)
    looked("b", "trial", 3)
    looked("c", "evaluation", 0)
    with pytest.raises(ValueError, match="no purpose 'fun'"):
        looked("d", "fun", 1)
    with store.write() as session:
        rows = evaluations_of(theme_id, session=session)
        assert [(row.run_id, row.purpose, row.annotator) for row in rows] == [
            ("a", "training", "ann"),
            ("a", "prediction", "ann"),
            ("b", "trial", "ann"),
        ]
        # What a run was tested on when it was trained, not what it predicted later.
        assert [measured_images(theme_id, run_id, session=session) for run_id in "abc"] == [4, 3, 0]
        assign_splits(theme_id, reset=True, annotator="ann", session=session)
    looked("e", "training", 5)
    with store.read() as session:
        assert [row.run_id for row in evaluations_of(theme_id, session=session)] == ["e"]
        assert measured_images(theme_id, "a", session=session) == 4

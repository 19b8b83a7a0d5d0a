"""Predictions of model versions."""

import pytest
from sqlalchemy import select

from workbench.store.decisions import Decision
from workbench.store.labels import get_label, labels_of
from workbench.store.model_versions import (
    add_model_version,
    get_model_version,
)
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.schema import Prediction
from workbench.store.single_edits import Edit, decide
from workbench.store.splits import assign_splits


@pytest.fixture
def split_theme(store, make_theme, add_samples):
    theme_id = make_theme(store, labels=("cat", "dog"))
    ids = add_samples(store, theme_id, range(20))
    with store.write() as session:
        cat, dog = labels_of(theme_id, session=session)
        decisions = [
            Edit(sample_id, Decision.of((cat if number % 2 else dog).id)) for number, sample_id in enumerate(ids)
        ]
        decide(theme_id, decisions, annotator="ann", session=session)
        assign_splits(theme_id, annotator="ann", session=session)
    return theme_id, ids


def _versions(store, theme_id, number):
    with store.write() as session:
        for version in range(1, number + 1):
            add_model_version(
                theme_id, version, run_id=f"run{version}", snapshot_id=None, metrics={"accuracy": 0.9}, session=session
            )


def test_predictions_of_a_version_are_replaced_and_those_of_others_kept(store, split_theme):
    theme_id, ids = split_theme
    _versions(store, theme_id, 2)
    with store.write() as session:
        one, two = (get_model_version(theme_id, version, session=session).id for version in (1, 2))
        cat = get_label(theme_id, "cat", session=session).id
        write_predictions(one, [Predicted(sample_id, cat, 0.5) for sample_id in ids], session=session)
        write_predictions(two, [Predicted(ids[0], cat, 0.75)], session=session)
        write_predictions(one, [Predicted(ids[0], None, 0.25)], session=session)
        query = select(Prediction.label_id, Prediction.score).order_by(Prediction.sample_id)
        of_one, of_two = (session.execute(query.where(Prediction.model_id == model)).all() for model in (one, two))
        assert of_one == [(None, 0.25)] + [(cat, 0.5)] * 19
        assert of_two == [(cat, 0.75)]

"""Predicting from a store, folders, globs and lists, into each format."""

from __future__ import annotations

import csv
import json

import pandas as pd
import pytest
from sqlalchemy import select

from workbench import predict
from workbench.store.schema import Label, Prediction


def test_the_test_split_with_the_production_model(shades):
    result = predict("shades")
    assert (result.images, result.predicted, result.failed, result.model_version) == (18, 18, 0, 1)
    assert result.metrics == {"accuracy": 1.0, "balanced_accuracy": 1.0, "macro_f1": 1.0}
    assert result.confusion.matrix == ((6, 0, 0), (0, 6, 0), (0, 0, 6))
    with shades.store.read() as session:
        rows = session.execute(
            select(Label.name, Prediction.score).join(Label, Label.id == Prediction.label_id)
        ).all()
    assert sorted(row.name for row in rows) == ["bright"] * 6 + ["dark"] * 6 + ["gray"] * 6
    assert all(0.9 < row.score <= 1 for row in rows)

"""What a training answered for each of its test images, as its run keeps it."""

from __future__ import annotations

import csv
from typing import NamedTuple

from workbench.paths import Project
from workbench.registry.tracking import run_artifact

PREDICTIONS_FILE = "test_predictions.csv"


class RunPrediction(NamedTuple):
    """A test image: its label of then, the answer, and the probability of that (0 to 1)."""

    sample_id: int
    true: str
    predicted: str
    score: float


def run_predictions(run_id: str, project: Project) -> list[RunPrediction]:
    """Return a run's answers for its test split. Raises NotFoundError for a run that keeps none."""
    with (
        run_artifact(run_id, PREDICTIONS_FILE, project) as file,
        file.open(newline="", encoding="utf-8") as stream,
    ):
        return [
            RunPrediction(int(row["sample_id"]), row["true"], row["predicted"], float(row["score"]))
            for row in csv.DictReader(stream)
        ]

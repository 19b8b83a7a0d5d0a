"""What a report says: everything that the run, the store and the registry know of one model."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from workbench.data.metrics import ConfusionCounter, ConfusionMatrix, Interval
from workbench.errors import NotFoundError
from workbench.paths import Project
from workbench.registry.model_loading import ModelReference, find_model
from workbench.registry.run_predictions import RunPrediction, run_predictions
from workbench.registry.runs import ORIGIN, check_run, headline_metrics
from workbench.registry.test_meter import TestMeter, meter_of
from workbench.registry.tracking import (
    AUGMENT_FILE,
    CLASSES_FILE,
    PARAMS_FILE,
    SNAPSHOT_TAG,
    get_run,
    run_artifact,
)
from workbench.store import Session, Store
from workbench.store.model_versions import get_model_version
from workbench.store.snapshots import find_snapshot, snapshot_counts
from workbench.store.staleness import ChangedLabels, changed_labels
from workbench.store.themes import get_theme

if TYPE_CHECKING:
    from mlflow.entities import Run

SPLITS = ("train", "valid", "test")
_VERSION_TAG = "workbench.version."


@dataclass(frozen=True)
class Facts:
    """What is known of a model. What its run did not record is empty, and the report leaves it out or says so.

    `counts` maps label to split to number of images, all as they were called then. `certificate` is the snapshot's (see
    `workbench.store.groups.certificate`). `changed` says how its labels differ from today's, `meter` how often
    the test split was looked at. `intervals` are those of the figures on test, by the names of `metrics`, and
    `class_intervals` those of each class (see `ConfusionMatrix.intervals`), all widened for that; None where too few
    mistakes say too little. `mistakes` are all test images that it took for something else, the surest first.
    `settings` holds the run's YAML files by name.
    """

    theme: str
    description: str
    run_id: str
    run_name: str
    started_at: datetime
    seconds: float | None
    version: int | None
    stage: str | None
    registered_at: datetime | None
    metrics: dict[str, float]
    class_names: list[str]
    confusion: ConfusionMatrix | None
    intervals: dict[str, Interval | None]
    class_intervals: dict[str, dict[str, Interval | None]]
    mistakes: list[RunPrediction]
    epochs: list[dict[str, float]]
    slices: list[dict[str, str]]
    snapshot_digest: str
    snapshot_at: datetime | None
    counts: dict[str, dict[str, int]]
    certificate: dict[str, Any] | None
    changed: ChangedLabels | None
    meter: TestMeter
    labels_unseen: int | None
    origin: dict[str, str]
    git_commit: str
    git_dirty: bool
    packages: dict[str, str]
    settings: dict[str, str]

    @property
    def named(self) -> str:
        """What the model is called: its version, or its run's name."""
        return self.run_name if self.version is None else f"version {self.version}"

    @property
    def interval(self) -> Interval | None:
        """That of the test accuracy."""
        return self.intervals.get("test_accuracy")

    @property
    def totals(self) -> dict[str, int]:
        """Images by split."""
        return {split: sum(row.get(split, 0) for row in self.counts.values()) for split in SPLITS}

    def as_dict(self) -> dict[str, Any]:
        """Return everything, ready for JSON."""
        found = {"interval": self.interval, **{each.name: getattr(self, each.name) for each in fields(self)}}
        moments = {
            name: value.isoformat(timespec="seconds") for name, value in found.items() if isinstance(value, datetime)
        }
        per_class = self.confusion.per_class() if self.confusion else []
        return {
            **found,
            **moments,
            "changed": self.changed.as_dict() if self.changed else None,
            "meter": self.meter.as_dict(),
            "confusion": self.confusion.counts.tolist() if self.confusion else None,
            "per_class": {each.label: each.as_dict() for each in per_class},
            "mistakes": [each._asdict() for each in self.mistakes],
        }


def facts_of(theme: str, model: str | int, store: Store) -> Facts:
    """Gather what is known of a version, the model in a stage, or a run.

    Raises NotFoundError for an unknown theme, version or run, WorkbenchError for a run that is not finished.
    """
    project = store.project
    with store.read() as session:
        reference = find_model(theme, model, session=session)
        run = get_run(reference.run_id, project)
        check_run(run, theme)
        meter = meter_of(reference.theme_id, session=session)
        return Facts(
            theme=theme,
            description=get_theme(theme, session=session).description,
            version=reference.version,
            stage=reference.stage,
            registered_at=_registered_at(reference, session),
            metrics=headline_metrics(run),
            **_of_run(run),
            **_of_answers(run, meter, project),
            meter=meter,
            epochs=[
                {name: float(value) for name, value in row.items() if value}
                for row in _table(run.info.run_id, "history.csv", project)
            ],
            slices=_table(run.info.run_id, "slices.csv", project),
            **_of_snapshot(reference.theme_id, run.data.tags.get(SNAPSHOT_TAG, ""), session),
            settings={
                name: text for name in (PARAMS_FILE, AUGMENT_FILE) if (text := _text(run.info.run_id, name, project))
            },
        )


def _of_run(run: Run) -> dict[str, Any]:
    tags, info = run.data.tags, run.info
    unseen = tags.get("workbench.labels_unseen")
    return {
        "run_id": info.run_id,
        "run_name": str(info.run_name),
        "started_at": datetime.fromtimestamp(info.start_time / 1000, UTC),
        "seconds": (info.end_time - info.start_time) / 1000 if info.end_time else None,
        "labels_unseen": None if unseen is None else int(unseen),
        "origin": {name: tags[f"workbench.{name}"] for name in ORIGIN if tags.get(f"workbench.{name}")},
        "git_commit": tags.get("workbench.git.commit", ""),
        "git_dirty": tags.get("workbench.git.dirty") == "true",
        "packages": {
            name.removeprefix(_VERSION_TAG): text
            for name, text in sorted(tags.items())
            if name.startswith(_VERSION_TAG)
        },
    }


def _of_answers(run: Run, meter: TestMeter, project: Project) -> dict[str, Any]:
    """The confusion matrix of the test split and what follows from it, counted from the answers that the run keeps."""
    answers: list[RunPrediction] = []
    with suppress(NotFoundError):
        answers = run_predictions(run.info.run_id, project)
    names = _text(run.info.run_id, CLASSES_FILE, project)
    class_names: list[str] = json.loads(names) if names else sorted({row.true for row in answers})
    counter = ConfusionCounter(class_names)
    for row in answers:
        counter.add(row.true, row.predicted)
    matrix = counter.matrix() if answers else None
    return {
        "class_names": class_names,
        "confusion": matrix,
        "intervals": {f"test_{name}": each for name, each in matrix.intervals(meter.level).items()} if matrix else {},
        "class_intervals": matrix.per_class_intervals(meter.level) if matrix else {},
        "mistakes": sorted((row for row in answers if row.true != row.predicted), key=lambda row: -row.score),
    }


def _of_snapshot(theme_id: int, digest: str, session: Session) -> dict[str, Any]:
    snapshot = find_snapshot(theme_id, digest, session=session) if digest else None
    counts: dict[str, dict[str, int]] = {}
    if snapshot is not None:
        counts = {name: {} for name in snapshot.class_names}
        for split, row in snapshot_counts(snapshot.id, session=session).items():
            for label, number in row.items():
                counts.setdefault(label, {})[split] = number
    return {
        "snapshot_digest": digest,
        "snapshot_at": snapshot.created_at if snapshot else None,
        "counts": counts,
        "certificate": snapshot.certificate if snapshot else None,
        "changed": changed_labels(theme_id, [snapshot.id], session=session)[snapshot.id] if snapshot else None,
    }


def _registered_at(reference: ModelReference, session: Session) -> datetime | None:
    if reference.version is None:
        return None
    return get_model_version(reference.theme_id, reference.version, session=session).created_at


def _table(run_id: str, name: str, project: Project) -> list[dict[str, str]]:
    text = _text(run_id, name, project)
    return list(csv.DictReader(text.splitlines())) if text else []


def _text(run_id: str, name: str, project: Project) -> str:
    """A file that the run has logged, empty when it has none."""
    try:
        with run_artifact(run_id, name, project) as file:
            return file.read_text(encoding="utf-8")
    except NotFoundError:
        return ""

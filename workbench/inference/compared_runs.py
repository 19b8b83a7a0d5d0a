"""The test images that two runs have both answered, out of what the runs keep; neither has to be registered."""

from __future__ import annotations

from workbench.inference.store_writer import snapshot_of
from workbench.registry.model_loading import ModelReference
from workbench.registry.run_predictions import RunPrediction, run_predictions
from workbench.store import Session, Store
from workbench.store.class_labels import labels_of_classes
from workbench.store.compared_predictions import PredictionPair
from workbench.store.labels import labels_of
from workbench.store.samples import samples_by_id
from workbench.store.snapshots import trained_among


def common_test_predictions(
    one: ModelReference, two: ModelReference, store: Store, *, session: Session
) -> list[PredictionPair]:
    """Return the living samples that both runs were tested on, by id, with their labels and what each run answered.

    Answers count as the labels that theirs are now. Raises NotFoundError for a run that keeps no answers.
    """
    first, second = (_answers(each, store, session) for each in (one, two))
    living = {label.id: label.name for label in labels_of(one.theme_id, session=session)}
    samples = samples_by_id(sorted(first.keys() & second.keys()), session=session)
    return [
        PredictionPair(
            sample_id,
            sample.name,
            living.get(sample.label_id) if sample.label_id is not None else None,
            *first[sample_id],
            *second[sample_id],
        )
        for sample_id, sample in sorted(samples.items())
        if sample.deleted_at is None and sample.theme_id == one.theme_id
    ]


def count_trained(reference: ModelReference, sample_ids: list[int], store: Store, *, session: Session) -> int:
    """Count those of some samples that a run was trained on."""
    snapshot_id = snapshot_of(reference, store, session)
    return 0 if snapshot_id is None else len(trained_among(snapshot_id, sample_ids, session=session))


def _answers(reference: ModelReference, store: Store, session: Session) -> dict[int, tuple[str | None, float]]:
    """Label now, None where it is gone, and probability, by sample."""
    rows: list[RunPrediction] = run_predictions(reference.run_id, store.project)
    snapshot_id = snapshot_of(reference, store, session)
    classes = sorted({row.predicted for row in rows})
    names = labels_of_classes(reference.theme_id, classes, snapshot_id, session=session).known
    return {row.sample_id: (names.get(row.predicted), row.score) for row in rows}

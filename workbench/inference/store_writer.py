"""Writing predictions of samples into the store, with the model version that made them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.inference.output_formats import Row
from workbench.registry.model_loading import LoadedModel, ModelReference
from workbench.registry.tracking import SNAPSHOT_TAG, get_run
from workbench.store import Session, Store
from workbench.store.class_labels import labels_of_classes
from workbench.store.model_versions import version_of_run
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.snapshots import get_snapshot, has_snapshot, trained_among


@dataclass(frozen=True)
class StoreWriter:
    """Where a model's predictions of samples go; with `model_id` None (an unregistered run) nowhere.

    `label_ids` are the labels of the model's classes, also those that are called otherwise by now or were merged: a
    prediction keeps the label that the model named and counts as the one which that went into. `names` are what the
    classes count as now, their own names where the theme has no such label any more. `added` are the theme's labels
    that are none of them.
    """

    store: Store
    model_id: int | None
    label_ids: dict[str, int]
    names: dict[str, str]
    unknown: tuple[str, ...]
    added: tuple[str, ...]
    snapshot_id: int | None = None
    """What the model was trained on, None when its run names nothing that the store has."""

    @classmethod
    def open(cls, loaded: LoadedModel, store: Store) -> StoreWriter:
        reference = loaded.reference
        with store.read() as session:
            snapshot_id = snapshot_of(reference, store, session)
            labels = labels_of_classes(reference.theme_id, loaded.class_names, snapshot_id, session=session)
        unknown = tuple(name for name in loaded.class_names if name not in labels.known)
        added = tuple(name for name in labels.living if name not in labels.known.values())
        names = {name: labels.known.get(name, name) for name in loaded.class_names}
        model_id = None if store.is_read_only else reference.model_id
        return cls(store, model_id, labels.ids, names, unknown, added, snapshot_id)

    def trained(self, rows: Sequence[Row]) -> set[int]:
        """The samples among these rows that the model was trained on."""
        ids = [row.item.sample_id for row in rows if row.item.sample_id is not None]
        if self.snapshot_id is None or not ids:
            return set()
        with self.store.read() as session:
            return trained_among(self.snapshot_id, ids, session=session)

    def stores(self, row: Row) -> bool:
        """Whether a row is kept in the store."""
        return self.model_id is not None and row.item.sample_id is not None and row.label is not None

    def write(self, rows: Sequence[Row]) -> int:
        """Write predictions and return how many were written."""
        if self.model_id is None:
            return 0
        predicted = [
            Predicted(item.sample_id, self.label_ids.get(label), score)
            for item, label, score, _, _ in rows
            if item.sample_id is not None and label is not None and score is not None
        ]
        if not predicted:
            return 0
        with self.store.write() as session:
            write_predictions(self.model_id, predicted, session=session)
        return len(predicted)

    def notes(self) -> tuple[str, ...]:
        """What a person should know when the theme's labels are not the model's classes any more."""
        notes = (
            ["The store can only be read: the predictions are in the file alone."] if self.store.is_read_only else []
        )
        others = ", ".join(f"{name} as {now}" for name, now in self.names.items() if name != now)
        if others:
            notes.append(f"Classes of the model count as the labels that they are now: {others}.")
        if self.unknown:
            names = ", ".join(self.unknown)
            notes.append(f"The model knows classes that the theme has no label for now: {names}. Train a new model.")
        if self.added:
            names = ", ".join(self.added)
            notes.append(f"The theme has labels that the model never saw: {names}. It cannot predict them.")
        return tuple(notes)


def snapshot_of(reference: ModelReference, store: Store, session: Session) -> int | None:
    """Return the id of the snapshot that a model learned from; None where its run names none that the store has."""
    version = version_of_run(reference.theme_id, reference.run_id, session=session)
    if version is not None:
        return version.snapshot_id
    digest = get_run(reference.run_id, store.project).data.tags.get(SNAPSHOT_TAG)
    if not digest or not has_snapshot(digest, theme_id=reference.theme_id, session=session):
        return None
    return get_snapshot(digest, theme_id=reference.theme_id, session=session).id

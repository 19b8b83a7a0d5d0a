"""The store's side of a prediction: answers about samples of the theme, kept with their model version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.inference.rows import Row
from workbench.registry.loading import LoadedModel
from workbench.store import Store
from workbench.store.labels import labels_of
from workbench.store.merges import merged_labels
from workbench.store.predictions import Predicted, write_predictions
from workbench.store.schema import Label


@dataclass(frozen=True)
class Answers:
    """Where a model's answers about samples go; `model_id` None (an unregistered run) keeps none.

    `label_ids` has merged labels too: an answer keeps the label that the model named and counts as the one which that
    went into. `unknown` are the model's classes, `added` the theme's labels that the other does not have.
    """

    store: Store
    model_id: int | None
    label_ids: dict[str, int]
    unknown: tuple[str, ...]
    added: tuple[str, ...]

    @classmethod
    def of(cls, loaded: LoadedModel, store: Store) -> Answers:
        with store.read() as session:
            living = {label.name: label.id for label in labels_of(loaded.reference.theme_id, session=session)}
            merged = sorted(merged_labels(loaded.reference.theme_id, session=session))
            label_ids = {session.get_one(Label, label_id).name: label_id for label_id in merged} | living
        unknown = tuple(name for name in loaded.class_names if name not in living)
        added = tuple(name for name in living if name not in loaded.class_names)
        return cls(store, loaded.reference.model_id, label_ids, unknown, added)

    def keeps(self, row: Row) -> bool:
        """Whether a row has its place in the store."""
        return self.model_id is not None and row.item.sample_id is not None and row.label is not None

    def keep(self, rows: Sequence[Row]) -> int:
        """Write the answers and return how many were written."""
        if self.model_id is None:
            return 0
        answers = [
            Predicted(item.sample_id, self.label_ids.get(label), score)
            for item, label, score, _, _ in rows
            if item.sample_id is not None and label is not None and score is not None
        ]
        if not answers:
            return 0
        with self.store.write() as session:
            write_predictions(self.model_id, answers, session=session)
        return len(answers)

    def notes(self) -> tuple[str, ...]:
        """What a person should know when the theme's labels are not the model's classes any more."""
        notes = []
        if self.unknown:
            names = ", ".join(self.unknown)
            notes.append(f"The model knows classes that the theme has no label for now: {names}. Train a new model.")
        if self.added:
            names = ", ".join(self.added)
            notes.append(f"The theme has labels that the model never saw: {names}. It cannot predict them.")
        return tuple(notes)

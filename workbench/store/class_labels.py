"""Which labels the classes of a snapshot or a model are, whatever those are called by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workbench.store.label_merges import merged_labels
from workbench.store.labels import labels_of
from workbench.store.schema import Label
from workbench.store.snapshots import snapshot_labels


@dataclass(frozen=True)
class ClassLabels:
    """The labels of a model's classes: `ids` by the names of then, `known` the names that they count as now.

    A class whose label is gone is not in `known`. `living` are the theme's labels in their order.
    """

    ids: dict[str, int]
    known: dict[str, str]
    living: tuple[str, ...]


def labels_of_classes(
    theme_id: int, class_names: Sequence[str], snapshot_id: int | None, *, session: Session
) -> ClassLabels:
    """Find the labels of classes, also those that are called otherwise by now or were merged.

    `snapshot_id` is what the model learned from: it tells of a class whose name several labels had.
    """
    living = {label.id: label.name for label in labels_of(theme_id, session=session)}
    merged = merged_labels(theme_id, session=session)
    ids = class_label_ids(theme_id, class_names, snapshot_id, session=session)
    now = {name: merged.get(label_id, label_id) for name, label_id in ids.items()}
    known = {name: living[now[name]] for name in class_names if now.get(name) in living}
    return ClassLabels(ids, known, tuple(living.values()))


def class_label_ids(
    theme_id: int, class_names: Sequence[str], snapshot_id: int | None, *, session: Session
) -> dict[str, int]:
    """Return the id of the label that each class was, by its name of then; one that no label ever had is left out.

    Of a name that several labels have had, the events before the snapshot tell; where they do not, it is the label that
    has the name now, else the latest one.
    """
    had: dict[str, list[Label]] = {}
    for label in session.scalars(select(Label).where(Label.theme_id == theme_id).order_by(Label.id)):
        for name in {label.name, *label.former_names}:
            had.setdefault(name, []).append(label)
    found = {name: had[name][0].id for name in class_names if len(had.get(name, ())) == 1}
    others = [name for name in dict.fromkeys(class_names) if name not in found]
    told = snapshot_labels(snapshot_id, others, session=session) if snapshot_id is not None and others else {}
    for name in others:
        living = [label for label in had.get(name, ()) if label.deleted_at is None and label.name == name]
        if name in told or name in had:
            found[name] = told[name] if name in told else (living or had[name])[-1].id
    return found

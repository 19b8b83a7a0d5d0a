"""The samples of a theme as arrays, which follow what people decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from workbench.store import Session, Store
from workbench.store.assistance import StandingChange, assisted_theme, changes_for_model
from workbench.store.change_feed import newest_sample_of
from workbench.store.labels import labels_of

NOBODY, ALONE, TOGETHER, MODEL = 0, 1, 2, 3
"""How a label was given: not at all, by a key of its own (or by an import), with others at once, by the model."""

_BY = {"page": TOGETHER, "model": MODEL}


@dataclass(frozen=True)
class Rows:
    """The living samples by id, as of the theme's event `since`.

    `ids` int64 (N,), `classes` int64 (N,) index `label_ids` (-1 without a label), `by` uint8 (N,) says how it was
    given, `skipped` bool (N,).
    """

    since: int
    newest: int
    label_ids: tuple[int, ...]
    ids: np.ndarray
    digests: tuple[str, ...]
    classes: np.ndarray
    by: np.ndarray
    skipped: np.ndarray

    @property
    def decided(self) -> np.ndarray:
        """Bool (N,): labels that a person gave."""
        return (self.classes >= 0) & (self.by != MODEL)

    def __contains__(self, sample_id: object) -> bool:
        """Whether a sample is among them."""
        return isinstance(sample_id, int) and len(self.positions([sample_id])) > 0

    def positions(self, sample_ids: Sequence[int] | np.ndarray) -> np.ndarray:
        """Return int64: the positions of some samples; those that are gone are left out."""
        wanted = np.asarray(sample_ids, np.int64)
        if not len(self.ids) or not len(wanted):
            return np.empty(0, np.int64)
        at = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return at[self.ids[at] == wanted]

    def class_of(self, label_id: int | None) -> int:
        """Return the class of a label, -1 for none and for one that the theme does not have."""
        return self.label_ids.index(label_id) if label_id in self.label_ids else -1


def read_rows(store: Store, theme_id: int, before: Rows | None = None) -> Rows:
    """Return the theme as it is now; where only decisions were made since `before`, only those are read."""
    with store.read() as session:
        label_ids = tuple(label.id for label in labels_of(theme_id, session=session))
        newest = newest_sample_of(theme_id, session=session)
        if before is not None and before.label_ids == label_ids and before.newest == newest:
            found = changes_for_model(theme_id, before.since, session=session)
            if found is not None:
                return _changed(before, *found)
        return _all(theme_id, label_ids, newest, session)


def _all(theme_id: int, label_ids: tuple[int, ...], newest: int, session: Session) -> Rows:
    found = assisted_theme(theme_id, session=session)
    index = {label_id: position for position, label_id in enumerate(label_ids)}
    ids = np.array([sample.id for sample in found.samples], np.int64)
    classes = np.array([index.get(sample.label_id or 0, -1) for sample in found.samples], np.int64)
    by = np.array([_BY.get(found.by.get(sample.id, ""), ALONE) for sample in found.samples], np.uint8)
    by[classes < 0] = NOBODY
    skipped = np.array([bool(sample.skipped) for sample in found.samples], bool)
    digests = tuple(sample.sha256 for sample in found.samples)
    return Rows(found.since, newest, label_ids, ids, digests, classes, by, skipped)


def _changed(rows: Rows, last: int, changes: Sequence[StandingChange]) -> Rows:
    if last == rows.since:
        return rows
    classes, by, skipped = rows.classes.copy(), rows.by.copy(), rows.skipped.copy()
    for change in changes:
        for position in rows.positions([change.sample_id]):
            label = rows.class_of(change.after.label)
            classes[position] = label
            skipped[position] = change.after.skipped or change.after.nothing_there
            together = MODEL if change.source == "model" else TOGETHER if change.together > 1 else ALONE
            by[position] = NOBODY if label < 0 else ALONE if change.source == "import" else together
    return replace(rows, since=last, classes=classes, by=by, skipped=skipped)

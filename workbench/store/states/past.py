"""A theme as it was: the decision and the split of every sample in a state, as arrays that are searched quickly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workbench.store.decisions import Decision
from workbench.store.events import DELETED
from workbench.store.schema import SPLITS, LabelEvent, Sample
from workbench.store.states.tags import LabelState

UNLABELED, SKIPPED = 0, -1
"""What stands in `PastLabels.labels` where no label's id does."""
_CHUNK = 20_000
_SPLIT_CODES: dict[str | None, int] = {None: 0, **{split: code for code, split in enumerate(SPLITS, start=1)}}


@dataclass(frozen=True)
class PastLabels:
    """The samples that a theme had in a state, by id, as arrays of one length.

    `ids` int64; `labels` int64, the id of the label, `UNLABELED` or `SKIPPED`; `splits` int8, the place in `SPLITS`
    counted from 1, 0 without one.
    """

    state: LabelState
    ids: np.ndarray
    labels: np.ndarray
    splits: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    def matching(
        self, *, label: int | None = None, split: str | None = None, labeled: bool | None = None
    ) -> np.ndarray:
        """Return the positions of those with a label's id (or UNLABELED, SKIPPED), in a split (or "none"), labeled."""
        wanted = np.ones(len(self), bool)
        if label is not None:
            wanted &= self.labels == label
        if split is not None:
            wanted &= self.splits == _SPLIT_CODES[None if split == "none" else split]
        if labeled is not None:
            wanted &= (self.labels > 0) == labeled
        return np.flatnonzero(wanted)

    @cached_property
    def counts(self) -> dict[tuple[int, str | None], int]:
        """How many there were of each label id (or UNLABELED, SKIPPED) in each split (None without one)."""
        keys, numbers = np.unique(np.stack([self.labels, self.splits]), axis=1, return_counts=True)
        return {
            (label, split_of(code)): number
            for (label, code), number in zip(keys.T.tolist(), numbers.tolist(), strict=True)
        }


def split_of(code: int) -> str | None:
    """Return the split of a number in `PastLabels.splits`."""
    return SPLITS[code - 1] if code else None


def past_labels(theme_id: int, state: LabelState, *, session: Session) -> PastLabels:
    """Return how a theme's samples stood in a state, by id.

    What garbage collection removed since is not among them. In a theme of boxes labels are those of whole images.
    """
    # What a sample was then is what the first later event changed it from; where there is none, it still is that.
    later = {action: dict(_first_later(theme_id, state, action, session)) for action in ("label", "split", "delete")}
    ids, labels, splits, deleted = _as_now(theme_id, state, session)
    _put(labels, ids, later["label"], _label_code)
    _put(splits, ids, later["split"], lambda split: _SPLIT_CODES[split])
    _put(deleted, ids, later["delete"], lambda text: text == DELETED)
    living = ~deleted
    return PastLabels(state, ids[living], labels[living], splits[living])


def first_of_past(
    theme_id: int, state: LabelState, limit: int, *, session: Session
) -> list[tuple[int, int, str | None]]:
    """Return the first samples of a state by id, each with its label code and split: at once, however many there are.

    They are fewer than `limit` where many of the first ones were deleted by then.
    """
    # By the ids themselves: SQLite would else sort all of the theme.
    query = select(Sample.id).where(Sample.theme_id + 0 == theme_id, state.has_sample()).order_by(Sample.id)
    ids = list(session.scalars(query.limit(2 * limit)))
    found = past_of_samples(theme_id, state, ids, session=session)
    return [(sample_id, *found[sample_id]) for sample_id in ids if sample_id in found][:limit]


def past_of_samples(
    theme_id: int, state: LabelState, sample_ids: list[int], *, session: Session
) -> dict[int, tuple[int, str | None]]:
    """Return label code and split of a few samples in a state, by id; those that it did not have are left out."""
    found: dict[int, tuple[int, str | None]] = {}
    among = [Sample.id.in_(sample_ids)]
    later = {
        action: dict(_first_later(theme_id, state, action, session, LabelEvent.sample_id.in_(sample_ids)))
        for action in ("label", "split", "delete")
    }
    for sample_id, label_id, skipped, split, deleted in _rows(theme_id, state, session, *among):
        text = later["delete"].get(sample_id, DELETED if deleted else None)
        if text == DELETED:
            continue
        label = label_id or (SKIPPED if skipped else UNLABELED)
        if sample_id in later["label"]:
            label = _label_code(later["label"][sample_id])
        found[sample_id] = label, later["split"].get(sample_id, split)
    return found


def _as_now(
    theme_id: int, state: LabelState, session: Session
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    parts: list[np.ndarray] = []
    for rows in _rows(theme_id, state, session).partitions(_CHUNK):
        coded = [
            (
                sample_id,
                label_id or (SKIPPED if skipped else UNLABELED),
                _SPLIT_CODES[split],
                deleted,
            )
            for sample_id, label_id, skipped, split, deleted in rows
        ]
        parts.append(np.array(coded, np.int64))
    table = np.concatenate(parts) if parts else np.empty((0, 4), np.int64)
    ids, labels, splits, deleted = table.T
    return ids.copy(), labels.copy(), splits.astype(np.int8), deleted.astype(bool)


def _rows(theme_id: int, state: LabelState, session: Session, *among: ColumnElement[bool]) -> Any:
    query = select(Sample.id, Sample.label_id, Sample.skipped, Sample.split, Sample.deleted_at.is_not(None))
    query = query.where(Sample.theme_id + 0 == theme_id, state.has_sample(), *among).order_by(Sample.id)
    return session.connection().execution_options(stream_results=True).execute(query)


def _first_later(
    theme_id: int, state: LabelState, action: str, session: Session, *among: ColumnElement[bool]
) -> Iterator[tuple[int, str | None]]:
    """Yield each sample that an event changed after a state, with what the first such event changed it from."""
    first = (
        select(func.min(LabelEvent.id))
        .where(LabelEvent.theme_id == theme_id, state.later_events(), LabelEvent.action == action, *among)
        .group_by(LabelEvent.sample_id)
    )
    rows = session.execute(select(LabelEvent.sample_id, LabelEvent.before).where(LabelEvent.id.in_(first)))
    yield from rows.tuples()


def _put(values: np.ndarray, ids: np.ndarray, former: Mapping[int, str | None], code: Any) -> None:
    """Give the samples that were changed later the value of before, as `code` reads it."""
    if not former or not len(ids):
        return
    changed = np.fromiter(former, np.int64, len(former))
    places = np.searchsorted(ids, changed)
    there = (places < len(ids)) & (ids[np.minimum(places, len(ids) - 1)] == changed)
    known: dict[str | None, Any] = {}
    coded = np.array([known[text] if text in known else known.setdefault(text, code(text)) for text in former.values()])
    values[places[there]] = coded[there]


def _label_code(text: str | None) -> int:
    decision = Decision.parse(text)
    return decision.label or (SKIPPED if decision.skipped else UNLABELED)

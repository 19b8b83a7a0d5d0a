"""How many labels changed since a snapshot was taken: what rests on it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from workbench.store.class_labels import class_label_ids
from workbench.store.label_merges import merged_labels
from workbench.store.schema import SPLITS, Sample, Snapshot, SnapshotSample

_WORDS = {"train": "training", "valid": "valid", "test": "test"}


@dataclass(frozen=True)
class ChangedLabels:
    """The labels of a snapshot against today's, in numbers of samples for each split that it has.

    `changed` have another label or none now, `by_merge` of them all the same because theirs was merged; `deleted`
    images are gone. A label that is only called otherwise by now is none of these.
    """

    total: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    by_merge: int = 0
    deleted: int = 0

    @property
    def number(self) -> int:
        """How many labels changed, in all splits."""
        return sum(self.changed.values())

    @property
    def is_stale(self) -> bool:
        """Whether anything changed."""
        return bool(self.number or self.deleted)

    @property
    def words(self) -> str:
        """Say it: "41 of 1,257 training labels and 3 of 268 test labels changed since (2 by merge)"."""
        told = [
            f"{self.changed[split]:,} of {self.total[split]:,} {_WORDS[split]} labels"
            for split in SPLITS
            if self.changed.get(split)
        ]
        gone = f"{self.deleted:,} {'image was' if self.deleted == 1 else 'images were'} deleted since"
        if not told:
            return gone if self.deleted else f"none of {sum(self.total.values()):,} labels changed since"
        listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
        merge = f" ({self.by_merge:,} by merge)" if self.by_merge else ""
        return f"{listed} changed since{merge}{f'; {gone}' if self.deleted else ''}"

    def as_dict(self) -> dict[str, Any]:
        """Return the numbers and their words, ready for JSON."""
        names = ("total", "changed", "by_merge", "deleted", "words")
        return {name: getattr(self, name) for name in names}


def changed_labels(theme_id: int, snapshot_ids: Sequence[int], *, session: Session) -> dict[int, ChangedLabels]:
    """Compare snapshots of a theme with its labels of today, by the ids of the snapshots."""
    merged = merged_labels(theme_id, session=session)
    found: dict[int, ChangedLabels] = {}
    for snapshot_id in dict.fromkeys(snapshot_ids):
        groups = _groups(theme_id, snapshot_id, session)
        total: Counter[str] = Counter()
        changed: Counter[str] = Counter()
        by_merge = deleted = 0
        for (split, _, then, today, gone), number in groups.items():
            total[split] += number
            if gone:
                deleted += number
            elif then != today:
                changed[split] += number
                by_merge += number if merged.get(then or 0) == today else 0
        found[snapshot_id] = ChangedLabels(dict(total), dict(changed), by_merge, deleted)
    return found


def samples_changed_since(
    theme_id: int, snapshot_id: int, *, split: str | None = None, session: Session
) -> list[tuple[int, str, str]]:
    """Return the living samples of a snapshot whose label changed since, by id: (sample, split, label of then)."""
    stale = [
        (of_split, name, today)
        for of_split, name, then, today, gone in _groups(theme_id, snapshot_id, session)
        if not gone and then != today and split in (None, of_split)
    ]
    rows: list[tuple[int, str, str]] = []
    for start in range(0, len(stale), 200):
        which = [
            (SnapshotSample.split == of_split)
            & (SnapshotSample.label == name)
            & Sample.label_id.is_not_distinct_from(today)
            for of_split, name, today in stale[start : start + 200]
        ]
        query = select(SnapshotSample.sample_id, SnapshotSample.split, SnapshotSample.label)
        query = query.join(Sample, Sample.id == SnapshotSample.sample_id)
        query = query.where(SnapshotSample.snapshot_id == snapshot_id, Sample.deleted_at.is_(None), or_(*which))
        rows += session.execute(query).tuples()
    return sorted(rows)


def changed_since_digests(theme_id: int, digests: Sequence[str], *, session: Session) -> Mapping[str, ChangedLabels]:
    """Compare the snapshots of some digests with today's labels; those that the theme does not have are left out."""
    query = select(Snapshot.digest, Snapshot.id).where(Snapshot.theme_id == theme_id, Snapshot.digest.in_(digests))
    ids = dict(session.execute(query).tuples().all())
    found = changed_labels(theme_id, list(ids.values()), session=session)
    return {digest: found[snapshot_id] for digest, snapshot_id in ids.items()}


def _groups(
    theme_id: int, snapshot_id: int, session: Session
) -> Counter[tuple[str, str, int | None, int | None, bool]]:
    """Count a snapshot's samples by split, label of then (name and id), label of today, and whether deleted."""
    gone = Sample.deleted_at.is_not(None)
    columns = (SnapshotSample.split, SnapshotSample.label, Sample.label_id, gone)
    query = select(*columns, func.count()).join(Sample, Sample.id == SnapshotSample.sample_id)
    query = query.where(SnapshotSample.snapshot_id == snapshot_id).group_by(*columns)
    rows = session.execute(query).tuples().all()
    ids = class_label_ids(theme_id, sorted({row[1] for row in rows}), snapshot_id, session=session)
    found: Counter[tuple[str, str, int | None, int | None, bool]] = Counter()
    for split, name, today, is_gone, number in rows:
        found[split, name, ids.get(name), today, bool(is_gone)] += number
    return found

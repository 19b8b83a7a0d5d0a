"""Giving whole groups a split: where their members are already, else where the labels' shares are best kept.

Groups are taken from the largest on, those of one size in the order of a hash of seed and content. Each goes into the
split for which the squared distance of its labels from their shares, relative to these, grows least, as scikit-learn's
StratifiedGroupKFold does it for folds; a label that is in few groups is brought into each split before any gets more.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from workbench.store.groups.together import alone, together
from workbench.store.schema import SPLITS, Sample

_ORDER = (0, 2, 1)
"""The splits in the order in which a label of few groups gets them: train, test, valid."""


@dataclass
class Unit:
    """The waiting samples of one group, by label (0 in a theme of boxes): they get a split together.

    `key` orders groups of one size. `pinned` is the split that members have, `straddles` says that they have several.
    """

    key: bytes
    waiting: dict[int, list[int]] = field(default_factory=dict)
    pinned: int | None = None
    straddles: bool = False

    @property
    def size(self) -> int:
        return sum(map(len, self.waiting.values()))


@dataclass(frozen=True)
class PlacedGroups:
    """Which samples of groups get which split, as pairs of a sample and the position of a split among SPLITS.

    `counts` says of each label how many of them each split gets. `joined` samples follow members that have a split.
    """

    given: list[tuple[int, int]] = field(default_factory=list)
    counts: dict[int, list[int]] = field(default_factory=dict)
    groups: int = 0
    joined: int = 0
    straddling: int = 0


def place_groups(
    theme_id: int,
    shares: Sequence[float],
    seed: int,
    *,
    present: Mapping[int, Sequence[int]],
    totals: Mapping[int, int],
    which: Sequence[ColumnElement[bool]],
    by_label: bool = True,
    from_scratch: bool = False,
    session: Session,
) -> PlacedGroups:
    """Choose the split of each group that has samples without one, and change nothing.

    `which` are the conditions of the samples that get splits, `present` says how many of a label (0, unless
    `by_label`) each split has, `totals` how many there are. `from_scratch` as if no sample had a split.
    """
    units = _units(theme_id, seed, which, by_label, from_scratch, session)
    placed = {label: [0] * len(SPLITS) for label in totals}
    counts = {label: list(present.get(label, (0,) * len(SPLITS))) for label in totals}
    singles = Counter(totals)
    for unit in units:
        for label, ids in unit.waiting.items():
            singles[label] -= len(ids)
    for label, row in counts.items():
        singles[label] -= sum(row)
    given: list[tuple[int, int]] = []
    for unit in sorted(units, key=lambda each: (each.pinned is None, -each.size, each.key)):
        split = _best(unit, counts, totals, shares, singles) if unit.pinned is None else unit.pinned
        for label, ids in unit.waiting.items():
            given += [(sample_id, split) for sample_id in ids]
            counts[label][split] += len(ids)
            placed[label][split] += len(ids)
    pinned = [unit for unit in units if unit.pinned is not None]
    return PlacedGroups(
        sorted(given),
        {label: row for label, row in placed.items() if any(row)},
        groups=sum(unit.size > 1 or unit.pinned is not None for unit in units),
        joined=sum(unit.size for unit in pinned),
        straddling=sum(unit.straddles for unit in units),
    )


def grouped_counts(
    theme_id: int, which: Sequence[ColumnElement[bool]], *, grouped: bool, session: Session
) -> dict[tuple[int, str], int]:
    """Count samples by label and split ("" without one): those in groups, or those that are in none."""
    single = alone(theme_id, session=session)
    query = select(Sample.label_id, Sample.split, func.count()).where(*which, ~single if grouped else single)
    rows = session.execute(query.group_by(Sample.label_id, Sample.split)).tuples()
    return {(label or 0, split or ""): number for label, split, number in rows}


def _best(
    unit: Unit,
    counts: Mapping[int, list[int]],
    totals: Mapping[int, int],
    shares: Sequence[float],
    singles: Mapping[int, int],
) -> int:
    def cost(split: int) -> float:
        return sum(_growth(label, len(ids), split) for label, ids in unit.waiting.items())

    def _growth(label: int, more: int, split: int) -> float:
        share, total, there = shares[split], totals[label], counts[label][split]
        distance = (2 * (there - share * total) * more + more**2) / (share * total**2)
        # Of a label with few images outside groups no split stays empty that could have one.
        lacking = there == 0 and singles[label] < len(SPLITS) and (split == 0 or counts[label][0] > 0)
        return distance - lacking

    allowed = [split for split in _ORDER if shares[split] > 0]
    return min(allowed, key=lambda split: round(cost(split), 9))


def _units(
    theme_id: int,
    seed: int,
    which: Sequence[ColumnElement[bool]],
    by_label: bool,
    from_scratch: bool,
    session: Session,
) -> list[Unit]:
    partition = together(theme_id, session=session)
    found: dict[int, Unit] = {}
    pins: dict[int, Counter[int]] = {}
    columns = select(Sample.id, Sample.sha256, Sample.label_id, Sample.split)
    living = [Sample.theme_id == theme_id, Sample.deleted_at.is_(None), ~alone(theme_id, session=session)]
    wanted = columns.where(*living, *which, *([] if from_scratch else [Sample.split.is_(None)]))
    for sample_id, sha256, label, _ in session.execute(wanted.order_by(Sample.id)):
        key = hashlib.sha256(f"{seed}:{sha256}".encode()).digest()
        unit = found.setdefault(partition.get(sample_id, sample_id), Unit(key))
        # By content, not by the order of the rows: the same on every machine.
        unit.key = min(unit.key, key)
        unit.waiting.setdefault((label or 0) if by_label else 0, []).append(sample_id)
    if from_scratch:
        return list(found.values())
    for sample_id, _, _, split in session.execute(columns.where(*living, Sample.split.is_not(None))):
        least = partition.get(sample_id, sample_id)
        if least in found:
            pins.setdefault(least, Counter())[SPLITS.index(split)] += 1
    for least, pinned in pins.items():
        unit = found[least]
        # Where members are in several splits, a newcomer makes no other one leak.
        unit.pinned = min(pinned, key=lambda split: (-pinned[split], split))
        unit.straddles = len(pinned) > 1
    return list(found.values())

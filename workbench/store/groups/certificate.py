"""What is known, and what is not, of samples that belong together in a snapshot: the leak certificate."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from workbench.store.groups.pairs import not_compared, search_of
from workbench.store.groups.together import alone, are_grouped, together
from workbench.store.schema import SPLITS, NearDuplicate, Sample, Snapshot, SnapshotSample

BETWEEN = [*combinations(SPLITS, 2)]
"""The pairs of splits between which samples can leak."""


def certify(snapshot: Snapshot, *, session: Session) -> dict[str, Any]:
    """Return the certificate of a snapshot, as JSON has it, by the groups and near duplicates that are known now.

    - `method`, `encoder`, `encoder_digest`, `threshold`, `searched_at`: how near duplicates were looked for, None
      where nobody did; `not_compared` samples of the snapshot came after that;
    - `groups`: how many groups of two samples or more it has, `given` of them with a name;
    - `straddling_groups`: how many of these are in more than one split; `straddling_pairs` counts near duplicates in
      two splits, by the splits ("train-test").
    """
    search = search_of(snapshot.theme_id, session=session)
    splits, given = _grouped_rows(snapshot, session)
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for sample_id, least in together(snapshot.theme_id, session=session).items():
        if sample_id in splits:
            parts[least].append(sample_id)
    groups = [ids for ids in parts.values() if len(ids) > 1]
    missing = 0 if search is None else _number_not_compared(snapshot, session)
    return {
        "method": search and search.method,
        "encoder": search and search.encoder,
        "encoder_digest": search and search.encoder_digest,
        "threshold": search and search.threshold,
        "searched_at": search and search.at.isoformat(timespec="seconds"),
        "not_compared": missing,
        "groups": len(groups),
        "given": sum(any(given[one] for one in ids) for ids in groups),
        "straddling_groups": _between(groups, splits),
        "straddling_pairs": _pairs_between(snapshot, search.threshold, session) if search else None,
    }


def sentence(certificate: Mapping[str, Any] | None) -> str:
    """Say a certificate in one line: what was found between train and test, by which method, or that nobody looked."""
    if not certificate:
        return "not known: made before leaks were looked for"
    groups = certificate["groups"]
    named = f"{groups:,} {'group' if groups == 1 else 'groups'}"
    if certificate["threshold"] is None:
        straddling = certificate["straddling_groups"]["train-test"]
        told = f"{straddling:,} of them in train and test" if straddling else "none in both train and test"
        return "near duplicates were not looked for" + (f"; {named} were given, {told}" if groups else "")
    said = f"{_between_train_and_test(certificate)} ({certificate['encoder']}, "
    said += f"{certificate['method']} {certificate['threshold']:g}, {named})"
    valid = sum(certificate["straddling_pairs"][name] for name in ("train-valid", "valid-test"))
    said += f"; {valid:,} between valid and the others" if valid else ""
    missing = certificate["not_compared"]
    return said + (f"; {missing:,} {'image was' if missing == 1 else 'images were'} not compared" if missing else "")


def leaks(certificate: Mapping[str, Any] | None) -> int | None:
    """Return how many groups are in both train and test; None where that is not known."""
    return None if not certificate else int(certificate["straddling_groups"]["train-test"])


def _between_train_and_test(certificate: Mapping[str, Any]) -> str:
    pairs, groups = certificate["straddling_pairs"]["train-test"], certificate["straddling_groups"]["train-test"]
    if not groups:
        return "no near duplicate between train and test"
    said = f"{pairs:,} near {'duplicate' if pairs == 1 else 'duplicates'} between train and test"
    return f"{said}, {groups:,} {'group' if groups == 1 else 'groups'} in both"


def _grouped_rows(snapshot: Snapshot, session: Session) -> tuple[dict[int, str], dict[int, bool]]:
    """Return the split of each sample of the snapshot that is in a group, and whether that was given."""
    if not are_grouped(snapshot.theme_id, session=session):
        return {}, {}
    query = (
        select(SnapshotSample.sample_id, SnapshotSample.split, Sample.group_id)
        .join(Sample, Sample.id == SnapshotSample.sample_id)
        .where(SnapshotSample.snapshot_id == snapshot.id, ~alone(snapshot.theme_id, session=session))
    )
    splits: dict[int, str] = {}
    given: dict[int, bool] = {}
    for sample_id, split, group_id in session.execute(query):
        splits[sample_id], given[sample_id] = split, group_id is not None
    return splits, given


def _between(groups: Sequence[Sequence[int]], splits: Mapping[int, str]) -> dict[str, int]:
    """Count the groups with samples in both of two splits."""
    found = {f"{one}-{other}": 0 for one, other in BETWEEN}
    for ids in groups:
        there = {splits[one] for one in ids}
        for one, other in BETWEEN:
            found[f"{one}-{other}"] += one in there and other in there
    return found


def _pairs_between(snapshot: Snapshot, threshold: float, session: Session) -> dict[str, int]:
    first, second = aliased(SnapshotSample), aliased(SnapshotSample)
    query = (
        select(first.split, second.split, func.count())
        .select_from(NearDuplicate)
        .join(first, first.sample_id == NearDuplicate.first_id)
        .join(second, second.sample_id == NearDuplicate.second_id)
        .where(
            NearDuplicate.theme_id == snapshot.theme_id,
            NearDuplicate.score >= threshold,
            first.snapshot_id == snapshot.id,
            second.snapshot_id == snapshot.id,
            first.split != second.split,
        )
        .group_by(first.split, second.split)
    )
    counts: Counter[frozenset[str]] = Counter()
    for one, other, number in session.execute(query):
        counts[frozenset((one, other))] += number
    return {f"{one}-{other}": counts[frozenset((one, other))] for one, other in BETWEEN}


def _number_not_compared(snapshot: Snapshot, session: Session) -> int:
    query = (
        select(func.count())
        .select_from(SnapshotSample)
        .join(Sample, Sample.id == SnapshotSample.sample_id)
        .where(SnapshotSample.snapshot_id == snapshot.id, *not_compared(snapshot.theme_id, session=session))
    )
    return session.scalar(query) or 0

"""Assigning splits: stratified by label, seeded, the same on every machine and database.

Samples of a label are put in the order of a hash of seed and content, so neither row ids nor a random generator's
version has a say. Each label's splits are then filled up to their share by the largest remainder method
(Hamilton's), with at least one sample in every split that is asked for.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Column, ColumnElement, MetaData, String, Table, func, insert, select, text
from sqlalchemy.orm import Session

from workbench.errors import WorkbenchError
from workbench.store.acts import change, record, start_batch, take_turn
from workbench.store.labels import labels_of
from workbench.store.schema import SPLITS, BigId, Sample
from workbench.store.statistics import ThemeStatistics, theme_statistics

DEFAULT_RATIOS = (0.7, 0.15, 0.15)


@dataclass(frozen=True)
class SplitOutcome:
    """What an assignment did (or, as a preview, would do): new samples per split, and the counts afterwards.

    `counts` maps label name to split to number, over all samples of the theme that have a label; `reset` samples had
    their split taken away first, `moved` went from train to valid.
    """

    assigned: dict[str, int]
    counts: dict[str, dict[str, int]]
    reset: int = 0
    moved: int = 0


def check_ratios(ratios: Sequence[float]) -> tuple[float, float, float]:
    """Return the shares of train, valid and test. Raises WorkbenchError unless they are three that sum to 1."""
    if len(ratios) != 3:
        raise WorkbenchError(f"{len(ratios)} split ratios were given; three are needed: train, valid, test.")
    if any(not math.isfinite(ratio) or ratio < 0 for ratio in ratios) or ratios[0] <= 0:
        raise WorkbenchError(f"The split ratios {_shown(ratios)} are not allowed: train above 0, the others 0 or more.")
    if abs(sum(ratios) - 1) > 1e-6:
        raise WorkbenchError(
            f"The split ratios {_shown(ratios)} sum to {sum(ratios):g}; they must sum to 1, for example 0.7 0.15 0.15."
        )
    return ratios[0], ratios[1], ratios[2]


def assign_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    annotator: str,
    session: Session,
) -> SplitOutcome:
    """Give a split to every labeled sample that has none; samples that have one stay where they are.

    `reset` first takes the splits of all samples away, which is recorded in their history: without it no sample ever
    leaves valid or test. `valid_from_train` is for a data set that came with train and test only: in each label for
    which valid is short of its share of train and valid together, train gives the rest; test is not touched. Raises
    WorkbenchError for bad ratios, fewer than two labels in use, a label with too few samples for the splits asked for,
    or both of `reset` and `valid_from_train`.
    """
    shares = check_ways(ratios, reset, valid_from_train)
    take_turn(theme_id, session=session)
    taken_away = reset_splits(theme_id, annotator, session) if reset else 0
    plan = _plan(theme_id, shares, seed, session, valid_from_train=valid_from_train)
    _write(theme_id, plan, annotator, session)
    return replace(plan.outcome, reset=taken_away)


def preview_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    session: Session,
) -> SplitOutcome:
    """Return what `assign_splits` would do, and change nothing."""
    shares = check_ways(ratios, reset, valid_from_train)
    plan = _plan(theme_id, shares, seed, session, anew=reset, valid_from_train=valid_from_train)
    return replace(plan.outcome, reset=_with_split(theme_id, session) if reset else 0)


def check_ways(ratios: Sequence[float], reset: bool, valid_from_train: bool) -> tuple[float, float, float]:
    """Return the shares as `check_ratios` does. Raises WorkbenchError when they contradict the ways that are asked."""
    shares = check_ratios(ratios)
    if valid_from_train and reset:
        raise WorkbenchError("A reset assigns all splits anew, valid among them. Ask for it or for valid out of train.")
    if valid_from_train and not shares[1]:
        raise WorkbenchError("The share of valid is 0. Give it one above 0 to take it out of train: 0.7 0.15 0.15.")
    return shares


def short_of(train: int, valid: int, shares: Sequence[float]) -> int:
    """Return how many of train's samples valid lacks for its share of the two; train keeps at least one."""
    wanted = max(math.floor((train + valid) * shares[1] / (shares[0] + shares[1]) + 0.5), 1)
    return max(0, min(wanted - valid, train - 1))


def allocate(present: Sequence[int], new: int, shares: Sequence[float]) -> list[int]:
    """Distribute `new` samples over the splits so that, with those `present`, each comes closest to its share.

    A split with a share above 0 that would stay empty gets one sample from the fullest split's new ones.
    """
    total = sum(present) + new
    room = [max(share * total - count, 0.0) for share, count in zip(shares, present, strict=True)]
    if sum(room) <= 0:
        room = list(shares)
    exact = [new * part / sum(room) for part in room]
    given = [math.floor(part + 1e-9) for part in exact]
    order = sorted(range(len(shares)), key=lambda i: (-(exact[i] - given[i]), i))
    for index in order[: new - sum(given)]:
        given[index] += 1
    for index, share in enumerate(shares):
        if share > 0 and present[index] + given[index] == 0:
            donor = max(range(len(shares)), key=lambda i: (given[i], -i))
            if given[donor] > 1 or (given[donor] == 1 and present[donor] > 0):
                given[donor] -= 1
                given[index] += 1
    return given


@dataclass(frozen=True)
class _Plan:
    """Which samples get a split, which go from train to valid, and what that comes to."""

    assigned: dict[str, list[int]]
    moved: list[int]
    outcome: SplitOutcome


def _plan(
    theme_id: int,
    shares: tuple[float, float, float],
    seed: int,
    session: Session,
    *,
    anew: bool = False,
    valid_from_train: bool = False,
) -> _Plan:
    """Plan an assignment; `anew` as if no sample had a split."""
    statistics = theme_statistics(theme_id, session=session)
    _require_enough(statistics, shares)
    waiting = _in_order(theme_id, seed, [] if anew else [Sample.split.is_(None)], session)
    in_train = _in_order(theme_id, seed, [Sample.split == "train"], session) if valid_from_train else {}
    plan: dict[str, list[int]] = {split: [] for split in SPLITS}
    counts: dict[str, dict[str, int]] = {}
    moved: list[int] = []
    for label in labels_of(theme_id, session=session):
        present = [0 if anew else statistics.counts[label.name][split] for split in SPLITS]
        ordered = waiting.get(label.id, [])
        given = allocate(present, len(ordered), shares) if ordered else [0, 0, 0]
        start = 0
        for split, number in zip(SPLITS, given, strict=True):
            plan[split] += ordered[start : start + number]
            start += number
        row = dict(zip(SPLITS, (a + b for a, b in zip(present, given, strict=True)), strict=True))
        if label.id in in_train:
            lacking = in_train[label.id][: short_of(row["train"], row["valid"], shares)]
            row["train"], row["valid"] = row["train"] - len(lacking), row["valid"] + len(lacking)
            moved += lacking
        counts[label.name] = row
    assigned = {split: len(ids) for split, ids in plan.items()}
    return _Plan(plan, moved, SplitOutcome(assigned, counts, moved=len(moved)))


def _in_order(theme_id: int, seed: int, which: Sequence[ColumnElement[bool]], session: Session) -> dict[int, list[int]]:
    """Return the ids of labeled samples by label, in the order of a hash of seed and content."""
    query = select(Sample.id, Sample.label_id, Sample.sha256).where(
        Sample.theme_id == theme_id, Sample.deleted_at.is_(None), Sample.label_id.is_not(None), *which
    )
    found: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
    for sample_id, label_id, sha256 in session.execute(query):
        if label_id is not None:
            found[label_id].append((hashlib.sha256(f"{seed}:{sha256}".encode()).digest(), sample_id))
    return {label_id: [sample_id for _, sample_id in sorted(pairs)] for label_id, pairs in found.items()}


def _require_enough(statistics: ThemeStatistics, shares: tuple[float, float, float]) -> None:
    used = {name: sum(row.values()) for name, row in statistics.counts.items() if sum(row.values())}
    if len(used) < 2:
        found = f"only '{next(iter(used))}'" if used else "none"
        raise WorkbenchError(
            f"Splits need samples of at least two labels; labeled samples have {found}. "
            "Label more samples in notebooks/01_label.ipynb, or import labeled ones."
        )
    needed = sum(share > 0 for share in shares)
    short = {name: total for name, total in used.items() if total < needed}
    if short:
        shown = ", ".join(f"'{name}' has {total}" for name, total in short.items())
        raise WorkbenchError(
            f"Too few samples to split: {shown}; each label needs at least {needed}, one for each split. "
            "Label more of them, merge the label into another, or set a ratio to 0."
        )


def _write(theme_id: int, plan: _Plan, annotator: str, session: Session) -> None:
    rows = sorted((sample_id, split) for split, ids in plan.assigned.items() for sample_id in ids)
    moved = [(sample_id, "valid") for sample_id in sorted(plan.moved)]
    for part, before, note in ((rows, None, ""), (moved, "train", "valid out of train")):
        if not part:
            continue
        batch = start_batch(theme_id, "split", annotator=annotator, source="human", note=note, session=session)
        with _planned(part, session) as planned:
            which = [Sample.id == planned.c.sample_id]
            record(batch, "split", which, before=before, after=planned.c.split, session=session)
            batch.changed = change(which, session=session, split=planned.c.split)
        session.flush()


@contextmanager
def _planned(rows: Sequence[tuple[int, str]], session: Session) -> Iterator[Table]:
    """Hold samples with their splits in a table of this connection, so that one statement reaches all of them."""
    planned = Table(
        "planned_splits", MetaData(), Column("sample_id", BigId, primary_key=True), Column("split", String(10)),
        prefixes=["TEMPORARY"],
    )  # fmt: skip
    connection = session.connection()
    planned.create(connection)
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy("COPY planned_splits (sample_id, split) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.execute(text("ANALYZE planned_splits"))
    else:
        connection.execute(insert(planned), [{"sample_id": sample_id, "split": split} for sample_id, split in rows])
    try:
        yield planned
    finally:
        planned.drop(connection)


def reset_splits(theme_id: int, annotator: str, session: Session) -> int:
    """Take the splits of all samples away, which their history records; return of how many."""
    number = _with_split(theme_id, session)
    if number:
        which = [Sample.theme_id == theme_id, Sample.split.is_not(None)]
        batch = start_batch(theme_id, "reset splits", annotator=annotator, source="human", session=session)
        record(batch, "split", which, before=Sample.split, after=None, session=session)
        batch.changed = change(which, session=session, split=None)
        session.flush()
    return number


def _with_split(theme_id: int, session: Session) -> int:
    query = select(func.count()).select_from(Sample).where(Sample.theme_id == theme_id, Sample.split.is_not(None))
    return session.scalar(query) or 0


def _shown(ratios: Sequence[float]) -> str:
    return " ".join(f"{ratio:g}" for ratio in ratios)

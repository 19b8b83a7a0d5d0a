"""Assigning splits: stratified by label, seeded, the same on every machine and database.

Samples of a label are put in the order of a hash of seed and content, so neither row ids nor a random generator's
version has a say. Each label's splits are then filled up to their share by the largest remainder method
(Hamilton's), with at least one sample in every split that is asked for.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Subquery,
    Table,
    case,
    cast,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Session, aliased

from workbench.errors import WorkbenchError
from workbench.store.counts import UNASSIGNED, ThemeStatistics, theme_statistics
from workbench.store.events import change, record, start_batch
from workbench.store.labels import labels_of
from workbench.store.locks import lock_theme
from workbench.store.schema import SPLITS, LabelEvent, Sample

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
    lock_theme(theme_id, session=session)
    taken_away = reset_splits(theme_id, annotator, session) if reset else 0
    plan = _plan(theme_id, shares, session, valid_from_train=valid_from_train)
    _write(theme_id, plan, seed, annotator, session)
    return replace(plan.outcome, reset=taken_away)


def preview_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    reset: bool = False,
    valid_from_train: bool = False,
    session: Session,
) -> SplitOutcome:
    """Return what `assign_splits` would do whatever its seed, and change nothing."""
    shares = check_ways(ratios, reset, valid_from_train)
    plan = _plan(theme_id, shares, session, anew=reset, valid_from_train=valid_from_train)
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
    """How many samples of each label (by its id) get which split, how many go from train to valid, the outcome."""

    assigned: dict[int, list[int]]
    moved: dict[int, list[int]]
    outcome: SplitOutcome


def _plan(
    theme_id: int,
    shares: tuple[float, float, float],
    session: Session,
    *,
    anew: bool = False,
    valid_from_train: bool = False,
) -> _Plan:
    """Plan an assignment; `anew` as if no sample had a split."""
    statistics = theme_statistics(theme_id, session=session)
    _require_enough(statistics, shares)
    assigned: dict[int, list[int]] = {}
    moved: dict[int, list[int]] = {}
    counts: dict[str, dict[str, int]] = {}
    for label in labels_of(theme_id, session=session):
        found = statistics.counts[label.name]
        present = [0 if anew else found[split] for split in SPLITS]
        waiting = sum(found.values()) if anew else found[UNASSIGNED]
        given = allocate(present, waiting, shares) if waiting else [0, 0, 0]
        row = dict(zip(SPLITS, (a + b for a, b in zip(present, given, strict=True)), strict=True))
        if waiting:
            assigned[label.id] = given
        if valid_from_train:
            lacking = min(short_of(row["train"], row["valid"], shares), found["train"])
            row["train"], row["valid"] = row["train"] - lacking, row["valid"] + lacking
            if lacking:
                moved[label.id] = [0, lacking, 0]
        counts[label.name] = row
    sums = {split: sum(given[at] for given in assigned.values()) for at, split in enumerate(SPLITS)}
    return _Plan(assigned, moved, SplitOutcome(sums, counts, moved=sum(given[1] for given in moved.values())))


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


def _write(theme_id: int, plan: _Plan, seed: int, annotator: str, session: Session) -> None:
    """Write a plan. All is recorded before anything is changed: what enters train is not at once taken out of it."""
    batches = []
    for numbers, before, note in ((plan.assigned, None, ""), (plan.moved, "train", "valid out of train")):
        if not numbers:
            continue
        batch = start_batch(theme_id, "split", annotator=annotator, source="human", note=note, session=session)
        with _limits(numbers, session) as limits:
            drawn = _in_order(theme_id, seed, before)
            place = drawn.c.place
            split = case(*((place <= limits.c[name], literal(name, String)) for name in SPLITS))
            which = [limits.c.label_id == drawn.c.label_id, split.is_not(None)]
            record(batch, "split", which, before=before, after=split, session=session, samples=aliased(Sample, drawn))
        batches.append(batch)
    for batch in batches:
        recorded = [LabelEvent.batch_id == batch.id, LabelEvent.sample_id == Sample.id]
        batch.changed = change(recorded, session=session, split=LabelEvent.after)
    session.flush()


def _in_order(theme_id: int, seed: int, split: str | None) -> Subquery:
    """Return labeled samples that have a split with their place among their label's, by a hash of seed and content."""
    # A cast is how both databases make bytes of a text; of SQLite's functions `sha256` is the store's own.
    digest = func.sha256(cast(literal(f"{seed}:", String) + Sample.sha256, LargeBinary))
    place = func.row_number().over(partition_by=Sample.label_id, order_by=(digest, Sample.id))
    return (
        select(
            Sample.id, Sample.theme_id, Sample.label_id, Sample.annotator, Sample.labeled_at, place.label("place")
        )
        .where(
            Sample.theme_id == theme_id, Sample.deleted_at.is_(None), Sample.label_id.is_not(None),
            Sample.split.is_(None) if split is None else Sample.split == split,
        )
        .subquery()
    )  # fmt: skip


@contextmanager
def _limits(numbers: dict[int, list[int]], session: Session) -> Iterator[Table]:
    """Hold in a table of this connection up to which place the samples of a label belong to each split."""
    columns = (Column(split, Integer, nullable=False) for split in SPLITS)
    limits = Table(
        "split_limits", MetaData(), Column("label_id", Integer, primary_key=True), *columns, prefixes=["TEMPORARY"]
    )
    connection = session.connection()
    limits.create(connection)
    rows = [(label_id, *accumulate(given)) for label_id, given in numbers.items()]
    connection.execute(insert(limits), [dict(zip(("label_id", *SPLITS), row, strict=True)) for row in rows])
    try:
        yield limits
    finally:
        limits.drop(connection)


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

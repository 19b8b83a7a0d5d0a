"""Assigning splits to labeled samples: stratified by label, seeded, the same on every machine and database.

Samples of a label are put in the order of a hash of seed and content, so neither row ids nor a random generator's
version has a say. Each label's splits are then filled up to their share by the largest remainder method
(Hamilton's), with at least one sample in every split that is asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import accumulate

from sqlalchemy import (
    Column,
    ColumnElement,
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
from workbench.store.counts import ThemeCounts, theme_counts
from workbench.store.events import start_batch, write_events_where
from workbench.store.groups.together import alone, are_grouped
from workbench.store.labels import labels_of
from workbench.store.samples import update_samples
from workbench.store.schema import SPLITS, Batch, LabelEvent, Sample
from workbench.store.splits.allocation import (
    DEFAULT_RATIOS,
    DrawnSplits,
    GroupedSplits,
    SplitOutcome,
    allocate,
    check_options,
    farthest_share,
    short_of,
)
from workbench.store.splits.grouped import PlacedGroups, grouped_counts, place_groups
from workbench.store.steps.running import lock_idle_theme

RESET = "reset splits"
_CHUNK = 5_000


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
    shares = check_options(ratios, reset, valid_from_train)
    lock_idle_theme(theme_id, session=session)
    taken_away = reset_splits(theme_id, annotator, session) if reset else 0
    plan = _plan(theme_id, shares, seed, session, valid_from_train=valid_from_train)
    _write(theme_id, plan, seed, annotator, session)
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
    """Return what `assign_splits` would do with the same seed (which has a say in groups alone), and change nothing."""
    shares = check_options(ratios, reset, valid_from_train)
    plan = _plan(theme_id, shares, seed, session, from_scratch=reset, valid_from_train=valid_from_train)
    return replace(plan.outcome, reset=number_with_split(theme_id, session=session) if reset else 0)


def draw_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    valid_from_train: bool = False,
    session: Session,
) -> DrawnSplits:
    """Return which samples `assign_splits` would give which split, and change nothing."""
    shares = check_options(ratios, False, valid_from_train)
    plan = _plan(theme_id, shares, seed, session, valid_from_train=valid_from_train)
    given = _drawn(theme_id, plan.assigned, seed, None, session) if plan.assigned else []
    moved = _drawn(theme_id, plan.moved, seed, "train", session) if plan.moved else []
    return DrawnSplits(sorted([*given, *plan.placed.given]), moved, plan.outcome)


def _drawn(
    theme_id: int, numbers: dict[int, list[int]], seed: int, before: str | None, session: Session
) -> list[tuple[int, int]]:
    """Return pairs of sample and split, the latter by its position among SPLITS, in the order of the samples."""
    limits = {label_id: list(accumulate(given)) for label_id, given in numbers.items()}
    drawn = _in_order(theme_id, seed, before, session)
    query = select(drawn.c.id, drawn.c.label_id, drawn.c.rank)
    found = []
    for sample_id, label_id, rank in session.execute(query, execution_options={"yield_per": 10_000}):
        ends = limits.get(label_id)
        if ends is not None and rank <= ends[-1]:
            found.append((sample_id, bisect_left(ends, rank)))
    return sorted(found)


@dataclass(frozen=True)
class _Plan:
    """How many samples of each label (by its id) get which split, how many go from train to valid, the outcome.

    `placed` are the samples of groups, which are chosen already; the others are drawn.
    """

    assigned: dict[int, list[int]]
    moved: dict[int, list[int]]
    placed: PlacedGroups
    outcome: SplitOutcome


def _plan(
    theme_id: int,
    shares: tuple[float, float, float],
    seed: int,
    session: Session,
    *,
    from_scratch: bool = False,
    valid_from_train: bool = False,
) -> _Plan:
    """Plan an assignment; `from_scratch` as if no sample had a split."""
    counts_now = theme_counts(theme_id, session=session)
    _require_enough(counts_now, shares)
    assigned: dict[int, list[int]] = {}
    moved: dict[int, list[int]] = {}
    counts: dict[str, dict[str, int]] = {}
    labels = labels_of(theme_id, session=session)
    now = {label.id: counts_now.by_label[label.name] for label in labels}
    present = {label_id: [0 if from_scratch else found[split] for split in SPLITS] for label_id, found in now.items()}
    totals = {label_id: total for label_id, found in now.items() if (total := sum(found.values()))}
    placed, movable = _groups(theme_id, shares, seed, present, totals, from_scratch, session)
    for label in labels:
        whole = placed.counts.get(label.id, [0, 0, 0])
        there = [a + b for a, b in zip(present[label.id], whole, strict=True)]
        waiting = totals.get(label.id, 0) - sum(there)
        given = allocate(there, waiting, shares) if waiting else [0, 0, 0]
        row = dict(zip(SPLITS, (a + b for a, b in zip(there, given, strict=True)), strict=True))
        if waiting or any(whole):
            assigned[label.id] = given
        if valid_from_train:
            most = now[label.id]["train"] if movable is None else movable.get((label.id, "train"), 0)
            lacking = min(short_of(row["train"], row["valid"], shares), most)
            row["train"], row["valid"] = row["train"] - lacking, row["valid"] + lacking
            if lacking:
                moved[label.id] = [0, lacking, 0]
        counts[label.name] = row
    entered = [*assigned.values(), *placed.counts.values()]
    sums = {split: sum(given[at] for given in entered) for at, split in enumerate(SPLITS)}
    said = None
    if movable is not None:
        said = GroupedSplits(placed.groups, placed.joined, placed.straddling, farthest_share(counts, shares))
    outcome = SplitOutcome(sums, counts, moved=sum(given[1] for given in moved.values()), groups=said)
    return _Plan(assigned, moved, placed, outcome)


def _groups(
    theme_id: int,
    shares: Sequence[float],
    seed: int,
    present: Mapping[int, Sequence[int]],
    totals: Mapping[int, int],
    from_scratch: bool,
    session: Session,
) -> tuple[PlacedGroups, dict[tuple[int, str], int] | None]:
    """Return what whole groups get, and the numbers of samples in none by label and split; None without groups."""
    if not are_grouped(theme_id, session=session):
        return PlacedGroups(), None
    labeled = [Sample.label_id.is_not(None)]
    placed = place_groups(
        theme_id,
        shares,
        seed,
        present=present,
        totals=totals,
        which=labeled,
        from_scratch=from_scratch,
        session=session,
    )
    living = [Sample.theme_id == theme_id, Sample.deleted_at.is_(None), *labeled]
    return placed, grouped_counts(theme_id, living, grouped=False, session=session)


def _require_enough(counts_now: ThemeCounts, shares: tuple[float, float, float]) -> None:
    used = {name: sum(row.values()) for name, row in counts_now.by_label.items() if sum(row.values())}
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
    """Write a plan. All events come before any change: what enters train is not at once taken out of it."""
    batches = [_write_groups(theme_id, plan.placed, annotator, session)] if plan.placed.given else []
    for numbers, before, note in ((plan.assigned, None, ""), (plan.moved, "train", "valid out of train")):
        if not numbers:
            continue
        batch = start_batch(theme_id, "split", annotator=annotator, source="human", note=note, session=session)
        with _limits(numbers, session) as limits:
            drawn = _in_order(theme_id, seed, before, session)
            split = case(*((drawn.c.rank <= limits.c[name], literal(name, String)) for name in SPLITS))
            which = [limits.c.label_id == drawn.c.label_id, split.is_not(None)]
            samples = aliased(Sample, drawn)
            write_events_where(batch, "split", which, before=before, after=split, samples=samples, session=session)
        batches.append(batch)
    for batch in batches:
        recorded = [LabelEvent.batch_id == batch.id, LabelEvent.sample_id == Sample.id]
        batch.changed = update_samples(recorded, session=session, split=LabelEvent.after)
    session.flush()


def _write_groups(theme_id: int, placed: PlacedGroups, annotator: str, session: Session) -> Batch:
    """Start the batch of what whole groups get, with its events."""
    batch = start_batch(theme_id, "split", annotator=annotator, source="human", note="whole groups", session=session)
    for position, split in enumerate(SPLITS):
        ids = [sample_id for sample_id, given in placed.given if given == position]
        for start in range(0, len(ids), _CHUNK):
            which = [Sample.id.in_(ids[start : start + _CHUNK])]
            write_events_where(batch, "split", which, before=None, after=split, session=session)
    return batch


def _in_order(theme_id: int, seed: int, split: str | None, session: Session) -> Subquery:
    """Return labeled samples of a split with their rank within their label, by a hash of seed and content.

    Those that belong to a group are left out: they are placed with it.
    """
    # A cast is how both databases make bytes of a text; of SQLite's functions `sha256` is the store's own.
    digest = func.sha256(cast(literal(f"{seed}:", String) + Sample.sha256, LargeBinary))
    rank = func.row_number().over(partition_by=Sample.label_id, order_by=(digest, Sample.id))
    columns = (Sample.id, Sample.theme_id, Sample.label_id, Sample.annotator, Sample.labeled_at, rank.label("rank"))
    query = select(*columns).where(
        Sample.theme_id == theme_id,
        Sample.deleted_at.is_(None),
        Sample.label_id.is_not(None),
        Sample.split.is_(None) if split is None else Sample.split == split,
    )
    if are_grouped(theme_id, session=session):
        query = query.where(alone(theme_id, session=session))
    return query.subquery()


@contextmanager
def _limits(numbers: dict[int, list[int]], session: Session) -> Iterator[Table]:
    """Hold in a table of this connection up to which rank the samples of a label belong to each split."""
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
    number = number_with_split(theme_id, session=session)
    if number:
        batch = start_batch(theme_id, RESET, annotator=annotator, source="human", session=session)
        reset_in_batch(batch, [Sample.theme_id == theme_id], session=session)
        session.flush()
    return number


def reset_in_batch(batch: Batch, matching: Sequence[ColumnElement[bool]], *, session: Session) -> None:
    """Take the splits of those samples away that the conditions mean, as part of a batch."""
    which = [*matching, Sample.split.is_not(None)]
    write_events_where(batch, "split", which, before=Sample.split, after=None, session=session)
    batch.changed += update_samples(which, session=session, split=None)


def number_with_split(theme_id: int, *, session: Session) -> int:
    """Return how many of a theme's samples have a split, deleted ones too."""
    query = select(func.count()).select_from(Sample).where(Sample.theme_id == theme_id, Sample.split.is_not(None))
    return session.scalar(query) or 0

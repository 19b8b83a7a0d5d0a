"""Assigning splits in a theme of boxes: whole images, because boxes of one image must not be on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, null, select, update
from sqlalchemy.orm import Session

from workbench.store.counts import UNASSIGNED, boxes_by_split
from workbench.store.events import Event, start_batch, write_events
from workbench.store.groups.together import are_grouped, together
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter, forget_samples
from workbench.store.schema import SPLITS, Box, Sample
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
from workbench.store.splits.grouped import PlacedGroups, place_groups
from workbench.store.splits.stratified import number_with_split, reset_splits
from workbench.store.steps.running import lock_idle_theme


def assign_box_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    annotator: str,
    session: Session,
) -> SplitOutcome:
    """Give a split to each image that has boxes and none yet; images that have one stay where they are.

    Images are taken in the order of a hash of seed and content, the same on every machine and database. `assigned`
    counts images, `counts` boxes. `reset` and `valid_from_train` are those of `assign_splits`, for images. Raises
    WorkbenchError for bad ratios, or both of them.
    """
    check_options(ratios, reset, valid_from_train)
    lock_idle_theme(theme_id, session=session)
    taken_away = reset_splits(theme_id, annotator, session) if reset else 0
    drawn = draw_box_splits(theme_id, ratios, seed=seed, valid_from_train=valid_from_train, session=session)
    if drawn.given:
        _write(theme_id, drawn.given, annotator, session)
    if drawn.moved:
        _write(theme_id, drawn.moved, annotator, session, before="train")
    return replace(drawn.outcome, counts=boxes_by_split(theme_id, session=session), reset=taken_away)


def draw_box_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    valid_from_train: bool = False,
    from_scratch: bool = False,
    session: Session,
) -> DrawnSplits:
    """Return which images `assign_box_splits` would give which split, and change nothing.

    `from_scratch` as if no image had a split. The outcome has the counts of boxes as they are before.
    """
    shares = check_options(ratios, from_scratch, valid_from_train)
    drawn = select(Box.id).where(Box.sample_id == Sample.id).exists()
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None), drawn)
    split_now = null() if from_scratch else Sample.split
    rows = session.execute(select(Sample.id, Sample.sha256, split_now.label("split")).where(*living)).all()
    present = [sum(row.split == split for row in rows) for split in SPLITS]
    placed, grouped = _groups(theme_id, shares, seed, present, len(rows), drawn, from_scratch, session)
    whole = placed.counts.get(0, [0, 0, 0])
    there = [a + b for a, b in zip(present, whole, strict=True)]
    single = [row for row in rows if grouped is None or row.id not in grouped]
    waiting = _in_order([(row.id, row.sha256) for row in single if row.split is None], seed)
    given = allocate(there, len(waiting), shares) if waiting else [0, 0, 0]
    splits = [position for position, number in enumerate(given) for _ in range(number)]
    moved: list[int] = []
    after = [a + b for a, b in zip(there, given, strict=True)]
    if valid_from_train:
        lacking = short_of(after[0], after[1], shares)
        moved = _in_order([(row.id, row.sha256) for row in single if row.split == "train"], seed)[:lacking]
        after = [after[0] - len(moved), after[1] + len(moved), after[2]]
    said = None
    if grouped is not None:
        row = {"": dict(zip(SPLITS, after, strict=True))}
        said = GroupedSplits(placed.groups, placed.joined, placed.straddling, farthest_share(row, shares))
    entered = {split: a + b for split, a, b in zip(SPLITS, given, whole, strict=True)}
    return DrawnSplits(
        sorted([*zip(waiting, splits, strict=True), *placed.given]),
        [(number, SPLITS.index("valid")) for number in sorted(moved)],
        SplitOutcome(entered, boxes_by_split(theme_id, session=session), moved=len(moved), groups=said),
    )


def _groups(
    theme_id: int,
    shares: Sequence[float],
    seed: int,
    present: Sequence[int],
    total: int,
    drawn: ColumnElement[bool],
    from_scratch: bool,
    session: Session,
) -> tuple[PlacedGroups, dict[int, int] | None]:
    """Return what whole groups of images get, and the images that are in any; None without groups."""
    if not are_grouped(theme_id, session=session):
        return PlacedGroups(), None
    placed = place_groups(
        theme_id,
        shares,
        seed,
        present={0: present},
        totals={0: total},
        which=[drawn],
        by_label=False,
        from_scratch=from_scratch,
        session=session,
    )
    return placed, together(theme_id, session=session)


def preview_box_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    session: Session,
) -> SplitOutcome:
    """Return what `assign_box_splits` would do with the same seed, and change nothing."""
    how = {"seed": seed, "valid_from_train": valid_from_train, "from_scratch": reset}
    drawn = draw_box_splits(theme_id, ratios, session=session, **how)  # type: ignore[arg-type]
    entered = {sample_id: SPLITS[split] for sample_id, split in (*drawn.given, *drawn.moved)}
    names = {label.id: label.name for label in labels_of(theme_id, session=session)}
    counts = {name: dict.fromkeys((*SPLITS, UNASSIGNED), 0) for name in names.values()}
    boxes = select(Box.label_id, Sample.id, Sample.split).join(Sample)
    for label_id, sample_id, split in session.execute(boxes.where(*SampleFilter().conditions(theme_id))):
        counts[names[label_id]][entered.get(sample_id) or (None if reset else split) or UNASSIGNED] += 1
    taken_away = number_with_split(theme_id, session=session) if reset else 0
    return replace(drawn.outcome, counts=counts, reset=taken_away)


def _in_order(pairs: Iterable[tuple[int, str]], seed: int) -> list[int]:
    """Return ids in the order of a hash of seed and content."""
    digests = [(hashlib.sha256(f"{seed}:{sha256}".encode()).digest(), number) for number, sha256 in pairs]
    return [number for _, number in sorted(digests)]


def _write(
    theme_id: int, drawn: Sequence[tuple[int, int]], annotator: str, session: Session, *, before: str | None = None
) -> None:
    pairs = [(sample_id, SPLITS[split]) for sample_id, split in drawn]
    note = "valid out of train" if before else ""
    batch = start_batch(theme_id, "split", annotator=annotator, source="human", note=note, session=session)
    batch.changed = len(pairs)
    session.execute(update(Sample), [{"id": sample_id, "split": split} for sample_id, split in pairs])
    write_events(batch, "split", [Event(number, before, split) for number, split in pairs], session=session)
    session.flush()
    forget_samples(session)

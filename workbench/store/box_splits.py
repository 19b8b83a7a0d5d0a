"""Assigning splits in a theme of boxes: whole images, because boxes of one image must not be on both sides."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from workbench.store.acts import start_batch, take_turn
from workbench.store.boxes import boxes_by_split
from workbench.store.samples import forget_samples
from workbench.store.schema import SPLITS, Box, LabelEvent, Sample, Theme
from workbench.store.splits import DEFAULT_RATIOS, SplitOutcome, allocate, assign_splits, check_ratios, reset_splits


def assign_splits_by_task(
    theme: Theme, ratios: Sequence[float] = DEFAULT_RATIOS, *, seed: int = 42, reset: bool = False, annotator: str,
    session: Session,
) -> SplitOutcome:  # fmt: skip
    """Assign splits as the task wants it: `splits.assign_splits`, or `assign_box_splits` in a theme of boxes."""
    assign = assign_box_splits if theme.task == "boxes" else assign_splits
    return assign(theme.id, ratios, seed=seed, reset=reset, annotator=annotator, session=session)


def assign_box_splits(
    theme_id: int,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    annotator: str,
    session: Session,
) -> SplitOutcome:
    """Give a split to each image that has boxes and none yet; images that have one are never moved.

    Images are taken in the order of a hash of seed and content, the same on every machine and database. `assigned`
    counts images, `counts` boxes. `reset` first takes all splits away, which is recorded. Raises WorkbenchError for bad
    ratios.
    """
    shares = check_ratios(ratios)
    take_turn(theme_id, session=session)
    taken_away = reset_splits(theme_id, annotator, session) if reset else 0
    drawn = select(Box.id).where(Box.sample_id == Sample.id).exists()
    living = (Sample.theme_id == theme_id, Sample.deleted_at.is_(None), drawn)
    rows = session.execute(select(Sample.id, Sample.sha256, Sample.split).where(*living)).all()
    waiting = sorted(
        (hashlib.sha256(f"{seed}:{row.sha256}".encode()).digest(), row.id) for row in rows if row.split is None
    )
    given = [0, 0, 0]
    if waiting:
        given = allocate([sum(row.split == split for row in rows) for split in SPLITS], len(waiting), shares)
        splits = [split for split, number in zip(SPLITS, given, strict=True) for _ in range(number)]
        _write(theme_id, [(sample_id, split) for (_, sample_id), split in zip(waiting, splits, strict=True)], annotator,
               session)  # fmt: skip
    return SplitOutcome(dict(zip(SPLITS, given, strict=True)), boxes_by_split(theme_id, session=session), taken_away)


def _write(theme_id: int, pairs: Sequence[tuple[int, str]], annotator: str, session: Session) -> None:
    batch = start_batch(theme_id, "split", annotator=annotator, source="human", session=session)
    batch.changed = len(pairs)
    session.execute(update(Sample), [{"id": sample_id, "split": split} for sample_id, split in pairs])
    common = {
        "theme_id": theme_id, "at": batch.at, "annotator": batch.annotator, "source": batch.source, "action": "split",
        "before": None, "batch_id": batch.id,
    }  # fmt: skip
    session.execute(insert(LabelEvent), [{**common, "sample_id": number, "after": split} for number, split in pairs])
    session.flush()
    forget_samples(session)

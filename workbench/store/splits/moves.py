"""Moving chosen samples into a split by hand, as far as that leaks nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from workbench.errors import WorkbenchError
from workbench.store.events import start_batch, write_events_where
from workbench.store.groups.together import alone, are_grouped, members, together
from workbench.store.samples import SampleFilter, update_samples
from workbench.store.schema import SPLITS, Batch, Sample
from workbench.store.steps.running import lock_idle_theme


@dataclass(frozen=True)
class SplitMove:
    """What a move did: `refused` samples are in valid or test and stay there, `unlabeled` ones get no split.

    `straddling` ones stay because their group has samples in another split, which were not moved with them.
    """

    moved: int
    unchanged: int
    refused: int
    unlabeled: int
    straddling: int = 0


def move_to_split(theme_id: int, where: SampleFilter, split: str, *, annotator: str, session: Session) -> SplitMove:
    """Move labeled samples that are in train or in no split into a split, as one batch of their history.

    A sample in valid or test is never moved: what a model is judged by must not become what it learns from. One whose
    group has others in another split moves with all of them alone. Raises
    WorkbenchError for an unknown split.
    """
    lock_idle_theme(theme_id, session=session)
    batch = begin_move(theme_id, split, annotator=annotator, session=session)
    counts = Counter[str]()
    kept = would_straddle(theme_id, where, split, session=session)
    for part in where.parts():
        counts += move_in_batch(batch, part.conditions(theme_id), split, kept=kept, session=session)
    session.flush()
    return split_move(counts)


def begin_move(theme_id: int, split: str, *, annotator: str, session: Session) -> Batch:
    """Start the batch of a move. Raises WorkbenchError for an unknown split."""
    if split not in SPLITS:
        raise WorkbenchError(f"There is no split '{split}'. Allowed: {', '.join(SPLITS)}.")
    return start_batch(theme_id, "move to split", annotator=annotator, source="human", note=split, session=session)


def move_in_batch(
    batch: Batch,
    matching: Sequence[ColumnElement[bool]],
    split: str,
    *,
    kept: Sequence[int] = (),
    session: Session,
) -> Counter[str]:
    """Move those of the samples that may move, as part of a batch; count all of them by the fields of SplitMove.

    Those of `kept`, which `would_straddle` names, stay.
    """
    counts = Counter[str]()
    movable = _movable(split)
    if kept:
        staying = [*matching, movable, Sample.id.in_(kept)]
        number = session.scalar(select(func.count()).select_from(Sample).where(*staying)) or 0
        counts["straddling"] += number
        counts["moved"] -= number
        movable = and_(movable, Sample.id.not_in(kept))
    columns = (Sample.label_id.is_(None), Sample.split)
    rows = session.execute(select(*columns, func.count()).where(*matching).group_by(*columns))
    for unlabeled, present, number in rows:
        counts[_result_of(bool(unlabeled), present, split)] += number
    write_events_where(batch, "split", [*matching, movable], before=Sample.split, after=split, session=session)
    batch.changed += update_samples([*matching, movable], session=session, split=split)
    return counts


def would_straddle(theme_id: int, where: SampleFilter, split: str, *, session: Session) -> list[int]:
    """Return the movable samples of a filter whose groups would then be in two splits."""
    if not are_grouped(theme_id, session=session):
        return []
    grouped = ~alone(theme_id, session=session)
    moving: set[int] = set()
    for part in where.parts():
        moving.update(session.scalars(select(Sample.id).where(*part.conditions(theme_id), _movable(split), grouped)))
    if not moving:
        return []
    elsewhere = set(
        session.scalars(
            select(Sample.id).where(
                *SampleFilter().conditions(theme_id), grouped, Sample.split.is_not(None), Sample.split != split
            )
        )
    )
    kept = []
    for ids in members(together(theme_id, session=session)).values():
        mine = moving.intersection(ids)
        if mine and elsewhere.intersection(ids) - mine:
            kept += sorted(mine)
    return kept


def _movable(split: str) -> ColumnElement[bool]:
    elsewhere = Sample.split.is_distinct_from(split) & (Sample.split.is_(None) | (Sample.split == "train"))
    return and_(Sample.label_id.is_not(None), elsewhere)


def split_move(counts: Counter[str]) -> SplitMove:
    """Return the counts of `move_in_batch` as what a move did."""
    return SplitMove(counts["moved"], counts["unchanged"], counts["refused"], counts["unlabeled"], counts["straddling"])


def _result_of(unlabeled: bool, present: str | None, split: str) -> str:
    if present == split:
        return "unchanged"
    if present in ("valid", "test"):
        return "refused"
    return "unlabeled" if unlabeled else "moved"

"""Moving chosen samples into a split by hand, as far as that leaks nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from workbench.errors import WorkbenchError
from workbench.store.events import start_batch, write_events_where
from workbench.store.locks import lock_theme
from workbench.store.samples import SampleFilter, update_samples
from workbench.store.schema import SPLITS, Sample


@dataclass(frozen=True)
class SplitMove:
    """What a move did: `refused` samples are in valid or test and stay there, `unlabeled` ones get no split."""

    moved: int
    unchanged: int
    refused: int
    unlabeled: int


def move_to_split(theme_id: int, where: SampleFilter, split: str, *, annotator: str, session: Session) -> SplitMove:
    """Move labeled samples that are in train or in no split into a split, as one batch of their history.

    A sample in valid or test is never moved: what a model is judged by must not become what it learns from. Raises
    WorkbenchError for an unknown split.
    """
    if split not in SPLITS:
        raise WorkbenchError(f"There is no split '{split}'. Allowed: {', '.join(SPLITS)}.")
    counts = dict.fromkeys(("moved", "unchanged", "refused", "unlabeled"), 0)
    elsewhere = Sample.split.is_distinct_from(split) & (Sample.split.is_(None) | (Sample.split == "train"))
    movable = and_(Sample.label_id.is_not(None), elsewhere)
    lock_theme(theme_id, session=session)
    batch = start_batch(theme_id, "move to split", annotator=annotator, source="human", note=split, session=session)
    for part in where.parts():
        matching = part.conditions(theme_id)
        columns = (Sample.label_id.is_(None), Sample.split)
        rows = session.execute(select(*columns, func.count()).where(*matching).group_by(*columns))
        for unlabeled, present, number in rows:
            counts[_result_of(bool(unlabeled), present, split)] += number
        write_events_where(batch, "split", [*matching, movable], before=Sample.split, after=split, session=session)
        batch.changed += update_samples([*matching, movable], session=session, split=split)
    session.flush()
    return SplitMove(**counts)


def _result_of(unlabeled: bool, present: str | None, split: str) -> str:
    if present == split:
        return "unchanged"
    if present in ("valid", "test"):
        return "refused"
    return "unlabeled" if unlabeled else "moved"

"""Assigning samples to train, valid and test: by label, as whole images, or by hand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from workbench.store.schema import Theme
from workbench.store.splits.allocation import DEFAULT_RATIOS, SplitOutcome
from workbench.store.splits.moves import SplitMove, move_to_split
from workbench.store.splits.stratified import assign_splits, preview_splits
from workbench.store.splits.whole_images import assign_box_splits, preview_box_splits

__all__ = [
    "DEFAULT_RATIOS",
    "SplitMove",
    "SplitOutcome",
    "assign_box_splits",
    "assign_splits",
    "assign_splits_by_task",
    "move_to_split",
    "preview_splits",
    "preview_splits_by_task",
]


def assign_splits_by_task(
    theme: Theme,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    annotator: str,
    session: Session,
) -> SplitOutcome:
    """Assign splits as the task wants it: `assign_splits`, or `assign_box_splits` in a theme of boxes."""
    assign = assign_box_splits if theme.task == "boxes" else assign_splits
    return assign(
        theme.id,
        ratios,
        seed=seed,
        reset=reset,
        valid_from_train=valid_from_train,
        annotator=annotator,
        session=session,
    )


def preview_splits_by_task(
    theme: Theme,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    session: Session,
) -> SplitOutcome:
    """Return what `assign_splits_by_task` would do, and change nothing."""
    if theme.task == "boxes":
        how = {"seed": seed, "reset": reset, "valid_from_train": valid_from_train}
        return preview_box_splits(theme.id, ratios, session=session, **how)  # type: ignore[arg-type]
    return preview_splits(theme.id, ratios, seed=seed, reset=reset, valid_from_train=valid_from_train, session=session)

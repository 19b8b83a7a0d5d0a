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
    "move_to_split",
    "preview_splits",
    "preview_splits_by_task",
]


def preview_splits_by_task(
    theme: Theme,
    ratios: Sequence[float] = DEFAULT_RATIOS,
    *,
    seed: int = 42,
    reset: bool = False,
    valid_from_train: bool = False,
    session: Session,
) -> SplitOutcome:
    """Return what assigning splits as the theme's task wants it would do, and change nothing."""
    if theme.task == "boxes":
        how = {"seed": seed, "reset": reset, "valid_from_train": valid_from_train}
        return preview_box_splits(theme.id, ratios, session=session, **how)  # type: ignore[arg-type]
    return preview_splits(theme.id, ratios, seed=seed, reset=reset, valid_from_train=valid_from_train, session=session)

"""Where a theme stands, and what comes next, by what was learned and what the pages told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.assist.check import CheckResult
from workbench.assist.estimate import Estimate, estimate
from workbench.assist.learning import Learned
from workbench.assist.standing import Told

_PAGES_BETWEEN_CHECKS = 6


@dataclass(frozen=True)
class Standing:
    """Where a theme stands, for people: numbers of images, shares from 0 to 1.

    `stage` is what comes next: `features` (no vectors yet), `look-alikes`, `suggested`, `check`, or `done` when a check
    has shown that the goal is reached. `helpless` says that the labels cannot be told from these features. `estimate`
    is None before there are suggestions; `checked` is the last whole check.
    """

    encoder: str
    images: int
    with_features: int
    decided: int
    by_model: int
    goal: float
    stage: str
    estimate: Estimate | None
    checked: CheckResult | None
    check_left: int
    overlooked: float
    second_look: bool
    fresh: bool
    helpless: bool = False
    trouble: str = ""


def estimate_of(learned: Learned, told: Told, goal: float) -> Estimate | None:
    """Return how right the labels are if the suggestions are taken for the rest; None without suggestions."""
    if learned.probabilities is None:
        return None
    rows, at = learned.rows, learned.at
    living = ~rows.skipped[at]
    open_ones = np.flatnonzero(~rows.decided[at] & living)
    unsure = learned.certainty[open_ones]
    decided = int((rows.decided[at] & living).sum())
    return estimate(decided, unsure, told.calibration, goal=goal, hidden=told.hidden)


def stage_of(learned: Learned, told: Told, found: Estimate | None, goal: float) -> str:
    """Return what comes next; see `Standing.stage`."""
    if told.check is not None and told.check.left:
        return "check"
    rows, at = learned.rows, learned.at
    # What was accepted unseen is served by no page either.
    left = bool(((rows.classes[at] < 0) & ~rows.skipped[at]).any())
    reached = found is not None and found.right >= goal
    checked = told.check.result if told.check is not None else None
    # What the check itself told of what is overlooked may have lowered the estimate below the goal: the check knew it.
    passed = checked is not None and checked.right >= goal
    passed = passed and (reached or told.since_check < _PAGES_BETWEEN_CHECKS)
    # A check by eyes that overlook much does not make up for the second look that is advised.
    advised = left and told.proposes_second_look
    if passed and not advised:
        return "done"
    if found is None or (not reached and left):
        shown = sum(page.kind == "look-alikes" for page in told.pages)
        few = found is None or shown < 10 + 2 * len(rows.label_ids)
        return "look-alikes" if few else "suggested"
    if passed and advised:
        return "suggested"
    return "check" if checked is None or told.since_check >= _PAGES_BETWEEN_CHECKS or not left else "suggested"

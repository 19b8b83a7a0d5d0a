"""What the answered pages tell: how far suggestions can be believed, what is overlooked, what checks found."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from workbench.assist.check import CheckResult, check_result
from workbench.assist.estimate import Calibration, calibrate, overlooked_share
from workbench.store.assistance import AnsweredPage

PROPOSE_SECOND_LOOK = 0.05
"""The share of odd images that are overlooked from which on a second look is proposed."""

_LOOKED_AT = ("suggested", "random", "check")
_ENOUGH_PLANTED = 8


@dataclass(frozen=True)
class Check:
    """A check that was drawn: the answers (sample id to label id) it is about, and what came of it so far.

    `left` are the samples that were not looked at yet. `result` is None until all were.
    """

    number: int
    answers: Mapping[int, int]
    left: tuple[int, ...]
    result: CheckResult | None


@dataclass(frozen=True)
class Told:
    """What all answered pages of a theme tell. `refused` are labels that a person took off samples, by id."""

    pages: tuple[AnsweredPage, ...] = ()
    overlooked: float = 0.0
    planted: int = 0
    found_odd: int = 0
    calibration: Calibration = field(default_factory=lambda: calibrate(()))
    refused: Mapping[int, frozenset[int]] = field(default_factory=dict)
    confirmed: frozenset[int] = frozenset()
    check: Check | None = None
    since_check: int = 0

    @property
    def hidden(self) -> float:
        """How many odd images are expected to have been overlooked on pages that gave labels."""
        return self.found_odd * self.overlooked / (1 - min(self.overlooked, 0.9))

    @property
    def proposes_second_look(self) -> bool:
        """Whether more is overlooked than should be."""
        return self.planted >= _ENOUGH_PLANTED and self.overlooked > PROPOSE_SECOND_LOOK


def read_pages(pages: Sequence[AnsweredPage], living: Container[int]) -> Told:
    """Return what the pages, the oldest first, tell; a check goes on without samples that were deleted."""
    planted, missed = _planted(pages)
    overlooked = overlooked_share(missed, planted)
    refused: dict[int, frozenset[int]] = {}
    for page in pages:
        if page.label_id is not None and page.kind != "second look":
            for sample_id in set(page.off) - set(page.planted):
                refused[sample_id] = refused.get(sample_id, frozenset()) | {page.label_id}
    looked_at = [page for page in pages if page.kind in _LOOKED_AT and len(page.said) == len(page.shown)]
    checks = [number for number, page in enumerate(pages) if page.kind == "drawn"]
    labeling = [page for page in pages if page.kind in ("look-alikes", "suggested", "random", "similar")]
    return Told(
        pages=tuple(pages),
        overlooked=overlooked,
        planted=planted,
        found_odd=sum(len(set(page.off) - set(page.planted)) for page in labeling if page.label_id is not None),
        calibration=calibrate([_said_and_right(page) for page in looked_at], overlooked),
        refused=refused,
        confirmed=frozenset(sample for page in pages if page.kind == "second look" for sample in page.shown),
        check=_check(pages, checks[-1], overlooked, living) if checks else None,
        since_check=sum(page.kind in ("suggested", "random") for page in pages[checks[-1] :]) if checks else 0,
    )


def _planted(pages: Sequence[AnsweredPage]) -> tuple[int, int]:
    """Count the images that were planted, and those of them that were overlooked."""
    planted = missed = 0
    for page in pages:
        found = set(page.planted) & set(page.off)
        planted += len(page.planted)
        # On a second look the odd ones are those that are changed; what is right is left off.
        missed += len(found) if page.kind == "second look" else len(page.planted) - len(found)
    return planted, missed


def _said_and_right(page: AnsweredPage) -> tuple[np.ndarray, np.ndarray]:
    kept = [position for position, sample in enumerate(page.shown) if sample not in page.planted]
    right = [page.shown[position] not in page.off for position in kept]
    return np.array([page.said[position] for position in kept]), np.array(right, bool)


def _check(pages: Sequence[AnsweredPage], drawn_at: int, overlooked: float, living: Container[int]) -> Check:
    drawn = pages[drawn_at]
    answers = dict(zip(drawn.shown, drawn.labels, strict=True))
    looked_at: set[int] = set()
    wrong: set[int] = set()
    for page in pages[drawn_at:]:
        if page.kind == "check" and page.drawn == drawn.batch_id:
            looked_at |= set(page.shown) - set(page.planted)
            wrong |= set(page.off) - set(page.planted)
    left = tuple(sample for sample in drawn.shown if sample not in looked_at and sample in living)
    result = None
    if not left:
        result = check_result(len(looked_at), len(wrong), drawn.population, drawn.total, overlooked=overlooked)
    return Check(drawn.batch_id, answers, left, result)

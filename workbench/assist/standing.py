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
_LABELING = ("look-alikes", "suggested", "random", "similar")
_ENOUGH_PLANTED = 8
_HARDLY_ANYTHING = 0.1
_PAGES_BETWEEN_SECOND_LOOKS = 12


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
    """What all answered pages of a theme tell.

    `refused` are labels that a person took off samples, by id. `hidden` is how many odd images are expected to have
    been overlooked on pages that gave labels, and to stand there still. `since_check` and `since_second_look` count
    pages since a check was drawn and since a second look found hardly anything; None where none has.
    """

    pages: tuple[AnsweredPage, ...] = ()
    overlooked: float = 0.0
    planted: int = 0
    hidden: float = 0.0
    calibration: Calibration = field(default_factory=lambda: calibrate(()))
    refused: Mapping[int, frozenset[int]] = field(default_factory=dict)
    confirmed: frozenset[int] = frozenset()
    check: Check | None = None
    since_check: int = 0
    since_second_look: int | None = None

    @property
    def proposes_second_look(self) -> bool:
        """Whether more is overlooked than should be, and much was labeled since a second look came to its end."""
        looked = self.since_second_look is not None and self.since_second_look < _PAGES_BETWEEN_SECOND_LOOKS
        return self.planted >= _ENOUGH_PLANTED and self.overlooked > PROPOSE_SECOND_LOOK and not looked


def read_pages(pages: Sequence[AnsweredPage], living: Container[int]) -> Told:
    """Return what the pages, the oldest first, tell; a check goes on without samples that were deleted."""
    planted, missed = _planted(pages)
    odd, late = _looked_at_twice(pages)
    overlooked = overlooked_share(missed + late, planted + odd)
    refused: dict[int, frozenset[int]] = {}
    for page in pages:
        for sample_id in page.refused:
            assert page.label_id is not None
            refused[sample_id] = refused.get(sample_id, frozenset()) | {page.label_id}
    looked_at = [page for page in pages if page.kind in _LOOKED_AT and len(page.said) == len(page.shown)]
    checks = [number for number, page in enumerate(pages) if page.kind == "drawn"]
    ended = [number for number, page in enumerate(pages) if _ends_second_look(page)]
    return Told(
        pages=tuple(pages),
        overlooked=overlooked,
        planted=planted,
        hidden=_hidden(pages, overlooked),
        calibration=calibrate([_said_and_right(page) for page in looked_at], overlooked),
        refused=refused,
        confirmed=frozenset(sample for page in pages if page.kind == "second look" for sample in page.shown),
        check=_check(pages, checks[-1], overlooked, living) if checks else None,
        since_check=sum(page.kind in ("suggested", "random") for page in pages[checks[-1] :]) if checks else 0,
        since_second_look=sum(page.kind in _LABELING for page in pages[ended[-1] :]) if ended else None,
    )


def _found_later(pages: Sequence[AnsweredPage]) -> list[set[int]]:
    """Return of each page the images that were accepted on an earlier one, and are found to be wrong on this one."""
    accepted: set[int] = set()
    found = []
    for page in pages:
        found.append(accepted & (page.refused if page.kind == "check" else page.changed_by_second_look))
        if page.kind in _LABELING and page.label_id is not None:
            accepted.update(set(page.shown) - set(page.off) - set(page.planted))
    return found


def _hidden(pages: Sequence[AnsweredPage], overlooked: float) -> float:
    """Return how many odd images are expected to have been overlooked, but for those that were found later."""
    per_found = overlooked / (1 - min(overlooked, 0.9))
    odd = mended = all_mended = 0
    for page, found in zip(pages, _found_later(pages), strict=True):
        odd += len(page.refused) if page.kind in _LABELING else 0
        mended += len(found)
        all_mended += len(found)
        if _ends_second_look(page):
            # What is still hidden then is what was overlooked on the second look itself.
            odd = mended = 0
    return max(odd * per_found - mended, 0) + all_mended * per_found


def _ends_second_look(page: AnsweredPage) -> bool:
    """Whether a second look found hardly anything on a page: it begins with what is contradicted most."""
    shown = len(page.shown) - len(page.planted)
    return page.kind == "second look" and len(page.changed_by_second_look) <= _HARDLY_ANYTHING * shown


def _planted(pages: Sequence[AnsweredPage]) -> tuple[int, int]:
    """Count the images that were planted, and those of them that were overlooked."""
    planted = missed = 0
    for page in pages:
        found = set(page.planted) & set(page.off)
        planted += len(page.planted)
        # On a second look the odd ones are those that are changed; what is right is left off.
        missed += len(found) if page.kind == "second look" else len(page.planted) - len(found)
    return planted, missed


def _looked_at_twice(pages: Sequence[AnsweredPage]) -> tuple[float, int]:
    """Count the odd images of pages that a check has looked at once more, and those of them that were overlooked.

    Of the odd ones that were seen as many as checks draw of all; the others are those that a check took off although
    a page had been accepted with them.
    """
    odd = late = 0
    seen = 0.0
    for page, found in zip(pages, _found_later(pages), strict=True):
        odd += len(page.refused) if page.kind in _LABELING else 0
        seen += odd * len(page.shown) / page.population if page.population else 0
        late += len(found) if page.kind == "check" else 0
    return seen + late, late


def _said_and_right(page: AnsweredPage) -> tuple[np.ndarray, np.ndarray]:
    kept = [each for each, sample in enumerate(page.shown) if sample not in page.planted and sample not in page.unseen]
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

"""The browser's filter and order of a gallery, as the store has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

from workbench.errors import WorkbenchError
from workbench.panels.label.state import sample_filter
from workbench.store.reviewing import Agreement, ReviewFilter

Certainty = Literal["score", "-score"]
CERTAINTY: tuple[str, ...] = get_args(Certainty)
_AGREEMENTS: tuple[str, ...] = get_args(Agreement)


def review_filter(
    where: dict[str, Any] | None, model_id: int, *, answered: bool, merged: Mapping[int, int]
) -> ReviewFilter:
    """Return the browser's filter; `answered` leaves out samples that the version has not predicted.

    `merged` are the labels of the theme that were merged, as in ReviewFilter.
    """
    where = where or {}
    plain = sample_filter(where)
    agreement: Any = where.get("agreement") or "any"
    if agreement not in _AGREEMENTS:
        raise WorkbenchError(f"There is no agreement '{agreement}'. Allowed: {', '.join(_AGREEMENTS)}.")
    return ReviewFilter(
        **plain.__dict__,
        model_id=model_id,
        predicted=where.get("predicted"),
        agreement=agreement,
        lowest=where.get("lowest"),
        highest=where.get("highest"),
        answered=answered,
        merged=merged,
    )


def without_answer(where: ReviewFilter) -> ReviewFilter:
    """The filter without what it asks of the answer itself, for counting what else there is."""
    return replace(where, predicted=None, agreement="any")


def asks_for_answers(where: dict[str, Any] | None) -> bool:
    """Whether a browser's filter looks at answers, which the label panel's own acts know nothing of."""
    where = where or {}
    narrowed = [where.get("predicted"), where.get("lowest"), where.get("highest")]
    narrowed_to_answers = bool(where.get("answered")) or any(each is not None for each in narrowed)
    return narrowed_to_answers or where.get("agreement", "any") != "any"

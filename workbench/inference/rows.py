"""One line of a result, and the columns that every file format gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from workbench.inference.sources import Item

DIGITS = 6
"""Decimal places that a result keeps of a probability."""

PROBABILITY = "p:"
"""What the name of a column with the probability of a class begins with."""


class Row(NamedTuple):
    """The answer for one image: a label with its probability, or the reason why there is none."""

    item: Item
    label: str | None
    score: float | None
    probabilities: Sequence[float] | None
    error: str | None = None


def column_names(class_names: Sequence[str]) -> list[str]:
    """The columns of a result, in their order."""
    return ["file", "sample_id", "label", "score", "actual", "error", *(PROBABILITY + name for name in class_names)]


def as_values(row: Row, classes: int) -> list[Any]:
    """A row's values in the order of `column_names`."""
    item = row.item
    probabilities = row.probabilities if row.probabilities is not None else [None] * classes
    return [item.file, item.sample_id, row.label, row.score, item.actual, row.error, *probabilities]

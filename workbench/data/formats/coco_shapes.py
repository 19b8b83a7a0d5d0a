"""COCO's shapes, polygons and run-length masks, as bounding boxes."""

from __future__ import annotations

from itertools import chain
from typing import Any


def bounds_of_shape(shape: Any) -> list[float] | None:
    """Return [left, top, width, height] in pixels of polygons or a mask, None for what is neither or is empty."""
    if isinstance(shape, dict):
        return _bounds_of_runs(shape)
    if not isinstance(shape, list):
        return None
    polygons = shape if shape and isinstance(shape[0], list) else [shape]
    if not all(isinstance(each, list) and len(each) >= 6 and len(each) % 2 == 0 for each in polygons):
        return None
    numbers = list(chain.from_iterable(polygons))
    if not all(isinstance(value, int | float) and not isinstance(value, bool) for value in numbers):
        return None
    xs = list(chain.from_iterable(each[::2] for each in polygons))
    ys = list(chain.from_iterable(each[1::2] for each in polygons))
    return [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]


def _bounds_of_runs(mask: dict[str, Any]) -> list[float] | None:
    """The bounds of a mask whose runs, outside and inside in turn, go down the columns."""
    size, counts = mask.get("size"), mask.get("counts")
    if not isinstance(size, list) or len(size) != 2 or not all(isinstance(side, int) and side > 0 for side in size):
        return None
    runs = _unpacked(counts) if isinstance(counts, str) else counts
    if not isinstance(runs, list) or not all(isinstance(run, int) and run >= 0 for run in runs):
        return None
    height = size[0]
    columns: list[int] = []
    rows: list[int] = []
    at = 0
    for number, run in enumerate(runs):
        if number % 2 and run:
            first, last = divmod(at, height), divmod(at + run - 1, height)
            columns += [first[0], last[0]]
            rows += [first[1], last[1]] if first[0] == last[0] else [0, height - 1]
        at += run
    if not columns or at > height * size[1]:
        return None
    left, top = min(columns), min(rows)
    return [left, top, max(columns) - left + 1, max(rows) - top + 1]


def _unpacked(text: str) -> list[int] | None:
    """The runs of COCO's compressed text: six bits a letter, from the third on as differences to the last but one."""
    runs: list[int] = []
    value = shift = 0
    for letter in text:
        bits = ord(letter) - 48
        if not 0 <= bits < 64:
            return None
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value = shift = 0
    return None if shift else runs

"""What one result of an annotation in Label Studio says: a label of the image, a box, or what is not taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from workbench.data.formats.entry import EntryBox, Part

_RECTANGLES = ("rectanglelabels", "labels")
_SHAPES = ("polygonlabels", "ellipselabels")
_OBJECTS = ("brushlabels", "videorectangle")
_SIDES = ("x", "y", "width", "height")


@dataclass(frozen=True)
class Result:
    """What a result says: one of these.

    `fault` is what is wrong with it, a `part` of the image, `not_taken` the type of one that says no label. `shape`
    says that the box is the bounding box of a shape.
    """

    label: str = ""
    box: EntryBox | None = None
    fault: str = ""
    part: Part = "box"
    not_taken: str = ""
    shape: bool = False


def read_result(result: Any, source: str, mark: str) -> Result:
    """Read one result. A box is in shares of the image; of polygons and ellipses it is the bounding box."""
    value = result.get("value") if isinstance(result, dict) else None
    if not isinstance(value, dict):
        return Result(fault="a result without a value")
    kind = result.get("type") if isinstance(result.get("type"), str) else None
    if kind not in ("choices", *_RECTANGLES, *_SHAPES):
        if kind is None or kind in _OBJECTS:
            return Result(fault=f"a result of type '{result.get('type')}' cannot be taken; draw boxes or polygons")
        return Result(not_taken=kind)
    chosen = value.get(kind)
    if not isinstance(chosen, list) or len(chosen) != 1 or not isinstance(chosen[0], str):
        fault = f"{kind} {json.dumps(chosen)}: exactly one label is expected"
        return Result(fault=fault, part="label" if kind == "choices" else "box")
    if kind == "choices":
        return Result(label=chosen[0])
    if value.get("rotation"):
        fault = f"the box of '{chosen[0]}' is rotated by {value['rotation']} degrees; only upright boxes are taken"
        return Result(fault=fault)
    if turned := result.get("image_rotation"):
        fault = (
            f"'{chosen[0]}' is marked on an image that was turned by {turned} degrees; turn it back and export again"
        )
        return Result(fault=fault)
    plain = kind in _RECTANGLES and "points" not in value
    sides: list[Any] | None = [value.get(side) for side in _SIDES] if plain else _bounds(value)
    if sides is None or not all(map(_is_number, sides)):
        return Result(fault=f"the {_shape_word(kind)} {json.dumps(sides)} of '{chosen[0]}' is not made of four numbers")
    try:
        box = EntryBox.of(chosen[0], [side / 100 for side in sides], source, mark)
    except OverflowError:
        return Result(fault=f"the box of '{chosen[0]}' has sides that are no numbers of percent")
    return Result(box=box, shape=not plain)


def _shape_word(kind: str) -> str:
    return kind if kind in _SHAPES else "box"


def _bounds(value: dict[str, Any]) -> list[Any] | None:
    """The bounding box of a polygon or an upright ellipse, in percent."""
    points = value.get("points")
    if isinstance(points, list):
        good = all(isinstance(each, list) and len(each) == 2 and all(map(_is_number, each)) for each in points)
        if not points or not good:
            return None
        (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*points, strict=True))
        return [left, top, right - left, bottom - top]
    x, y, across, down = (value.get(name) for name in ("x", "y", "radiusX", "radiusY"))
    if not all(_is_number(each) for each in (x, y, across, down)):
        return None
    return [x - across, y - down, 2 * across, 2 * down]  # type: ignore[operator]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

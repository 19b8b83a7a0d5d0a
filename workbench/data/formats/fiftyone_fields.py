"""Which fields of a FiftyOne data set hold a person's labels, and which a model's predictions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from workbench.data.formats.entry import Remark
from workbench.errors import WorkbenchError

NO_CONFIDENCE = "{:,} predictions of '{}' state no confidence: they count as 100 %"
"""What is remarked of suggestions whose probability nobody knows."""

_TRUTH = "ground_truth"
_LABELS = ("Classification", "Classifications")
_BOXES = ("Detections",)
_NOT_TAKEN = ("Polylines", "Polyline", "Keypoints", "Keypoint", "Segmentation", "Heatmap", "Regression", "Detection")
_OF_A_MODEL = re.compile(r"^(pred|predictions?|predicted|inference|model)(s?$|[^a-z])|[^a-z](preds?|predictions?)$")


@dataclass
class SeenField:
    """A field as all samples have it: its kinds, whether a confidence is stated, and how many samples fill it.

    `unsure` counts those that state none.
    """

    kinds: set[str] = field(default_factory=set)
    confidence: bool = False
    samples: int = 0
    unsure: int = 0


@dataclass(frozen=True)
class LabelFields:
    """The field of the labels and that of the boxes, None where there is none, and what is said of the others.

    `suggestions` are those with labels that a model predicted.
    """

    label: str | None
    boxes: str | None
    suggestions: list[str]
    left_out: list[Remark]


def as_list(value: Any) -> list[Any]:
    """A list of the file; what stands in its place is kept as its only element, to be refused like any odd one."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def see_fields(sample: dict[str, Any], seen: dict[str, SeenField]) -> None:
    """Note the label fields of one sample."""
    if _TRUTH in sample:
        seen.setdefault(_TRUTH, SeenField())
    for name, value in sample.items():
        kind = value.get("_cls") if isinstance(value, dict) else None
        if kind not in (*_LABELS, *_BOXES, *_NOT_TAKEN):
            continue
        found = seen.setdefault(name, SeenField())
        found.kinds.add(kind)
        found.samples += 1
        listed = [value, *as_list(value.get("detections")), *as_list(value.get("classifications"))]
        stated = any(isinstance(each, dict) and each.get("confidence") is not None for each in listed)
        found.confidence |= stated
        found.unsure += not stated


def choose_fields(seen: dict[str, SeenField], asked: str | None, file: str) -> LabelFields:
    """Choose one field of labels and one of boxes for a whole set.

    `ground_truth` is chosen where it is there, else the only one that no model wrote. Raises WorkbenchError when
    several are left, or when the one asked for is not there.
    """
    if asked is not None and asked not in seen:
        raise WorkbenchError(f"{file} has no field '{asked}' with labels. It has: {', '.join(sorted(seen)) or 'none'}.")
    label, boxes = (_choose(seen, kinds, asked, file) for kinds in (_LABELS, _BOXES))
    taken = (label, boxes)
    others = [(name, found) for name, found in sorted(seen.items()) if found.samples and name not in taken]
    suggestions = [name for name, found in others if found.kinds & {*_LABELS} and _is_prediction(name, found)]
    left_out = [Remark(file, _why(name, found, asked)) for name, found in others if name not in suggestions]
    unsure = [Remark(file, NO_CONFIDENCE.format(seen[name].unsure, name)) for name in suggestions if seen[name].unsure]
    return LabelFields(label, boxes, suggestions, [*left_out, *unsure])


def _choose(seen: dict[str, SeenField], kinds: tuple[str, ...], asked: str | None, file: str) -> str | None:
    fitting = {name: found for name, found in seen.items() if found.kinds & set(kinds)}
    if asked is not None:
        return asked if asked in fitting else None
    if _TRUTH in fitting:
        return _TRUTH
    if _TRUTH in seen and not seen[_TRUTH].samples:
        return None  # nobody has filled it yet: what else is there is no person's
    left = [name for name, found in fitting.items() if not _is_prediction(name, found)]
    if len(left) > 1:
        raise WorkbenchError(
            f"{file} has several fields with {kinds[0]}: {', '.join(sorted(left))}. "
            f"Say which one holds the labels: --field {sorted(left)[0]}"
        )
    return left[0] if left else None


def _is_prediction(name: str, found: SeenField) -> bool:
    return found.confidence or _OF_A_MODEL.search(name.lower()) is not None


def _why(name: str, found: SeenField, asked: str | None) -> str:
    images = f"{found.samples:,} image{'' if found.samples == 1 else 's'}"
    kinds = ", ".join(sorted(found.kinds))
    if not found.kinds & {*_LABELS, *_BOXES}:
        return f"the field '{name}' ({images}) holds {kinds}, which are not taken"
    what = "a model's predictions" if _is_prediction(name, found) else f"other {kinds}"
    if asked is not None:
        return f"the field '{name}' ({images}, {what}) was not asked for"
    return f"the field '{name}' ({images}) holds {what}, not labels; to take them as labels: --field {name}"

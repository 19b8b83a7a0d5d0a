"""The tasks of a JSON export of Label Studio, in either of its forms: whole, or as JSON-MIN."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from workbench.data.formats.json_stream import elements
from workbench.errors import WorkbenchError

_SHAPES = ("rectanglelabels", "polygonlabels", "ellipselabels", "brushlabels", "keypointlabels", "labels")
_IMAGES = ("image", "img", "image_url", "photo")


def is_minimal(task: Any) -> bool:
    """Whether a task is one of JSON-MIN: what was answered stands beside the data, under the controls' names."""
    return isinstance(task, dict) and "data" not in task and {"id", "annotation_id"} <= task.keys()


def tasks_of(file: Path) -> Iterator[tuple[int, Any]]:
    """Yield each task with its line. Of JSON-MIN, which has a record for each answer, those of one task are one.

    Raises WorkbenchError when the file is no list.
    """
    for number, group in groupby(enumerate(elements(file)), key=_same_task):
        found = [element for _, element in group]
        key, line, task = found[0]
        if key:
            raise WorkbenchError(f"{file}:{line}: Label Studio's JSON is a list of tasks; export it as JSON.")
        yield line, task if isinstance(number, int) else _whole([record for *_, record in found])


def _same_task(numbered: tuple[int, tuple[str, int, Any]]) -> Any:
    number, (_, _, task) = numbered
    return ("task", str(task["id"])) if is_minimal(task) else number


def _whole(records: list[dict[str, Any]]) -> dict[str, Any]:
    """A task as the whole form has it. The answers stand between a record's `id` and its `annotator`."""
    first = records[0]
    names = list(first)
    data = {key: first[key] for key in names[: names.index("id")]}
    data |= {key: first[key] for key in (*_IMAGES, "split") if key in first}
    annotations = [
        {"id": record["annotation_id"], "completed_by": record.get("annotator"), "result": _results(record)}
        for record in records
    ]
    return {"id": first["id"], "data": data, "annotations": annotations}


def _results(record: dict[str, Any]) -> list[dict[str, Any]]:
    names = list(record)
    end = names.index("annotator") if "annotator" in names else names.index("annotation_id")
    found: list[dict[str, Any]] = []
    for control in names[names.index("id") + 1 : end]:
        value = record[control]
        if isinstance(value, list):
            found += [_shape(control, each) for each in value]
        elif isinstance(value, str | dict):
            chosen = value if isinstance(value, dict) else {"choices": [value]}
            found.append({"type": next(iter(chosen), ""), "from_name": control, "value": chosen})
    return found


def _shape(control: str, value: Any) -> dict[str, Any]:
    about = value if isinstance(value, dict) else {}
    kind = next((name for name in _SHAPES if name in about), "textarea")
    sizes = {name: about[name] for name in ("original_width", "original_height") if name in about}
    return {"type": kind, "from_name": control, "value": about, **sizes}

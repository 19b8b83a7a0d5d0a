"""What several annotators answered to one task of Label Studio: which answer stands, which are second opinions."""

from __future__ import annotations

from typing import Any, NamedTuple


class Answer(NamedTuple):
    """An annotator's name, the results, and what they are called in the file."""

    annotator: str
    results: list[Any]
    mark: str


def annotations_of(task: Any) -> list[Answer]:
    """Return the answers that were not cancelled; the one marked as ground truth comes first.

    Of an annotator who answered several times the last one counts. One that is empty does not count beside others.
    """
    listed = (task.get("annotations") or task.get("completions") or []) if isinstance(task, dict) else []
    valid = [
        each
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict) and not each.get("was_cancelled")
    ]
    filled = [each for each in valid if each.get("result")] or valid
    latest: dict[str, Any] = {}
    for each in filled:
        name = _annotator(each.get("completed_by"))
        if not (name in latest and latest[name].get("ground_truth") and not each.get("ground_truth")):
            latest[name] = each
    ordered = sorted(latest.items(), key=lambda item: not item[1].get("ground_truth"))
    return [Answer(name, _upright(each.get("result")), f"annotation {each.get('id', '?')}") for name, each in ordered]


def standing_and_others(answers: list[Answer]) -> tuple[Answer | None, list[Answer]]:
    """Split answers into the one that stands and those of further annotators."""
    return (answers[0], answers[1:]) if answers else (None, [])


def predictions_of(task: Any) -> list[tuple[str, Any, list[Any]]]:
    """Return what models predicted: of each model version the last prediction, with its score and results."""
    listed = task.get("predictions") if isinstance(task, dict) else None
    valid = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    latest = {str(each.get("model_version") or "predictions"): each for each in valid}
    return [(name, each.get("score"), _upright(each.get("result"))) for name, each in latest.items()]


def control_of(result: Any) -> str:
    """Return the name of the control that a result comes from."""
    return str(result.get("from_name") or result.get("type"))


def _upright(results: Any) -> list[Any]:
    """The results without the choices about a single region, which share the region's id."""
    listed = results if isinstance(results, list) else []
    regions = {
        str(each["id"])
        for each in listed
        if isinstance(each, dict) and each.get("type") != "choices" and each.get("id")
    }
    return [
        each
        for each in listed
        if not (isinstance(each, dict) and each.get("type") == "choices" and str(each.get("id")) in regions)
    ]


def _annotator(completed_by: Any) -> str:
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("email") or completed_by.get("username") or completed_by.get("id")
    return f"annotator {completed_by}" if isinstance(completed_by, int) else str(completed_by or "an annotator")

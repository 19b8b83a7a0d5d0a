"""Label Studio's JSON: one task per image, boxes in percent of the image.

`choices` are the image's label, of one control where there are several; `rectanglelabels` its boxes. The annotation
marked as ground truth stands, else the first annotator's; what others chose is a second opinion. Of polygons the
bounding boxes are taken. JSON-MIN is read as well. An image is looked
for beside the JSON file, under the name that it had before it was uploaded too. What is written can be imported as
tasks together with `labeling_config.xml`; images are referred to as local files below the export's folder.
Format: https://labelstud.io/guide/export
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote
from xml.sax.saxutils import quoteattr

from workbench.data.folder_scan import named_like_image, natural_key
from workbench.data.formats.entry import Entry, EntrySuggestion, Rejection, Remark, Source
from workbench.data.formats.exported import ExportedSample, ExportedTheme, SafeNames, copy_image
from workbench.data.formats.fiftyone_fields import NO_CONFIDENCE
from workbench.data.formats.files import UPLOADED, ImageFinder
from workbench.data.formats.label_studio_answers import annotations_of, control_of, predictions_of, standing_and_others
from workbench.data.formats.label_studio_results import Result, read_result
from workbench.data.formats.label_studio_tasks import tasks_of
from workbench.data.formats.split_names import SPLIT_FOLDERS
from workbench.errors import WorkbenchError
from workbench.paths import url_parts

_TASKS = "tasks.json"
_NOT_TAKEN = "results of type '{1}' are not taken ({0:,}): labels are choices, boxes and polygons"
_SHAPES = "of polygons and ellipses the bounding boxes are taken ({0:,})"
_SECOND = "what '{1}' marked too is not taken ({0:,}): only labels of whole images can be second opinions"
_PREDICTED = "what the model '{1}' marked is not taken ({0:,}): only labels of whole images can be suggestions"

_Told = Counter[tuple[str, str]]


class LabelStudioSource(Source):
    """An opened JSON export of Label Studio."""

    def __init__(self, file: Path, control: str | None = None) -> None:
        self.file = file
        self.root = file.parent
        self.asked = control
        self.finder = ImageFinder(self.root)

    @property
    def suggested(self) -> list[str]:
        return sorted(self._survey[2] - self._survey[0], key=natural_key)

    @cached_property
    def _control(self) -> tuple[str | None, list[Remark]]:
        """The control with the images' labels, decided once for the whole file, and what is said of the others."""
        seen: Counter[str] = Counter()
        unsure: Counter[str] = Counter()
        for _, task in tasks_of(self.file):
            unsure.update(model for model, score, _ in predictions_of(task) if score is None)
            answered = [answer.results for answer in annotations_of(task)]
            results = chain.from_iterable([*answered, *(predicted for *_, predicted in predictions_of(task))])
            seen.update({control_of(result) for result in results if _is_choice(result)})
        if self.asked is None and len(seen) > 1:
            raise WorkbenchError(
                f"{self.file} has several controls with choices: {', '.join(sorted(seen))}. Say which one "
                f"holds the label of the theme: --control {min(seen)}"
            )
        if self.asked is not None and self.asked not in seen:
            raise WorkbenchError(
                f"{self.file} has no control '{self.asked}' with choices. It has: {', '.join(sorted(seen)) or 'none'}."
            )
        others = [(name, count) for name, count in sorted(seen.items()) if self.asked not in (None, name)]
        about = "the control '{}' ({:,} tasks) was not asked for"
        told = [about.format(name, count) for name, count in others]
        told += [NO_CONFIDENCE.format(*pair[::-1]) for pair in unsure.items()]
        return self.asked, [Remark(self.file.name, text) for text in told]

    def entries(self) -> Iterator[Entry | Rejection]:
        not_taken: _Told = Counter()
        for number, (line, task) in enumerate(tasks_of(self.file)):
            if not number:
                yield from self._control[1]
            for found in self._task(task, f"{self.file.name}:{line}", not_taken):
                yield replace(found, reason=f"{_words(task)}{found.reason}") if isinstance(found, Rejection) else found
        for (what, name), count in not_taken.items():
            yield Remark(self.file.name, what.format(count, name))

    def _task(self, task: Any, source: str, not_taken: _Told) -> Iterator[Entry | Rejection]:
        reference = _image_reference(task)
        if reference is None:
            yield Rejection(source, "a task without an image: data.image is expected")
            return
        standing, others = standing_and_others(annotations_of(task))
        results = self._wanted(standing.results) if standing else []
        mark = standing.mark if standing else ""
        said = self._read(results, source, mark)
        label = next((each.label for each in reversed(said) if each.label), None)
        boxes = [each.box for each in said if each.box is not None]
        for each in said:
            if each.fault:
                yield Rejection(source, f"{mark}: {each.fault}", each.part)
        not_taken.update((_NOT_TAKEN, each.not_taken) for each in said if each.not_taken)
        not_taken.update((_SHAPES, "") for each in said if each.shape)
        opinions: list[tuple[str, str]] = []
        for annotator, given, theirs in others:
            second = self._read(given, source, theirs)
            labels = [each.label for each in second if each.label] if label is not None else []
            opinions += [(annotator, each) for each in labels]
            if sum(not each.not_taken for each in second) > len(labels):
                not_taken.update([(_SECOND, annotator)])
        suggestions = []
        for model, score, predicted in predictions_of(task):
            named = [each.label for each in self._read(predicted, source, model) if each.label]
            probability = 1.0 if score is None else score
            if not named:
                not_taken.update([(_PREDICTED, model)])
            elif not isinstance(probability, int | float) or not 0 <= probability <= 1:
                yield Rejection(
                    source, f"the score {score} of the model '{model}' is not between 0 and 1", "suggestion"
                )
            else:
                suggestions.append(EntrySuggestion(model, named[0], float(probability)))
        name, path, fault = self._find(reference)
        split = str(task["data"].get("split") or "").lower()
        kinds = {str(result.get("type")) for result in results if isinstance(result, dict)}
        looked = standing is not None and (
            bool(boxes) or "rectanglelabels" in kinds or (not kinds and self._is_of_boxes)
        )
        yield Entry(
            name,
            path=path,
            fault=fault,
            label=label,
            split=SPLIT_FOLDERS.get(split),
            fractions=True,
            source=source,
            size=_size(results),
            boxes=tuple(boxes) if looked else None,
            opinions=tuple(opinions),
            suggestions=tuple(suggestions),
            incomplete=any(each.fault for each in said),
        )

    def _read(self, results: list[Any], source: str, mark: str) -> list[Result]:
        return [read_result(result, source, mark) for result in self._wanted(results)]

    @cached_property
    def _is_of_boxes(self) -> bool:
        """Whether an empty answer says that there is nothing to mark: not in a file of choices alone."""
        kinds: set[Any] = set()
        for _, task in tasks_of(self.file):
            kinds.update(
                each.get("type") for answer in annotations_of(task) for each in answer.results if isinstance(each, dict)
            )
        return "choices" not in kinds or "rectanglelabels" in kinds

    def _wanted(self, results: list[Any]) -> list[Any]:
        """The results without the choices of other controls."""
        control = self._control[0]
        return [each for each in results if control is None or not _is_choice(each) or control_of(each) == control]

    def _find(self, reference: str) -> tuple[str, str | None, str]:
        url = url_parts(reference)
        # The query is decoded by parsing it: once more would change names with a percent sign.
        name = (parse_qs(url.query).get("d", [""])[0] or unquote(url.path)).replace("\\", "/")
        base = name.rpartition("/")[2]
        fault = f"the image '{reference}' was not found beside {self.file.name}"
        for candidate in dict.fromkeys((name.lstrip("/"), base, UPLOADED.sub("", base))):
            path, problem = self.finder.find(candidate, self.root, self.root / "images", self.root / "upload")
            if path:
                return os.path.relpath(path, self.root).removeprefix("images/"), path, ""
            if "leads out" in problem:
                fault = problem
        return base or reference, None, fault


def read(path: Path, control: str | None = None) -> LabelStudioSource:
    """Open a JSON export, or the only JSON file in a folder. `control` names the choices that are the label."""
    if path.is_dir():
        found = [file for file in sorted(path.glob("*.json")) if not file.name.startswith(".")]
        if len(found) != 1:
            raise WorkbenchError(f"{path} holds {len(found)} JSON files; one is needed. Give the file itself.")
        path = found[0]
    return LabelStudioSource(path, control)


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write `tasks.json`, `labeling_config.xml` and the images below `images/`."""
    names = SafeNames()
    (target / "labeling_config.xml").write_text(_config(theme), encoding="utf-8")
    with (target / _TASKS).open("w", encoding="utf-8") as stream:
        stream.write("[")
        comma = "\n"
        for number, sample in enumerate(theme.samples, start=1):
            name = f"images/{names.of(sample.name, sample.sha256, sample.suffix)}"
            copy_image(sample, target / name)
            stream.write(comma + json.dumps(_as_task(number, sample, name), ensure_ascii=False))
            comma = ",\n"
            yield None
        stream.write("\n]\n")


def _as_task(number: int, sample: ExportedSample, name: str) -> dict[str, Any]:
    about = {"to_name": "image", "original_width": sample.width, "original_height": sample.height, "image_rotation": 0}
    results: list[dict[str, Any]] = []
    if sample.label is not None:
        value: dict[str, Any] = {"choices": [sample.label]}
        results.append({"id": "label", "from_name": "label", "type": "choices", **about, "value": value})
    for index, box in enumerate(sample.boxes or (), start=1):
        value = {
            "x": 100 * box.x / sample.width,
            "y": 100 * box.y / sample.height,
            "width": 100 * box.width / sample.width,
            "height": 100 * box.height / sample.height,
            "rotation": 0,
            "rectanglelabels": [box.label],
        }
        results.append({"id": f"box{index}", "from_name": "box", "type": "rectanglelabels", **about, "value": value})
    data = {"image": f"/data/local-files/?d={quote(name)}"} | ({"split": sample.split} if sample.split else {})
    decided = sample.label is not None or sample.boxes is not None
    return {"id": number, "data": data, "annotations": [{"result": results}] if decided else []}


def _config(theme: ExportedTheme) -> str:
    lines = ["<View>", '  <Image name="image" value="$image"/>']
    if theme.has_boxes:
        lines += ['  <RectangleLabels name="box" toName="image">']
        lines += [f"    <Label value={quoteattr(label)}/>" for label in theme.labels] + ["  </RectangleLabels>"]
    lines += ['  <Choices name="label" toName="image" choice="single">']
    lines += [f"    <Choice value={quoteattr(label)}/>" for label in theme.labels] + ["  </Choices>", "</View>"]
    return "\n".join(lines) + "\n"


def _image_reference(task: Any) -> str | None:
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict):
        return None
    named = [data.get("image"), *(value for key, value in data.items() if key in ("img", "image_url", "photo"))]
    others = [value for value in data.values() if isinstance(value, str) and _looks_like_image(value)]
    return next((value for value in (*named, *others) if isinstance(value, str) and value), None)


def _looks_like_image(value: str) -> bool:
    """Whether a text is the address of an image, whatever the project calls its member."""
    return named_like_image(value.partition("?d=")[2] or value.partition("?")[0])


def _is_choice(result: Any) -> bool:
    return isinstance(result, dict) and result.get("type") == "choices"


def _words(task: Any) -> str:
    """How a person finds a task in a file that is one line."""
    about = task if isinstance(task, dict) else {}
    reference = _image_reference(task)
    return f"task {about.get('id', '?')}{f', {reference}' if reference else ''}: "


def _size(results: list[Any]) -> tuple[int, int] | None:
    for result in results:
        if isinstance(result, dict) and isinstance(result.get("original_width"), int):
            height = result.get("original_height")
            return (result["original_width"], height) if isinstance(height, int) else None
    return None

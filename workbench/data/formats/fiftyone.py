"""FiftyOne: `samples.json` with one sample after the other, boxes as fractions [left, top, width, height].

One `Classification` field of the whole set is the image's label, one `Detections` field its boxes, a tag named like a
split its split. What a model predicted is a suggestion, never taken for a label unless its field is named. The
shorter `labels.json` of FiftyOne's image classification and detection data sets is read too. What is written loads
with `fiftyone.Dataset.from_dir(dataset_type=fiftyone.types.FiftyOneDataset)`.
Format: https://docs.voxel51.com/user_guide/import_datasets.html
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from workbench.data.folder_scan import natural_key
from workbench.data.formats.entry import Entry, EntryBox, EntrySuggestion, Rejection, Source
from workbench.data.formats.exported import ExportedSample, ExportedTheme, SafeNames, copy_image
from workbench.data.formats.fiftyone_fields import LabelFields, SeenField, as_list, choose_fields, see_fields
from workbench.data.formats.files import ImageFinder, entries_below
from workbench.data.formats.json_stream import elements
from workbench.data.formats.split_names import SPLIT_FOLDERS
from workbench.errors import WorkbenchError

_PREDICTED = "labels.json"
_TAGS = {"train": "train", "valid": "validation", "test": "test"}


class FiftyOneSource(Source):
    """An opened FiftyOne data set."""

    def __init__(self, file: Path, field: str | None = None) -> None:
        self.file = file
        self.root = file.parent
        self.asked = field
        self.finder = ImageFinder(self.root)

    @property
    def labels(self) -> list[str]:
        used = self._survey[0]
        return [name for name in self._classes if name in used] + sorted(used - set(self._classes), key=natural_key)

    @property
    def declared(self) -> list[str]:
        return self._classes + [name for name in self.labels if name not in self._classes]

    @property
    def suggested(self) -> list[str]:
        return sorted(self._survey[2] - self._survey[0], key=natural_key)

    @cached_property
    def _fields(self) -> LabelFields:
        """Which fields of the samples are a person's, decided once for the whole set."""
        seen: dict[str, SeenField] = {}
        if self.file.name != "labels.json":
            for key, _, sample in elements(self.file):
                if key == "samples" and isinstance(sample, dict):
                    see_fields(sample, seen)
        return choose_fields(seen, self.asked, self.file.name)

    @cached_property
    def _classes(self) -> list[str]:
        """The classes that the data set lists: in `metadata.json`, or at the head of `labels.json`."""
        if self.file.name == "labels.json":
            return [
                str(name)
                for key, _, name in elements(self.file, spread=["labels"])
                if key == "classes" and name is not None
            ]
        described = self.root / "metadata.json"
        members = {key: value for key, _, value in elements(described)} if described.is_file() else {}
        info = members.get("info")
        classes = (info.get("classes") if isinstance(info, dict) else None) or members.get("default_classes")
        return [str(name) for name in classes] if isinstance(classes, list) else []

    def entries(self) -> Iterator[Entry | Rejection]:
        found_any = False
        yield from self._fields.left_out
        files: dict[str, Entry] | None = None
        for key, line, element in elements(self.file, spread=["labels"]):
            source = f"{self.file.name}:{line}"
            if key == "samples":
                found_any = True
                yield from self._sample(element, source)
            elif key == "labels" and isinstance(element, tuple):
                found_any = True
                if files is None:
                    found = entries_below(self.root / "data")
                    files = {Path(e.name).with_suffix("").as_posix(): e for e in found if isinstance(e, Entry)}
                yield from self._labeled(element[0], element[1], files, source)
        if not found_any and self.file.stat().st_size > 1_000:
            raise WorkbenchError(f"{self.file} is not of FiftyOne: it has neither 'samples' nor 'labels'.")

    def _sample(self, sample: Any, source: str) -> Iterator[Entry | Rejection]:
        if not isinstance(sample, dict) or not isinstance(sample.get("filepath"), str):
            about = f" ({json.dumps(sample)[:80]})" if sample else ""
            yield Rejection(source, f"a sample needs a filepath{about}")
            return
        label = _one_label(sample.get(self._fields.label or ""))
        if isinstance(label, Rejection):
            yield Rejection(source, f"{sample['filepath']}: {label.reason}", "label")
            label = None
        boxes_field = sample.get(self._fields.boxes or "")
        boxes: list[EntryBox] | None = None
        detections: list[Any] = []
        if isinstance(boxes_field, dict):
            boxes, detections = [], as_list(boxes_field.get("detections"))
            for number, detection in enumerate(detections, start=1):
                box = _box(detection, source, [], number)
                if isinstance(box, str):
                    yield Rejection(source, f"{sample['filepath']}: {box}", "box")
                else:
                    boxes.append(box)
        tags = [tag.lower() for tag in as_list(sample.get("tags")) if isinstance(tag, str)]
        split = next((SPLIT_FOLDERS[tag] for tag in tags if tag in SPLIT_FOLDERS), None)
        found = self._entry(sample["filepath"], source, _size(sample.get("metadata")), label, boxes, split)
        if isinstance(found, Rejection):
            yield found
            return
        suggestions = []
        for name in self._fields.suggestions:
            suggestion = _suggestion(name, sample.get(name))
            if isinstance(suggestion, str):
                yield Rejection(source, f"{found.name}: {suggestion}", "suggestion")
            elif suggestion is not None:
                suggestions.append(suggestion)
        lost = len(detections) > len(boxes or ())
        yield replace(found, incomplete=lost, suggestions=tuple(suggestions))

    def _labeled(self, stem: str, value: Any, files: dict[str, Entry], source: str) -> Iterator[Entry | Rejection]:
        """A member of the labels of `labels.json`: an image's name without suffix, its class or a list of boxes."""
        image = files.get(stem)
        if image is None:
            yield Rejection(source, f"there is no image for '{stem}' in the folder data")
        elif isinstance(value, list):
            boxes: list[EntryBox] = []
            for number, detection in enumerate(value, start=1):
                box = _box(detection, source, self._classes, number)
                if isinstance(box, str):
                    yield Rejection(source, f"{stem}: {box}", "box")
                else:
                    boxes.append(box)
            yield Entry(
                f"data/{image.name}",
                path=image.path,
                boxes=tuple(boxes),
                fractions=True,
                source=source,
                incomplete=len(boxes) < len(value),
            )
        else:
            stated = value if isinstance(value, dict) else {"label": value}
            name = _class_name(stated.get("label"), self._classes)
            about = replace(image, name=f"data/{image.name}", source=source)
            if stated.get("confidence") is not None:
                guessed = _suggestion(_PREDICTED, stated | {"label": name})
                if isinstance(guessed, EntrySuggestion):
                    yield replace(about, suggestions=(guessed,))
                else:
                    yield Rejection(source, f"{stem}: {guessed or f'{value!r} is no class'}", "suggestion")
            elif stated.get("label") is not None and name is None:
                yield Rejection(source, f"{stem}: {value!r} is neither a class nor its number", "label")
            else:
                yield replace(about, label=name)

    def _entry(
        self,
        filepath: str,
        source: str,
        size: tuple[int, int] | None,
        label: Any,
        boxes: list[EntryBox] | None,
        split: str | None,
    ) -> Entry | Rejection:
        if label is not None and not isinstance(label, str):
            return Rejection(source, f"{filepath}: the label {label!r} is not a text", "label")
        name = filepath
        if os.path.isabs(filepath) or filepath[1:3] == ":\\":
            # Exports without media name the places on their author's machine; the images then lie in `data`.
            name = f"data/{filepath.replace(os.sep, '/').replace(chr(92), '/').rpartition('/')[2]}"
        path, fault = self.finder.find(name, self.root, self.root / "data")
        return Entry(
            name.removeprefix("data/"),
            path=path,
            label=label,
            split=split,
            size=size,
            source=source,
            fault=fault,
            boxes=None if boxes is None else tuple(boxes),
            fractions=True,
        )


def read(path: Path, field: str | None = None) -> FiftyOneSource:
    """Open `samples.json` or `labels.json`, or the folder that holds one of them.

    `field` names the field that holds the labels or boxes where it is not to be found out.
    """
    if path.is_dir():
        found = [path / name for name in ("samples.json", "labels.json") if (path / name).is_file()]
        if not found:
            raise WorkbenchError(f"{path} holds neither samples.json nor labels.json of FiftyOne.")
        path = found[0]
    return FiftyOneSource(path, field)


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write `samples.json`, `metadata.json` and the images below `data/`."""
    names = SafeNames()
    about = {"media_type": "image", "info": {"name": theme.name, "classes": theme.labels}}
    (target / "metadata.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with (target / "samples.json").open("w", encoding="utf-8") as stream:
        stream.write('{"samples": [')
        comma = "\n"
        for sample in theme.samples:
            name = f"data/{names.of(sample.name, sample.sha256, sample.suffix)}"
            copy_image(sample, target / name)
            stream.write(comma + json.dumps(_as_sample(sample, name), ensure_ascii=False))
            comma = ",\n"
            yield None
        stream.write("\n]}\n")


def _as_sample(sample: ExportedSample, name: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "filepath": name,
        "tags": [_TAGS[sample.split]] if sample.split else [],
        "metadata": {"_cls": "ImageMetadata", "width": sample.width, "height": sample.height},
    }
    if sample.label is not None:
        found["label"] = {"_cls": "Classification", "label": sample.label}
    if sample.boxes is not None:
        found["ground_truth"] = {
            "_cls": "Detections",
            "detections": [
                {
                    "_cls": "Detection",
                    "label": box.label,
                    "bounding_box": [
                        box.x / sample.width,
                        box.y / sample.height,
                        box.width / sample.width,
                        box.height / sample.height,
                    ],
                }
                for box in sample.boxes
            ],
        }
    return found


def _one_label(value: Any) -> Any:
    """The label of a Classification, or of a list with one; a Rejection when there are several."""
    if not isinstance(value, dict):
        return None
    if value.get("_cls") != "Classifications":
        return value.get("label")
    listed = [each.get("label") for each in as_list(value.get("classifications")) if isinstance(each, dict)]
    if len(listed) > 1:
        return Rejection("", f"has {len(listed)} labels: {', '.join(map(str, listed))}; an image has one")
    return listed[0] if listed else None


def _suggestion(field: str, value: Any) -> EntrySuggestion | str | None:
    """What a model predicted for the whole image, the most probable of several; or what is wrong with it."""
    if not isinstance(value, dict):
        return None
    listed = value.get("classifications") if value.get("_cls") == "Classifications" else [value]
    told = [each for each in as_list(listed) if isinstance(each, dict) and isinstance(each.get("label"), str)]
    scores = [1.0 if each.get("confidence") is None else each["confidence"] for each in told]
    if not all(isinstance(score, int | float) and 0 <= score <= 1 for score in scores):
        return f"a confidence in '{field}' is not between 0 and 1: {', '.join(map(str, scores))}"
    pairs = [EntrySuggestion(field, each["label"], float(score)) for each, score in zip(told, scores, strict=True)]
    return max(pairs, key=lambda pair: pair.score, default=None)


def _box(detection: Any, source: str, classes: list[str], number: int) -> EntryBox | str:
    """The `number`-th detection of an image as a box, or what is wrong with it."""
    if not isinstance(detection, dict):
        return f"detection {number}: {detection!r} is not a detection"
    id_ = detection.get("_id")
    mark = f"detection {id_.get('$oid') if isinstance(id_, dict) else id_ or number}"
    name = _class_name(detection.get("label"), classes)
    box = detection.get("bounding_box")
    if name is None:
        return f"{mark} with the label {detection.get('label')!r}, which is no class"
    if not isinstance(box, list) or len(box) != 4 or not all(isinstance(value, int | float) for value in box):
        return f"{mark}: the bounding_box {json.dumps(box)} of '{name}' is not a list of four numbers"
    return EntryBox.of(name, box, source, mark)


def _class_name(value: Any, classes: list[str]) -> str | None:
    if isinstance(value, str) and value:
        return value
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(classes):
        return classes[value]
    return None


def _size(metadata: Any) -> tuple[int, int] | None:
    if not isinstance(metadata, dict):
        return None
    width, height = metadata.get("width"), metadata.get("height")
    return (width, height) if isinstance(width, int) and isinstance(height, int) else None

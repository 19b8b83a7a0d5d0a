"""COCO: JSON files with lists of images, annotations and categories; a box is [left, top, width, height] in pixels.

Each JSON file may be a split by its name (`instances_train2017.json`). An image without annotations is one on which
there is nothing, if its file holds boxes at all. An annotation without a box or a shape labels the whole image; a
shape without a box gives its bounding box. What several files say of one image is brought together.

Beyond the definition an image may carry a `label`, which is how the label of a whole image is written, and
`annotated`: whether somebody looked for boxes. Format: https://cocodataset.org/#format-data
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

from workbench.data.folder_scan import is_folder, printable, visible
from workbench.data.formats.coco_shapes import bounds_of_shape
from workbench.data.formats.entry import Entry, EntryBox, Part, Rejection, Source
from workbench.data.formats.exported import ExportedSample, ExportedTheme, SafeNames, copy_image
from workbench.data.formats.files import ImageFinder, images_not_named, inside
from workbench.data.formats.json_stream import elements
from workbench.data.formats.split_names import SPLIT_FOLDERS
from workbench.data.formats.spool import Spool
from workbench.errors import WorkbenchError

_ANNOTATIONS = "annotations"
_FEW = 20
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CROWD = "marks a crowd, not one object"


class CocoSource(Source):
    """The JSON files of one data set, gathered into a temporary database because their lists refer to each other."""

    def __init__(self, root: Path, files: list[Path], *, whole: bool = False) -> None:
        self.root = root
        self.whole = whole
        self.spool = Spool()
        self.finder = ImageFinder(root)
        self._names: list[str] = []
        self._above: set[str] = set()
        for number, file in enumerate(files):
            self._gather(number, file, alone=len(files) == 1)
        self.spool.settle()

    @property
    def labels(self) -> list[str]:
        used = self.spool.labels()
        return [name for name in self._names if name in used] + sorted(used - set(self._names))

    @property
    def declared(self) -> list[str]:
        # What only stands above other categories (Roboflow's first one) is no class of its own.
        used = self.spool.labels()
        names = [name for name in self._names if name in used or name not in self._above]
        return names + [name for name in self.labels if name not in names]

    @property
    def total(self) -> int:
        return self.spool.total()

    def entries(self) -> Iterator[Entry | Rejection]:
        yield from self.spool.entries()
        if self.whole:
            yield from images_not_named(self.root, self.spool.count_images())

    def _gather(self, number: int, file: Path, *, alone: bool) -> None:
        where = file.relative_to(self.root).as_posix()
        about = _about(file, where)
        if "images" not in about.lists:
            text = f"not COCO: it has no list 'images' (found: {', '.join(sorted(about.lists))})"
            if alone:
                raise WorkbenchError(f"{file} is {text}.")
            self.spool.remark(where, text)
            return
        if alone or about.annotations:
            self._names += [name for name in dict.fromkeys(about.names.values()) if name not in self._names]
            self._above |= about.above
        if about.annotations and not about.names:
            what = "of all that is in an image (panoptic)" if about.panoptic else "without categories, such as captions"
            self.spool.remark(where, f"{about.annotations:,} annotations {what}: not read")
        shapes = scored = 0
        split = split_in(file.stem) or split_in(file.parent.name)
        folders = _image_folders(self.root, file)
        for key, line, element in elements(file):
            source = f"{where}:{line}"
            if key == "images":
                fault = self._add_image(number, element, source, split, folders, about.boxes)
                self.spool.reject(source, f"{fault} ({_image_words(element)})" if fault else "")
            elif key == "annotations" and about.names:
                self.spool.reject(source, self._add_annotation(number, element, source, about), _part_of(element))
                shapes += _is_only_shape(element)
                scored += isinstance(element, dict) and element.get("score") is not None
        if shapes:
            self.spool.remark(where, f"of {shapes:,} shapes without a bbox only the bounding boxes are taken")
        if scored:
            self.spool.remark(
                where, f"{scored:,} annotations with a score, as models write them, are taken like others"
            )
        self.spool.reject_orphans(number, "the annotation is of an image {key} that the file does not have")

    def _add_image(
        self, number: int, image: Any, source: str, split: str | None, folders: list[Path], has_boxes: bool
    ) -> str:
        if not isinstance(image, dict) or not isinstance(image.get("file_name"), str) or "id" not in image:
            return "an image needs an id and a file_name"
        size = tuple(_as_number(image.get(side)) for side in ("width", "height"))
        if not all(value is None or _is_number(value) for value in size):
            return f"width and height {size} are not numbers"
        label = image.get("label")
        if label is not None and not isinstance(label, str):
            return f"the label {label!r} is not a text"
        path, fault = self.finder.find(image["file_name"], *folders)
        name = image["file_name"].replace("\\", "/")
        if path is not None and inside(self.root, name) is None:
            name = printable(os.path.relpath(path, self.root))  # it is the place on another machine
        looked = label is None and image.get("annotated", has_boxes) is True
        entry = Entry(
            name,
            path=path,
            label=label,
            split=split,
            source=source,
            fault=fault,
            boxes=() if looked else None,
            size=(int(size[0]), int(size[1])) if size[0] and size[1] else None,
        )
        return "" if self.spool.add(number, _key(image["id"]), entry) else f"the image id {image['id']} is there twice"

    def _add_annotation(self, number: int, annotation: Any, source: str, about: _About) -> str:
        if not isinstance(annotation, dict) or "image_id" not in annotation:
            return "an annotation needs an image_id"
        image = _key(annotation["image_id"])
        fault = self._add_box(number, image, annotation, source, about)
        if fault:
            self.spool.hold(number, image, unless_boxes=fault == _CROWD)
            fault += f" (image {image}, annotation {annotation.get('id', '?')})"
        return fault

    def _add_box(self, number: int, image: str, annotation: Any, source: str, about: _About) -> str:
        category = annotation.get("category_id")
        name = about.names.get(_key(category))
        if name is None:
            return f"there is no category {category}"
        if annotation.get("iscrowd"):
            return _CROWD
        box, shape = _numbers(annotation.get("bbox")), annotation.get("segmentation")
        if not about.boxes and _is_nowhere(box):
            box = None
        if not box and not shape:
            self.spool.add_mark(number, image, name, source)
            return ""
        if not box:
            box = bounds_of_shape(shape)
            if box is None:
                return f"the segmentation {json.dumps(shape)[:80]} is neither polygons nor a mask"
        if not isinstance(box, list) or len(box) != 4 or not all(map(_is_number, box)):
            return f"the bbox {json.dumps(box)} is not a list of four numbers"
        mark = f"annotation {annotation['id']}" if "id" in annotation else ""
        self.spool.add_box(number, image, EntryBox.of(name, box, source, mark))
        return ""


@dataclass
class _About:
    """What is known of a file before its images are taken: categories by id, its lists, and whether it has boxes.

    `above` are the names that stand above other categories, `panoptic` is a file of segments, whose
    categories are no labels here.
    """

    names: dict[str, str] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    annotations: int = 0
    boxes: bool = False
    panoptic: bool = False
    above: set[str] = field(default_factory=set)


def _about(file: Path, where: str) -> _About:
    about = _About()
    for key, line, element in elements(file):
        about.lists.add(key or "a list")
        if key == "annotations" and isinstance(element, dict):
            about.annotations += 1
            about.boxes |= _marks_place(element)
            about.panoptic |= "segments_info" in element
        if key != "categories":
            continue
        if not isinstance(element, dict) or not isinstance(element.get("name"), str) or "id" not in element:
            raise WorkbenchError(f"{where}:{line}: a category needs an id and a name.")
        if _key(element["id"]) in about.names:
            raise WorkbenchError(f"{where}:{line}: the category id {element['id']} is there twice.")
        about.names[_key(element["id"])] = element["name"]
        if isinstance(above := element.get("supercategory"), str) and above != element["name"]:
            about.above.add(above)
    return replace(about, names={}, above=set()) if about.panoptic else about


def read(path: Path) -> CocoSource:
    """Open a COCO JSON file, or the folder of a data set with JSON files in it or in its `annotations` folder."""
    if path.is_file():
        return CocoSource(path.parent.parent if path.parent.name == _ANNOTATIONS else path.parent, [path])
    files = json_files(path)
    if not files:
        raise WorkbenchError(f"{path} holds no JSON file, neither directly nor in a folder '{_ANNOTATIONS}'.")
    return CocoSource(path, files, whole=True)


def json_files(root: Path) -> list[Path]:
    """The JSON files of a COCO data set's folder: in it, in its `annotations`, and a few in other folders of it."""
    beside = [file for pattern in ("*.json", f"{_ANNOTATIONS}/*.json") for file in sorted(root.glob(pattern))]
    folders = [Path(each.path) for each in visible(root) if is_folder(each) and each.name != _ANNOTATIONS][:_FEW]
    listed = [sorted(folder.glob("*.json")) for folder in folders]
    # Many of them are annotations of one image each, of another program.
    return [file for file in (*beside, *chain(*(files for files in listed if len(files) <= _FEW))) if _is_meant(file)]


def _is_meant(file: Path) -> bool:
    return not file.name.startswith(".") and not file.name.endswith("createml.json")


def split_in(name: str) -> str | None:
    """Return the split that a file or folder name speaks of, such as `instances_val2017`."""
    words = [word for word in re.split(r"[^a-z]+", name.lower()) if word in SPLIT_FOLDERS]
    return SPLIT_FOLDERS[words[-1]] if words else None


class _SplitFile:
    """One JSON file while it is written: images go into it, annotations wait beside it until the end."""

    def __init__(self, path: Path, opened: ExitStack) -> None:
        self.images: TextIO = opened.enter_context(path.open("w", encoding="utf-8"))
        waiting = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - the stack closes it
        self.annotations: TextIO = opened.enter_context(waiting)
        self.counts = [0, 0]
        self.images.write('{"images": [')

    def add(self, sample: ExportedSample, name: str, categories: dict[str, int]) -> None:
        about: dict[str, Any] = {"file_name": name, "width": sample.width, "height": sample.height}
        if sample.label is not None:
            about["label"] = sample.label
        if not sample.boxes:
            about["annotated"] = sample.boxes is not None
        image_id = self._write(0, self.images, about)
        for box in sample.boxes or ():
            self._write(
                1,
                self.annotations,
                {
                    "image_id": image_id,
                    "category_id": categories[box.label],
                    "bbox": [box.x, box.y, box.width, box.height],
                    "area": box.width * box.height,
                    "iscrowd": 0,
                },
            )

    def _write(self, kind: int, stream: TextIO, values: dict[str, Any]) -> int:
        self.counts[kind] += 1
        comma = ",\n" if self.counts[kind] > 1 else "\n"
        stream.write(comma + json.dumps({"id": self.counts[kind], **values}, ensure_ascii=False))
        return self.counts[kind]

    def finish(self, categories: dict[str, int]) -> None:
        self.images.write('\n], "annotations": [')
        self.annotations.seek(0)
        while piece := self.annotations.read(2**20):
            self.images.write(piece)
        listed = [{"id": number, "name": name} for name, number in categories.items()]
        self.images.write(f'\n], "categories": {json.dumps(listed, ensure_ascii=False)}}}\n')


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write `annotations/instances_<split>.json`, `default` for what has no split, and the images below `images/`."""
    names, files = SafeNames(), dict[str, _SplitFile]()
    categories = {label: number for number, label in enumerate(theme.labels, start=1)}
    (target / _ANNOTATIONS).mkdir()
    with ExitStack() as opened:
        for sample in theme.samples:
            name = names.of(sample.name, sample.sha256, sample.suffix)
            copy_image(sample, target / "images" / name)
            split = sample.split or "default"
            if split not in files:
                files[split] = _SplitFile(target / _ANNOTATIONS / f"instances_{split}.json", opened)
            files[split].add(sample, name, categories)
            yield None
        for file in files.values():
            file.finish(categories)


def _image_folders(root: Path, file: Path) -> list[Path]:
    """Where the images of a JSON file may lie: beside it, or in the usual folders of the data set."""
    named = file.stem.rpartition("_")[2]
    folders = [
        file.parent,
        root,
        root / "images",
        root / "data",
        root / named,
        root / "images" / named,
        root / named / "images",
    ]
    return list(dict.fromkeys(folders))


def _image_words(image: Any) -> str:
    """How a person finds an image in a file that is one line."""
    about = image if isinstance(image, dict) else {}
    return f"image {about.get('id', '?')}, file_name {about.get('file_name', '?')}"


def _part_of(annotation: Any) -> Part:
    shaped = isinstance(annotation, dict) and (annotation.get("bbox") or annotation.get("segmentation"))
    return "box" if shaped else "label"


def _marks_place(annotation: Any) -> bool:
    """Whether an annotation says where something is; classifications are written with a box of zeros, too."""
    box = _numbers(annotation.get("bbox"))
    return bool(annotation.get("segmentation") or (box and not _is_nowhere(box)))


def _is_nowhere(box: Any) -> bool:
    return isinstance(box, list) and box == [0, 0, 0, 0]


def _numbers(box: Any) -> Any:
    """A box with the numbers that stand in it as texts."""
    return [_as_number(value) for value in box] if isinstance(box, list) else box


def _is_only_shape(annotation: Any) -> bool:
    return isinstance(annotation, dict) and not annotation.get("bbox") and bool(annotation.get("segmentation"))


def _key(value: Any) -> str:
    """An id as text: 1, 1.0 and "1" are the same, as programs write them in turn."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _as_number(value: Any) -> Any:
    """A number, also where it is written as a text."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value.strip()):
        return value
    return float(value) if "." in value else int(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)

"""What a folder is taken for: the format that explains most of its images, how many they are; what else it may be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from workbench.data.folder_scan import is_folder, named_like_image, scan_folder, visible
from workbench.data.formats import coco, csv_table, folder, imagefolder, parquet, voc, yolo
from workbench.data.formats.files import ImageFinder
from workbench.data.formats.folder_tree import NO_CLASSES, root_of_classes, splits_alone
from workbench.data.formats.json_stream import JsonError, elements
from workbench.data.formats.label_studio_tasks import is_minimal
from workbench.data.formats.split_names import split_of_folder
from workbench.errors import WorkbenchError

_PROBE = 20
_ABOUT = ("readme", "license", "licence", "citation")

_PARTS = frozenset(
    {*("part", "parts", "batch", "chunk", "shard", "image", "images", "img", "imgs", "photos", "pictures", "scans")}
)

# What a file has once for each image, at least.
_MARKS = {"coco": b'"file_name"', "fiftyone": b'"filepath"'}

FIELDS = ("fiftyone", "parquet", "csv")
"""Formats of which it can be asked which field or column holds the labels."""


_About = tuple[Path, str | None]


@dataclass(frozen=True)
class Evidence:
    """A format, how many images it would explain, and in words which files speak for it.

    `named` are the images of which a table speaks without saying their labels.
    """

    format: str
    images: int
    words: str
    named: int = 0


@dataclass(frozen=True)
class Detected:
    """The format that a path is taken for, and why. `others` are what else it may be, each with its reason.

    `path` is what to read: a folder inside, where the one that was given only lies around it.
    """

    format: str
    path: Path
    why: str = ""
    others: tuple[tuple[str, str], ...] = ()


@dataclass
class _Survey:
    """The files below a folder, counted in one pass."""

    images: int = 0
    by_folder: Counter[str] = field(default_factory=Counter)
    xml: list[str] = field(default_factory=list)
    texts: int = 0


def detect_folder(path: Path, field: str | None = None) -> Detected:
    """Return what a folder is taken for. Raises WorkbenchError when its folders may be labels or splits.

    A file beside class folders decides nothing unless it speaks of most images that lie there. `field` is where the
    labels are asked to be: one of the formats that have fields is then meant.
    """
    around = _lies_around(path, field)
    if around is not None:
        return around
    survey = _survey(path)
    classes = _class_folders(path, survey)
    annotated, broken = _annotations(path, survey, field)
    if broken is not None and not annotated and classes is None:
        raise broken
    flat = splits_alone(path) if classes is not None else []
    speaking = [each for each in annotated if each.images]
    silent = [each for each in annotated if not each.images and each.format == "csv"]
    with_fields = [each for each in annotated if each.format in FIELDS]
    unlabeled = Evidence("images", survey.images, f"{_counted(survey.images)} without labels")
    if field is not None and with_fields:
        ranked = [*with_fields, unlabeled]
    elif classes is None:
        ranked = [*annotated, unlabeled]
    elif speaking and (flat or speaking[0].images * 2 >= survey.images):
        ranked = [*speaking, classes, unlabeled]
    elif silent and silent[0].named * 2 >= survey.images and _are_parts(folder.read(path).named):
        ranked = [*silent, classes, unlabeled]
    elif flat:
        raise WorkbenchError(
            f"{path} holds folders called like splits that hold no class folders: {', '.join(flat)}. Are they "
            "labels? --format folder takes each folder for a label, --format images takes all images without labels, "
            "in these splits." + "".join(f" There is {each.words}." for each in silent)
        )
    else:
        ranked = [classes, *speaking, *silent, unlabeled]
    others = tuple((each.format, each.words) for each in ranked[1:])
    return Detected(ranked[0].format, path, ranked[0].words, others)


def _are_parts(folders: set[str]) -> bool:
    """Whether folders are parts of one heap of images : `images_part_1` and `images_part_2`, or one `scans`."""
    stems = {name.rstrip("0123456789 _.-").lower() for name in folders}
    return len(stems) == 1 and not _PARTS.isdisjoint(re.split(r"[^a-z]+", stems.pop()))


def _lies_around(path: Path, field: str | None) -> Detected | None:
    """What the only folder in a folder is taken for, if that is a data set with files about its images."""
    inside = [each for each in visible(path) if is_folder(each) or not _is_about_all(each.name)]
    if len(inside) != 1 or not is_folder(inside[0]) or split_of_folder(inside[0].name):
        return None
    found = detect_folder(Path(inside[0].path), field)
    own = found.format in ("folder", "images", "voc")
    # Hugging Face's folder `data` belongs to its layout.
    of_layout = found.format in ("parquet", "imagefolder") and inside[0].name == "data"
    return None if own or of_layout else found


def _is_about_all(name: str) -> bool:
    """Whether a file beside a data set's folder only describes or licenses it."""
    return Path(name).suffix.lower() in (".md", ".rst", ".pdf", ".html") or name.lower().startswith(_ABOUT)


def json_kind(path: Path) -> str | None:
    """Tell the JSON formats apart by what their files begin with; None for any other JSON file."""
    for key, _, element in elements(path, spread=["labels"]):
        inside = element.keys() if isinstance(element, dict) else set()
        if key == "" and ("data" in inside or is_minimal(element)):
            return "label-studio"
        if (key == "images" and "file_name" in inside) or (key == "annotations" and "image_id" in inside):
            return "coco"
        if key == "categories" and {"id", "name"} <= inside:
            return "coco"
        if (key == "samples" and "filepath" in inside) or (key == "labels" and isinstance(element, tuple)):
            return "fiftyone"
    return None


def _survey(path: Path) -> _Survey:
    found = _Survey()
    for file in scan_folder(path, in_order=False):
        top, _, inner = file.name.partition("/")
        if named_like_image(file.name):
            found.images += 1
            found.by_folder[top if inner else ""] += 1
        elif file.name.lower().endswith(".xml"):
            found.xml.append(file.path)
        elif file.name.endswith(".txt"):
            found.texts += 1
    return found


def _class_folders(path: Path, survey: _Survey) -> Evidence | None:
    """The folders that may be labels; None when those with images are only called `images`, `masks` or the like."""
    root, _ = root_of_classes(path)
    tops = [name for name in survey.by_folder if name]
    if root == path and all(name.lower() in NO_CLASSES for name in tops):
        return None
    inside = sum(survey.by_folder[name] for name in tops)
    if inside * 2 < survey.images:
        return None
    labels = len(folder.read(path).named)
    return Evidence(
        "folder", inside, f"{_counted(inside)} in folders of {labels:,} {'label' if labels == 1 else 'labels'}"
    )


def _annotations(path: Path, survey: _Survey, field: str | None) -> tuple[list[Evidence], JsonError | None]:
    """The formats of which there are annotations, those of most images first, and a file that is no JSON."""
    found: list[Evidence] = []
    annotations = voc.count_annotations(survey.xml)
    if annotations:
        words = "1 XML file" if annotations == 1 else f"{annotations:,} XML files"
        found.append(Evidence("voc", min(annotations, survey.images), f"{words} of annotations"))
    labeled = yolo.count_labeled(path) if survey.texts else 0
    described = yolo.describing_file(path)
    if labeled or described is not None:
        names = described.name if described is not None else "no class names"
        found.append(Evidence("yolo", labeled, f"{names}, {_counted(labeled)} with a label file"))
    if parquet.holds_parquet(path):
        found.append(Evidence("parquet", 0, "parquet files"))
    metadata = imagefolder.metadata_files(path)
    if metadata and _says_labels(metadata):
        names = ", ".join(file.relative_to(path).as_posix() for file in metadata[:3])
        found.append(Evidence("imagefolder", survey.images, names))
    # Of several tables that could be it none is taken: reading says so.
    tables = [file for file, _ in csv_table.tables_of(path, field)] or csv_table.csv_files(path)
    if tables:
        names = ", ".join(file.relative_to(path).as_posix() for file in tables[:3])
        counted = csv_table.count_lines(path, tables, field)
        words = f"{names}, {counted.lines:,} {'line' if counted.lines == 1 else 'lines'}"
        if counted.named and not counted.images and counted.others:
            words += f" without a column 'label'; --field says which it is: {', '.join(counted.others)}"
        found.append(Evidence("csv", min(counted.images, survey.images), words, counted.named))
    described_in_json, broken = _json(path, survey)
    found += described_in_json
    return sorted(found, key=lambda each: -each.images), broken


def _says_labels(metadata: list[Path]) -> bool:
    try:
        return imagefolder.speaks_of_labels(metadata)
    except WorkbenchError:
        return False


def _json(path: Path, survey: _Survey) -> tuple[list[Evidence], JsonError | None]:
    """What JSON files are about: the first that is in a known format, with the others that are COCO where it is."""
    broken: JsonError | None = None
    found: list[tuple[_About, Evidence]] = []
    for file in [path / "samples.json", *coco.json_files(path)]:
        try:
            kind = json_kind(file) if file.is_file() else None
            if kind is not None and kind == (found[0][1].format if found else kind):
                found.append(((file.parent, coco.split_in(file.stem)), _of_json(path, file, kind, survey)))
        except JsonError as error:
            broken = broken or error
        if found and found[0][1].format != "coco":
            break
    return _together(found, survey), None if found else broken


def _together(found: list[tuple[_About, Evidence]], survey: _Survey) -> list[Evidence]:
    """One evidence of several files: those of one folder and split are about the same images."""
    if len(found) < 2:
        return [each for _, each in found]
    most: dict[_About, int] = {}
    for about, each in found:
        most[about] = max(most.get(about, 0), each.images)
    images = min(sum(most.values()), survey.images)
    first = found[0][1].words.partition(" about ")[0]
    return [Evidence(found[0][1].format, images, f"{first} and {len(found) - 1} more about {_counted(images)}")]


def _of_json(root: Path, file: Path, kind: str, survey: _Survey) -> Evidence:
    """How many images a JSON file speaks of, as far as the first of them lie there."""
    names = _named_in(file, kind)
    first = list(islice(names, _PROBE))
    finder = ImageFinder(root)
    there = sum(finder.find(name, file.parent, root)[0] is not None for name in first)
    if there and kind in _MARKS:
        more = max(_count(file, _MARKS[kind], survey.images) - len(first), 0)
    else:
        more = sum(1 for _ in islice(names, survey.images)) if there else 0
    images = (len(first) + more) * there // len(first) if first else 0
    where = file.relative_to(root).as_posix()
    return Evidence(kind, min(images, survey.images), f"{where} about {_counted(images)}")


def _count(file: Path, mark: bytes, most: int) -> int:
    """How often a text stands in a file, quicker than by parsing it; one at the edge of two pieces is missed."""
    found = 0
    with file.open("rb") as stream:
        while found < most and (piece := stream.read(2**20)):
            found += piece.count(mark)
    return found


def _named_in(file: Path, kind: str) -> Iterator[str]:
    lists = {"coco": "images", "fiftyone": "samples", "label-studio": ""}
    for key, _, element in elements(file, spread=["labels"]):
        if key == lists[kind] and isinstance(element, dict):
            yield str(_name_of(element))
        elif key == "labels" and isinstance(element, tuple):
            yield str(element[0])


def _name_of(element: dict[str, Any]) -> Any:
    """The image of a COCO image, a FiftyOne sample, or a Label Studio task, where it may be part of an address."""
    data = element.get("data")
    if isinstance(data, dict):
        texts = [value.rpartition("=")[2] for value in data.values() if isinstance(value, str)]
        return next(filter(named_like_image, texts), texts[0] if texts else "")
    return element.get("file_name") or element.get("filepath") or element.get("image") or ""


def _counted(images: int) -> str:
    """Say how many images."""
    return f"{images:,} {'image' if images == 1 else 'images'}"

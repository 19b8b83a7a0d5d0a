"""Pascal VOC: one XML file per image in `Annotations`, the images in `JPEGImages`, splits in `ImageSets/Main`.

`xmin`, `ymin`, `xmax`, `ymax` are read as the edges of the box in pixels from the top left corner, the way today's
annotation tools write them (the challenge itself counted pixels from 1). Beyond the definition an annotation may hold
a `<label>`, which is how the label of a whole image is written.
Format: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from workbench.data.folder_scan import named_like_image, natural_key, visible
from workbench.data.formats.entry import Entry, EntryBox, Rejection, Source
from workbench.data.formats.exported import ExportedSample, ExportedTheme, SafeNames, copy_image, plain_number
from workbench.data.formats.files import entries_below, find_image
from workbench.data.formats.folder import SPLIT_FOLDERS, SPLIT_NAMES
from workbench.errors import WorkbenchError

_EDGES = ("xmin", "ymin", "xmax", "ymax")


@dataclass
class _Annotation:
    """What an XML file says; every value with the line on which it stands."""

    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    objects: list[tuple[int, dict[str, tuple[str, int]]]] = field(default_factory=list)


class _Handler(ContentHandler):
    """Collects the leaves of an annotation; parts of objects (as of persons) are left alone."""

    def __init__(self) -> None:
        super().__init__()
        self.found = _Annotation()
        self._path: list[str] = []
        self._text = ""
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name is SAX's
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self._path.append(name)
        self._text = ""
        if self._path[1:] == ["object"]:
            self.found.objects.append((self._locator.getLineNumber(), {}))

    def characters(self, content: str) -> None:
        self._text += content

    def endElement(self, name: str) -> None:  # noqa: N802
        path, value = self._path[1:], (self._text.strip(), self._locator.getLineNumber())
        if path[:1] == ["object"] and len(path) > 1:
            self.found.objects[-1][1]["/".join(path[1:])] = value
        elif path and path[0] != "object":
            self.found.values["/".join(path)] = value
        self._path.pop()
        self._text = ""


class VocSource(Source):
    """An opened folder of VOC annotations."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.annotations = annotations_folder(root) or root

    @cached_property
    def _splits(self) -> dict[str, str]:
        """The split of each image by its stem, from `ImageSets/Main/train.txt` and its like."""
        found: dict[str, str] = {}
        for file in sorted((self.root / "ImageSets" / "Main").glob("*.txt")):
            split = SPLIT_FOLDERS.get(file.stem.lower())
            if split is not None:
                for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
                    found.setdefault(line.rstrip("\r"), split)
                    found.setdefault(line.strip(), split)
        return found

    def entries(self) -> Iterator[Entry | Rejection]:
        named: set[str] = set()
        for file in sorted(self._xml_files(), key=lambda file: natural_key(file.name)):
            for found in self._of(file):
                if isinstance(found, Entry) and found.path:
                    named.add(os.path.basename(found.path))
                yield found
        yield from self._without_annotation(named)

    def _xml_files(self) -> Iterator[Path]:
        return self.annotations.glob("*.xml") if self.annotations == self.root else self.annotations.rglob("*.xml")

    def _of(self, file: Path) -> Iterator[Entry | Rejection]:
        where = file.relative_to(self.root).as_posix()
        try:
            annotation = _parsed(file)
        except SAXParseException as error:
            yield Rejection(f"{where}:{error.getLineNumber()}", f"not valid XML: {error.getMessage()}")
            return
        except (OSError, ValueError) as error:
            yield Rejection(f"{where}:1", f"refused: {error}")
            return
        boxes: list[EntryBox] = []
        for line, values in annotation.objects:
            box = _box(values, line, where)
            if isinstance(box, Rejection):
                yield box
            else:
                boxes.append(box)
        label = annotation.values.get("label", ("", 0))[0] or None
        size, fault_in_size = _size(annotation)
        path, fault = self._image(annotation, file)
        yield Entry(
            os.path.basename(path or annotation.values.get("filename", (file.stem, 0))[0]),
            path=path,
            label=label,
            split=self._splits.get(file.stem),
            boxes=tuple(boxes) or (None if label else ()),
            incomplete=len(boxes) < len(annotation.objects),
            size=size,
            source=f"{where}:{annotation.values.get('filename', ('', 1))[1]}",
            fault=fault or fault_in_size,
        )

    def _image(self, annotation: _Annotation, file: Path) -> tuple[str | None, str]:
        """The image of an annotation: the one it names, or else the one that is called like it."""
        folders = (
            self.root / "JPEGImages",
            file.parent,
            self.root / "images",
            self.root / "Images",
            self.root,
        )
        named = annotation.values.get("filename", ("", 0))[0] or file.stem
        path, fault = find_image(named, *folders)
        if not fault or "leads out" in fault:
            return path, fault
        for folder in folders:
            for candidate in sorted(folder.glob(f"{_literal(file.stem)}.*")):
                if named_like_image(candidate.name):
                    return str(candidate), ""
        return None, fault

    def _without_annotation(self, named: set[str]) -> Iterator[Entry]:
        folder = self.root / "JPEGImages"
        for found in entries_below(folder) if folder.is_dir() else ():
            if not isinstance(found, Entry) or found.name in named or not named_like_image(found.name):
                continue
            if not (self.annotations / f"{Path(found.name).stem}.xml").exists():
                yield found


def read(path: Path) -> VocSource:
    """Open a folder of VOC annotations. Raises WorkbenchError when there are none."""
    source = VocSource(path)
    if not path.is_dir() or (
        annotations_folder(path) is None and not any(file.name.endswith(".xml") for file in visible(path))
    ):
        raise WorkbenchError(f"{path} holds no VOC annotations: XML files in a folder 'Annotations', or beside images.")
    return source


def annotations_folder(root: Path) -> Path | None:
    """The folder of a data set that holds its annotations, None when there is no such folder with XML files."""
    found = (root / name for name in ("Annotations", "annotations", "ANNOTATIONS"))
    return next((each for each in found if each.is_dir() and any(each.rglob("*.xml"))), None)


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write `Annotations`, `JPEGImages` and `ImageSets/Main`; an image that nobody decided on has no annotation."""
    names = SafeNames()
    for folder in ("Annotations", "JPEGImages", "ImageSets/Main"):
        (target / folder).mkdir(parents=True)
    for sample in theme.samples:
        name = names.of(sample.name, sample.sha256, sample.suffix, flat=True)
        copy_image(sample, target / "JPEGImages" / name)
        stem = Path(name).stem
        if sample.split:
            listed = target / "ImageSets" / "Main" / f"{SPLIT_NAMES[sample.split]}.txt"
            with listed.open("a", encoding="utf-8") as file:
                file.write(f"{stem}\n")
        if sample.boxes is not None or sample.label is not None:
            tree = ElementTree.ElementTree(_as_xml(sample, name))
            ElementTree.indent(tree)
            tree.write(target / "Annotations" / f"{stem}.xml", encoding="utf-8")
        yield None


def _as_xml(sample: ExportedSample, name: str) -> ElementTree.Element:
    root = ElementTree.Element("annotation")
    _leaf(root, "folder", "JPEGImages")
    _leaf(root, "filename", name)
    if sample.label is not None:
        _leaf(root, "label", sample.label)
    size = ElementTree.SubElement(root, "size")
    for tag, pixels in (("width", sample.width), ("height", sample.height), ("depth", 3)):
        _leaf(size, tag, str(pixels))
    _leaf(root, "segmented", "0")
    for box in sample.boxes or ():
        each = ElementTree.SubElement(root, "object")
        for tag, text in (("name", box.label), ("pose", "Unspecified"), ("truncated", "0"), ("difficult", "0")):
            _leaf(each, tag, text)
        edges = ElementTree.SubElement(each, "bndbox")
        for tag, value in zip(_EDGES, (box.x, box.y, box.x + box.width, box.y + box.height), strict=True):
            _leaf(edges, tag, plain_number(value))
    return root


def _leaf(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text


def _parsed(file: Path) -> _Annotation:
    import defusedxml.sax

    handler = _Handler()
    # DTDs, entities and references to elsewhere are refused with a ValueError.
    with file.open("rb") as stream:
        defusedxml.sax.parse(stream, handler, forbid_dtd=True)
    return handler.found


def _size(annotation: _Annotation) -> tuple[tuple[int, int] | None, str]:
    texts = [annotation.values.get(f"size/{side}", ("", 0))[0] for side in ("width", "height")]
    if not any(texts):
        return None, ""
    try:
        width, height = (_whole(text) for text in texts)
    except ValueError:
        return None, f"the size {texts} is not in whole pixels"
    # Some tools write zeros when they did not look at the image.
    return ((width, height) if width and height else None), ""


def _whole(text: str) -> int:
    """A number of pixels, which some tools write as `40.0`."""
    return int(float(text)) if float(text).is_integer() else int(text)


def _box(values: dict[str, tuple[str, int]], line: int, where: str) -> EntryBox | Rejection:
    name = values.get("name", ("", 0))[0]
    if not name:
        return Rejection(f"{where}:{line}", "an object without a name")
    edges: list[float] = []
    for edge in _EDGES:
        if f"bndbox/{edge}" not in values:
            return Rejection(f"{where}:{line}", f"an object '{name}' without {edge}")
        text, at = values[f"bndbox/{edge}"]
        try:
            edges.append(float(text))
        except ValueError:
            return Rejection(f"{where}:{at}", f"{edge} of '{name}' is '{text}', not a number")
    left, top, right, bottom = edges
    return EntryBox.of(name, (left, top, right - left, bottom - top), f"{where}:{values['bndbox/xmin'][1]}")


def _literal(stem: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in stem)

"""The XML of one VOC annotation: read with the line of each value, and written."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.sax.handler import ContentHandler

from workbench.data.formats.entry import EntryBox, Rejection
from workbench.data.formats.exported import ExportedSample, plain_number

_ENCODING = re.compile(rb"""\s*<\?xml[^>]*encoding\s*=\s*(["'])([\w.-]+)\1[^>]*\?>""")
_PARSED = frozenset({b"utf-8", b"utf8", b"utf-16", b"iso-8859-1", b"us-ascii", b"ascii"})

_DEEPEST = 100
EDGES = ("xmin", "ymin", "xmax", "ymax")


@dataclass
class Annotation:
    """What an XML file says; every value with the line on which it stands. `root` is its outermost tag."""

    root: str = ""
    values: dict[str, tuple[str, int]] = field(default_factory=dict)
    objects: list[tuple[int, dict[str, tuple[str, int]]]] = field(default_factory=list)


class _Handler(ContentHandler):
    """Collects the leaves of an annotation; parts of objects (as of persons) are left alone."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Annotation()
        self._path: list[str] = []
        self._text = ""
        self._locator: Any = None

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 - the name is SAX's
        self._locator = locator

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise ValueError(f"its elements stand more than {_DEEPEST} deep within each other")
        self._text = ""
        self.found.root = self._path[0]
        if self._path[1:] == ["object"]:
            self.found.objects.append((self._locator.getLineNumber(), {}))

    def characters(self, content: str) -> None:
        self._text += content

    def endElement(self, name: str) -> None:  # noqa: N802
        path, value = self._path[1:], (_cell(name, self._text), self._locator.getLineNumber())
        if path[:1] == ["object"] and len(path) > 1:
            self.found.objects[-1][1]["/".join(path[1:])] = value
        elif path and path[0] != "object":
            self.found.values["/".join(path)] = value
        self._path.pop()
        self._text = ""


def _cell(tag: str, text: str) -> str:
    """The text of an element: a label has the blanks that stand on its line."""
    kept = tag in ("name", "label") and "\n" not in text and text.strip()
    return text if kept else text.strip()


def as_xml(sample: ExportedSample, name: str) -> ElementTree.Element:
    """Write a sample whose image file is called `name`."""
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
        for tag, value in zip(EDGES, (box.x, box.y, box.x + box.width, box.y + box.height), strict=True):
            _leaf(edges, tag, plain_number(value))
    return root


def _leaf(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = text


def parsed(file: Path) -> Annotation:
    """Read an annotation. Raises SAXParseException, ValueError for a DTD or what is nested too deeply, or OSError."""
    import defusedxml.sax
    from defusedxml.common import DTDForbidden

    handler = _Handler()
    try:
        # Entities and references to elsewhere are refused with a ValueError as well.
        defusedxml.sax.parse(io.BytesIO(_utf8(file.read_bytes())), handler, forbid_dtd=True)
    except DTDForbidden:
        raise ValueError("it begins with a DTD (<!DOCTYPE ...>): take that line out") from None
    return handler.found


def _utf8(content: bytes) -> bytes:
    """The bytes of an XML file in UTF-8 where its head names an encoding that the parser does not know, such as GBK."""
    head = _ENCODING.match(content)
    if head is None or head[2].lower() in _PARSED:
        return content
    try:
        text = content[head.end() :].decode(head[2].decode("ascii"))
    except (LookupError, UnicodeDecodeError) as error:
        raise ValueError(f"its head says encoding='{head[2].decode()}', but {error}") from None
    return text.encode()


def stated_size(annotation: Annotation) -> tuple[tuple[int, int] | None, str]:
    """The (width, height) in pixels that an annotation says, None when it says nothing, and what is wrong with it."""
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


def box_of(values: dict[str, tuple[str, int]], line: int, where: str) -> EntryBox | Rejection:
    """The box of an object, in pixels, or what is wrong with it."""
    name = values.get("name", ("", 0))[0]
    if not name:
        return Rejection(f"{where}:{line}", "an object without a name", "box")
    edges: list[float] = []
    for edge in EDGES:
        if f"bndbox/{edge}" not in values:
            return Rejection(f"{where}:{line}", f"an object '{name}' without {edge}", "box")
        text, at = values[f"bndbox/{edge}"]
        try:
            edges.append(float(text))
        except ValueError:
            return Rejection(f"{where}:{at}", f"{edge} of '{name}' is '{text}', not a number", "box")
    left, top, right, bottom = edges
    return EntryBox.of(name, (left, top, right - left, bottom - top), f"{where}:{values['bndbox/xmin'][1]}")

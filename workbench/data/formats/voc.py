"""Pascal VOC: one XML file per image in `Annotations`, the images in `JPEGImages`, splits in `ImageSets/Main`.

Read as people lay it out: `annotations` beside `images`, XML files beside their images, both below folders called
like splits, several such data sets below one folder. `xmin`, `ymin`, `xmax`, `ymax` are read as the edges of the box
in pixels from the top left corner, the way today's annotation tools write them (the challenge itself counted pixels
from 1). Beyond the definition an annotation may hold a `<label>`, which is how the label of a whole image is written.
Format: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/devkit_doc.html
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree
from xml.sax import SAXParseException

from workbench.data.folder_scan import named_like_image, printable, scan_folder, visible
from workbench.data.formats.entry import Entry, EntryBox, Rejection, Remark, Source
from workbench.data.formats.exported import ExportedTheme, SafeNames, copy_image
from workbench.data.formats.files import ImageFinder, has_image, inside
from workbench.data.formats.split_names import SPLIT_FOLDERS, SPLIT_NAMES, split_of_folder
from workbench.data.formats.voc_xml import as_xml, box_of, parsed, stated_size
from workbench.errors import WorkbenchError

_ANNOTATIONS = frozenset({"annotations", "annotation", "xmls", "xml"})
_IMAGES = ("JPEGImages", "images", "Images", "image", "imgs", "")
_PROBE = 20
_ANNOTATION = re.compile(rb"<annotation[\s>]")


class VocSource(Source):
    """An opened folder of VOC annotations. `annotations` is the folder whose XML files are read."""

    def __init__(self, root: Path, annotations: Path) -> None:
        self.root = root
        self.annotations = annotations
        self.finder = ImageFinder(root)
        self._splits_below = cache(_splits_below)
        self._images_in = cache(_images_in)

    @cached_property
    def _files(self) -> list[str]:
        """The XML files, relative to the root."""
        prefix = "" if self.annotations == self.root else f"{self.annotations.relative_to(self.root).as_posix()}/"
        return [f"{prefix}{found.name}" for found in scan_folder(self.annotations) if _is_xml(found.name)]

    def entries(self) -> Iterator[Entry | Rejection]:
        named: set[str] = set()
        for file in self._files:
            for found in self._of(PurePosixPath(file)):
                if isinstance(found, Entry) and found.path:
                    named.add(found.path)
                yield found
        yield from self._without_annotation(named)

    def _of(self, file: PurePosixPath) -> Iterator[Entry | Rejection]:
        where = printable(str(file))
        try:
            annotation = parsed(self.root / file)
        except SAXParseException as error:
            yield Rejection(f"{where}:{error.getLineNumber()}", f"not valid XML: {error.getMessage()}")
            return
        except (OSError, ValueError) as error:
            yield Rejection(f"{where}:1", f"refused: {error}")
            return
        if annotation.root != "annotation":
            yield Remark(where, f"a file of <{annotation.root}>, not of <annotation>: not read")
            return
        boxes: list[EntryBox] = []
        for line, values in annotation.objects:
            box = box_of(values, line, where)
            if isinstance(box, Rejection):
                yield box
            else:
                boxes.append(box)
        label = annotation.values.get("label", ("", 0))[0] or None
        size, fault_in_size = stated_size(annotation)
        named, line = annotation.values.get("filename", ("", 1))
        path, fault, remark = self._image(named or file.stem, file)
        if remark:
            yield Remark(f"{where}:{line}", remark)
        yield Entry(
            self._name(path) if path else named or file.stem,
            path=path,
            label=label,
            split=self._split(file, path),
            boxes=tuple(boxes) or (None if label else ()),
            incomplete=len(boxes) < len(annotation.objects),
            size=size,
            source=f"{where}:{line}",
            fault=fault or fault_in_size,
        )

    def _image(self, named: str, file: PurePosixPath) -> tuple[str | None, str, str]:
        """The image of an annotation, what is wrong with its name, and a remark.

        It is the one that the annotation names, or the one that is called like the XML file: where both are there, and
        the former has an annotation of its own, the name was left over from copying.
        """
        folders = self._image_folders(file)
        exact = next((path for folder in folders if (path := inside(folder, named)) and os.path.isfile(path)), None)
        own = next((each for folder in folders if (each := self._images_in(folder).get(file.stem))), None)
        other = _stem(named)
        if exact and own and exact != own and (self.root / file.with_name(f"{other}.xml")).is_file():
            return own, "", f"names '{named}', which has its own XML file: read for {os.path.basename(own)}"
        if exact or own:
            copied = not exact and other != file.stem
            return exact or own, "", f"'{named}' is not there: read for the image called like it" if copied else ""
        return *self.finder.find(named, *folders), ""

    def _image_folders(self, file: PurePosixPath) -> list[str]:
        """The folders in which the image of an annotation may lie, those that mirror its own folder first."""
        base, below = _base(file)
        beside = [str(self.root / file.parent)]
        for name in _IMAGES:
            folder = self.root / base / name
            mirrored = folder / below
            beside.append(str(mirrored if mirrored.is_dir() else folder))
        return beside

    def _split(self, file: PurePosixPath, path: str | None) -> str | None:
        """The split that a list in `ImageSets/Main` says, or the name of a folder."""
        base, below = _base(file)
        listed = self._splits_below(self.root / base)
        said = listed.get(f"{below}/{file.stem}") or listed.get(file.stem)
        folders = (*file.parts[:-1], *(PurePosixPath(os.path.relpath(path, self.root)).parts[:-1] if path else ()))
        return said or next((split for part in reversed(folders) if (split := split_of_folder(part))), None)

    def _name(self, path: str) -> str:
        """An image's name without the folders that only say that images are in it."""
        *folders, last = PurePosixPath(os.path.relpath(path, self.root)).parts
        return printable("/".join([*(folder for folder in folders if folder not in _IMAGES), last]))

    def _without_annotation(self, named: set[str]) -> Iterator[Entry | Rejection]:
        """The images that no XML file is about, from the folders of those that one is about."""
        folders = {os.path.dirname(path) for path in named}
        unread: Counter[str] = Counter()
        for found in scan_folder(self.root):
            if found.fault or found.path in named or not named_like_image(found.name):
                continue
            folder = os.path.dirname(found.path)
            if folder in folders or "JPEGImages" in PurePosixPath(found.name).parts[:-1]:
                split = self._split(PurePosixPath(found.name), found.path)
                yield Entry(self._name(found.path), path=found.path, split=split)
            else:
                unread[os.path.relpath(folder, self.root)] += 1
        for place, count in unread.items():
            yield Remark(printable(place), f"{count:,} images without an annotation in a folder of no annotated ones")


def read(path: Path) -> VocSource:
    """Open a folder of VOC annotations, or of a data set that holds one. Raises WorkbenchError when there are none."""
    if not path.is_dir() or not any(_is_xml(found.name) for found in scan_folder(path)):
        raise WorkbenchError(f"{path} holds no VOC annotations: XML files in a folder 'Annotations', or beside images.")
    if path.name.lower() in _ANNOTATIONS and not has_image(path):
        return VocSource(path.parent, path)
    return VocSource(path, path)


def count_annotations(files: Sequence[str]) -> int:
    """How many of some XML files are VOC annotations, judged by the first of them."""
    probed = files[:_PROBE]
    good = sum(_begins_annotation(file) for file in probed)
    return len(files) * good // len(probed) if probed else 0


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
            tree = ElementTree.ElementTree(as_xml(sample, name))
            ElementTree.indent(tree)
            tree.write(target / "Annotations" / f"{stem}.xml", encoding="utf-8")
        yield None


def _is_xml(name: str) -> bool:
    return name.lower().endswith(".xml")


def _stem(name: str) -> str:
    base = name.replace("\\", "/").rpartition("/")[2]
    return os.path.splitext(base)[0] if named_like_image(base) else base


def _base(file: PurePosixPath) -> tuple[str, str]:
    """The folder that holds those of annotations and images, and the folders of a file below these."""
    parts = file.parts[:-1]
    at = [number for number, part in enumerate(parts) if part.lower() in _ANNOTATIONS or part in _IMAGES]
    if not at:
        return str(file.parent), ""
    return "/".join(parts[: at[0]]), "/".join(parts[at[-1] + 1 :])


def _splits_below(base: Path) -> dict[str, str]:
    """The split of each image by its stem, from `ImageSets/Main/train.txt` and its like."""
    found: dict[str, str] = {}
    for file in sorted((base / "ImageSets" / "Main").glob("*.txt")):
        split = SPLIT_FOLDERS.get(file.stem.lower())
        if split is not None:
            for line in file.read_text(encoding="utf-8", errors="replace").split("\n"):
                found.setdefault(line.rstrip("\r"), split)
                found.setdefault(line.strip(), split)
    return found


def _images_in(folder: str) -> dict[str, str]:
    """The images that lie in a folder itself, by their stems."""
    if not os.path.isdir(folder):
        return {}
    return {os.path.splitext(each.name)[0]: each.path for each in visible(folder) if named_like_image(each.name)}


def _begins_annotation(file: str) -> bool:
    try:
        with open(file, "rb") as stream:
            return _ANNOTATION.search(stream.read(1_000)) is not None
    except OSError:
        return False

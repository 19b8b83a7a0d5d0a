"""Class folders: each folder is a label, each file below it a sample of that label.

Folders named after splits (`train`, `val`, `test_set` ...) are splits when one of them holds class folders, as in many
published data sets, or when all class folders hold nothing but splits. A split without class folders holds unlabeled
images of that split.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from workbench.data.folder_scan import count_files, named_like_image, natural_key, printable
from workbench.data.formats.entry import Entry, Rejection, Remark, Source
from workbench.data.formats.exported import (
    ExportedTheme,
    SafeNames,
    copy_image,
    folder_of_label,
    label_of_folder,
    without_prefix,
)
from workbench.data.formats.files import NOT_READ, entries_below, may_hold_image, require_folder, told_side_files
from workbench.data.formats.folder_tree import (
    IMAGE_FOLDERS,
    NO_CLASSES,
    children,
    class_folders,
    holds_splits,
    inside_of,
    masks_in,
    root_of_classes,
    splits_in,
)
from workbench.data.formats.split_names import SPLIT_NAMES, UNASSIGNED, split_of_folder
from workbench.errors import WorkbenchError


@dataclass(frozen=True)
class _ClassFolder:
    """A folder whose images have one label, or none, and one split."""

    path: Path
    prefix: str
    label: str | None
    split: str | None = None


class FolderSource(Source):
    """An opened folder of class folders."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _found(self) -> tuple[list[_ClassFolder], list[Rejection]]:
        """The class folders, and what lies in none."""
        root, prefix = root_of_classes(self.path)
        if holds_splits(root):
            inner, rejected = _of_splits(root, prefix)
        else:
            inner, rejected = _classes(children(root)[0], prefix, None)
            inner = _with_splits_below(inner)
        _refuse_undecodable([folder for folder in inner if folder.label is not None])
        outside = [_outside(name) for name in children(self.path)[1]]
        if root != self.path:
            masks = masks_in([each for each in children(self.path)[0] if may_hold_image(each)])
            outside += [_masks(each, each.name) for each in masks]
            outside += _classes([each for each in children(self.path)[0] if not may_hold_image(each)], "", None)[1]
        if root != self.path:
            outside += [_outside(f"{prefix}{name}") for name in children(root)[1]]
        return _with_labels(inner), outside + rejected

    @property
    def named(self) -> set[str]:
        """The labels that the class folders stand for, whatever is in them."""
        return {folder.label for folder in self._found[0] if folder.label is not None}

    @cached_property
    def _sizes(self) -> list[int]:
        """How many entries and rejections each class folder gives."""
        return [count_files(folder.path, within=self.path) for folder in self._found[0]]

    @property
    def labels(self) -> list[str]:
        sized = zip(self._found[0], self._sizes, strict=True)
        return sorted({folder.label for folder, size in sized if size and folder.label is not None}, key=natural_key)

    @property
    def total(self) -> int:
        return sum(self._sizes) + len(self._found[1])

    def entries(self) -> Iterator[Entry | Rejection]:
        yield from self._found[1]
        for folder in self._found[0]:
            found = entries_below(folder.path, folder.prefix, within=self.path, label=folder.label, split=folder.split)
            yield from told_side_files(found if folder.label is not None else self._with_listed_labels(found, folder))

    def _with_listed_labels(
        self, found: Iterator[Entry | Rejection], folder: _ClassFolder
    ) -> Iterator[Entry | Rejection]:
        """Give the images of a flat split the labels that a list in its folder says, as Tiny ImageNet has it."""
        listed: dict[str, str] = {}
        for file in sorted(folder.path.glob("*_annotations.txt")):
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            pairs = [line.split()[:2] for line in lines]
            listed |= {pair[0]: pair[1] for pair in pairs if len(pair) == 2 and pair[1] in self.named}
        for each in found:
            name = each.name.rpartition("/")[2] if isinstance(each, Entry) else ""
            if listed and name.endswith("_annotations.txt"):
                yield Remark(name, f"labels of {len(listed):,} images are read from it")
            elif name in listed and isinstance(each, Entry):
                yield replace(each, label=listed[name])
            else:
                yield each


def _of_splits(root: Path, prefix: str) -> tuple[list[_ClassFolder], list[Rejection]]:
    """The class folders of each split; those beside the splits count where they hold the same classes."""
    found: list[_ClassFolder] = []
    rejected: list[Rejection] = []
    splits = splits_in(root)
    known = {each.name for folder in splits for each in class_folders(folder)}
    for folder in children(root)[0]:
        split, inner = splits.get(folder), inside_of(folder)
        where = f"{prefix}{inner.relative_to(root).as_posix()}/"
        classes = class_folders(folder)
        if split and not classes:
            classes = [each for each in children(inner)[0] if each.name in known and may_hold_image(each)]
        if split and not classes:
            found.append(_ClassFolder(inner, where, None, split))
        elif split or folder.name == UNASSIGNED or (classes and {each.name for each in classes} <= known):
            good, refused = _classes(children(inner)[0], where, split)
            found += good
            rejected += [*refused, *(_outside(f"{where}{name}") for name in children(inner)[1])]
        elif may_hold_image(folder):
            reason = f"stands beside splits and is none: {count_files(folder):,} files are not read"
            rejected.append(Rejection(printable(where.rstrip("/")), reason))
    return found, rejected


def _classes(folders: list[Path], prefix: str, split: str | None) -> tuple[list[_ClassFolder], list[Rejection]]:
    """The folders that may hold images, and those that hold other files alone."""
    good = [folder for folder in folders if may_hold_image(folder)]
    classes: list[_ClassFolder] = []
    told: list[Rejection] = []
    for each in good:
        whole = _ClassFolder(each, f"{prefix}{each.name}/", printable(each.name), split)
        inner, files = _inside(each)
        holding = [folder for folder in inner if may_hold_image(folder)]
        masks = [] if any(map(named_like_image, files)) else masks_in(holding)
        classes += [
            replace(whole, path=folder, prefix=f"{whole.prefix}{folder.name}/")
            for folder in holding
            if masks and folder not in masks
        ] or [whole]
        told += [_masks(folder, f"{whole.prefix}{folder.name}") for folder in masks]
    empty = [each for each in folders if each not in good and count_files(each)]
    told += [Remark(printable(f"{prefix}{each.name}"), "a folder without images is no label") for each in empty]
    return classes, told


def _inside(folder: Path) -> tuple[list[Path], list[str]]:
    """The folders and files in a class folder; nothing of one that cannot be read, which its scan tells."""
    try:
        return children(folder)
    except WorkbenchError:
        return [], []


def _with_splits_below(classes: list[_ClassFolder]) -> list[_ClassFolder]:
    """The splits in each class folder, where all of them hold nothing else: `cat/train`, `cat/test`, `dog/train`."""
    found: list[_ClassFolder] = []
    for folder in classes:
        inner, files = _inside(folder.path)
        splits = {each: split_of_folder(each.name) for each in inner if may_hold_image(each)}
        if not splits or not all(splits.values()) or any(map(named_like_image, files)):
            return classes
        if any(class_folders(each) for each in splits):
            return classes
        found += [
            replace(folder, path=each, prefix=f"{folder.prefix}{each.name}/", split=split)
            for each, split in splits.items()
        ]
    return found if len({folder.split for folder in found}) > 1 else classes


def _with_labels(folders: list[_ClassFolder]) -> list[_ClassFolder]:
    """The folders with the labels that they stand for; two folders of different names never become one label."""
    names = {folder.label for folder in folders}
    meant = {name: label_of_folder(name) for name in names if name is not None}
    return [
        replace(folder, label=meant[folder.label])
        if folder.label is not None and meant[folder.label] not in names
        else folder
        for folder in folders
    ]


def _masks(folder: Path, name: str) -> Remark:
    return Remark(printable(name), f"{count_files(folder):,} files beside the images, about them: not read")


def _outside(name: str) -> Rejection:
    if named_like_image(name):
        return Rejection(printable(name), "lies in no class folder: move it into the folder of its label")
    return Remark(printable(name), NOT_READ)


def _refuse_undecodable(folders: list[_ClassFolder]) -> None:
    """Raise WorkbenchError for class folders whose names are not UTF-8: several would become one label."""
    bad = [str(folder.path.name) for folder in folders if not _is_utf8(folder.path.name)]
    if bad:
        shown = ", ".join(str(os.fsencode(name))[2:-1] for name in bad[:10])
        raise WorkbenchError(
            f"{len(bad)} class folders have names that are not UTF-8: {shown}. Their labels cannot be told. Unpack the "
            "archive with its own encoding (unzip -O shift_jis, gbk or cp1251), or rename them. Nothing was imported."
        )


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def read(path: Path) -> FolderSource:
    """Open a folder of class folders. Raises WorkbenchError when there is no folder in it."""
    require_folder(path)
    source = FolderSource(path)
    if not source._found[0]:
        raise WorkbenchError(
            f"{path} holds no class folders. Put the images of each label into a folder of its name, "
            "or import them without labels: --format images."
        )
    return source


def write(theme: ExportedTheme, target: Path) -> Iterator[Rejection | None]:
    """Write one folder per label; a sample without a label is left out."""
    yield from write_classes(theme, target, by_split=False)


def write_classes(theme: ExportedTheme, target: Path, *, by_split: bool) -> Iterator[Rejection | None]:
    """Write one folder per label, below one per split when `by_split` is true, and no folder below.

    Programs differ in which folder they take for the label, the first or the nearest: here it is the same. A label that
    they would take for a split, or for a folder of images, is written as in a URL.
    """
    names = SafeNames()
    no_classes = all(label.lower() in NO_CLASSES for label in theme.labels)
    for sample in theme.samples:
        label = sample.label
        if label is None:
            yield Rejection(sample.name, "has no label, and a class folder is a label")
            continue
        # A split that holds nothing but a folder called `images`, or like itself, is one of images without labels.
        unclear = (by_split and label.lower() in IMAGE_FOLDERS) or split_of_folder(label) is not None
        own = folder_of_label(label, guarded=unclear or no_classes)
        folder = f"{SPLIT_NAMES.get(sample.split or '', UNASSIGNED)}/{own}" if by_split else own
        name = _without_splits(without_prefix(sample.name, own))
        copy_image(sample, target / folder / names.of(name, sample.sha256, sample.suffix, folder=folder, flat=True))
        yield None


def _without_splits(name: str) -> str:
    """Drop the folders of a name that are called like splits: `datasets` would take those files alone for a split."""
    *folders, last = name.split("/")
    return "/".join([*(folder for folder in folders if split_of_folder(folder) is None), last])

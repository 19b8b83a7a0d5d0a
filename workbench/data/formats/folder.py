"""Class folders: each folder is a label, each file below it a sample of that label.

Folders that are all named after splits (`train`, `val`, `test` ...) and hold nothing but folders are taken as splits
with the class folders inside, the layout of many published data sets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from workbench.data.folder_scan import count_files, natural_key, printable, visible
from workbench.data.formats.entry import Entry, Rejection, Source
from workbench.data.formats.exported import ExportedTheme, SafeNames, copy_image, without_prefix
from workbench.data.formats.files import entries_below, require_folder
from workbench.errors import WorkbenchError

SPLIT_FOLDERS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "val": "valid",
    "validation": "valid",
    "dev": "valid",
    "test": "test",
    "testing": "test",
}
"""Names of folders, and in files, that are read as splits."""

SPLIT_NAMES = {"train": "train", "valid": "val", "test": "test"}
"""What a split's folder or file is called where other programs read it."""

UNASSIGNED = "unassigned"
"""The folder, beside those of the splits, of what has none."""


@dataclass(frozen=True)
class _ClassFolder:
    path: Path
    prefix: str
    label: str
    split: str | None = None


class FolderSource(Source):
    """An opened folder of class folders."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _found(self) -> tuple[list[_ClassFolder], list[str]]:
        """The class folders, and the names of files that lie in none."""
        folders, stray = _children(self.path)
        splits = {folder.name: SPLIT_FOLDERS.get(folder.name.lower()) for folder in folders}
        known = any(splits.values()) and all(split or name == UNASSIGNED for name, split in splits.items())
        inside = [_children(folder) for folder in folders] if known else []
        if not inside or any(not classes or files for classes, files in inside):
            return [_ClassFolder(folder, f"{folder.name}/", printable(folder.name)) for folder in folders], stray
        classes = [
            _ClassFolder(each, f"{folder.name}/{each.name}/", printable(each.name), splits[folder.name])
            for folder, (found, _) in zip(folders, inside, strict=True)
            for each in found
        ]
        return classes, stray

    @cached_property
    def _sizes(self) -> list[int]:
        """How many entries and rejections each class folder gives."""
        return [count_files(folder.path, within=self.path) for folder in self._found[0]]

    @property
    def labels(self) -> list[str]:
        used = {folder.label for folder, size in zip(self._found[0], self._sizes, strict=True) if size}
        return sorted(used, key=natural_key)

    @property
    def total(self) -> int:
        return sum(self._sizes) + len(self._found[1])

    def entries(self) -> Iterator[Entry | Rejection]:
        for name in self._found[1]:
            yield Rejection(name, "lies in no class folder: move it into the folder of its label")
        for folder in self._found[0]:
            yield from entries_below(
                folder.path, folder.prefix, within=self.path, label=folder.label, split=folder.split
            )


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

    Programs differ in which folder they take for the label, the first or the nearest: here it is the same.
    """
    names = SafeNames()
    for sample in theme.samples:
        label = sample.label
        if label is None:
            yield Rejection(sample.name, "has no label, and a class folder is a label")
            continue
        if label.startswith("."):
            raise WorkbenchError(f"The label '{label}' would be a hidden folder. Rename it, or export as csv.")
        folder = f"{SPLIT_NAMES.get(sample.split or '', UNASSIGNED)}/{label}" if by_split else label
        name = without_prefix(sample.name, label, *SPLIT_FOLDERS)
        copy_image(sample, target / folder / names.of(name, sample.sha256, sample.suffix, folder=folder, flat=True))
        yield None


def _children(folder: Path) -> tuple[list[Path], list[str]]:
    """The folders in a folder in natural order, and the names of its files."""
    try:
        found = visible(folder)
    except OSError as error:
        raise WorkbenchError(f"The folder {folder} cannot be read: {error.strerror or error}.") from None
    return [Path(c.path) for c in found if c.is_dir()], [printable(c.name) for c in found if not c.is_dir()]

"""Files of a data set: those below a folder as entries, and those that its own files mention."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from urllib.parse import unquote

from workbench.data.folder_scan import begins_like_image, named_like_image, printable, scan_folder
from workbench.data.formats.entry import Entry, Rejection, Remark
from workbench.data.formats.split_names import split_of_folder
from workbench.errors import WorkbenchError

NOT_READ = "not an image, and not read"
"""What is remarked of a file that says nothing of images."""

UPLOADED = re.compile(r"^[0-9a-f]{8}-")
"""What Label Studio puts before the name of a file that is uploaded."""

_DRIVE = re.compile(r"[A-Za-z]:")
# Pictures and films of kinds that are not read: it is a loss when they do not come in.
_MEDIA = frozenset(
    {
        *(".heic", ".heif", ".cr2", ".cr3", ".nef", ".arw", ".dng", ".orf", ".rw2", ".raf", ".raw", ".psd", ".svg"),
        *(".tga", ".exr", ".hdr", ".ico", ".dcm", ".jxl", ".mp4", ".mov", ".avi", ".mkv", ".webm"),
    }
)


def entries_below(
    folder: Path | str,
    prefix: str = "",
    *,
    within: Path | None = None,
    label: str | None = None,
    split: str | None = None,
) -> Iterator[Entry | Rejection]:
    """Yield what `scan_folder` finds, each file as an entry of the given label and split, a fault as a rejection.

    Names are relative to `folder` with `prefix` before them.
    """
    for found in scan_folder(folder, within=within):
        name = printable(f"{prefix}{found.name}".rstrip("/"))
        if found.fault:
            yield Rejection(name, found.fault)
        else:
            yield Entry(name, path=found.path, label=label, split=split)


def told_side_files(entries: Iterable[Entry | Rejection]) -> Iterator[Entry | Rejection]:
    """Yield entries, files that nobody takes for images as remarks: notes, tables, what a browser adds to downloads."""
    for found in entries:
        yield Remark(found.name, NOT_READ) if isinstance(found, Entry) and _is_side_file(found) else found


def images_not_named(root: Path, named: int) -> Iterator[Remark]:
    """Tell how many more images lie below a folder than the `named` ones of which a data set's files speak."""
    more = sum(named_like_image(found.name) for found in scan_folder(root, in_order=False)) - named
    if more > 0:
        word = "image" if more == 1 else "images"
        yield Remark(printable(root.name), f"{more:,} {word} here that no file of labels names: not read")


def _is_side_file(entry: Entry) -> bool:
    content = entry.path if entry.content is None else entry.content
    if content is None or named_like_image(entry.name):
        return False
    media = os.path.splitext(entry.name)[1].lower() in _MEDIA
    return not media and not begins_like_image(content)


def has_image(folder: Path) -> bool:
    """Whether a folder, or one below it, holds a file that is named like an image."""
    return any(not found.fault and named_like_image(found.name) for found in scan_folder(folder, in_order=False))


def may_hold_image(folder: Path) -> bool:
    """Whether a folder, or one below it, holds an image by its name, or by its content where the name has no suffix."""
    return any(
        found.fault or named_like_image(found.name) or ("." not in found.name and begins_like_image(found.path))
        for found in scan_folder(folder, in_order=False)
    )


def require_folder(path: Path) -> None:
    """Raise WorkbenchError unless a path is a folder."""
    if not path.is_dir():
        raise WorkbenchError(f"{path} is not a folder. Give the folder that holds the images.")


def inside(folder: Path | str, name: str) -> str | None:
    """Return the path of a name that a data set's file mentions, None when it leads out of the folder."""
    name = name.replace("\\", "/")
    return os.path.join(folder, name) if _stays_inside(name) else None


def _stays_inside(name: str) -> bool:
    return not (".." in name.split("/") or name.startswith("/") or "\0" in name or _DRIVE.match(name))


class ImageFinder:
    """Finds the images that a data set's files name below its folder, also under names of another machine.

    A name is looked for as it stands, then decoded from percent signs and in either Unicode normalization, then by the
    longest end of it that one file alone has: often it is the place on the author's machine, or lacks its suffix.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def find(self, name: str, *folders: Path | str) -> tuple[str | None, str]:
        """Return the path of an image, looked for in some folders first, or what is wrong with its name."""
        plain = name.replace("\\", "/")
        for folder in (folders or (self.root,)) if _stays_inside(plain) else ():
            path = os.path.join(folder, plain)
            if os.path.isfile(path):
                return path, ""
        return self._by_its_end(_plain(name))

    @cached_property
    def _known(self) -> dict[str, list[str]]:
        """The names of all images below the root, relative to it, by their own name and by that without its suffix."""
        known: dict[str, list[str]] = {}
        for found in scan_folder(self.root):
            if not found.fault and named_like_image(found.name):
                base = _plain(found.name.rpartition("/")[2]).casefold()
                for key in (base, os.path.splitext(base)[0]):
                    known.setdefault(key, []).append(found.name)
        return known

    def _by_its_end(self, name: str) -> tuple[str | None, str]:
        folders, _, base = name.rpartition("/")
        wanted = [part for part in folders.casefold().split("/") if part]
        called = base.casefold()
        candidates = (self._known.get(called) or self._known.get(UPLOADED.sub("", called), [])) if base else []
        best = _longest_ends(wanted, candidates)
        if len(best) == 1 and not self._lies_elsewhere(folders, best[0]):
            return os.path.join(self.root, best[0]), ""
        if len(best) > 1:
            shown = ", ".join(best[:3])
            return None, f"which image '{name}' is cannot be told: {len(best)} are called like it ({shown})"
        if inside(self.root, name) is None:
            return None, f"'{name}' leads out of the folder of the data set"
        return None, f"the image '{name}' was not found"

    def _lies_elsewhere(self, folders: str, found: str) -> bool:
        """Whether a name means another place than the one where a file of the same own name was found.

        So it is when the folder that it names is there without it, or when the two lie in different splits.
        """
        there = inside(self.root, folders) if folders else None
        if there is not None and os.path.isdir(there):
            return not _plain(found).startswith(f"{folders}/")
        named, lies = (_splits_in(path) for path in (folders, found.rpartition("/")[0]))
        return bool(named and lies and named != lies)


def _plain(name: str) -> str:
    """A name with `/`, in composed Unicode, without the percent signs of a URL."""
    name = name.removeprefix("file://").replace("\\", "/")
    if "://" in name:
        name = re.split(r"[?#]", name, maxsplit=1)[0]
    return unicodedata.normalize("NFC", unquote(name) if "%" in name else name)


def _longest_ends(wanted: list[str], candidates: list[str]) -> list[str]:
    """Those of the candidates whose folders agree most with the last folders that are wanted."""
    agreeing: dict[int, list[str]] = {}
    for candidate in candidates:
        folders = _plain(candidate).casefold().split("/")[:-1]
        pairs = zip(reversed(wanted), reversed(folders), strict=False)
        agreeing.setdefault(sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)), []).append(candidate)
    return agreeing[max(agreeing)] if agreeing else []


def _splits_in(folders: str) -> set[str]:
    return {split for part in folders.split("/") if (split := split_of_folder(part))}

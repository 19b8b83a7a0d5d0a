"""The files below a folder, for import and prediction alike: no hidden ones, linked folders followed, natural order."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from workbench.data.decoding import SUFFIXES

# What desktops leave in folders; nobody means them.
_DROPPINGS = frozenset(
    {
        *("thumbs.db", "desktop.ini", "__macosx", "icon\r", "$recycle.bin", "system volume information", "lost+found"),
        *("@eadir", "@synoresource", "@tmp", "#recycle", "#snapshot", "@recycle", "@recently-snapshot"),
        *("ehthumbs.db", "thumbs.db:encryptable", "network trash folder", "temporary items"),
    }
)
_DEEPEST = 64
_HEAD = 16
_BEGINNINGS = (
    *(b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"),
    *(b"P%d%c" % (kind, space) for kind in range(1, 7) for space in b" \t\n\r"),
)
_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"hevc", b"mif1", b"msf1")
_NUMBER = re.compile(r"(\d+)")

LOOP = "a link that leads back into a folder it lies in"
"""The fault of a linked folder that is not followed, since the scan is inside of it already."""

_Identity = tuple[int, int]


class FoundFile(NamedTuple):
    """A file, or a folder that cannot be looked into. `fault` is why it cannot be read, "" for a good file.

    `name` is relative to the folder that is scanned, with `/`; `path` has the bytes that the system knows it by.
    """

    name: str
    path: str
    fault: str = ""
    is_folder: bool = False


def scan_folder(folder: Path | str, *, within: Path | None = None, in_order: bool = True) -> Iterator[FoundFile]:
    """Yield every visible file below a folder in natural order; only the names of one folder at a time are held.

    `in_order` false is quicker: the order is then the disk's.

    Links are followed. One that leads to nothing or back into a folder it lies in (`within` is the outermost of them),
    a folder that cannot be read, and what is neither file nor folder (a pipe would be waited for) have a fault.
    """
    yield from _scan(str(folder), "", _above(within), in_order)


def count_files(folder: Path | str, *, within: Path | None = None) -> int:
    """Return how many files `scan_folder` yields, without looking at them."""
    return _count(str(folder), _above(within))


def visible(folder: Path | str) -> list[os.DirEntry[str]]:
    """Return the files and folders directly in a folder in natural order, without hidden ones and desktops' droppings.

    Raises OSError when the folder cannot be read.
    """
    # By the whole name as well: names that differ in case alone have the same natural key.
    return sorted(_children(folder), key=lambda child: (natural_key(child.name), child.name))


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a sort key that puts `class 2` before `class 10`."""
    parts = _NUMBER.split(name)
    return tuple((0, int(part), part) if part.isdecimal() else (1, 0, part.casefold()) for part in parts if part)


def is_visible(name: str) -> bool:
    """Whether a file or folder of this name is meant by somebody: not hidden, and nothing that desktops leave."""
    return not name.startswith(".") and name.lower() not in _DROPPINGS


def named_like_image(name: str) -> bool:
    """Whether a file name ends like that of an image."""
    return os.path.splitext(name)[1].lower() in SUFFIXES


def begins_like_image(file: str | bytes) -> bool:
    """Whether the first bytes of a file, given by its path or content, are those of an image, HEIC too."""
    try:
        head = file[:_HEAD] if isinstance(file, bytes) else _beginning(file)
    except OSError:
        return False
    riff = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return riff or head.startswith(_BEGINNINGS) or (head[4:8] == b"ftyp" and head[8:12] in _BRANDS)


def _beginning(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read(_HEAD)


def printable(name: str) -> str:
    """Return a file name as text that every database and terminal takes; bytes that are not UTF-8 become `?` marks."""
    if name.isprintable():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def _scan(folder: str, prefix: str, above: tuple[_Identity, ...], in_order: bool) -> Iterator[FoundFile]:
    try:
        here = _identity(folder)
        # In the disk's order a folder is read as far as somebody asks: often the first image says enough.
        opened = nullcontext(visible(folder)) if in_order else os.scandir(folder)
    except OSError as error:
        fault = f"the folder cannot be read: {error.strerror or error}"
        yield FoundFile(prefix.rstrip("/"), folder, fault, is_folder=True)
        return
    with opened as children:
        if here in above or len(above) >= _DEEPEST:
            yield FoundFile(prefix.rstrip("/"), folder, LOOP, is_folder=True)
            return
        for child in children:
            if not is_visible(child.name):
                continue
            name = f"{prefix}{child.name}"
            if is_folder(child):
                yield from _scan(child.path, f"{name}/", (*above, here), in_order)
            else:
                yield FoundFile(name, child.path, _fault(child))


def _count(folder: str, above: tuple[_Identity, ...]) -> int:
    try:
        here = _identity(folder)
        children = list(_children(folder))
    except OSError:
        return 1
    if here in above or len(above) >= _DEEPEST:
        return 1
    return sum(_count(child.path, (*above, here)) if is_folder(child) else 1 for child in children)


def _children(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as children:
        for child in children:
            if is_visible(child.name):
                yield child


def _above(within: Path | None) -> tuple[_Identity, ...]:
    return () if within is None else (_identity(str(within)),)


def _identity(folder: str) -> _Identity:
    state = os.stat(folder)
    return state.st_dev, state.st_ino


def is_folder(child: os.DirEntry[str]) -> bool:
    """Whether a child of a folder is a folder; a link that leads to itself is none."""
    try:
        return child.is_dir()
    except OSError:
        # A link that leads to itself, or into what may not be read: `_fault` words it.
        return False


def _fault(child: os.DirEntry[str]) -> str:
    """What is wrong with a child of a folder that should be a file; nothing for a good one."""
    if child.is_file(follow_symlinks=False):
        return ""
    try:
        mode = child.stat().st_mode
    except FileNotFoundError:
        return "a link to a file that does not exist"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return "" if stat.S_ISREG(mode) else "neither a file nor a folder"

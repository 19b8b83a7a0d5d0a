"""Walking a folder as a person means it: no hidden files, no droppings, links followed but never in a circle."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from workbench.data.decoding import SUFFIXES
from workbench.data.formats.entry import Entry, Rejection, natural_key
from workbench.errors import WorkbenchError

# What desktops leave in folders; nobody means them when importing.
_DROPPINGS = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_DEEPEST = 64


def walk(
    folder: Path | str, prefix: str = "", *, within: Path | None = None, label: str | None = None,
    split: str | None = None,
) -> Iterator[Entry | Rejection]:  # fmt: skip
    """Yield every visible file below a folder in natural order, each as an entry of the given label and split.

    Names are relative to `folder` with `prefix` before them. Links are followed; one that leads to nothing or back
    into a folder it lies in (`within` is the outermost of them), and what is neither file nor folder, is a rejection.
    """
    yield from _walk(str(folder), prefix, () if within is None else (_identity(str(within)),), label, split)


def count(folder: Path | str, *, within: Path | None = None) -> int:
    """Return how many entries and rejections `walk` yields, without looking at the files."""
    return _count(str(folder), () if within is None else (_identity(str(within)),))


def _identity(folder: str) -> tuple[int, int]:
    state = os.stat(folder)
    return state.st_dev, state.st_ino


def _walk(
    folder: str, prefix: str, above: tuple[tuple[int, int], ...], label: str | None, split: str | None
) -> Iterator[Entry | Rejection]:
    try:
        here = _identity(folder)
        children = sorted(visible(folder), key=lambda child: natural_key(child.name))
    except OSError as error:
        yield Rejection(printable(prefix.rstrip("/")), f"the folder cannot be read: {error.strerror or error}")
        return
    if here in above or len(above) >= _DEEPEST:
        yield Rejection(printable(prefix.rstrip("/")), "a link that leads back into a folder it lies in")
        return
    for child in children:
        name = f"{prefix}{child.name}"
        if _is_folder(child):
            yield from _walk(child.path, f"{name}/", (*above, here), label, split)
            continue
        name = printable(name)
        fault = _fault(child)
        yield Rejection(name, fault) if fault else Entry(name, path=child.path, label=label, split=split)


def _count(folder: str, above: tuple[tuple[int, int], ...]) -> int:
    try:
        here = _identity(folder)
        children = list(visible(folder))
    except OSError:
        return 1
    if here in above or len(above) >= _DEEPEST:
        return 1
    return sum(_count(child.path, (*above, here)) if _is_folder(child) else 1 for child in children)


def _is_folder(child: os.DirEntry[str]) -> bool:
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


def visible(folder: Path | str) -> Iterator[os.DirEntry[str]]:
    """Yield the files and folders directly in a folder, without hidden ones and desktops' droppings."""
    with os.scandir(folder) as children:
        for child in children:
            if not child.name.startswith(".") and child.name.lower() not in _DROPPINGS:
                yield child


def has_image(folder: Path) -> bool:
    """Whether a folder, or one below it, holds a file that is named like an image."""
    return any(isinstance(found, Entry) and named_like_image(found.name) for found in walk(folder))


def named_like_image(name: str) -> bool:
    """Whether a file name ends like that of an image."""
    return os.path.splitext(name)[1].lower() in SUFFIXES


def printable(name: str) -> str:
    """Return a file name as text that every database and terminal takes; bytes that are not UTF-8 become `?` marks."""
    if name.isprintable():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace").replace("\0", "\ufffd")


def require_folder(path: Path) -> None:
    """Raise WorkbenchError unless a path is a folder."""
    if not path.is_dir():
        raise WorkbenchError(f"{path} is not a folder. Give the folder that holds the images.")


def inside(folder: Path | str, name: str) -> str | None:
    """Return the path of a name that a data set's file mentions, None when it leads out of the folder."""
    name = name.replace("\\", "/")
    if ".." in name.split("/") or name.startswith("/") or "\0" in name or re.match(r"[A-Za-z]:", name):
        return None
    return os.path.join(folder, name)


def find_image(name: str, *folders: Path | str) -> tuple[str | None, str]:
    """Look for an image that a data set's file mentions and return its path, or what is wrong with its name."""
    paths = [inside(folder, name) for folder in folders]
    for path in paths:
        if path is None:
            return None, f"'{name}' leads out of the folder of the data set"
        if os.path.isfile(path):
            return path, ""
    return None, f"the image '{name}' was not found"

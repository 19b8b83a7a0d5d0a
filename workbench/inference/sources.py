"""From what the caller names - a split, a filter, a folder, a glob, a list - to a source of items to predict."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from hashlib import sha256
from numbers import Integral
from pathlib import Path

from workbench.errors import NotFoundError, WorkbenchError, nearest
from workbench.inference.filter_text import is_filter, parse_filter
from workbench.inference.items import FolderSource, ListSource, Source, ThemeSource
from workbench.store import Store
from workbench.store.labels import labels_of
from workbench.store.samples import SampleFilter

THEME_SOURCES: dict[str, SampleFilter] = {
    "train": SampleFilter(split="train"),
    "valid": SampleFilter(split="valid"),
    "test": SampleFilter(split="test"),
    "unlabeled": SampleFilter(state="unlabeled"),
    "labeled": SampleFilter(state="labeled"),
    "skipped": SampleFilter(state="skipped"),
    "all": SampleFilter(),
}
"""The words that mean samples of the theme; a folder of such a name is written `./test`."""

SourceLike = str | os.PathLike[str] | SampleFilter | Sequence[str | os.PathLike[str]] | Sequence[int]

_WILD = re.compile(r"[*?\[]")


def open_source(given: SourceLike, *, theme_id: int, store: Store) -> Source:
    """Make a source of what the caller gave.

    A word of `THEME_SOURCES`, a filter (SampleFilter, or text such as `split=test,label=three`) or a list of sample ids
    mean samples of the theme; a path means a file or all image files below a folder; a path with `*`, `?` or `[...]`
    the files that match it (`**` stands for any number of folders); a list of paths those files. Raises WorkbenchError
    when it means nothing at all.
    """
    if isinstance(given, SampleFilter):
        return ThemeSource(store, theme_id, given, _words(given))
    if isinstance(given, str | os.PathLike):
        text = os.fspath(given)
        if isinstance(given, str) and text in THEME_SOURCES:
            return _theme_source(text, theme_id, store)
        if isinstance(given, str) and is_filter(text):
            return _filter_source(text, theme_id, store)
        return _path_source(text, store.project.root)
    listed = list(given)
    if not listed:
        raise WorkbenchError("The list of images to predict is empty. Name at least one file or sample.")
    if all(isinstance(entry, Integral) and not isinstance(entry, bool) for entry in listed):
        return _sample_source([int(entry) for entry in listed], theme_id, store)  # type: ignore[arg-type]
    for entry in listed:
        if not isinstance(entry, str | os.PathLike):
            raise WorkbenchError(
                f"The list of images to predict holds {entry!r}. Allowed: paths of files, or the ids of samples."
            )
    files = tuple(os.fspath(entry) for entry in listed)  # type: ignore[arg-type]
    return ListSource(files, f"list-{_digest(files)}")


def settled(given: str) -> str:
    """Make the path of a source absolute that begins in the working directory, so that it means the same elsewhere."""
    if not given.strip() or given in THEME_SOURCES or is_filter(given):
        return given
    path = Path(given).expanduser()
    here = path.exists() or (_WILD.search(given) is not None and _fixed_part(path).is_dir())
    return str(path.absolute()) if here else given


def _sample_source(ids: list[int], theme_id: int, store: Store) -> ThemeSource:
    where = SampleFilter(ids=tuple(ids))
    source = ThemeSource(store, theme_id, where, _words(where))
    lacking = len(set(ids)) - source.count()
    if lacking:
        raise NotFoundError(
            f"{lacking:,} of the {len(set(ids)):,} samples to predict are not in the theme (deleted, or of another "
            "one). Name only samples that it has."
        )
    return source


def _theme_source(word: str, theme_id: int, store: Store) -> ThemeSource:
    source = ThemeSource(store, theme_id, THEME_SOURCES[word], word)
    if source.count() == 0:
        with store.read() as session:
            labels = ", ".join(label.name for label in labels_of(theme_id, session=session)) or "none"
        then = (
            "Assign splits with 'workbench split', or choose another source."
            if word in {"train", "valid", "test"}
            else "Import or label images first, or choose another source."
        )
        raise WorkbenchError(f"The theme has no samples in '{word}' (its labels: {labels}). {then}")
    return source


def _filter_source(text: str, theme_id: int, store: Store) -> ThemeSource:
    with store.read() as session:
        where = parse_filter(text, theme_id, session=session)
    source = ThemeSource(store, theme_id, where, text)
    if source.count() == 0:
        raise WorkbenchError(f"The theme has no samples that meet '{text}'. Ask for less, or choose another source.")
    return source


def _path_source(text: str, root: Path) -> Source:
    """Read a path from the working directory or, where nothing is there, from the project's folder.

    A notebook works in `notebooks/` when it is opened by hand and in the project's folder when it is run in batch.
    """
    if not text.strip():
        raise WorkbenchError("The source is empty. Name a folder ('.' for this one), a glob, or a word such as 'test'.")
    given = Path(text).expanduser()
    for path in dict.fromkeys((given, Path(os.path.normpath(root / given)))):
        if path.is_dir():
            return FolderSource(path, None, text)
        if path.is_file():
            return ListSource((str(path),), text)
        if _WILD.search(text):
            base = _fixed_part(path)
            if base.is_dir():
                return FolderSource(base, _compiled(path), text)
    words = ", ".join(f"'{word}'" for word in THEME_SOURCES)
    looked = "" if given.is_absolute() else f" (looked in {' and '.join(map(str, dict.fromkeys((Path.cwd(), root))))})"
    close = None if re.search(r"[\\/.*?=,:]", text) else nearest(text, THEME_SOURCES)
    meant = f"Did you mean '{close}'? " if close else ""
    raise WorkbenchError(
        f"The source '{text}' is not a folder, a file or a pattern below an existing folder{looked}. {meant}"
        f"Allowed: {words}, a filter such as 'split=test,label=three', 'boxes' or 'boxes:DATA-SET', a folder, a glob "
        "such as 'photos/**/*.jpg', or a list of files."
    )


def _fixed_part(pattern: Path) -> Path:
    """The folder above the first part that holds a wildcard."""
    fixed = Path(*pattern.parts[:1]) if pattern.is_absolute() else Path()
    for part in pattern.parts[pattern.is_absolute() :]:
        # A folder may be called `old [1]`.
        if _WILD.search(part) and not (fixed / part).is_dir():
            break
        fixed /= part
    return fixed


def _compiled(pattern: Path) -> re.Pattern[str]:
    try:
        fixed = _fixed_part(pattern).as_posix()
        rest = pattern.as_posix().removeprefix(fixed) if fixed != "." else pattern.as_posix()
        # Cameras write IMG.JPG, and who asks for *.jpg means it.
        return re.compile(re.escape(fixed if fixed != "." else "") + f"(?i:{_regular_expression(rest)})")
    except re.error as error:
        raise WorkbenchError(f"The pattern '{pattern}' cannot be read: {error}. Write ranges like [a-z].") from None


def _regular_expression(pattern: str) -> str:
    """Turn a glob into a regular expression over a whole path; `*` and `?` stop at a folder's border, `**` does not."""
    result, at = "", 0
    while at < len(pattern):
        if pattern.startswith("**/", at):
            result, at = result + "(?:.*/)?", at + 3
        elif pattern.startswith("**", at):
            result, at = result + ".*", at + 2
        elif pattern[at] == "*":
            result, at = result + "[^/]*", at + 1
        elif pattern[at] == "?":
            result, at = result + "[^/]", at + 1
        elif pattern[at] == "[" and (end := pattern.find("]", at + 2)) > 0:
            inside = re.sub(r"([\\\[&~|])", r"\\\1", pattern[at + 1 : end])
            result += "[" + ("^" + inside[1:] if inside.startswith("!") else inside) + "]"
            at = end + 1
        else:
            result, at = result + re.escape(pattern[at]), at + 1
    return result


def _words(where: SampleFilter) -> str:
    """Name a filter by what it asks for; a list of ids by its digest."""
    given = {key: value for key, value in where.__dict__.items() if value != getattr(SampleFilter(), key)}
    if where.ids is not None:
        given["ids"] = _digest(where.ids)
    return "-".join(f"{key}-{value}" for key, value in given.items()) or "all"


def _digest(parts: Iterable[object]) -> str:
    # Part by part: one text of a million of them would be the largest thing in memory.
    found, between = sha256(), b""
    for part in parts:
        found.update(between + str(part).encode(errors="surrogateescape"))
        between = b"\0"
    return found.hexdigest()[:8]

"""Reading YAML files as plain data, with the line of each key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.configuration.error_location import Key, Location
from workbench.errors import ConfigError, first_line
from workbench.paths import is_endless

_TOO_DEEP = "it is nested too deeply, or a part of it stands within itself"
_MOST_VALUES = 100_000


class NotYamlError(ConfigError):
    """A text that is not YAML; the message is the reason, `line` where it was met, counted from 1."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def parse_yaml(text: str, *, lines: bool = False, as_texts: bool = False) -> Any:
    """Return what a YAML text says; with `lines` as ruamel's nodes, which remember theirs. Raises NotYamlError.

    `as_texts` gives all values as they are written.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError

    try:
        found = YAML(typ="base" if as_texts else "rt" if lines else "safe", pure=as_texts).load(text)
        size = _size(found, {})
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NotYamlError(str(error.problem), mark.line + 1 if mark else None) from None
    except RecursionError:
        raise NotYamlError(_TOO_DEEP) from None
    except Exception as error:
        # A tag whose text is not of its kind (`!!int x`) fails with whatever its constructor raises.
        raise NotYamlError(first_line(error)) from None
    if size > _MOST_VALUES:
        raise NotYamlError(f"its anchors and aliases make more than {_MOST_VALUES:,} values of it")
    return found


def _size(node: Any, known: dict[int, int]) -> int:
    """Count the values below a node, those behind an alias each time: ten lines can stand for thousands of millions."""
    if not isinstance(node, Mapping | list):
        return 1
    if id(node) not in known:
        known[id(node)] = 0  # a node within itself is told where it is read
        below = node.values() if isinstance(node, Mapping) else node
        known[id(node)] = 1 + sum(_size(each, known) for each in below)
    return known[id(node)]


def read_yaml(path: Path) -> tuple[dict[str, Any], Location]:
    """Read a YAML file whose top level is a mapping.

    Returns the plain data and the location of its keys. Raises ConfigError when the file is missing, is not YAML or
    holds something else.
    """
    try:
        if is_endless(path):
            raise ConfigError(f"{path} cannot be read: it is a device or a pipe. Name a file.")
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist. It ships with the project: restore it from git, or name another file."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    try:
        data = parse_yaml(text, lines=True)
    except NotYamlError as error:
        where = Location(str(path), {(): error.line} if error.line else {})
        what = "line" if error.line else "file"
        raise where.error(f"this is not valid YAML: {error}. Correct the {what}, then run again.") from None
    if data is None:
        return {}, Location(str(path))
    if not isinstance(data, Mapping):
        kind = "list" if isinstance(data, list) else type(plain(data)).__name__
        raise ConfigError(f"{path}: the top level is a {kind}; a mapping of keys to values is needed.")
    lines: dict[Key, int] = {}
    try:
        found = plain(data, (), lines)
    except RecursionError:
        raise ConfigError(f"{path}: {_TOO_DEEP}. Write it out flat.") from None
    at = Location(str(path), lines)
    _refuse_other_keys(found, at)
    return found, at


def _refuse_other_keys(data: Any, at: Location) -> None:
    """Settings go by names; YAML allows lists, dates and mappings as keys as well."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            if not isinstance(key, str | int | float | None):
                raise at.error(f"the key {key!r} is of the kind {type(key).__name__}; a name is needed.")
            _refuse_other_keys(value, at.below(key if isinstance(key, int) else str(key)))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            _refuse_other_keys(value, at.below(index))


def plain(node: Any, at: Key = (), lines: dict[Key, int] | None = None) -> Any:
    """Return ruamel's round-trip nodes as dict, list and scalars; `lines` gets the line of each key below `at`."""
    lines = {} if lines is None else lines
    if isinstance(node, Mapping):
        for key in node:
            _note_line(node, key, at, lines)
        return {key: plain(value, (*at, key), lines) for key, value in node.items()}
    if isinstance(node, list):
        for index in range(len(node)):
            _note_line(node, index, at, lines)
        return [plain(value, (*at, index), lines) for index, value in enumerate(node)]
    if isinstance(node, bool) or node is None:
        return node
    for kind in (int, float, str):
        if isinstance(node, kind):
            return kind(node)
    return node


def _note_line(node: Any, key: Any, at: Key, lines: dict[Key, int]) -> None:
    marks = getattr(getattr(node, "lc", None), "data", None)
    if marks and key in marks:
        lines[(*at, key)] = marks[key][0] + 1

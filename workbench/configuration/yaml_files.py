"""Reading YAML files as plain data, with the line of each key."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.configuration.error_location import Key, Location
from workbench.errors import ConfigError


def read_yaml(path: Path) -> tuple[dict[str, Any], Location]:
    """Read a YAML file whose top level is a mapping.

    Returns the plain data and the location of its keys. Raises ConfigError when the file is missing, is not YAML or
    holds something else.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"{path} does not exist. It ships with the project: restore it from git, or name another file."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.") from error
    try:
        data = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        where = Location(str(path), {(): mark.line + 1} if mark else {})
        raise where.error(f"this is not valid YAML: {error.problem}. Correct the line, then run again.") from None
    except YAMLError as error:
        raise ConfigError(f"{path}: this is not valid YAML: {error}.") from None
    if data is None:
        return {}, Location(str(path))
    if not isinstance(data, Mapping):
        kind = "list" if isinstance(data, list) else type(plain(data)).__name__
        raise ConfigError(f"{path}: the top level is a {kind}; a mapping of keys to values is needed.")
    lines: dict[Key, int] = {}
    return plain(data, (), lines), Location(str(path), lines)


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

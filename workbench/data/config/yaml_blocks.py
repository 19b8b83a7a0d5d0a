"""Editing the text of a YAML file in whole blocks, each with the comments above it.

A round-trip library keeps comments when values change, but ties a comment to whatever stood before it: when keys or
list entries move, come or go, comments end up elsewhere. Here the lines move as a person would move them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise
from typing import Any


def load(text: str) -> Any:
    """Read YAML into nodes that remember lines and comments."""
    return _yaml(text).load(text)


def dump(node: Any, like: str) -> str:
    """Write nodes back, indented the way that the text `like` is."""
    buffer = io.StringIO()
    _yaml(like).dump(node, buffer)
    return buffer.getvalue()


def reorder_keys(text: str, parent: str, order: Sequence[str]) -> str:
    """Put the keys of the top-level mapping `parent` into this order; keys that are not named keep to the end."""
    mapping = load(text)[parent]
    present = list(mapping)
    wanted = [name for name in order if name in present] + [name for name in present if name not in order]
    if wanted == present:
        return text
    starts = [mapping.lc.key(name)[0] for name in present]
    parent_line = load(text).lc.key(parent)[0]
    if len({parent_line, *starts}) <= len(starts):
        return _reorder_inline(text, parent, wanted)
    lines = text.splitlines(keepends=True)
    blocks = _cut(lines, parent_line + 1, starts, mapping.lc.key(present[0])[1])
    moved = [blocks[present.index(name)] for name in wanted]
    end = parent_line + 1 + sum(len(block) for block in blocks)
    return "".join([*lines[: parent_line + 1], *_joined(moved), *lines[end:]])


def replace_list(text: str, path: tuple[str, str], entries: Sequence[int | Any]) -> str:
    """Rebuild the list below `path`, a key of a top-level mapping: an int keeps that entry's lines, else a new entry.

    The entries' own comments stay with them, and so does what stands around the list.
    """
    node = load(text)
    mapping = node[path[0]]
    current = mapping[path[1]]
    key_line, key_column = mapping.lc.key(path[1])
    lines = text.splitlines(keepends=True)
    starts = [current.lc.item(index)[0] for index in range(len(current))] if current else []
    if (starts and starts[0] == key_line) or len(set(starts)) < len(starts):
        mapping[path[1]] = [current[entry] if isinstance(entry, int) else entry for entry in entries]
        return dump(node, text)
    if not starts:
        blocks: list[list[str]] = []
        indent = key_column + 2
    else:
        indent = len(lines[starts[0]]) - len(lines[starts[0]].lstrip())
        blocks = _cut(lines, key_line + 1, starts, indent)
    end = key_line + 1 + sum(len(block) for block in blocks)
    new = [blocks[entry] if isinstance(entry, int) else _entry(entry, indent, text) for entry in entries]
    key = _with_value(lines[key_line], f"{path[1]}:", "" if new else " []")
    return "".join([*lines[:key_line], key, *_joined(new), *lines[end:]])


def as_node(value: Any) -> Any:
    """Turn plain data into what `dump` writes: lists of plain values on one line, as a person writes a range."""
    from ruamel.yaml.comments import CommentedSeq

    if isinstance(value, dict):
        return {key: as_node(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        items = [as_node(item) for item in value]
        if any(isinstance(item, dict | list) for item in items):
            return items
        flow = CommentedSeq(items)
        flow.fa.set_flow_style()
        return flow
    return value


def _cut(lines: list[str], begin: int, starts: Sequence[int], column: int) -> list[list[str]]:
    """Cut the lines of a mapping or list into one block per key or entry, what stands above each going with it."""
    end = starts[-1] + 1
    for number in range(starts[-1] + 1, len(lines)):
        stripped = lines[number].strip()
        indent = len(lines[number]) - len(lines[number].lstrip())
        if stripped and indent <= column:
            break
        if stripped:
            end = number + 1
    bounds = [begin]
    for before, start in pairwise(starts):
        last = max(number for number in range(before, start) if _is_content(lines[number], column) or number == before)
        bounds.append(last + 1)
    bounds.append(end)
    return [lines[first:last] for first, last in pairwise(bounds)]


def _is_content(line: str, column: int) -> bool:
    stripped = line.strip()
    indent = len(line) - len(line.lstrip())
    return bool(stripped) and (not stripped.startswith("#") or indent > column)


def _joined(blocks: Sequence[list[str]]) -> list[str]:
    """Join moved blocks, set apart by blank lines when they were before."""
    apart = any(block and not block[0].strip() for block in blocks)
    joined: list[str] = []
    for block in blocks:
        trimmed = list(block)
        while trimmed and not trimmed[0].strip():
            trimmed.pop(0)
        if apart and joined:
            joined.append("\n")
        joined += [line if line.endswith("\n") else f"{line}\n" for line in trimmed]
    return joined


def _entry(value: Any, indent: int, like: str) -> list[str]:
    yaml = _yaml(like)
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.default_flow_style = False
    buffer = io.StringIO()
    yaml.dump([as_node(value)], buffer)
    text = buffer.getvalue()
    leading = len(text) - len(text.lstrip(" "))
    return [" " * indent + line[leading:] for line in text.splitlines(keepends=True)]


def _with_value(line: str, key: str, value: str) -> str:
    """The line of a key with another value and its comment kept."""
    at = line.index(key) + len(key)
    mark = line.find(" #", at)
    return f"{line[:at]}{value}{line[mark:]}" if mark >= 0 else f"{line[:at]}{value}\n"


def _reorder_inline(text: str, parent: str, wanted: Sequence[str]) -> str:
    node = load(text)
    for name in wanted:
        node[parent].move_to_end(name)
    return dump(node, text)


def _yaml(text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.util import load_yaml_guess_indent

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    _, indent, offset = load_yaml_guess_indent(text)
    yaml.indent(mapping=2, sequence=indent or 4, offset=2 if offset is None else offset)
    yaml.representer.add_representer(type(None), _null)
    return yaml


def _null(representer: Any, _value: None) -> Any:
    return representer.represent_scalar("tag:yaml.org,2002:null", "null")

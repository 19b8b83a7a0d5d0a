"""Writing `auguments.yaml`: new values, the same comments, the same order."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.configuration import Location, plain, read_yaml
from workbench.data.config import yaml_blocks
from workbench.data.config.augment import SPLITS, AugmentConfig
from workbench.errors import ConfigError, ConflictError
from workbench.paths import atomic_write

_DRAFT = Location("the settings")


def read_draft(path: Path) -> tuple[dict[str, Any], str]:
    """Return the file's plain data, to be changed and saved, and the digest of its text.

    Raises ConfigError when the file is missing or wrong.
    """
    data, at = read_yaml(path)
    AugmentConfig.from_dict(data, at=at)
    return data, digest_of(path)


def digest_of(path: Path) -> str:
    """Name the text of a file, to notice that somebody else changed it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def save_draft(path: Path, draft: Mapping[str, Any], *, read: str) -> str:
    """Write changed data into the file and return its new digest; comments, order and layout stay.

    `read` is the digest that the draft was read with. Raises ConfigError for data that is not valid, and
    ConflictError when the file was changed since; nothing is written then.
    """
    if digest_of(path) != read:
        raise ConflictError(
            f"{path.name} was changed outside of this panel. Copy your settings as YAML, load the file again, "
            "then put them in."
        )
    text = updated(path.read_text(encoding="utf-8"), draft)
    with atomic_write(path) as part:
        part.write_text(text, encoding="utf-8")
    return digest_of(path)


def updated(text: str, draft: Mapping[str, Any]) -> str:
    """Return the text of the file with the data of the draft. Raises ConfigError for data that is not valid."""
    wanted = AugmentConfig.from_dict(draft, at=_DRAFT)
    result = text
    steps = draft.get("preprocessing")
    if steps and (yaml_blocks.load(result) or {}).get("preprocessing"):
        result = yaml_blocks.reorder_keys(result, "preprocessing", list(steps))
    for split in SPLITS:
        result = _update_list(result, split, draft.get("augmentation", {}).get(split) or [])
    document = yaml_blocks.load(result)
    if document is None:
        return as_yaml(draft)
    if _assign(document, draft):
        result = yaml_blocks.dump(document, result)
    _check(result, wanted)
    return result


def as_yaml(draft: Mapping[str, Any]) -> str:
    """Return a draft as the text of a file without comments."""
    from ruamel.yaml.comments import CommentedMap

    text = "image: {}\n"
    node = yaml_blocks.load(text)
    node.clear()
    for name, value in draft.items():
        node[name] = _node(value)
    assert isinstance(node, CommentedMap)
    return yaml_blocks.dump(node, "a:\n  - b\n")


def _update_list(text: str, split: str, wanted: list[Any]) -> str:
    """Give a split's list its entries in their order; entries of the same shape keep their lines."""
    section = (yaml_blocks.load(text) or {}).get("augmentation")
    if not section or split not in section:
        return text
    present = plain(section[split]) or []
    chosen = _matched(present, wanted)
    if chosen == list(range(len(present))):
        return text
    return yaml_blocks.replace_list(text, ("augmentation", split), chosen)


def _matched(present: list[Any], wanted: list[Any]) -> list[Any]:
    """For each wanted entry the number of the present one that it continues, or the entry itself."""
    free = set(range(len(present)))
    result: list[Any] = list(wanted)
    for alike in (lambda one, other: one == other, _same_shape):
        for position, entry in enumerate(wanted):
            if result[position] is entry or not isinstance(result[position], int):
                found = next((index for index in sorted(free) if alike(present[index], entry)), None)
                if found is not None:
                    free.discard(found)
                    result[position] = found
    return result


def _same_shape(one: Any, other: Any) -> bool:
    """Whether only values differ: the same keys throughout, and lists of mappings of the same length."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(_same_shape(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        if not any(isinstance(item, dict) for item in [*one, *other]):
            return all(isinstance(item, str) for item in one) == all(isinstance(item, str) for item in other)
        return len(one) == len(other) and all(_same_shape(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    return not isinstance(one, dict) and not isinstance(other, dict)


def _assign(node: Any, data: Mapping[str, Any]) -> bool:
    """Put values of `data` into the nodes where they differ, and tell whether any did."""
    changed = False
    for key, value in data.items():
        current = node.get(key)
        if key in node and plain(current) == value and type(plain(current)) is type(value):
            continue
        if isinstance(current, dict) and isinstance(value, dict):
            changed |= _assign(current, value)
        elif _entries_match(current, value):
            for index, entry in enumerate(value):
                if isinstance(entry, dict):
                    changed |= _assign(current[index], entry)
        elif isinstance(current, list) and isinstance(value, list) and current and value:
            current[:] = [_node(item) for item in value]  # keeps the brackets of a range
            changed = True
        else:
            node[key] = _node(value)
            changed = True
    for key in [key for key in node if key not in data]:
        del node[key]
        changed = True
    return changed


def _entries_match(current: Any, value: Any) -> bool:
    return (
        isinstance(current, list)
        and isinstance(value, list)
        and len(current) == len(value)
        and any(isinstance(entry, dict) for entry in value)
        and all(
            isinstance(one, dict) == isinstance(entry, dict) and (isinstance(entry, dict) or one == entry)
            for one, entry in zip(current, value, strict=True)
        )
    )


def _node(value: Any) -> Any:
    return yaml_blocks.as_node(value)


def _check(text: str, wanted: AugmentConfig) -> None:
    written = AugmentConfig.from_dict(plain(yaml_blocks.load(text)), at=_DRAFT)
    if written != wanted:
        raise ConfigError(
            "These settings cannot be put into the file as it is laid out. Copy them as YAML and paste them instead."
        )

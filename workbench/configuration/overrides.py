"""Values by dotted names, put over the data of a settings file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import ConfigError


def with_overrides(data: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of nested `data` in which each dotted name of `overrides` has its new value.

    An item of a list is reached by its name where the item is that name or a mapping of that name alone, as the
    transforms of auguments.yaml are: `augmentation.train.HorizontalFlip.p`.
    """
    result = {key: _copy(value) for key, value in data.items()}
    for dotted, value in overrides.items():
        node = result
        *parents, last = dotted.split(".")
        for name in parents:
            node = _below(node, name, dotted)
        node[last] = value
    return result


def _below(node: dict[str, Any], name: str, dotted: str) -> dict[str, Any]:
    """The mapping under `name`, made where there is none yet; a list becomes what finds its items by name."""
    child = node.get(name)
    if child is None:
        child = node[name] = {}
    if isinstance(child, list):
        return _ItemsByName(child, dotted)
    if not isinstance(child, dict):
        raise ConfigError(f"override '{dotted}': '{name}' holds the value {child!r}, it has no keys below it.")
    return child


class _ItemsByName(dict[str, Any]):
    """A view of a list as a mapping from the items' names to their arguments."""

    def __init__(self, items: list[Any], dotted: str) -> None:
        super().__init__()
        self._items = items
        self._dotted = dotted

    def get(self, name: str, default: Any = None) -> Any:
        item = self._items[self._index(name)]
        return item[name] if isinstance(item, dict) else None

    def __setitem__(self, name: str, value: Any) -> None:
        self._items[self._index(name)] = {name: value}

    def _index(self, name: str) -> int:
        names = [next(iter(item)) if isinstance(item, dict) and len(item) == 1 else item for item in self._items]
        if names.count(name) == 1:
            return names.index(name)
        shown = ", ".join(str(each) for each in names) or "nothing"
        problem = "is there more than once" if name in names else "is not in the list"
        raise ConfigError(f"override '{self._dotted}': '{name}' {problem}. The list has: {shown}.")


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copy(item) for item in value]
    return value

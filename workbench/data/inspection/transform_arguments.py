"""The arguments of a transform, for a person who wants to change them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

from workbench.data.augmentation import LIBRARIES


@dataclass(frozen=True)
class Argument:
    """One argument: `default` is plain data; `required` when there is none."""

    name: str
    default: Any
    required: bool


def transform_names(library: str) -> list[str]:
    """Return every transform of a library, sorted."""
    return sorted(LIBRARIES[library].transforms())


def transform_arguments(library: str, transform: str) -> list[Argument]:
    """Return the arguments of a transform that a file can give, in their order; none for an unknown transform."""
    kind = LIBRARIES[library].transforms().get(transform)
    if kind is None:
        return []
    found = []
    for parameter in inspect.signature(kind).parameters.values():
        if parameter.name in ("fill_mask", "mask_interpolation"):
            continue
        required = parameter.default is inspect.Parameter.empty
        default = None if required else _plain(parameter.default)
        found.append(Argument(parameter.name, default, required))
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return getattr(value, "value", str(value))

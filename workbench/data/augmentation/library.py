"""What an augmentation library offers here, and how lists of transforms become its objects."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from pydantic import ValidationError

from workbench.configuration import Location
from workbench.errors import ConfigError, nearest, unknown_name

_NESTED = frozenset({"transforms", "first", "second"})
"""Arguments that hold transforms themselves (OneOf, SomeOf, Sequential, OneOrOther, RandomApply, RandomOrder ...)."""


@dataclass(frozen=True)
class Applied:
    """A transform that took part in one augmentation, with the values that were drawn for it where they are known."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)


class Augmenter(Protocol):
    """Transforms of one split. The same images and seed give the same result, in any process."""

    def __call__(self, images: Sequence[np.ndarray], seed: int) -> list[np.ndarray]:
        """Augment uint8 RGB images (H, W, 3), each with draws of its own; uint8 or float32 (H', W', 3) come out."""

    def explain(self, image: np.ndarray, seed: int) -> tuple[np.ndarray, list[Applied]]:
        """Augment one image and tell what was applied."""


class Library(Protocol):
    """One augmentation library."""

    name: str

    def transforms(self) -> Mapping[str, type]:
        """Every transform that a file may name."""

    def make(self, kind: type, arguments: dict[str, Any]) -> Any:
        """Build one transform from plain values; raises ValueError or TypeError for a value that it refuses."""

    def augmenter(self, transforms: list[Any]) -> Augmenter:
        """Join built transforms."""


def construct(library: Library, specifications: Any, at: Location) -> list[Any]:
    """Build the transforms that a list in the file describes, nested ones included.

    Raises ConfigError with the line, what is allowed and the nearest name.
    """
    if not isinstance(specifications, list | tuple):
        raise at.error(
            f"a list of transforms is needed, not {specifications!r}. Write '- Name' or '- Name: {{argument: value}}'."
        )
    return [_construct_one(library, item, at.below(index)) for index, item in enumerate(specifications)]


def _construct_one(library: Library, specification: Any, at: Location) -> Any:
    name, arguments, at = _read(specification, at)
    known = library.transforms()
    if name not in known:
        raise at.error(_elsewhere(library, name) or unknown_name(f"{library.name} transform", name, sorted(known)))
    kind = known[name]
    allowed = list(inspect.signature(kind).parameters)
    for argument in arguments:
        if argument not in allowed:
            raise at.below(argument).error(_unknown_argument(name, argument, allowed))
    built = {
        argument: _construct_nested(library, argument, value, at) if argument in _NESTED else value
        for argument, value in arguments.items()
    }
    try:
        return library.make(kind, built)
    except (ValueError, TypeError, KeyError) as error:
        blamed = next((argument for argument in arguments if argument in str(error)), None)
        where = at.below(blamed) if blamed else at
        raise where.error(f"{name} refuses its arguments: {_reason(error)}. Allowed: {', '.join(allowed)}.") from None


def _construct_nested(library: Library, argument: str, value: Any, at: Location) -> list[Any]:
    built = construct(library, value, at.below(argument))
    if not built:
        raise at.below(argument).error(f"'{argument}' is empty. Name a transform there, or leave out what holds it.")
    return built


def _read(specification: Any, at: Location) -> tuple[str, dict[str, Any], Location]:
    if isinstance(specification, str):
        return specification, {}, at
    if isinstance(specification, Mapping) and len(specification) == 1:
        name, arguments = next(iter(specification.items()))
        if arguments is None:
            return str(name), {}, at.below(name)
        if isinstance(arguments, Mapping):
            return str(name), dict(arguments), at.below(name)
        raise at.below(name).error(f"the arguments of {name} are {arguments!r}; write them as 'argument: value'.")
    raise at.error(
        f"{specification!r} is no transform. Write '- Name' or '- Name: {{argument: value}}', one name per entry."
    )


def unfit(image: np.ndarray, error: Exception, name: str = "") -> ConfigError:
    """Word what a library raised while it transformed an image (H, W, 3) with transforms that it had accepted."""
    height, width = image.shape[:2]
    who = name or "A transform"
    return ConfigError(
        f"{who} cannot be applied to an image of {height} x {width} (height x width): {_reason(error)}. "
        "Change the transforms in auguments.yaml, or image.size."
    )


def _unknown_argument(name: str, argument: object, allowed: list[str]) -> str:
    close = nearest(str(argument), allowed)
    hint = f" Did you mean '{close}'?" if close else ""
    return f"{name} has no argument '{argument}'.{hint} Allowed: {', '.join(allowed) or 'none'}."


def _elsewhere(library: Library, name: str) -> str:
    from workbench.data.augmentation import LIBRARIES

    for other in LIBRARIES.values():
        if other.name != library.name and name in other.transforms():
            return (
                f"{name} is a transform of {other.name}, and augmentation.library is {library.name}. "
                f"Set the library to {other.name}, or choose another transform."
            )
    return ""


def _reason(error: Exception) -> str:
    """The part of a library's message that is about the value, on one line."""
    report = error if isinstance(error, ValidationError) else error.__cause__ or error.__context__
    if isinstance(report, ValidationError):
        problems: dict[str, list[str]] = {}
        for problem in report.errors():
            field = str(problem["loc"][0]) if problem["loc"] else ""
            message = problem["msg"].removeprefix("Value error, ").replace("Field required", "must be given")
            for stilted, plain in (
                ("Input should be ", ""),
                ("valid tuple", "list"),
                (", unable to parse string as a number", ""),
            ):
                message = message.replace(stilted, plain)
            if message not in problems.setdefault(field, []):
                problems[field].append(message)
        return "; ".join(
            f"{field}: {' or '.join(told)}" if field else " or ".join(told) for field, told in problems.items()
        )
    text = " ".join(line.strip() for line in str(error).splitlines() if line.strip())
    missing = re.search(r"missing \d+ required .*?arguments?: (.*)", text)
    return f"{missing[1].rstrip('.')} must be given" if missing else text.replace(".__init__()", "").rstrip(".")

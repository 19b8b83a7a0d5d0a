"""Typed settings: data checked against a model, with errors that say where a value stands and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator

from workbench.configuration.error_location import Key, Location
from workbench.configuration.yaml_files import read_yaml
from workbench.errors import ConfigError, nearest


class Settings(BaseModel):
    """Base of every settings section: unknown keys are errors, values are checked, instances are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    @field_validator("*", mode="before")
    @classmethod
    def _switches_are_no_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        # In Python true is 1: `batch_size: true` would be a batch of one image.
        if isinstance(value, bool) and _is_number(cls.model_fields[str(info.field_name)].annotation):
            raise ValueError("a number is needed")
        return value


SettingsT = TypeVar("SettingsT", bound=BaseModel)


def parse(model: type[SettingsT], data: Mapping[str, Any], *, at: Location) -> SettingsT:
    """Check plain `data` against a settings model; `at` is what an error names (a file or an option).

    Raises ConfigError that lists every wrong key at once.
    """
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        problems = [_describe(problem, model, data, at) for problem in error.errors()]
        raise ConfigError("\n".join(dict.fromkeys(problems))) from None


def load(model: type[SettingsT], path: Path) -> SettingsT:
    """Read and check one YAML file."""
    data, at = read_yaml(path)
    return parse(model, data, at=at)


def _describe(problem: Any, model: type[BaseModel], data: Mapping[str, Any], at: Location) -> str:
    location: Key = tuple(problem["loc"])
    written = _written(location, data, last=problem["type"] == "missing")
    where = at.below(*written)
    dotted = ".".join(str(part) for part in written)
    if problem["type"] == "extra_forbidden":
        allowed = _fields_at(model, location[:-1])
        close = nearest(str(location[-1]), allowed)
        hint = f" Did you mean '{close}'?" if close else ""
        return f"{where}: unknown key '{dotted}'.{hint} Allowed here: {', '.join(allowed) or 'nothing'}."
    if problem["type"] == "missing":
        return f"{where}: the key '{dotted}' is missing. Add it."
    given = problem["input"]
    message = _PLAIN_WORDS.get(problem["type"], problem["msg"]).format(**problem.get("ctx", {}))
    message = message.removeprefix("Value error, ")
    if not location:
        # What two keys of the file say does not go together.
        return f"{where}: {message}."
    if problem["type"] == "literal_error":
        expected = problem["ctx"]["expected"]
        choices = [part.strip(" '") for part in expected.replace(" or ", ",").split(",")]
        close = nearest(str(given), choices)
        hint = f" Did you mean '{close}'?" if close else ""
        return f"{where}: '{dotted}' is {given!r}.{hint} Allowed: {', '.join(choices)}."
    return f"{where}: '{dotted}' is {given!r}: {message}."


_PLAIN_WORDS = {
    "bool_parsing": "true or false is needed",
    "bool_type": "true or false is needed",
    "int_type": "a whole number is needed",
    "int_parsing": "a whole number is needed",
    "int_from_float": "a whole number is needed",
    "float_type": "a number is needed",
    "float_parsing": "a number is needed",
    "string_type": "a text is needed, in quotes where it looks like a number or a date",
    "list_type": "a list is needed",
    "tuple_type": "a list is needed",
    "dict_type": "a mapping of keys to values is needed",
    "model_type": "a mapping of keys to values is needed",
    "greater_than": "a number above {gt:g} is needed",
    "greater_than_equal": "{ge:g} or more is needed",
    "less_than": "a number below {lt:g} is needed",
    "less_than_equal": "{le:g} or less is needed",
}
"""What pydantic's kinds of error are called here, where its own words are those of a programmer."""


def _written(location: Key, data: Any, *, last: bool) -> Key:
    """The part of a location that stands in the data; pydantic adds union branches and items of its own making.

    `last` keeps the last part: the name of a key that is missing.
    """
    found: list[str | int] = []
    node = data
    for number, part in enumerate(location):
        inside = isinstance(part, int) and 0 <= part < len(node) if isinstance(node, list | tuple) else False
        if inside or (isinstance(node, Mapping) and part in node):
            node = node[part]
            found.append(part)
        elif last and number == len(location) - 1:
            found.append(part)
    return tuple(found)


def _fields_at(model: type[BaseModel], location: Key) -> list[str]:
    """Names of the keys that the settings model allows at a location."""
    current: Any = model
    for part in location:
        if not (isinstance(current, type) and issubclass(current, BaseModel)):
            return []
        field = current.model_fields.get(str(part))
        if field is None:
            # A union branch's name or a list index: the models below are found by the field that leads there.
            continue
        current = _model_within(field.annotation)
    if isinstance(current, type) and issubclass(current, BaseModel):
        return [field.alias or name for name, field in current.model_fields.items()]
    return []


def _is_number(annotation: Any) -> bool:
    """Whether a field takes numbers, and neither true nor false."""
    kinds = _kinds(annotation)
    return bool not in kinds and not kinds.isdisjoint({int, float})


def _kinds(annotation: Any) -> set[Any]:
    """The types that an annotation is made of, those of a union and within Annotated; not those of a list's items."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _kinds(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return set().union(*(_kinds(part) for part in get_args(annotation)))
    return {annotation} if origin is None else set()


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_within(argument)
        if found is not None:
            return found
    return None

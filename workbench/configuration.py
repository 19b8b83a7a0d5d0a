"""Reading YAML files into typed settings, with errors that name the file, the line, the key and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from workbench.errors import ConfigError, nearest

Key = tuple[str | int, ...]
Lines = dict[Key, int]


class Settings(BaseModel):
    """Base of every settings section: unknown keys are errors, values are checked, instances are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


SettingsT = TypeVar("SettingsT", bound=BaseModel)


def read_yaml(path: Path) -> tuple[dict[str, Any], Lines]:
    """Read a YAML file whose top level is a mapping.

    Returns the plain data and the 1-based line of every key. Raises ConfigError when the file is missing, is not YAML
    or holds something else.
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
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ConfigError(f"{where}: this is not valid YAML: {error.problem}. Mend the line, then run again.") from None
    except YAMLError as error:
        raise ConfigError(f"{path}: this is not valid YAML: {error}.") from None
    if data is None:
        return {}, {}
    if not isinstance(data, Mapping):
        kind = "list" if isinstance(data, list) else type(plain(data)).__name__
        raise ConfigError(f"{path}: the top level is a {kind}; a mapping of keys to values is needed.")
    lines: Lines = {}
    return plain(data, (), lines), lines


def parse(model: type[SettingsT], data: Mapping[str, Any], *, source: str, lines: Lines | None = None) -> SettingsT:
    """Check plain `data` against a settings model; `source` is what an error names (a file or an option).

    Raises ConfigError that lists every wrong key at once.
    """
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        problems = [_describe(problem, model, data, source, lines or {}) for problem in error.errors()]
        raise ConfigError("\n".join(dict.fromkeys(problems))) from None


def load(model: type[SettingsT], path: Path) -> SettingsT:
    """Read and check one YAML file."""
    data, lines = read_yaml(path)
    return parse(model, data, source=str(path), lines=lines)


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


def plain(node: Any, at: Key = (), lines: Lines | None = None) -> Any:
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


def _note_line(node: Any, key: Any, at: Key, lines: Lines) -> None:
    marks = getattr(getattr(node, "lc", None), "data", None)
    if marks and key in marks:
        lines[(*at, key)] = marks[key][0] + 1


def _describe(problem: Any, model: type[BaseModel], data: Mapping[str, Any], source: str, lines: Lines) -> str:
    location: Key = tuple(problem["loc"])
    written = _written(location, data, last=problem["type"] == "missing")
    line = next((lines[written[:n]] for n in range(len(written), 0, -1) if written[:n] in lines), None)
    where = f"{source}:{line}" if line else source
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
    "string_type": "a text is needed",
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


def _model_within(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in get_args(annotation):
        found = _model_within(argument)
        if found is not None:
            return found
    return None

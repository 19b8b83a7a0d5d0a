"""Names and values of a study: which can be tuned, what they may be, and what base_params fixes.

base_params of optuna_params.yaml holds values for what params.yaml and auguments.yaml leave out or empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from workbench.configuration import Location, with_overrides
from workbench.data.config.augment import SPLITS, AugmentConfig
from workbench.errors import ConfigError, NotFoundError, unknown_name
from workbench.paths import Project
from workbench.training.params import Params, is_augment_name
from workbench.training.plan import check_names
from workbench.tuning.space import Space, describe, extremes


def known_names(augment: Mapping[str, Any]) -> list[str]:
    """Every dotted name that can be tuned or fixed, given the plain data of auguments.yaml.

    A transform's argument is named by the split, the transform and the argument:
    `augmentation.train.HorizontalFlip.p`.
    """
    return [*_leaves(Params, ""), *_leaves(AugmentConfig, ""), *_transform_arguments(augment)]


def check_name(name: str, known: list[str], at: Location) -> None:
    """Raise ConfigError for a name that neither file has, with the nearest one."""
    # Below an open mapping (model.options) any further key is fine: the network's factory knows them.
    parts = name.split(".")
    if name in known or any(".".join(parts[:length]) + ".*" in known for length in range(1, len(parts))):
        return
    shown = [each for each in known if not each.endswith(".*")]
    then = "Parameters are the dotted names of params.yaml and auguments.yaml."
    raise at.error(unknown_name("parameter", name, shown, then=then))


def check_values(
    space: Space, params: Mapping[str, Any], augment: Mapping[str, Any], *, at: Location, project: Project
) -> None:
    """Raise ConfigError when a choice or a bound is a value that its name does not take."""
    for name, parameter in space.items():
        for value in extremes(parameter):
            problem = _problem(name, value, params, augment, project)
            if problem is not None:
                raise at.below("params_to_tune", name).error(
                    f"'{name}' is to be {describe(parameter)}, but it cannot be {value!r}: {problem}"
                )


def _problem(
    name: str, value: Any, params: Mapping[str, Any], augment: Mapping[str, Any], project: Project
) -> str | None:
    if is_augment_name(name):
        try:
            AugmentConfig.from_dict(with_overrides(augment, {name: value}), at=Location("auguments.yaml"))
        except ConfigError as error:
            return str(error)
        return None
    try:
        check_names(Params.model_validate(with_overrides(params, {name: value})), project)
    except (ConfigError, NotFoundError) as error:
        return str(error)
    except ValidationError as error:
        # Only what is wrong with the value by itself: rules between several keys depend on what a trial chooses.
        for detail in error.errors():
            if ".".join(str(part) for part in detail["loc"]).startswith(name):
                return detail["msg"].removeprefix("Value error, ") + "."
    return None


def _leaves(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        dotted = f"{prefix}{name}"
        below = _section(field.annotation)
        if below is not None:
            yield from _leaves(below, f"{dotted}.")
            continue
        yield dotted
        if get_origin(field.annotation) is dict:
            yield f"{dotted}.*"


def _section(annotation: Any) -> type[BaseModel] | None:
    """The settings model of a field that is a section, optional or not."""
    candidates = [part for part in (annotation, *get_args(annotation)) if isinstance(part, type)]
    for candidate in candidates:
        if issubclass(candidate, BaseModel):
            return candidate
    return None


def _transform_arguments(augment: Mapping[str, Any]) -> Iterator[str]:
    augmentation = augment.get("augmentation") or {}
    for split in SPLITS:
        for item in augmentation.get(split) or []:
            if isinstance(item, Mapping):
                yield from (f"augmentation.{split}.{name}.*" for name in item)
            else:
                yield f"augmentation.{split}.{item}.*"


def gaps(base: Mapping[str, Any], params: Mapping[str, Any], augment: Mapping[str, Any]) -> dict[str, Any]:
    """The part of base_params that has an effect: names without a value in the file that they belong to."""
    return {name: value for name, value in base.items() if _value(name, params, augment) is None}


def without(data: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of nested `data` without the keys at the dotted `names`."""
    left = {}
    for key, value in data.items():
        below = {name.partition(".")[2]: None for name in names if name.partition(".")[0] == key}
        if "" not in below:
            left[key] = without(value, below) if below and isinstance(value, Mapping) else value
    return left


def unused(
    base: Mapping[str, Any],
    params: Mapping[str, Any],
    augment: Mapping[str, Any],
    *,
    files: tuple[Path, Path],
    at: Location,
) -> list[str]:
    """One sentence for each of base_params whose file has another value: which one counts, and what to do about it.

    `files` are params.yaml and auguments.yaml, `at` is the location of optuna_params.yaml.
    """
    sentences = []
    for name, value in base.items():
        kept = _value(name, params, augment)
        if kept is None or kept == value:
            continue
        file = files[is_augment_name(name)].name
        sentences.append(
            f"{at.below('base_params', name)}: {name} is {value!r} here and {kept!r} in {file}, which "
            f"counts more: the trials have {kept!r}. For {value!r}, put a # before the line in {file}, or hold it for "
            f"this study: --set {name}={_word(value)}, in Python overrides={{{name!r}: {value!r}}}."
        )
    return sentences


def _value(name: str, params: Mapping[str, Any], augment: Mapping[str, Any]) -> Any:
    """What a file has at a dotted name; None when that is empty or not there."""
    node: Any = augment if is_augment_name(name) else params
    for part in name.split("."):
        if isinstance(node, list):
            node = next((item[part] for item in node if isinstance(item, Mapping) and part in item), None)
        else:
            node = node.get(part) if isinstance(node, Mapping) else None
    return node


def _word(value: Any) -> str:
    """The value as a command line has it."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{text}'" if " " in text else text

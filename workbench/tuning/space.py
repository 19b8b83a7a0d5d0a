"""The search space as pure functions: from the settings to what a trial proposes, and to a grid."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.configuration import Location
from workbench.errors import unknown_name
from workbench.tuning.settings import Parameter

if TYPE_CHECKING:
    from optuna.trial import Trial

Space = Mapping[str, Parameter]


def suggest(trial: Trial, space: Space) -> dict[str, Any]:
    """Ask a trial for a value of each name whose condition holds, in the order of the space."""
    values: dict[str, Any] = {}
    for name, parameter in space.items():
        if applies(parameter, values):
            values[name] = _suggest_one(trial, name, parameter)
    return values


def _suggest_one(trial: Trial, name: str, parameter: Parameter) -> Any:
    if parameter.type == "categorical":
        return trial.suggest_categorical(name, parameter.choices or ())
    low, high = _bounds(parameter)
    if parameter.type == "int":
        return trial.suggest_int(name, int(low), int(high), step=int(parameter.step or 1), log=parameter.log)
    return trial.suggest_float(name, low, high, step=parameter.step, log=parameter.log)


def applies(parameter: Parameter, values: Mapping[str, Any]) -> bool:
    """Whether the parameter's condition holds for the values that were chosen before it."""
    return all(name in values and values[name] in _allowed(wanted) for name, wanted in parameter.when.items())


def check_conditions(space: Space, *, at: Location) -> None:
    """Raise ConfigError where a condition names something that is not tuned, stands below, or can never hold."""
    above: dict[str, Parameter] = {}
    for name, parameter in space.items():
        when = at.below("params_to_tune", name, "when")
        for other, wanted in parameter.when.items():
            if other not in above and other in space:
                raise when.error(f"'{name}' depends on '{other}', which stands below it. Move '{other}' above it.")
            if other not in above:
                known = unknown_name("tuned name", other, above)
                raise when.error(f"'{name}' depends on '{other}'. {known} A condition names what stands above it.")
            for value in _allowed(wanted):
                if not contains(above[other], value):
                    raise when.error(
                        f"'{name}' is searched when '{other}' is {value!r}, which it never is. "
                        f"Allowed: {describe(above[other])}."
                    )
        above[name] = parameter


def contains(parameter: Parameter, value: Any) -> bool:
    """Whether the parameter can take the value."""
    if parameter.type == "categorical":
        return value in (parameter.choices or ())
    low, high = _bounds(parameter)
    return isinstance(value, int | float) and low <= value <= high


def grid(space: Space, *, at: Location) -> dict[str, list[Any]]:
    """List the values of each name for a grid search.

    Raises ConfigError for a float without a step and for a conditional name: neither has a finite, full grid.
    """
    return {name: _points(name, parameter, at.below("params_to_tune", name)) for name, parameter in space.items()}


def _points(name: str, parameter: Parameter, at: Location) -> list[Any]:
    if parameter.when:
        raise at.error(f"'{name}' has a condition, which a grid cannot hold. Leave out 'when', or take tpe.")
    if parameter.type == "categorical":
        return list(parameter.choices or ())
    if parameter.type == "float" and parameter.step is None:
        raise at.error(f"'{name}' has no step, so it has no grid. Give a step or choices, or take tpe.")
    low, high = _bounds(parameter)
    step = parameter.step or 1
    count = math.floor((high - low) / step + 1e-9) + 1
    points = [low + index * step for index in range(count)]
    return [int(point) for point in points] if parameter.type == "int" else points


def extremes(parameter: Parameter) -> list[Any]:
    """The values at which it shows whether the trained settings take this parameter: every choice, or both bounds."""
    if parameter.type == "categorical":
        return list(parameter.choices or ())
    low, high = _bounds(parameter)
    return [int(low), int(high)] if parameter.type == "int" else [low, high]


def describe(parameter: Parameter) -> str:
    """Word the range for a person: `0.0001 to 0.01 (log)`, `Adam, SGD`."""
    if parameter.type == "categorical":
        return ", ".join(str(choice) for choice in parameter.choices or ())
    low, high = _bounds(parameter)
    scale = " (log)" if parameter.log else f" by {parameter.step:g}" if parameter.step else ""
    return f"{low:g} to {high:g}{scale}"


def _allowed(wanted: Any) -> list[Any]:
    return list(wanted) if isinstance(wanted, list | tuple) else [wanted]


def _bounds(parameter: Parameter) -> tuple[float, float]:
    assert parameter.low is not None
    assert parameter.high is not None
    return parameter.low, parameter.high

"""Optuna's samplers and pruners by the names that optuna_params.yaml uses."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.configuration import Location
from workbench.errors import unknown_name
from workbench.tuning.settings import PrunerSettings, SamplerSettings
from workbench.tuning.space import Space, grid

if TYPE_CHECKING:
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler

_SAMPLERS = {
    "tpe": "TPESampler",
    "random": "RandomSampler",
    "grid": "GridSampler",
    "gp": "GPSampler",
    "cmaes": "CmaEsSampler",
}
_PRUNERS = {
    "none": "NopPruner",
    "median": "MedianPruner",
    "hyperband": "HyperbandPruner",
    "successive_halving": "SuccessiveHalvingPruner",
}
_NOT_FROM_YAML = {"self", "seed", "search_space", "independent_sampler", "constraints_func", "gamma", "weights"}


def build_sampler(settings: SamplerSettings, space: Space, *, at: Location, trial: int = 0) -> BaseSampler:
    """Make the sampler of the trial of a number. Raises ConfigError for an argument that it does not have or take.

    Each trial has a seed of its own, made of the study's and its number: with the study's alone, each process that
    takes part, and each that resumes it later, would propose the same values over again. A grid has one order for all.
    """
    from optuna import samplers

    given = {**settings.arguments, "seed": settings.seed}
    if settings.name == "grid":
        given["search_space"] = grid(space, at=at)
    elif settings.seed is not None:
        given["seed"] = settings.seed + trial
    factory = getattr(samplers, _SAMPLERS[settings.name])
    arguments = at.below("study", "sampler", "arguments")
    return _build(factory, given, settings.arguments, arguments, f"the sampler {settings.name}")


def build_pruner(settings: PrunerSettings, *, at: Location) -> BasePruner:
    """Make the pruner. Raises ConfigError for an argument that it does not have or does not take."""
    from optuna import pruners

    factory = getattr(pruners, _PRUNERS[settings.name])
    arguments = at.below("study", "pruner", "arguments")
    return _build(factory, dict(settings.arguments), settings.arguments, arguments, f"the pruner {settings.name}")


def _build(factory: Callable[..., Any], given: dict[str, Any], named: dict[str, Any], at: Location, what: str) -> Any:
    from optuna.exceptions import ExperimentalWarning

    known = [name for name in inspect.signature(factory).parameters if name not in _NOT_FROM_YAML]
    for name in named:
        if name not in known:
            raise at.error(f"{what}: {unknown_name('argument', name, known)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            return factory(**given)
    except (TypeError, ValueError) as error:
        raise at.error(f"{what} does not take {named}: {error} Known arguments: {', '.join(known)}.") from None

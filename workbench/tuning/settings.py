"""The typed form of `optuna_params.yaml`: the study, what is searched, and fixed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator, model_validator

from workbench.configuration import Location, Settings, parse, read_yaml, with_overrides

Goal = Literal["maximize", "minimize"]
Scalar = bool | int | float | str | None


class SamplerSettings(Settings):
    """Which of Optuna's samplers proposes the next trial. In the file: its name, or a mapping with arguments."""

    name: Literal["tpe", "random", "grid", "gp", "cmaes"] = "tpe"
    seed: int | None = None
    """Makes one worker's proposals repeatable; several workers finish in an order that nobody can repeat."""
    arguments: dict[str, Any] = Field(default_factory=dict)


class PrunerSettings(Settings):
    """Which of Optuna's pruners stops hopeless trials. In the file: its name, or a mapping with arguments."""

    name: Literal["none", "median", "hyperband", "successive_halving"] = "median"
    arguments: dict[str, Any] = Field(default_factory=dict)


class StudySettings(Settings):
    """What is optimized, how long, and by which method."""

    name: str | None = Field(default=None, min_length=1)
    """Name of the study in Optuna's storage; empty: the theme's name."""
    direction: Goal | None = None
    directions: tuple[Goal, ...] | None = None
    """For several objectives: one direction for each metric."""
    choose_by_test: bool = False
    """Says a second time that trials are chosen by a `test_...` metric: what is reported on test then is no test."""
    metric: tuple[str, ...] = ("valid_accuracy",)
    n_trials: Annotated[int, Field(ge=1)] = 20
    """Trials in total, those of earlier sessions included."""
    timeout: Annotated[float, Field(gt=0)] | None = None
    """Seconds after which no further trial begins; empty: no limit."""
    sampler: SamplerSettings = Field(default_factory=SamplerSettings)
    pruner: PrunerSettings = Field(default_factory=PrunerSettings)

    @field_validator("metric", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("metric")
    @classmethod
    def _not_on_the_test_split(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value:
            raise ValueError("name at least one metric, valid_accuracy for instance")
        for metric in value:
            if metric.startswith("test_") and not info.data.get("choose_by_test"):
                close = "valid_" + metric.removeprefix("test_")
                raise ValueError(
                    f"choosing by the test split would leave nothing to test on; take {close}. Who means {metric} all "
                    "the same says so a second time: choose_by_test: true"
                )
        return value

    @field_validator("sampler", "pruner", mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        if value is None:
            return {"name": "none"}
        return {"name": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_goal_for_each_metric(self) -> StudySettings:
        if self.direction is not None and self.directions is not None:
            raise ValueError("direction and directions are both given: keep direction for one metric, else directions")
        if len(self.goals) != len(self.metric):
            raise ValueError(
                f"{len(self.metric)} metric(s) ({', '.join(self.metric)}) but {len(self.goals)} direction(s): "
                "give directions, one for each metric, or leave them out"
            )
        for metric, goal in zip(self.metric, self.goals, strict=True):
            if goal != direction_of(metric):
                raise ValueError(
                    f"the direction of {metric} is {direction_of(metric)}, not {goal}: leave the direction out, "
                    "it follows the metric"
                )
        if len(self.goals) > 1 and self.pruner.name != "none":
            raise ValueError(f"the pruner '{self.pruner.name}' compares one metric: set pruner to none")
        if len(self.goals) > 1 and self.sampler.name == "cmaes":
            raise ValueError("the sampler cmaes handles one metric: set sampler to tpe, gp or random")
        return self

    @property
    def goals(self) -> tuple[Goal, ...]:
        """One direction for each metric; where the file has none, the one in which the metric is better."""
        if self.directions is not None:
            return self.directions
        if self.direction is not None:
            return (self.direction,)
        return tuple(direction_of(metric) for metric in self.metric)


def direction_of(metric: str) -> Goal:
    """The direction in which a metric is better: losses, errors, times and sizes are best when low."""
    return "minimize" if metric.endswith(("loss", "error", "_ms")) or metric.startswith("num_") else "maximize"


class Parameter(Settings):
    """What one tuned name may be: `low`..`high` (inclusive) for float and int, `choices` for categorical."""

    type: Literal["float", "int", "categorical"]
    low: float | None = Field(default=None, allow_inf_nan=False)
    high: float | None = Field(default=None, allow_inf_nan=False)
    step: Annotated[float, Field(gt=0)] | None = None
    log: bool = False
    choices: tuple[Scalar, ...] | None = None
    when: dict[str, Any] = Field(default_factory=dict)
    """Search this name only where other tuned names have the given value, or one of the given list."""

    @model_validator(mode="after")
    def _has_what_its_type_needs(self) -> Parameter:
        if self.type == "categorical":
            self._check_choices()
        else:
            self._check_range()
        return self

    def _check_choices(self) -> None:
        if not self.choices:
            raise ValueError("a categorical parameter needs choices, a list of at least one value")
        if len(set(self.choices)) < len(self.choices):
            raise ValueError("choices holds a value twice")
        if self.low is not None or self.high is not None or self.step is not None or self.log:
            raise ValueError("low, high, step and log belong to float and int; a categorical parameter has choices")

    def _check_range(self) -> None:
        if self.choices is not None:
            raise ValueError(f"choices belongs to categorical; a parameter of type {self.type} has low and high")
        if self.low is None or self.high is None:
            raise ValueError(f"a parameter of type {self.type} needs low and high")
        if self.low > self.high:
            raise ValueError(f"low ({self.low:g}) is above high ({self.high:g})")
        if self.log and self.low <= 0:
            raise ValueError(f"with log, low must be above 0; it is {self.low:g}")
        if self.log and self.step is not None:
            raise ValueError("log and step exclude each other: leave one of them out")
        if self.type == "int":
            for name in ("low", "high", "step"):
                value = getattr(self, name)
                if value is not None and not float(value).is_integer():
                    raise ValueError(f"{name} is {value:g}; a parameter of type int takes whole numbers")


class TuningParams(Settings):
    """Everything that optuna_params.yaml holds."""

    study: StudySettings = Field(default_factory=StudySettings)
    params_to_tune: dict[str, Parameter] = Field(min_length=1)
    base_params: dict[str, Any] = Field(default_factory=dict)
    """Dotted names of params.yaml and the values they have where params.yaml leaves them out or empty."""


def load_tuning_params(path: Path, study: Mapping[str, Any] | None = None) -> tuple[TuningParams, Location]:
    """Read and check optuna_params.yaml, with the keys of `study` (n_trials, timeout ...) put over the file's.

    Returns the settings and the location of its keys, for errors that are found later. Raises ConfigError.
    """
    data, at = read_yaml(path)
    tuning = parse(TuningParams, data, at=at)
    if study:
        given = {f"study.{name}": value for name, value in study.items()}
        words = ", ".join(f"{name}={value!r}" for name, value in study.items())
        tuning = parse(TuningParams, with_overrides(data, given), at=replace(at, source=f"{path} with {words}"))
    return tuning, at

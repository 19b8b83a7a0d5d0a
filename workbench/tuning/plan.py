"""Everything a study is to do, read once from the files and the parameters before anything is written."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.configuration import Location, parse, read_yaml, with_overrides
from workbench.data.config.augment import AugmentConfig
from workbench.data.metrics import top_k
from workbench.errors import ConfigError, unknown_name
from workbench.training.own_modules import import_modules
from workbench.training.params import Params, flat, location_with, read_params_file, split_by_file
from workbench.training.recipes import recipe_values, training_images
from workbench.tuning.parameters import check_name, check_values, gaps, known_names, unused, without
from workbench.tuning.samplers import build_pruner, build_sampler
from workbench.tuning.settings import StudySettings, TuningParams, load_tuning_params
from workbench.tuning.space import Space, check_conditions, grid

if TYPE_CHECKING:
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler

    from workbench.paths import Project

_Data = dict[str, Any]
MEASURED = ("inference_ms", "num_parameters")
"""Objectives that are measured on the trained network."""
_TOP_K = ("valid_top3_accuracy", "valid_top5_accuracy")

# They say where and how comfortably a trial runs, or nothing at all; its numbers stay the same.
_NO_MATTER = (
    "theme",
    "training.run_name",
    "training.accelerator",
    "data.num_workers",
    "data.cache",
    "callbacks.progress",
    "callbacks.lr_monitor",
    "callbacks.gradient_norm",
    "callbacks.system_metrics",
)


# They name the data and the run, which all trials share.
_NOT_SEARCHED = ("theme", "data.split_ratio", "data.seed", "training.run_name")


@dataclass(frozen=True)
class TuningPlan:
    """A study's settings and what each trial starts from, checked and free of files."""

    theme: str
    study_name: str
    run_name: str
    study: StudySettings
    space: Space
    params: Mapping[str, Any]
    """Plain data of params.yaml with base_params and overrides in it."""
    augment: Mapping[str, Any]
    """Plain data of auguments.yaml, likewise."""
    at: Location
    """Where optuna_params.yaml stands, for errors that are found later."""
    unused: tuple[str, ...] = ()
    """One sentence for each of base_params that has no effect, because params.yaml has another value for its name."""

    @property
    def n_trials(self) -> int:
        """How many trials the study is to have; a grid has no more of them than points."""
        if self.study.sampler.name != "grid":
            return self.study.n_trials
        points = grid(self.space, at=self.at)
        return min(self.study.n_trials, math.prod(len(values) for values in points.values()))

    def sampler(self, trial: int = 0) -> BaseSampler:
        """Make what proposes the values of the trial of a number. Raises ConfigError for wrong arguments."""
        return build_sampler(self.study.sampler, self.space, at=self.at, trial=trial)

    def pruner(self) -> BasePruner:
        """Make what stops hopeless trials. Raises ConfigError for wrong arguments."""
        return build_pruner(self.study.pruner, at=self.at)

    def params_with(self, values: Mapping[str, Any]) -> Params:
        """The training settings of a trial that chose `values`."""
        of_params, _ = split_by_file(values)
        return parse(Params, with_overrides(self.params, of_params), at=location_with("params.yaml", of_params))

    def augment_with(self, values: Mapping[str, Any]) -> AugmentConfig:
        """The image settings of a trial that chose `values`."""
        _, of_augment = split_by_file(values)
        data = with_overrides(self.augment, of_augment)
        return AugmentConfig.from_dict(data, at=location_with("auguments.yaml", of_augment))

    def fingerprint(self, snapshot: str) -> dict[str, Any]:
        """What all trials of a study must share to be comparable, as plain JSON values."""
        tuned = set(self.space)
        fixed = flat(parse(Params, self.params, at=Location("params.yaml")))
        data = {
            "theme": self.theme,
            "snapshot": snapshot,
            "metric": self.study.metric,
            "directions": self.study.goals,
            "params_to_tune": {
                name: parameter.model_dump(exclude_defaults=True) for name, parameter in self.space.items()
            },
            "params": {name: value for name, value in fixed.items() if name not in tuned and name not in _NO_MATTER},
            "augment": AugmentConfig.from_dict(self.augment).to_dict(),
        }
        plain: dict[str, Any] = json.loads(json.dumps(data))
        return plain


def read_plan(
    project: Project,
    *,
    theme: str | None = None,
    run_name: str | None = None,
    params_file: Path | None = None,
    optuna_params_file: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    study: Mapping[str, Any] | None = None,
) -> TuningPlan:
    """Read and check params.yaml, auguments.yaml and optuna_params.yaml.

    A name's value is the first of: `overrides`, params.yaml, base_params, the default. An override of a tuned name
    takes it out of the search. `study` replaces keys of the study section. Raises ConfigError.
    """
    optuna_path = optuna_params_file or project.optuna_params_file
    tuning, at = load_tuning_params(optuna_path, study)
    files = params_file or project.params_file, project.augment_file
    fixed = dict(overrides or {})
    params, augment, base = _read_files(files, tuning)
    _check_metrics(tuning.study, at.below("study", "metric"))
    _check_names(tuning, fixed, augment, at)
    left_out = {name: value for name, value in tuning.base_params.items() if name not in fixed}
    ineffective = unused(left_out, params, augment, files=files, at=at)
    params, augment, settings = _with_values({**base, **fixed}, params, augment, files)
    if settings.model.recipe != "none":
        found = recipe_values(settings, training_images(settings, project), {**fixed, **tuning.params_to_tune})
        params, augment, settings = _with_values(found, params, augment, files)
    if "spawn" in settings.training.strategy:
        raise ConfigError(
            f"training.strategy is {settings.training.strategy}, and a study cannot be sent to processes that begin "
            "afresh. Set it to auto for a tuning: --set training.strategy=auto."
        )
    space = {name: value for name, value in tuning.params_to_tune.items() if name not in fixed}
    if not space:
        raise at.error("every name of params_to_tune is overridden, so nothing is left to search.")
    check_conditions(space, at=at)
    import_modules(settings.modules, project)
    check_values(space, params, augment, at=at, project=project)
    name = theme or settings.theme
    return TuningPlan(
        theme=name,
        study_name=tuning.study.name or name,
        run_name=run_name or settings.training.run_name or f"tune {tuning.study.name or name}",
        study=tuning.study,
        space=space,
        params=with_overrides(params, {"theme": name}),
        augment=augment,
        at=at,
        unused=tuple(ineffective),
    )


def _read_files(files: tuple[Path, Path], tuning: TuningParams) -> tuple[_Data, _Data, _Data]:
    """Read params.yaml and auguments.yaml, check each alone, and find what of base_params has an effect."""
    params_file, augment_file = files
    params, at = read_params_file(params_file)
    AugmentConfig.load(augment_file)
    augment, _ = read_yaml(augment_file)
    base = gaps(tuning.base_params, params, augment)
    parse(Params, without(params, base), at=at)
    return params, augment, base


def _with_values(
    values: Mapping[str, Any], params: _Data, augment: _Data, files: tuple[Path, Path]
) -> tuple[_Data, _Data, Params]:
    """Lay values over the files' data and check the whole; returns the training settings, too."""
    params_file, augment_file = files
    of_params, of_augment = split_by_file(values)
    params, augment = with_overrides(params, of_params), with_overrides(augment, of_augment)
    settings = parse(Params, params, at=location_with(str(params_file), of_params))
    AugmentConfig.from_dict(augment, at=location_with(str(augment_file), of_augment))
    return params, augment, settings


def _check_metrics(study: StudySettings, at: Location) -> None:
    from workbench.training.plan import MONITORS

    of_test = [f"test_{name.removeprefix('valid_')}" for name in MONITORS if name.startswith("valid_")]
    known = (*MONITORS, *_TOP_K, *MEASURED, *(of_test if study.choose_by_test else ()))
    for name in study.metric:
        if name not in known:
            raise at.error(unknown_name("metric", name, known))
    if study.pruner.name != "none" and study.metric[0] in MEASURED:
        raise at.error(
            f"'{study.metric[0]}' is known at a trial's end only, so that no trial can be stopped by it: "
            "set pruner to none."
        )


def check_top_k(plan: TuningPlan, classes: int) -> None:
    """Raise ConfigError for the accuracy of the best k guesses, where so many classes have another or none."""
    k = top_k(classes)
    for name in plan.study.metric:
        if name in _TOP_K and name != f"valid_top{k}_accuracy":
            there = f"for {classes} classes valid_top{k}_accuracy is measured" if k else "so few classes have none"
            raise plan.at.below("study", "metric").error(f"'{name}' is not known here: {there}.")


def _check_names(tuning: TuningParams, overrides: Mapping[str, Any], augment: Mapping[str, Any], at: Location) -> None:
    known = known_names(augment)
    for name in tuning.params_to_tune:
        tuned = at.below("params_to_tune", name)
        check_name(name, known, tuned)
        if name in _NOT_SEARCHED:
            raise tuned.error(f"'{name}' cannot be searched: all trials of a study share it. Fix it in params.yaml.")
        if name in tuning.base_params:
            raise at.below("base_params", name).error(
                f"'{name}' is both fixed here and searched in params_to_tune. Leave one of them out."
            )
    for name in tuning.base_params:
        check_name(name, known, at.below("base_params", name))
    for name in overrides:
        check_name(name, known, Location("overrides"))

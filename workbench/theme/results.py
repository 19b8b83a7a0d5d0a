"""A finished training as an object: its network, what it answers, what it takes for something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from workbench import training, tuning
from workbench.theme.base import public_names
from workbench.theme.model import Model
from workbench.theme.theme import open_theme

if TYPE_CHECKING:
    import pandas as pd
    import torch

    from workbench.report import Report
    from workbench.theme.query import Samples

_P = ParamSpec("_P")
_Result = TypeVar("_Result")
_Wider = TypeVar("_Wider")


@dataclass(frozen=True, repr=False)
class TrainingResult(training.TrainingResult):
    """One finished training, and what comes out of it. Nothing is loaded before it is asked for.

    `metrics` holds the test metrics and the best epoch's validation metrics (`best_valid_...`); `epochs` one row per
    epoch; `confusion` is the test split's matrix over `class_names`. `stopped` says that it was ended on request before
    its last epoch.

    >>> result.class_names, len(result.curves), result.best_epoch
    (['red', 'white'], 1, 1)
    """

    @cached_property
    def model(self) -> Model:
        """Its model, as `theme.model(result.run_id)` gives it.

        >>> result.model.predict("photos/red/red_0.png").label.isin(["red", "white"]).all()
        True
        """
        return Model(open_theme(self.theme, project=self.project), self.run_id)

    @property
    def network(self) -> torch.nn.Module:
        """The network in evaluation mode: normalized float images (N, 3, H, W) to logits (N, classes), as trained.

        Probabilities are those of `predictions()`, which divides the logits by `model.temperature` first.

        >>> result.network.training
        False
        """
        return self.model.network

    @property
    def checkpoint(self) -> Path:
        """The file of its weights: a state dict for `torch.load`, or for `model.pretrained` of another training.

        >>> import torch
        >>> result.network.load_state_dict(torch.load(result.checkpoint, weights_only=True))
        <All keys matched successfully>
        """
        return self.model.checkpoint

    def predictions(self, split: str = "test") -> pd.DataFrame:
        """Predict a split as it was trained on: a row per sample with `id`, `sha256`, `true`, `predicted`, `score`.

        Then a column of probabilities for each class, `p_` before its name. See `Model.predictions`.

        >>> sorted(result.predictions()["true"])
        ['red', 'white']
        """
        return self.model.predictions(split)

    def mistakes(self, split: str = "test") -> Samples:
        """Return the samples of a split that it takes for something else than their label of then, as a query.

        >>> result.mistakes()
        <... samples of 'cells': ... named>
        """
        return self.model.mistakes(split)

    def per_class(self, split: str = "test") -> pd.DataFrame:
        """Return a row per class with `precision`, `recall`, `f1` (0 to 1) and `support` (number of its images).

        >>> result.per_class().columns.tolist()
        ['precision', 'recall', 'f1', 'support']
        """
        return self.confusion.report() if split == "test" else self.model.per_class(split)

    def report(self) -> Report:
        """Return one file to hand on: figures, mistakes, data, provenance; a page of HTML, or a model card.

        >>> result.report().save("report.html").name
        'report.html'
        """
        return self.model.report()

    def __dir__(self) -> list[str]:
        return public_names(self)


@dataclass(frozen=True, repr=False)
class TuningResult(tuning.TuningResult):
    """A study as it stands: the best trial (or several objectives' Pareto front), and all trials.

    `run_id` is the MLflow parent run. `best_params` are the tuned names with the best trial's values, `best_value` its
    first objective; both are of the trial that is best in the first objective when there are several. `all_trials` are
    in the order of their numbers.

    >>> tuned.counts, tuned.best_trial.number
    ({'complete': 1}, 0)
    """

    def train_best(self, run_name: str | None = None, num_epochs: int | None = None) -> TrainingResult:
        """Train a run of its own with the settings that the study's parent run keeps as the best.

        `num_epochs` lets it train longer than the trials did. The run is tagged with the study and the trial.

        >>> tuned.train_best(num_epochs=1).class_names
        ['red', 'white']
        """
        return _trained(super().train_best(run_name, num_epochs))

    def __dir__(self) -> list[str]:
        return public_names(self)


def _with(make: Callable[[_Result], _Wider], function: Callable[_P, _Result]) -> Callable[_P, _Wider]:
    """The same function, whose result is made one from which the theme and its models are reached."""

    @wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _Wider:
        return make(function(*args, **kwargs))

    return call


def _trained(result: training.TrainingResult) -> TrainingResult:
    return TrainingResult(**vars(result))


def _reproduced(done: training.Reproduction) -> training.Reproduction:
    return replace(done, repeated=_trained(done.repeated))


def _tuned(result: tuning.TuningResult) -> TuningResult:
    return TuningResult(**vars(result))


train = _with(_trained, training.train)
resume = _with(_trained, training.resume)
reproduce = _with(_reproduced, training.reproduce)
tune = _with(_tuned, tuning.tune)

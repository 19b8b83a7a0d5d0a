"""What a tuning has found, as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from workbench.paths import Project
    from workbench.registry import RegistrationResult
    from workbench.training import TrainingResult

TrialState = Literal["complete", "pruned", "failed", "retried", "running", "waiting"]
"""`retried`: its process died or was interrupted, and another trial took its place."""


@dataclass(frozen=True)
class Trial:
    """One trial of a study and the MLflow run that belongs to it."""

    number: int
    state: TrialState
    params: dict[str, Any]
    values: tuple[float, ...] | None
    """The objectives, in the order of study.metric; None unless the trial is complete."""
    run_id: str | None
    seconds: float | None
    failure: str | None = None

    @property
    def name(self) -> str:
        """The name of the trial's MLflow run."""
        return f"trial_{self.number}"


def trial_rows(trials: Iterable[Trial], metrics: Sequence[str]) -> list[dict[str, Any]]:
    """One row for each trial: number, state, objectives, parameters, seconds, failure, run."""
    trials = list(trials)
    names = list(dict.fromkeys(name for trial in trials for name in trial.params))
    return [
        {
            "trial": trial.number,
            "state": trial.state,
            **dict(zip(metrics, trial.values or [None] * len(metrics), strict=True)),
            **{name: trial.params.get(name) for name in names},
            "seconds": None if trial.seconds is None else round(trial.seconds, 2),
            "failure": trial.failure or "",
            "run_id": trial.run_id,
        }
        for trial in trials
    ]


@dataclass(frozen=True)
class TuningResult:
    """A study as it stands: the best trial (or several objectives' Pareto front), and all trials.

    `run_id` is the MLflow parent run. `best_params` are the tuned names with the best trial's values, `best_value` its
    first objective; both are of the trial that is best in the first objective when there are several.
    """

    run_id: str
    study_name: str
    theme: str
    metrics: tuple[str, ...]
    directions: tuple[str, ...]
    best_trial: Trial
    trials: tuple[Trial, ...]
    project: Project = field(repr=False, compare=False)
    front: tuple[Trial, ...] = ()
    """The trials that no other trial beats in every objective; with one objective the best trial alone."""

    @property
    def best_params(self) -> dict[str, Any]:
        """The values of the best trial, by dotted name."""
        return self.best_trial.params

    @property
    def best_value(self) -> float:
        """The metric of the best trial; the first one where there are several."""
        assert self.best_trial.values is not None
        return self.best_trial.values[0]

    @property
    def best_run_id(self) -> str | None:
        """The MLflow run of the best trial."""
        return self.best_trial.run_id

    @property
    def counts(self) -> dict[str, int]:
        """How many trials there are in each state."""
        counts: dict[str, int] = {}
        for trial in self.trials:
            counts[trial.state] = counts.get(trial.state, 0) + 1
        return counts

    def as_dict(self) -> dict[str, Any]:
        """What a batch caller wants to know, as plain JSON values."""
        counts = self.counts
        return {
            "run_id": self.run_id,
            "study_name": self.study_name,
            "theme": self.theme,
            "metric": list(self.metrics),
            "best_params": self.best_params,
            "best_value": self.best_value,
            "best_trial": self.best_trial.number,
            "best_run_id": self.best_run_id,
            "n_trials": sum(count for state, count in counts.items() if state != "retried"),
            "front": [trial.number for trial in self.front],
            "trials": counts,
        }

    def table(self, trials: Iterable[Trial] | None = None) -> list[dict[str, Any]]:
        """One row for each trial (default: all), ready for a DataFrame."""
        return trial_rows(self.trials if trials is None else trials, self.metrics)

    def __str__(self) -> str:
        chosen = ", ".join(f"{name}={value}" for name, value in self.best_params.items())
        counts = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        return (
            f"{self.study_name}: {self.metrics[0]} {self.best_value:.4f} in {self.best_trial.name} ({chosen}); "
            f"{len(self.trials)} trials: {counts}; MLflow run {self.run_id}"
        )

    def figures(self) -> dict[str, Figure]:
        """Draw what the study's size allows: history, parallel coordinates, slices, contour, importance, front."""
        from workbench.tuning.plots import draw
        from workbench.tuning.study import find_study

        return draw(find_study(self.project, self.study_name))

    def train_best(self, run_name: str | None = None, num_epochs: int | None = None) -> TrainingResult:
        """Train a full run from the best parameters; its settings are those that the parent run keeps."""
        from workbench.tuning.best import train_best

        return train_best(self, run_name=run_name, num_epochs=num_epochs)

    def register_best(self, stage: str = "staging") -> RegistrationResult:
        """Make the best trial's model a version of the theme's registered model."""
        from workbench.tuning.best import register_best

        return register_best(self, stage)

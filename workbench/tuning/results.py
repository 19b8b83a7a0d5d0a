"""What a tuning has found: trials as plain values, the best of them, and what can be done with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from workbench.configuration import Location, parse, read_yaml, with_overrides
from workbench.data.config.augment import AugmentConfig
from workbench.errors import NotFoundError, WorkbenchError
from workbench.tuning.queue import replaced
from workbench.tuning.study import FAILURE, KIND_TAG, METRICS, PARENT_RUN, RUN, STUDY_TAG, THEME, find_study

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure
    from optuna import Study
    from optuna.trial import FrozenTrial

    from workbench.paths import Project
    from workbench.registry import RegistrationResult
    from workbench.training import TrainingResult

TrialState = Literal["complete", "pruned", "failed", "retried", "running", "waiting"]
"""`retried`: its process died or was interrupted, and another trial took its place."""

LOST = "its process ended before it did, three times"
_STATES: dict[str, TrialState] = {
    "COMPLETE": "complete",
    "PRUNED": "pruned",
    "FAIL": "failed",
    "RUNNING": "running",
    "WAITING": "waiting",
}


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


def read_trials(study: Study) -> tuple[Trial, ...]:
    """All trials of a study in the order of their numbers."""
    frozen = study.get_trials(deepcopy=False)
    gone = replaced(frozen)
    return tuple(_trial(trial, gone.get(trial.number)) for trial in frozen)


def _trial(frozen: FrozenTrial, successor: int | None) -> Trial:
    state = _STATES[frozen.state.name]
    attributes: dict[str, Any] = frozen.user_attrs
    failure = attributes.get(FAILURE) if state in ("failed", "pruned") else None
    if successor is not None:
        state, failure = "retried", f"its process ended before it did; trial_{successor} took its place"
    elif state == "failed" and failure is None:
        failure = LOST
    seconds = frozen.duration.total_seconds() if frozen.duration is not None else None
    complete = state == "complete" and frozen.values is not None
    return Trial(
        number=frozen.number,
        state=state,
        params=dict(frozen.params),
        values=tuple(frozen.values) if complete else None,
        run_id=attributes.get(RUN) if state != "waiting" else None,
        seconds=seconds,
        failure=failure,
    )


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
    first objective; both are of the trial that is best in the first objective when there are several. `all_trials` are
    in the order of their numbers.
    """

    run_id: str
    study_name: str
    theme: str
    metrics: tuple[str, ...]
    directions: tuple[str, ...]
    best_trial: Trial
    all_trials: tuple[Trial, ...]
    project: Project = field(repr=False, compare=False)
    front: tuple[Trial, ...] = ()
    """The trials that no other trial beats in every objective; with one objective the best trial alone."""

    @property
    def best_params(self) -> dict[str, Any]:
        """The values of the best trial, by dotted name.

        >>> list(tuned.best_params)
        ['training.learning_rate']
        """
        return self.best_trial.params

    @property
    def best_value(self) -> float:
        """The metric of the best trial; the first one where there are several.

        >>> tuned.best_value == tuned.best_trial.values[0]
        True
        """
        assert self.best_trial.values is not None
        return self.best_trial.values[0]

    @property
    def best_run_id(self) -> str | None:
        """The MLflow run of the best trial.

        >>> tuned.best_run_id == tuned.trials().run_id[0]
        True
        """
        return self.best_trial.run_id

    @property
    def counts(self) -> dict[str, int]:
        """How many trials there are in each state.

        >>> tuned.counts
        {'complete': 1}
        """
        counts: dict[str, int] = {}
        for trial in self.all_trials:
            counts[trial.state] = counts.get(trial.state, 0) + 1
        return counts

    def as_dict(self) -> dict[str, Any]:
        """What a batch caller wants to know, as plain JSON values.

        >>> tuned.as_dict()["n_trials"]
        1
        """
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

    @property
    def study(self) -> Study:
        """The study as Optuna has it, as it is now.

        >>> tuned.study.study_name == tuned.study_name
        True
        """
        return find_study(self.project, self.study_name)

    def trials(self, *, best: bool = False) -> pd.DataFrame:
        """Return a row per trial, by its number: state, objectives, parameters, `seconds`, `failure` and `run_id`.

        `best` leaves out those that another trial beats in every objective.

        >>> tuned.trials().state.tolist(), tuned.trials(best=True).index.tolist()
        (['complete'], [0])
        """
        import pandas as pd

        rows = trial_rows(self.front if best else self.all_trials, self.metrics)
        return pd.DataFrame(rows).set_index("trial")

    def __str__(self) -> str:
        chosen = ", ".join(f"{name}={value}" for name, value in self.best_params.items())
        counts = ", ".join(f"{count} {state}" for state, count in self.counts.items())
        return (
            f"{self.study_name}: {self.metrics[0]} {self.best_value:.4f} in {self.best_trial.name} ({chosen}); "
            f"{len(self.all_trials)} trials: {counts}; MLflow run {self.run_id}{self._on_test()}"
        )

    def _on_test(self) -> str:
        """What the best value rests on, where it was measured on the test split."""
        if self.metrics[0] != "test_accuracy" or self.best_run_id is None:
            return ""
        from contextlib import closing

        from workbench.registry.test_meter import figure_of_run
        from workbench.store import open_store
        from workbench.store.themes import get_theme

        with closing(open_store(self.project)) as store, store.read() as session:
            theme_id = get_theme(self.theme, session=session).id
            figure = figure_of_run(theme_id, self.best_run_id, self.best_value, session=session)
        return f"; {figure}" if figure else ""

    __repr__ = __str__

    def figures(self) -> dict[str, Figure]:
        """Draw what the study's size allows: history, parallel coordinates, slices, contour, importance, front."""
        from workbench.tuning.plots import draw

        return draw(find_study(self.project, self.study_name))

    def train_best(self, run_name: str | None = None, num_epochs: int | None = None) -> TrainingResult:
        """Train a run of its own with the settings that the study's parent run keeps as the best.

        `num_epochs` lets it train longer than the trials did. The run is tagged with the study and the trial.
        """
        from workbench.training.params import Params
        from workbench.training.plan import make_plan
        from workbench.training.run import Control, run_plan

        source = f"the parent run {self.run_id}"
        given: dict[str, Any] = {"training.run_name": run_name or f"{self.study_name} best"}
        if num_epochs is not None:
            given["training.num_epochs"] = num_epochs
        params = parse(
            Params, with_overrides(self._kept("params.yaml"), given), at=Location(f"params.yaml of {source}")
        )
        augment = AugmentConfig.from_dict(self._kept("auguments.yaml"), at=Location(f"auguments.yaml of {source}"))
        tags = {STUDY_TAG: self.study_name, KIND_TAG: "best", "workbench.best_trial": str(self.best_trial.number)}
        return run_plan(make_plan(params, augment, self.project), control=Control(tags=tags))

    def register_best(self, stage: str = "staging") -> RegistrationResult:
        """Register the best trial's model as a version of the theme's model and put it into a stage."""
        from workbench.registry import register

        run_id = self.best_run_id
        if run_id is None:
            raise NotFoundError(f"The best trial of '{self.study_name}' has no run. Train one with train_best().")
        return register(self.theme, run_id=run_id, stage=stage, project=self.project)

    def _kept(self, name: str) -> dict[str, Any]:
        """Read a YAML artifact of the parent run."""
        from workbench.registry.tracking import run_artifact

        try:
            with run_artifact(self.run_id, name, self.project) as file:
                return read_yaml(file)[0]
        except NotFoundError as error:
            raise NotFoundError(f"{error} Run the tuning once more to write it.") from None


def read_result(study: Study, project: Project) -> TuningResult:
    """The study's result. Raises WorkbenchError, with the trials' reasons, when no trial is complete."""
    trials = read_trials(study)
    complete = [trial for trial in trials if trial.state == "complete"]
    if not complete:
        raise WorkbenchError(_nothing_complete(study, trials))
    front = tuple(trials[trial.number] for trial in study.best_trials)
    best = _best(front, study)
    return TuningResult(
        run_id=study.user_attrs[PARENT_RUN],
        study_name=study.study_name,
        theme=study.user_attrs[THEME],
        metrics=tuple(study.user_attrs[METRICS]),
        directions=tuple(direction.name.lower() for direction in study.directions),
        best_trial=best,
        all_trials=trials,
        project=project,
        front=front if len(study.directions) > 1 else (best,),
    )


def _best(front: tuple[Trial, ...], study: Study) -> Trial:
    sign = 1 if study.directions[0].name == "MINIMIZE" else -1

    def rank(trial: Trial) -> tuple[float, int]:
        assert trial.values is not None
        return sign * trial.values[0], trial.number

    return min(front, key=rank)


def _nothing_complete(study: Study, trials: tuple[Trial, ...]) -> str:
    reasons = list(dict.fromkeys(trial.failure for trial in trials if trial.failure))
    head = f"No trial of the study '{study.study_name}' is complete ({len(trials)} begun)."
    if not reasons:
        return f"{head} Run the same command again to go on."
    listed = "\n".join(f"  {reason}" for reason in reasons[:5])
    return f"{head} What stopped them:\n{listed}\nMend that, then give study.name another name to start over."

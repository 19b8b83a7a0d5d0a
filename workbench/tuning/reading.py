"""A study as plain values: its trials, the best of them, and what is still missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.tuning.queue import replaced
from workbench.tuning.results import Trial, TrialState, TuningResult
from workbench.tuning.study import METRICS, PARENT_RUN, THEME

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import FrozenTrial

    from workbench.paths import Project

RUN = "workbench.run_id"
FAILURE = "workbench.failure"
LOST = "its process ended before it did, three times"

_STATES: dict[str, TrialState] = {
    "COMPLETE": "complete",
    "PRUNED": "pruned",
    "FAIL": "failed",
    "RUNNING": "running",
    "WAITING": "waiting",
}


def read_trials(study: Study) -> tuple[Trial, ...]:
    """All trials of a study in the order of their numbers."""
    frozen = study.get_trials(deepcopy=False)
    gone = replaced(frozen)
    return tuple(_trial(trial, gone.get(trial.number)) for trial in frozen)


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
        trials=trials,
        project=project,
        front=front if len(study.directions) > 1 else (best,),
    )


def _best(front: tuple[Trial, ...], study: Study) -> Trial:
    sign = 1 if study.directions[0].name == "MINIMIZE" else -1

    def rank(trial: Trial) -> tuple[float, int]:
        assert trial.values is not None
        return sign * trial.values[0], trial.number

    return min(front, key=rank)


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


def _nothing_complete(study: Study, trials: tuple[Trial, ...]) -> str:
    reasons = list(dict.fromkeys(trial.failure for trial in trials if trial.failure))
    head = f"No trial of the study '{study.study_name}' is complete ({len(trials)} begun)."
    if not reasons:
        return f"{head} Run the same command again to go on."
    listed = "\n".join(f"  {reason}" for reason in reasons[:5])
    return f"{head} What stopped them:\n{listed}\nMend that, then give study.name another name to begin anew."

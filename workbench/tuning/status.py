"""A study as it runs: what a person who watches wants to see, as plain JSON values."""

from __future__ import annotations

import json
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

from workbench.tuning.queue import counted
from workbench.tuning.results import Trial, read_trials
from workbench.tuning.study import FINGERPRINT, METRICS, N_TRIALS, OPENED, PARENT_RUN, STOP, THEME

if TYPE_CHECKING:
    from optuna import Study
    from optuna.storages import BaseStorage
    from optuna.trial import FrozenTrial

SHOWN_TRIALS = 200


def newest_study(storage: BaseStorage, theme: str, name: str | None = None) -> Study | None:
    """The study of a theme that was begun or resumed last, or the one of a name; None when there is none yet."""
    import optuna

    found = [
        summary
        for summary in optuna.get_all_study_summaries(storage)
        if summary.user_attrs.get(THEME) == theme and name in (None, summary.study_name)
    ]
    if not found:
        return None
    newest = max(found, key=lambda each: (each.user_attrs.get(OPENED, 0.0), each.datetime_start or datetime.min))
    return optuna.load_study(study_name=newest.study_name, storage=storage)


def study_state(study: Study) -> dict[str, Any]:
    """Progress, best so far, running trials, time left (seconds, None while unknown) and the newest 200 trials."""
    trials = read_trials(study)
    frozen = study.get_trials(deepcopy=False)
    total = int(study.user_attrs.get(N_TRIALS, len(frozen)))
    directions = [direction.name.lower() for direction in study.directions]
    best = _best(trials, directions[0])
    open_trials = {"running", "waiting"}
    done = sum(each.state.is_finished() for each in counted(frozen))
    running = [_running(trial, frozen[trial.number]) for trial in trials if trial.state == "running"]
    return {
        "study": study.study_name,
        "study_id": study._study_id,
        "parent_run_id": study.user_attrs.get(PARENT_RUN),
        "metrics": list(study.user_attrs.get(METRICS, ())),
        "directions": directions,
        "num_epochs": _num_epochs(study),
        "total": total,
        "done": done,
        "pruned": sum(trial.state == "pruned" for trial in trials),
        "failed": sum(trial.state == "failed" for trial in trials),
        "best": None if best is None else _row(best),
        "running": running,
        "seconds_left": seconds_left(trials, total - done, len(running)),
        "stopping": bool(study.user_attrs.get(STOP)) and bool(running),
        "stopped": bool(study.user_attrs.get(STOP)) and not running,
        "history": [[trial.number, trial.values[0]] for trial in trials if trial.values is not None],
        "trials": [_row(trial) for trial in reversed(trials) if trial.state not in open_trials][:SHOWN_TRIALS],
    }


def seconds_left(trials: tuple[Trial, ...], remaining: int, workers: int) -> float | None:
    """Guess how long the rest takes: the mean of the trials that ended, shared by those that work."""
    seconds = [trial.seconds for trial in trials if trial.seconds is not None and trial.state in ("complete", "pruned")]
    if not seconds or not workers:
        return None
    return max(0.0, sum(seconds) / len(seconds) * remaining / workers)


def _num_epochs(study: Study) -> int | None:
    """How long each trial trains; None where that is searched."""
    fixed = json.loads(study.user_attrs.get(FINGERPRINT, "{}")).get("params", {})
    epochs: int | None = fixed.get("training.num_epochs")
    return epochs


def _best(trials: tuple[Trial, ...], direction: str) -> Trial | None:
    complete = [trial for trial in trials if trial.values is not None]
    if not complete:
        return None
    sign = 1 if direction == "maximize" else -1
    return max(complete, key=lambda trial: (sign * trial.values[0], -trial.number))  # type: ignore[index]


def _row(trial: Trial) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state,
        "values": None if trial.values is None else list(trial.values),
        "params": trial.params,
        "seconds": trial.seconds,
        "failure": trial.failure,
        "run_id": trial.run_id,
    }


def _running(trial: Trial, frozen: FrozenTrial) -> dict[str, Any]:
    started = frozen.datetime_start
    seconds = time.time() - started.timestamp() if started is not None else 0.0
    last = max(frozen.intermediate_values, default=None)
    return {
        **_row(trial),
        "seconds": round(seconds),
        "epoch": None if last is None else last + 1,
        "value": None if last is None else frozen.intermediate_values[last],
    }

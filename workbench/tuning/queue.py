"""Which trial comes next: in total `n_trials`, none twice, those whose process died once more.

A trial is claimed while the storage's lock is held, so that processes and machines can share a study.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import NotFoundError
from workbench.jobs.processes import is_gone, process_identity
from workbench.tuning.storage import quiet_optuna, retry_callback, storage_lock
from workbench.tuning.study import N_TRIALS, STOP, find_study

if TYPE_CHECKING:
    from optuna import Study
    from optuna.samplers import BaseSampler
    from optuna.trial import FrozenTrial, Trial

    from workbench.paths import Project
    from workbench.tuning.plan import TuningPlan

Objective = Callable[["Trial"], "float | Sequence[float]"]
SamplerOfTrial = Callable[[int], "BaseSampler"]

WORKER = "workbench.worker"


def run_next(study: Study, url: str, objective: Objective, sampler: SamplerOfTrial | None = None) -> bool:
    """Claim the next trial and run `objective` on it; False when there is none left to begin.

    `sampler` makes the sampler of the trial of a number; without it the study's own proposes. An exception of the
    objective fails its trial, and the study goes on. An interrupt puts the trial back into the queue and is raised on.
    """
    with ExitStack() as held, quiet_optuna():
        held.enter_context(storage_lock(url))
        requeue_dead(study)
        if not _has_next(study):
            return False
        if sampler is not None:
            study.sampler = sampler(len(study.get_trials(deepcopy=False)))
        claimed: list[int] = []

        def claim_and_run(trial: Trial) -> float | Sequence[float]:
            claimed.append(trial.number)
            trial.set_user_attr(WORKER, process_identity())
            held.close()
            return objective(trial)

        try:
            # Optuna's own loop, for one trial: it sends the heartbeats and stores state and values.
            study.optimize(claim_and_run, n_trials=1, catch=(Exception,))
        except KeyboardInterrupt:
            held.close()
            with storage_lock(url):
                _requeue(study, study.trials[claimed[0]]) if claimed else None
            raise
    return True


def requeue_dead(study: Study) -> None:
    """Fail running trials whose process is gone, and queue them again. Call it holding the lock.

    Of a process on another machine no heartbeat for two minutes says so. Optuna looks at those only before a trial
    that it begins, which none may be left to do.
    """
    from optuna.storages import fail_stale_trials
    from optuna.trial import TrialState

    fail_stale_trials(study)
    for trial in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if is_dead(trial.user_attrs.get(WORKER)):
            study.tell(trial.number, state=TrialState.FAIL)
            _requeue(study, study.trials[trial.number])


def replaced(trials: Sequence[FrozenTrial]) -> dict[int, int]:
    """Numbers of trials that were queued again, each with the number of its latest successor."""
    successors: dict[int, int] = {}
    for trial in trials:
        for earlier in trial.system_attrs.get("retry_history", []):
            successors[earlier] = max(trial.number, successors.get(earlier, 0))
    return successors


def counted(trials: Sequence[FrozenTrial]) -> list[FrozenTrial]:
    """The trials that make up `n_trials`: all but those that another one replaced."""
    gone = replaced(trials)
    return [trial for trial in trials if trial.number not in gone]


def trials_left(project: Project, plan: TuningPlan) -> int:
    """How many trials of a plan are neither finished nor running; the study need not exist yet, and is not made.

    Those whose process is gone are queued again before.
    """
    from optuna.trial import TrialState

    url = project.optuna_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return plan.n_trials
    try:
        study = find_study(project, plan.study_name)
    except NotFoundError:
        return plan.n_trials
    with quiet_optuna(), storage_lock(url):
        requeue_dead(study)
    trials = counted(study.get_trials(deepcopy=False))
    waiting = sum(trial.state == TrialState.WAITING for trial in trials)
    return max(waiting, plan.n_trials - (len(trials) - waiting))


def is_dead(worker: dict[str, Any] | None) -> bool:
    """Whether a worker is known to be gone: it ran on this machine, and its process is no more.

    A running trial without a worker lost it between being claimed and being signed, which happens under the lock.
    """
    return worker is None or is_gone(worker)


def _has_next(study: Study) -> bool:
    from optuna.trial import TrialState

    if study.user_attrs.get(STOP):
        return False
    trials = study.get_trials(deepcopy=False)
    if any(trial.state == TrialState.WAITING for trial in trials):
        return True
    return len(counted(trials)) < study.user_attrs[N_TRIALS]


def _requeue(study: Study, trial: FrozenTrial) -> None:
    with quiet_optuna():
        retry_callback()(study, trial)

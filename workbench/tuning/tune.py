"""From optuna_params.yaml to a finished study with a run for each trial."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import InterruptedRunError, WorkbenchError
from workbench.paths import Project, find_project
from workbench.registry.tracking import run_of_others_kept
from workbench.tuning.results import TuningResult

if TYPE_CHECKING:
    from optuna import Study

    from workbench.tuning.plan import TuningPlan
    from workbench.tuning.trial import TrialRunner
    from workbench.tuning.trial_lines import TrialLines
    from workbench.tuning.worker_pool import WorkerPool


@run_of_others_kept()
def tune(
    theme: str | None = None,
    run_name: str | None = None,
    params_file: Path | str | None = None,
    optuna_params_file: Path | str | None = None,
    n_trials: int | None = None,
    timeout: float | None = None,
    overrides: Mapping[str, Any] | None = None,
    workers: int = 1,
    on: str | None = None,
    project: Project | None = None,
) -> TuningResult:
    """Search for better parameters: one Optuna study, one MLflow parent run, a full training for each trial.

    `n_trials` is the study's total: the same call resumes a study that was stopped, repeats what had not finished, and
    returns at once when nothing is left. `timeout` is in seconds; no trial begins after it.
    `overrides` maps dotted names to fixed values, before params.yaml; an overridden name is not searched. `workers`
    processes share the trials, this one among them; the same call on another machine with the same databases joins.
    `on` has a cluster's workers run them instead (see `workbench.predict`), which must see the project's folder.

    Raises ConfigError for settings that are wrong, ConflictError when the study of that name was begun with others,
    InterruptedRunError when it was interrupted, and WorkbenchError when no trial is complete in the end.

    >>> tuned = wb.tune("cells", n_trials=1)
    >>> sorted(tuned.best_params)
    ['training.learning_rate']
    """
    from workbench.tuning.queue import trials_left
    from workbench.tuning.results import read_result

    if workers < 1:
        raise WorkbenchError(f"workers is {workers}; at least 1 process is needed.")
    project = project or find_project()
    call = call_of(
        project,
        theme=theme,
        run_name=run_name,
        params_file=params_file,
        optuna_params_file=optuna_params_file,
        n_trials=n_trials,
        timeout=timeout,
        overrides=overrides,
    )
    plan = plan_of(call, project)
    for sentence in plan.unused:
        warnings.warn(sentence, stacklevel=2)
    left = trials_left(project, plan)
    if not left:
        print(f"The study '{plan.study_name}' has its {plan.n_trials} trial(s); for more, raise n_trials.", flush=True)
    if on is not None and left:
        study = _run_on(on, project, plan, call)
    else:
        study = _run_study(project, plan, call, processes=max(1, min(workers, left)))
    return read_result(study, project)


def _run_study(project: Project, plan: TuningPlan, call: Call, *, processes: int) -> Study:
    """Run the trials in this process and further ones, and log what the study has come to."""
    from workbench.tuning.worker_pool import shared_cores, worker_pool

    with worker_pool(processes - 1, project, plan.study_name, asdict(call)) as others:
        search = begin(plan, project)
        with _logged(search), shared_cores(processes):
            try:
                _work_together(search, others)
            except KeyboardInterrupt:
                others.stop()
                raise
    return search.study


def _run_on(on: str, project: Project, plan: TuningPlan, call: Call) -> Study:
    """Have the workers that `on` means run the trials, and log what the study has come to."""
    from workbench.engine.engines import open_engine
    from workbench.tuning.on_workers import check_tuning_reach, work_on

    with open_engine(on, project, [project.root]) as engine:
        check_tuning_reach(engine, project)
        search = begin(plan, project)
        with _logged(search):
            work_on(engine, search, call)
    return search.study


@contextmanager
def _logged(search: Search) -> Iterator[None]:
    """Log what a study has come to, at its end or where Ctrl+C stops it, which is raised as InterruptedRunError."""
    from workbench.tuning.mlflow_logging import log_study

    try:
        yield
    except KeyboardInterrupt:
        log_study(search.project, search.plan, search.study, interrupted=True)
        raise InterruptedRunError(
            f"The study '{search.study.study_name}' was interrupted. Run the same command once more to resume it."
        ) from None
    log_study(search.project, search.plan, search.study)


@dataclass(frozen=True)
class Call:
    """The arguments of `tune` as plain values, as they go to a worker process."""

    theme: str | None
    run_name: str | None
    params_file: str | None
    optuna_params_file: str | None
    n_trials: int | None
    timeout: float | None
    overrides: dict[str, Any]


@dataclass(frozen=True)
class Search:
    """A study that is open, and what runs its trials."""

    project: Project
    plan: TuningPlan
    study: Study
    runner: TrialRunner
    end: float
    """When the time is up, as time.monotonic() counts."""

    def work(self, lines: TrialLines) -> None:
        """Run trials until none is left to begin, the time is up or a stop was asked for."""
        from workbench.tuning.queue import run_next

        url = self.project.optuna_url
        while time.monotonic() < self.end and run_next(self.study, url, self.runner, self.plan.sampler):
            lines.show()


def call_of(
    project: Project,
    *,
    params_file: Path | str | None,
    optuna_params_file: Path | str | None,
    overrides: Mapping[str, Any] | None,
    **others: Any,
) -> Call:
    """Return the arguments of `tune` as other processes of the project can take them."""
    return Call(
        params_file=_file(params_file, project),
        optuna_params_file=_file(optuna_params_file, project),
        overrides=dict(overrides or {}),
        **others,
    )


def plan_of(call: Call, project: Project) -> TuningPlan:
    """Read and check the settings of a call. Raises ConfigError."""
    from workbench.tuning.plan import read_plan

    limits = {"n_trials": call.n_trials, "timeout": call.timeout}
    return read_plan(
        project,
        theme=call.theme,
        run_name=call.run_name,
        params_file=None if call.params_file is None else Path(call.params_file),
        optuna_params_file=None if call.optuna_params_file is None else Path(call.optuna_params_file),
        overrides=call.overrides,
        study={name: value for name, value in limits.items() if value is not None},
    )


def begin(plan: TuningPlan, project: Project, *, join: bool = False) -> Search:
    """Freeze the data, and open the study and its parent run; `join` leaves a stop request alone."""
    from workbench.training.plan import make_plan
    from workbench.tuning.mlflow_logging import open_parent_run
    from workbench.tuning.plan import check_top_k
    from workbench.tuning.study import open_study
    from workbench.tuning.trial import TrialRunner

    training = make_plan(plan.params_with({}), plan.augment_with({}), project)
    check_top_k(plan, len(training.class_names))
    study = open_study(project, plan, training.snapshot.digest, join=join)
    runner = TrialRunner(plan, training, open_parent_run(project, study, plan))
    timeout = plan.study.timeout
    return Search(project, plan, study, runner, float("inf") if timeout is None else time.monotonic() + timeout)


def _work_together(search: Search, others: WorkerPool) -> None:
    from workbench.tuning.trial_lines import TrialLines

    lines = TrialLines(search.study)
    others.join()
    search.work(lines)
    others.wait()
    lines.show()
    # A worker that was killed leaves its trial behind.
    if others:
        search.work(lines)


def _file(given: Path | str | None, project: Project) -> str | None:
    """Name a file for processes that may work in another folder."""
    from workbench.training.plan import params_path

    return None if given is None else str(params_path(given, project).resolve())

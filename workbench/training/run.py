"""From params.yaml to a finished MLflow run."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from workbench.errors import InterruptedRunError
from workbench.paths import Project, find_project
from workbench.store.groups.certificate import sentence
from workbench.training.distributed import is_helper, launcher_heeded, process_count, share_in_words
from workbench.training.epoch_log import EpochLog, Listener, best_epoch
from workbench.training.plan import Plan, make_plan, read_settings
from workbench.training.progress_file import ProgressFile, checkpoint_folder, stop_file
from workbench.training.result import TrainingResult

if TYPE_CHECKING:
    from lightning.pytorch.callbacks import Callback
    from mlflow.entities import Run

    from workbench.data.datamodule import ThemeDataModule
    from workbench.data.preprocessed_cache import CacheMode
    from workbench.training.fit import Fitted
    from workbench.training.module import Classifier

STATE_TAG = "workbench.state"
FOUND_RATE = "training.found_learning_rate"
_EPOCHS = "epochs.json"


@dataclass(frozen=True)
class Control:
    """What a caller of a training may add to it.

    `stop`: set it to end the training after its present batch; it is then tested and saved. `listeners` get each
    finished epoch. `quiet` leaves the progress display out. `callbacks` are further Lightning callbacks (pruning).
    `parent_run_id` and `tags` are the run's in MLflow.
    """

    stop: threading.Event | None = None
    listeners: Sequence[Listener] = ()
    quiet: bool = False
    callbacks: Sequence[Callback] = ()
    parent_run_id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


def train(
    theme: str | None = None,
    run_name: str | None = None,
    params_file: Path | str | None = None,
    overrides: Mapping[str, Any] | None = None,
    num_epochs: int | None = None,
    project: Project | None = None,
    control: Control | None = None,
) -> TrainingResult:
    """Train a network on a theme and record everything in one MLflow run of the theme's experiment.

    What is not given comes from params.yaml (or `params_file`); `overrides` maps dotted names of params.yaml or
    auguments.yaml to values. Labeled samples without a split get one first (data.split_ratio).

    Raises ConfigError for settings that are wrong, NotFoundError for an unknown theme or network, WorkbenchError for
    data that cannot be trained on - all before anything is written - and InterruptedRunError when a signal ended it.

    >>> result = wb.train("cells", num_epochs=1, overrides={"training.learning_rate": 0.01})
    >>> sorted(result.metrics)[:2]
    ['best_valid_accuracy', 'best_valid_f1']
    """
    project = project or find_project()
    params, augment = read_settings(
        project, theme=theme, params_file=params_file, overrides=overrides, num_epochs=num_epochs, run_name=run_name
    )
    return run_plan(make_plan(params, augment, project), control=control)


def run_plan(plan: Plan, *, run_id: str | None = None, control: Control | None = None) -> TrainingResult:
    """Carry out a plan in a run of its own, or resume `run_id` from its last checkpoint."""
    from workbench.training.settling import settle

    control = control or Control()
    with launcher_heeded(plan.params.training):
        plan = settle(plan, quiet=control.quiet)
        if is_helper(plan.params.training):
            _train_as_further_rank(plan, control, resume=run_id is not None)
        return _train_and_record(plan, run_id, control)


def _train_and_record(plan: Plan, run_id: str | None, control: Control) -> TrainingResult:
    from workbench.registry.test_meter import count_evaluation
    from workbench.registry.tracking import run_of_others_kept
    from workbench.training.fit import calibrate, test
    from workbench.training.mlflow_logging import log_looks, log_result, log_start
    from workbench.training.slices import slices_of

    started = time.perf_counter()
    module, data = assemble(plan)
    with closing(plan.store), run_of_others_kept(), _mlflow_run(plan, run_id, control) as run:
        folder = checkpoint_folder(plan.project, run.info.run_id)
        # What asked the run to stop before it was interrupted has been answered.
        stop_file(folder).unlink(missing_ok=True)
        if run_id is None:
            log_start(plan)
        log = EpochLog(folder / _EPOCHS, _sender(plan.project, run.info.run_id))
        progress = _progress_file(plan, run, trial=control.parent_run_id is not None)
        with _end_reported(progress, log, plan.params.training.num_epochs):
            fitted = _fit(plan, module, data, folder, log, progress, control, resume=run_id is not None)
            progress.update(state="testing", epochs=fitted.epochs)
            if plan.params.training.calibrate:
                calibrate(module, data, folder)
            best = best_row(plan, fitted.epochs)
            metrics = {
                **test(module, data, folder),
                **{f"best_{key}": best[key] for key in best if key.startswith("valid")},
            }
            slices = slices_of(plan, module, data)
            uri = log_result(plan, module, data.preprocessing, fitted.epochs, metrics, slices)
            purpose = "training" if control.parent_run_id is None else "trial"
            count_evaluation(plan.store, plan.theme_id, run.info.run_id, purpose, len(plan.images["test"]))
            figure = log_looks(plan, run.info.run_id, metrics["test_accuracy"])
            _finish(folder, fitted.stopped)
        result = TrainingResult(
            theme=plan.theme,
            run_id=run.info.run_id,
            run_name=str(run.info.run_name),
            model_uri=uri,
            snapshot_digest=plan.snapshot.digest,
            class_names=plan.class_names,
            metrics=metrics,
            epochs=fitted.epochs,
            best_epoch=int(best.get("epoch", 0)),
            confusion=module.confusion["test"],
            stopped=fitted.stopped,
            seconds=time.perf_counter() - started,
            slices=slices,
            leaks=sentence(plan.snapshot.certificate),
            test=figure,
            project=plan.project,
        )
        state = "stopped" if fitted.stopped else "complete"
        matrix = result.confusion.counts.tolist()
        known = {"metrics": metrics, "test": result.on_test, "confusion": matrix, "best_epoch": result.best_epoch}
        progress.update(state=state, **known)
    return result


def _mlflow_run(plan: Plan, run_id: str | None, control: Control) -> AbstractContextManager[Run]:
    from workbench.registry.tracking import mlflow_run

    default_name = f"{plan.params.model.name}-{datetime.now():%Y%m%d-%H%M%S}"
    return mlflow_run(
        plan.theme,
        plan.project,
        run_name=plan.params.training.run_name or default_name,
        run_id=run_id,
        parent_run_id=control.parent_run_id,
        tags=control.tags,
        system_metrics=plan.params.callbacks.system_metrics,
    )


def _progress_file(plan: Plan, run: Run, *, trial: bool) -> ProgressFile:
    return ProgressFile(
        plan.project,
        run.info.run_id,
        theme=plan.theme,
        run_name=str(run.info.run_name),
        num_epochs=plan.params.training.num_epochs,
        class_names=plan.class_names,
        trial=trial,
    )


def _fit(
    plan: Plan,
    module: Classifier,
    data: ThemeDataModule,
    folder: Path,
    log: EpochLog,
    progress: ProgressFile,
    control: Control,
    *,
    resume: bool,
) -> Fitted:
    """Search the learning rate where that is asked for, and fit."""
    from workbench.training.callbacks.progress_writer import ProgressWriter
    from workbench.training.fit import fit

    log.listeners += [lambda _row: progress.update(epochs=log.epochs), *control.listeners]
    if plan.params.training.find_learning_rate:
        module.learning_rate = _search_rate(module, data, folder)
    return fit(
        module,
        data,
        folder,
        log,
        resume=resume,
        stop=_stop(control, folder),
        quiet=control.quiet,
        extra_callbacks=[ProgressWriter(progress), *control.callbacks],
    )


def assemble(plan: Plan, *, subset: bool = False) -> tuple[Classifier, ThemeDataModule]:
    """Build the network, its module and its data, from the plan's seed.

    With `subset` the plan's images are fewer than its snapshot's, so that the inputs of that are not taken for theirs.
    """
    from lightning.pytorch import seed_everything

    from workbench.data.datamodule import ThemeDataModule
    from workbench.training.module import Classifier
    from workbench.training.networks import build_network
    from workbench.training.networks.input_check import check_input

    params = plan.params
    seed_everything(params.training.seed, verbose=False)
    network = build_network(params.model, len(plan.class_names))
    settings: dict[str, Any] = {
        "batch_size": params.data.batch_size,
        "num_workers": params.data.num_workers,
        "seed": params.training.seed,
    }
    if subset:
        cache: CacheMode = "none" if params.data.cache == "none" else "memory"
        data = ThemeDataModule(plan.images, plan.augment, cache=cache, **settings)
    else:
        kept = params.data.cache
        data = ThemeDataModule.from_snapshot(plan.store, plan.snapshot, plan.augment, cache=kept, **settings)
    check_input(network, plan.augment)
    steps = data.steps(params.training.num_epochs, params.training.accumulate, process_count(params.training))
    return Classifier(network, params, plan.class_names, plan.train_counts, steps), data


def _train_as_further_rank(plan: Plan, control: Control, *, resume: bool) -> NoReturn:
    """Compute this process's share of a training that another process records, then end the process."""
    from workbench.training.fit import fit

    print(share_in_words(), flush=True)
    folder = plan.project.cache / "training" / "further_ranks" / str(os.getpid())
    module, data = assemble(plan)
    fit(
        module,
        data,
        folder,
        EpochLog(folder / _EPOCHS),
        resume=resume,
        quiet=True,
        stop=lambda: False,
        extra_callbacks=control.callbacks,
    )
    shutil.rmtree(folder, ignore_errors=True)
    raise SystemExit(0)


@contextmanager
def _end_reported(progress: ProgressFile, log: EpochLog, total: int) -> Iterator[None]:
    """Let the progress file say how a run ended that does not come to its end, whichever step it was at."""
    try:
        yield
    except (InterruptedRunError, KeyboardInterrupt):
        progress.update(state="interrupted")
        run_id, done = progress.state["run_id"], len(log.epochs)
        so_far = (
            f"after {done} of {total} epochs; the run '{run_id}' keeps its checkpoint. Go on with"
            if done
            else f"before its first epoch was over; the run '{run_id}' has no checkpoint yet. Start it over with"
        )
        raise InterruptedRunError(
            f"The training was interrupted {so_far} `workbench resume {run_id}`, "
            f'or in Python with workbench.resume("{run_id}").'
        ) from None
    except Exception as error:
        progress.update(state="failed", failure=str(error))
        raise


def _search_rate(module: Classifier, data: ThemeDataModule, folder: Path) -> float:
    """Search the rate and log it, so that a resume or a reproduction takes it from the run."""
    import mlflow

    from workbench.training.fit import find_learning_rate

    rate = find_learning_rate(module, data, folder)
    mlflow.log_param(FOUND_RATE, rate)
    return rate


def best_row(plan: Plan, epochs: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the epoch whose weights were kept; empty when none was finished."""
    from workbench.training.callbacks import resolve_mode

    checkpoint = plan.params.callbacks.checkpoint
    return best_epoch(list(epochs), checkpoint.monitor, resolve_mode(checkpoint.monitor, checkpoint.mode)) or {}


def _sender(project: Project, run_id: str) -> Callable[[Mapping[str, float], int], None]:
    def send(metrics: Mapping[str, float], epoch: int) -> None:
        import mlflow
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        client = mlflow.MlflowClient(tracking_uri=project.mlflow_uri)
        client.log_batch(run_id, [Metric(name, value, now, epoch) for name, value in metrics.items()])

    return send


def _stop(control: Control, folder: Path) -> Callable[[], bool]:
    event, file = control.stop, stop_file(folder)
    return lambda: (event is not None and event.is_set()) or file.exists()


def _finish(folder: Path, stopped: bool) -> None:
    """Remove what only a resume would need; a training that was stopped keeps it."""
    import mlflow

    mlflow.set_tag(STATE_TAG, "stopped" if stopped else "complete")
    if stopped:
        stop_file(folder).unlink(missing_ok=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)

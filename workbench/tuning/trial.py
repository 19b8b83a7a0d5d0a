"""One trial: a full training in a child run of its own, and its objectives."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.errors import InterruptedRunError
from workbench.registry.tracking import FAILURE_TAG, THEME_TAG, connect, experiment_for
from workbench.training.plan import check_transforms
from workbench.training.progress_file import checkpoint_folder
from workbench.training.run import Control, run_plan
from workbench.tuning.mlflow_logging import note_of_run
from workbench.tuning.plan import MEASURED, TuningPlan
from workbench.tuning.space import suggest
from workbench.tuning.study import FAILURE, KIND_TAG, RUN, STATE_TAG, STUDY_TAG, TRIAL_TAG

if TYPE_CHECKING:
    import optuna
    from lightning.pytorch import Callback
    from optuna.trial import FrozenTrial

    from workbench.paths import Project
    from workbench.training.plan import Plan
    from workbench.training.result import TrainingResult

PARENT_TAG = "mlflow.parentRunId"
_REASON_LENGTH = 1000


@dataclass(frozen=True)
class TrialRunner:
    """Makes trials into child runs of `parent_run_id`; `training` is the plan that all trials share."""

    plan: TuningPlan
    training: Plan
    parent_run_id: str

    @property
    def project(self) -> Project:
        return self.training.project

    def __call__(self, trial: optuna.Trial) -> tuple[float, ...]:
        """Train with what the trial proposes and return the objectives.

        Raises TrialPruned when the pruner stopped it, and whatever the training raised; its run says which.
        """
        import optuna

        self._close_predecessor(trial)
        try:
            values = suggest(trial, self.plan.space)
            earlier = _same_before(trial)
            if earlier is not None:
                # The same settings, seed and images come to the same numbers.
                print(f"trial_{trial.number} repeats trial_{earlier.number}, whose values it takes over.", flush=True)
                trial.set_user_attr(RUN, earlier.user_attrs.get(RUN))
                return tuple(earlier.values)
            return self._train(trial, values)
        except optuna.TrialPruned as pruned:
            self._mark(trial, "pruned", status="FINISHED", reason=str(pruned))
            raise
        except (KeyboardInterrupt, InterruptedRunError):
            self._mark(trial, "interrupted", status="KILLED")
            raise KeyboardInterrupt from None
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:_REASON_LENGTH]
            trial.set_user_attr(FAILURE, reason)
            if trial.user_attrs.get(RUN) is None:
                self._record_failure(trial, reason)
            self._mark(trial, "failed")
            raise

    def _train(self, trial: optuna.Trial, values: Mapping[str, Any]) -> tuple[float, ...]:
        from workbench.tuning.trial_callbacks import Measure, RunLink, TestedEpochs

        params = self.plan.params_with({**values, "training.run_name": f"trial_{trial.number}"})
        augment = self.plan.augment_with(values)
        check_transforms(augment)
        plan = replace(self.training, params=params, augment=augment)
        measure = Measure()
        callbacks: list[Callback] = [RunLink(trial), TestedEpochs(), *self._per_epoch(trial)]
        if set(self.plan.study.metric) & set(MEASURED):
            callbacks.append(measure)
        control = Control(quiet=True, callbacks=callbacks, parent_run_id=self.parent_run_id, tags=_tags(trial))
        result = run_plan(plan, control=control)
        connect(self.project).set_tag(result.run_id, STATE_TAG, "complete")
        return tuple(self._objective(name, result, measure.values) for name in self.plan.study.metric)

    def _per_epoch(self, trial: optuna.Trial) -> list[Callback]:
        """Tell the study of each epoch: for the pruner, and for those who watch a long trial.

        Optuna takes no epochs of several objectives, and what is measured at the end has none.
        """
        metrics = self.plan.study.metric
        if len(metrics) > 1 or metrics[0] in MEASURED:
            return []
        from optuna_integration import PyTorchLightningPruningCallback

        return [PyTorchLightningPruningCallback(trial, metrics[0])]

    def _objective(self, name: str, result: TrainingResult, measured: Mapping[str, float]) -> float:
        """A metric of the epoch whose weights are kept, or what was measured on the network."""
        if name in measured:
            connect(self.project).log_metric(result.run_id, name, measured[name])
            return measured[name]
        kept = next(row for row in result.epochs if int(row["epoch"]) == result.best_epoch)
        return float(kept[name])

    def _close_predecessor(self, trial: optuna.Trial) -> None:
        """End the run of the trial that this one repeats; its process had no time to."""
        run_id = trial.user_attrs.get(RUN)
        if run_id is None:
            return
        trial.set_user_attr(RUN, None)
        client = connect(self.project)
        client.set_tag(run_id, STATE_TAG, "interrupted")
        client.set_tag(run_id, "workbench.repeated_as", f"trial_{trial.number}")
        client.set_terminated(run_id, "KILLED")
        shutil.rmtree(checkpoint_folder(self.project, run_id), ignore_errors=True)

    def _record_failure(self, trial: optuna.Trial, reason: str) -> None:
        """Give a trial a run that failed before its training could begin one, settings that exclude each other say."""
        client = connect(self.project)
        tags = {**_tags(trial), THEME_TAG: self.plan.theme, PARENT_TAG: self.parent_run_id, FAILURE_TAG: reason}
        experiment = experiment_for(self.plan.theme, self.project)
        run_id = client.create_run(experiment, run_name=f"trial_{trial.number}", tags=tags).info.run_id
        for name, value in trial.params.items():
            client.log_param(run_id, name, value)
        client.set_terminated(run_id, "FAILED")
        trial.set_user_attr(RUN, run_id)

    def _mark(self, trial: optuna.Trial, state: str, *, status: str | None = None, reason: str = "") -> None:
        """Say in the trial's run how it ended; there is none when it was interrupted before its training began."""
        run_id = trial.user_attrs.get(RUN)
        if run_id is None:
            return
        client = connect(self.project)
        client.set_tag(run_id, STATE_TAG, state)
        if status is not None:
            client.set_terminated(run_id, status)
        if state == "pruned":
            client.delete_tag(run_id, FAILURE_TAG)
            client.set_tag(run_id, "workbench.pruned", reason)
        shutil.rmtree(checkpoint_folder(self.project, run_id), ignore_errors=True)


def _same_before(trial: optuna.Trial) -> FrozenTrial | None:
    """The complete trial of a study that chose what a trial has chosen, if there is one."""
    from optuna.trial import TrialState

    complete = trial.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return next((other for other in complete if other.params == trial.params), None)


def _tags(trial: optuna.Trial) -> dict[str, str]:
    return {
        STUDY_TAG: trial.study.study_name,
        TRIAL_TAG: str(trial.number),
        KIND_TAG: "trial",
        STATE_TAG: "running",
        "mlflow.note.content": note_of_run(trial),
    }

"""Interrupting, stopping, resuming and reproducing."""

import os
import shutil
import signal
import threading

import psutil
import pytest
from lightning.pytorch.callbacks import Callback
from sqlalchemy import update

from workbench.errors import ConflictError, InterruptedRunError, NotFoundError, WorkbenchError
from workbench.registry import register
from workbench.registry.model_loading import load_model
from workbench.store.schema import Sample
from workbench.training import Control, reproduce, resume
from workbench.training.params import TrainingParams
from workbench.training.trainer import lightning_session

AUGMENTED = {
    "augmentation.train": [{"Affine": {"rotate": [-30, 30], "p": 1.0}}],
    "training.mixup": 0.3,
    "training.num_epochs": 4,
}


class Interrupt:
    """Sends this process a signal after so many epochs."""

    def __init__(self, epochs, number=signal.SIGINT):
        self.left = epochs
        self.number = number

    def __call__(self, row):
        self.left -= 1
        if not self.left:
            signal.raise_signal(self.number)


def figures(result):
    return [{name: value for name, value in row.items() if name != "seconds"} for row in result.epochs]


SCHEDULES = [
    {},
    {"training.scheduler": "ReduceLROnPlateau", "training.scheduler_options": {"patience": 0, "factor": 0.5}},
    {"training.scheduler": "StepLR", "training.scheduler_options": {"step_size": 1, "gamma": 0.5}},
    {"training.optimizer": "SGD", "training.ema_decay": 0.9},
    {"model.freeze_backbone": True, "model.unfreeze_after": 2},
    {"data.num_workers": 2},
    {"training.accumulate": 3, "training.scheduler": "OneCycleLR", "training.scheduler_options": {"pct_start": 0.4}},
    {"training.accumulate": 2, "training.scheduler": "CosineAnnealingLR", "training.warmup_epochs": 1},
]


@pytest.mark.parametrize("further", SCHEDULES)
def test_a_resumed_training_ends_as_an_uninterrupted_one(colors, further):
    overrides = {**AUGMENTED, **further}
    whole = colors.train(overrides)
    with pytest.raises(InterruptedRunError, match=r"after 2 of 4 epochs.*workbench resume"):
        colors.train(overrides, control=Control(listeners=[Interrupt(2)]))
    interrupted = colors.runs()[0]
    assert interrupted.info.status == "KILLED"
    assert "interrupted" in interrupted.data.tags["workbench.failure"]
    assert list(colors.project.cache.glob(f"training/{interrupted.info.run_id}/last.ckpt"))

    resumed = resume(interrupted.info.run_id)
    assert resumed.run_id == interrupted.info.run_id
    assert figures(resumed) == figures(whole)
    assert resumed.metrics == whole.metrics
    assert resumed.confusion == whole.confusion
    run = colors.client.get_run(resumed.run_id)
    assert run.info.status == "FINISHED"
    assert "workbench.failure" not in run.data.tags
    losses = colors.client.get_metric_history(resumed.run_id, "train_loss")
    assert [loss.step for loss in losses] == [1, 2, 3, 4]


def test_an_interrupt_within_the_first_epoch_promises_no_checkpoint(colors):
    class Impatient(Callback):
        def on_train_batch_end(self, *_):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(InterruptedRunError, match=r"before its first epoch was over.*no checkpoint yet.*resume"):
        colors.train(control=Control(callbacks=[Impatient()]))
    assert resume(colors.runs()[0].info.run_id).epochs


def test_a_training_leaves_no_connection_to_the_store_open(colors):
    def connections():
        return sum(file.path.endswith("workbench.db") for file in psutil.Process().open_files())

    colors.store.close()
    assert connections() == 0
    run = colors.train(num_epochs=1)
    reproduce(run.run_id)
    assert connections() == 0


def test_a_second_interrupt_reaches_the_program_as_ever(colors):
    handler = signal.getsignal(signal.SIGINT)
    with pytest.raises(InterruptedRunError):
        colors.train({"training.num_epochs": 3}, control=Control(listeners=[Interrupt(1)]))
    assert signal.getsignal(signal.SIGINT) is handler


def test_sigterm_is_an_interrupt_too(colors):
    with pytest.raises(InterruptedRunError):
        colors.train({"training.num_epochs": 9}, control=Control(listeners=[Interrupt(1, signal.SIGTERM)]))
    assert colors.runs()[0].info.status == "KILLED"


class StopInEpoch:
    """Sets the event in the second batch of an epoch, as a button would."""

    def __init__(self, event, epoch):
        from lightning.pytorch.callbacks import Callback

        class Presser(Callback):
            def on_train_batch_end(self, trainer, module, outputs, batch, batch_index):
                if trainer.current_epoch == epoch and batch_index == 1:
                    event.set()

        self.callback = Presser()


def test_stop_ends_after_the_batch_and_still_tests_logs_and_saves(colors):
    event = threading.Event()
    presser = StopInEpoch(event, epoch=2).callback
    seen = []
    result = colors.train(
        {"training.num_epochs": 50}, control=Control(stop=event, callbacks=[presser], listeners=[seen.append])
    )
    assert result.stopped
    assert [row["epoch"] for row in result.epochs] == [1, 2] == [row["epoch"] for row in seen]
    assert result.confusion.total == 9
    run = colors.client.get_run(result.run_id)
    assert (run.info.status, run.data.tags["workbench.state"]) == ("FINISHED", "stopped")
    assert "test_accuracy" in run.data.metrics
    import mlflow

    assert mlflow.pyfunc.load_model(result.model_uri) is not None


def test_stop_in_the_first_epoch_works_too(colors):
    event = threading.Event()
    event.set()
    result = colors.train({"training.num_epochs": 50}, control=Control(stop=event))
    assert (result.stopped, result.epochs, result.best_epoch) == (True, [], 0)
    assert "test_accuracy" in result.metrics


def test_a_stopped_training_goes_on_to_the_same_end(colors):
    whole = colors.train(AUGMENTED)
    event = threading.Event()
    stopped = colors.train(AUGMENTED, control=Control(stop=event, callbacks=[StopInEpoch(event, 2).callback]))
    resumed = resume(stopped.run_id)
    assert figures(resumed) == figures(whole)
    assert resumed.metrics == whole.metrics
    import mlflow

    model = mlflow.pyfunc.load_model(f"runs:/{resumed.run_id}/model")
    assert model.metadata.model_id == resumed.model_uri.removeprefix("models:/"), "the new model replaced the former"


def test_what_cannot_be_resumed_says_why(colors):
    done = colors.train(num_epochs=1)
    with pytest.raises(WorkbenchError, match=r"is finished.*workbench reproduce"):
        resume(done.run_id)
    with pytest.raises(NotFoundError, match="no run 'abc'"):
        resume("abc")
    with pytest.raises(InterruptedRunError):
        colors.train({"training.num_epochs": 3}, control=Control(listeners=[Interrupt(1)]))
    run = colors.runs()[0]
    (colors.project.cache / "training" / run.info.run_id / "last.ckpt").unlink()
    with pytest.raises(WorkbenchError, match=r"checkpoint of the run .* is not in"):
        resume(run.info.run_id)


def test_a_run_that_trains_at_the_moment_is_not_resumed_beside_it(colors):
    refused = []

    def go_on(row):
        with pytest.raises(ConflictError, match=f"is training now, in the process {os.getpid()}") as error:
            resume(colors.runs()[0].info.run_id)
        refused.append(error)

    colors.train({"training.num_epochs": 1}, control=Control(listeners=[go_on]))
    assert len(refused) == 1


def test_a_run_is_reproduced_though_its_samples_were_relabeled_and_deleted(colors):
    first = colors.train(AUGMENTED)
    with colors.store.write() as session:
        from workbench.store import now
        from workbench.store.schema import Label

        red, green = (session.query(Label.id).where(Label.name == name).scalar() for name in ("red", "green"))
        session.execute(update(Sample).where(Sample.label_id == red, Sample.split == "train").values(label_id=green))
        session.execute(update(Sample).where(Sample.split == "test").values(deleted_at=now()))
    (colors.project.root / "params.yaml").write_text("theme: colors\ntraining: {num_epochs: 99}\n")
    again = reproduce(first.run_id)
    assert again.equal, again.differences
    assert again.compared > 20
    assert again.repeated.run_id != first.run_id
    assert again.repeated.confusion == first.confusion
    assert colors.client.get_run(again.repeated.run_id).data.tags["workbench.reproduces"] == first.run_id


def test_a_run_of_ones_own_on_another_server_stays_ones_own(colors, mlflow_template, tmp_path):
    import mlflow

    run = colors.train()
    shutil.copy(mlflow_template, tmp_path / "other.db")
    other = f"sqlite:///{tmp_path / 'other.db'}"
    mlflow.set_tracking_uri(other)
    mlflow.set_registry_uri(other)
    mlflow.set_experiment("mine")
    with mlflow.start_run() as mine:
        assert reproduce(run.run_id).equal
        register("colors", run.run_id)
        load_model("colors", "staging")
        assert (mlflow.get_tracking_uri(), mlflow.get_registry_uri()) == (other, other)
        mlflow.log_metric("of_mine", 1)
    assert mlflow.get_run(mine.info.run_id).info.status == "FINISHED"


def test_a_run_that_did_not_finish_is_not_reproduced(colors):
    with pytest.raises(InterruptedRunError):
        colors.train({"training.num_epochs": 3}, control=Control(listeners=[Interrupt(1)]))
    with pytest.raises(WorkbenchError, match=r"KILLED.*workbench resume"):
        reproduce(colors.runs()[0].info.run_id)


def broken_cleanup():
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt:
        raise RuntimeError("Please call `iter(combined_loader)` first.") from None


def test_an_interrupt_that_breaks_lightnings_cleaning_up_is_still_an_interrupt():
    """As in validation with workers: Lightning asks a loader for its length that has none at that moment."""
    with pytest.raises(InterruptedRunError), lightning_session(TrainingParams()):
        broken_cleanup()
    with pytest.raises(ZeroDivisionError), lightning_session(TrainingParams()):
        _ = 1 / 0

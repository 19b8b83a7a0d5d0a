"""The training panel's kernel half, and what it shows without a browser."""

import json
import threading

import pytest
from lightning.pytorch.callbacks import Callback

from workbench.errors import InterruptedRunError, NotFoundError, WorkbenchError
from workbench.panels.base.messages import answer_calls
from workbench.panels.training.panel import TrainingPanel
from workbench.training import Control
from workbench.training.progress_file import ProgressFile, progress_of_theme, read_progress


def ask(panel, method, **params):
    (result,), outgoing = answer_calls(panel._methods, [{"id": 1, "method": method, "params": params}], [])
    return json.loads(json.dumps(result)), outgoing


def test_a_theme_without_a_training_says_so(colors):
    panel = TrainingPanel("colors", store=colors.store)
    assert "has not been trained yet" in panel.summary()
    assert "nothing to stop" in ask(panel, "stop")[0]["error"]
    assert "has not been run yet" in ask(panel, "images", mistakes=True)[0]["error"]
    with pytest.raises(NotFoundError, match="Did you mean 'colors'"):
        TrainingPanel("colours", store=colors.store)


def test_a_trial_of_a_study_is_not_taken_for_a_training(colors):
    ProgressFile(colors.project, "mine", theme="colors", run_name="mine", num_epochs=1)
    ProgressFile(colors.project, "trial", trial=True, theme="colors", run_name="trial_0", num_epochs=1)
    assert [state["run_id"] for state in progress_of_theme(colors.project, "colors")] == ["mine"]
    assert read_progress(colors.project, "trial")["run_name"] == "trial_0"


def test_epochs_appear_while_it_trains(colors):
    panel = TrainingPanel("colors", store=colors.store)
    seen = []

    def look(_row):
        state = ask(panel, "state")[0]["value"]
        seen.append((state["state"], len(state["epochs"]), state["num_epochs"]))

    colors.train(control=Control(listeners=[look]), num_epochs=3)
    assert seen == [("training", 1, 3), ("training", 2, 3), ("training", 3, 3)]
    state = ask(panel, "state")[0]["value"]
    assert state["state"] == "complete"
    # The loss of the first step stands there before the first epoch ends.
    step, loss = state["steps"][0]
    assert step == 1
    assert loss > 0


def test_the_stop_button_ends_a_training(colors):
    panel = TrainingPanel("colors", store=colors.store)
    result = colors.train({"training.num_epochs": 40}, control=Control(listeners=[lambda _row: ask(panel, "stop")]))
    assert result.stopped
    assert len(result.epochs) < 40
    state = ask(panel, "state")[0]["value"]
    assert state["state"] == "stopped"
    assert "test_accuracy" in state["metrics"]


def test_the_stop_button_ends_a_training_before_its_first_epoch_is_over(colors):
    panel = TrainingPanel("colors", store=colors.store)
    answers = []

    class Press(Callback):
        def on_train_batch_start(self, *_args):
            answers.append(ask(panel, "stop")[0])

    result = colors.train({"training.num_epochs": 40}, control=Control(callbacks=[Press()]))
    assert "after the present batch" in answers[0]["value"]
    assert result.stopped


@pytest.mark.parametrize("step", ["fit.test", "mlflow_logging.log_result"])
def test_a_run_that_ends_after_its_last_epoch_says_how(colors, monkeypatch, step):
    def fail(error):
        def broken(*_args, **_options):
            raise error

        return broken

    panel = TrainingPanel("colors", store=colors.store)
    monkeypatch.setattr(f"workbench.training.{step}", fail(OSError("no space left on device")))
    with pytest.raises(OSError, match="no space left"):
        colors.train(num_epochs=1)
    state = ask(panel, "state")[0]["value"]
    assert (state["state"], state["failure"]) == ("failed", "no space left on device")
    monkeypatch.setattr(f"workbench.training.{step}", fail(KeyboardInterrupt()))
    with pytest.raises(InterruptedRunError, match="workbench resume"):
        colors.train(num_epochs=1)
    assert ask(panel, "state")[0]["value"]["state"] == "interrupted"


def test_a_cell_of_the_matrix_shows_exactly_its_images(colors):
    result = colors.train(num_epochs=1)
    panel = TrainingPanel("colors", store=colors.store)
    shown = 0
    for i, true in enumerate(result.class_names):
        for j, predicted in enumerate(result.class_names):
            answer, buffers = ask(panel, "images", true=true, predicted=predicted)
            value = answer["value"]
            assert value["count"] == result.confusion.counts[i, j] == len(value["images"])
            assert all(image["name"].startswith(f"{true}-") for image in value["images"])
            assert bool(buffers) == bool(value["count"])
            scores = [image["score"] for image in value["images"]]
            assert scores == sorted(scores, reverse=True)
            shown += value["count"]
    assert shown == 9
    mistakes = ask(panel, "images", mistakes=True)[0]["value"]
    assert mistakes["count"] == 9 - sum(result.confusion.counts[i, i] for i in range(3))


def test_a_failed_training_says_why(colors):
    with pytest.raises(WorkbenchError):
        colors.train({"model.name": "Plain", "training.optimizer": "SGD", "training.learning_rate": 1e30})
    (state,) = progress_of_theme(colors.project, "colors")
    assert state["state"] == "failed"
    assert "learning_rate" in state["failure"]


def test_the_summary_stands_without_a_browser(colors):
    result = colors.train(run_name="<mine>", num_epochs=2)
    text = TrainingPanel("colors", store=colors.store).summary()
    assert "&lt;mine&gt;" in text
    assert f"{result.metrics['test_accuracy']:.4f}" in text
    assert text.count("<tr>") == 3


def test_a_training_with_an_event_stops_without_the_panel(colors):
    event = threading.Event()
    result = colors.train(
        {"training.num_epochs": 40}, control=Control(stop=event, listeners=[lambda _row: event.set()])
    )
    assert (result.stopped, len(result.epochs)) == (True, 1)

"""Trainings in the background, as a panel or a script starts and finds them."""

import json
import os
import shutil
import threading
import time

import psutil
import pytest

from tests.colors import SMALL_NETWORK, TwoLayers
from workbench.errors import ConfigError, NotFoundError, WorkbenchError
from workbench.jobs.records import new_job
from workbench.paths import asset
from workbench.training import Control, register_network, resume
from workbench.training.background import KIND, launch, launches, log_of, stop_launch

SETTINGS = {
    "modules": ["small_network"],
    "model.name": "Small",
    "data.batch_size": 8,
    "data.num_workers": 0,
    "image.size": 8,
    "augmentation.train": [],
}
STARTING = """
    import sys, json
    from workbench.paths import find_project
    from workbench.training.background import launch

    print(launch(find_project(), json.loads(sys.argv[1])))
"""


@pytest.fixture
def project(colors):
    shutil.copytree(asset("notebooks"), colors.project.notebooks)
    (colors.project.root / "small_network.py").write_text(SMALL_NETWORK)
    return colors.project


def until(project, wanted, seconds=120):
    """The newest launch as soon as it is as wanted."""
    deadline = time.monotonic() + seconds
    while True:
        (row,) = launches(project)
        if wanted(row):
            return row
        assert row["state"] == "running", row
        assert time.monotonic() < deadline, log_of(project, row["id"])
        time.sleep(0.2)


def test_a_training_outlives_its_starter_and_is_found_and_stopped(project, run_python):
    parameters = {"theme": "colors", "run_name": "mine", "num_epochs": 2000, "overrides": SETTINGS}
    starter, errors = run_python(STARTING, json.dumps(parameters)).communicate()
    assert errors == ""
    row = until(project, lambda row: len(row.get("progress", {}).get("epochs", [])) > 1)
    assert row["id"] == starter.strip()
    assert row["progress"]["run_name"] == "mine"
    stop_launch(project, row["id"])
    row = until(project, lambda row: row["state"] != "running")
    assert row["state"] == "stopped"
    assert row["result"]["epochs"] < 2000
    assert "test_accuracy" in row["result"]["metrics"]
    assert "of 2000" in log_of(project, row["id"])
    assert os.path.isfile(row["notebook"])
    with pytest.raises(WorkbenchError, match="does not run any more"):
        stop_launch(project, row["id"])


def test_a_second_stop_ends_it_at_once_and_says_how_to_go_on(project):
    # A large network, most of whose time is not Python's: what Ctrl+C raises in a destructor or weak reference is lost.
    settings = SETTINGS | {"model.name": "ResNet18"}
    launch(project, {"theme": "colors", "num_epochs": 2000, "overrides": settings})
    row = until(project, lambda row: len(row.get("progress", {}).get("epochs", [])) > 1)
    kernel = psutil.Process(row["progress"]["pid"])
    kernel.suspend()  # so that it cannot end after its batch before the second stop comes
    stop_launch(project, row["id"])
    assert "keeps the checkpoint of the last whole epoch" in stop_launch(project, row["id"], at_once=True)
    kernel.resume()
    row = until(project, lambda row: row["state"] != "running")
    assert row["state"] == "interrupted"
    assert f"workbench resume {row['progress']['run_id']}" in row["error"]
    assert row["progress"]["state"] == "interrupted"
    done, enough = len(row["progress"]["epochs"]), threading.Event()
    control = Control(stop=enough, listeners=[lambda _epoch: enough.set()])
    resumed = resume(row["progress"]["run_id"], project, control)
    assert len(resumed.epochs) > done, "the first stop does not end what goes on"
    (row,) = launches(project)
    assert (row["state"], row["error"], len(row["progress"]["epochs"])) == ("stopped", "", len(resumed.epochs))


def test_what_cannot_begin_is_refused_and_nothing_is_written(project):
    with pytest.raises(ConfigError, match=r"training\.num_epochs"):
        launch(project, {"theme": "colors", "overrides": {"training.num_epochs": "many"}})
    with pytest.raises(NotFoundError, match="Did you mean 'colors'"):
        launch(project, {"theme": "colours"})
    with pytest.raises(WorkbenchError, match="no parameter 'them'"):
        launch(project, {"them": "colors"})
    # A cell of a notebook registered it, and the process that would train runs no such cell.
    register_network("OfACell")(type("OfACell", (TwoLayers,), {"__module__": "__main__"}))
    with pytest.raises(ConfigError, match=r"'OfACell' is registered in this notebook alone.*modules"):
        launch(project, {"theme": "colors", "overrides": {"model.name": "OfACell", "image.size": 8}})
    assert not project.runs.exists()
    assert launches(project) == []


def test_a_program_that_was_killed_is_called_lost(project):
    me = psutil.Process()
    jobs = [new_job(project, KIND, "", {"theme": "colors"}, "colors") for _ in range(2)]
    jobs[0].changed(pid=me.pid, born=me.create_time())
    jobs[1].changed(pid=me.pid, born=me.create_time() - 60)
    assert {row["id"]: row["state"] for row in launches(project)} == {jobs[0].id: "running", jobs[1].id: "lost"}

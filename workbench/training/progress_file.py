"""The files by which a training and other processes of the project speak: how far it is, and that it shall stop.

Others are panels, other kernels, the shell; they need none of the libraries that train.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.jobs.processes import is_alive, started_at
from workbench.jobs.records import JOB_VARIABLE
from workbench.paths import Project, atomic_write

State = dict[str, Any]
RUNNING = ("starting", "training", "testing")
"""The states of a run that goes on."""
_KEPT = 50


class ProgressFile:
    """Writes the state of one run to `db/cache/progress/RUN.json`; every write replaces the whole file.

    Trials of a study lie in a folder of their own: they are not a theme's trainings, and there are many. A run that is
    resumed keeps its epochs, and stays part of the job that began it.
    """

    def __init__(self, project: Project, run_id: str, *, trial: bool = False, **known: Any) -> None:
        self.path = (_trials(project) if trial else _folder(project)) / f"{run_id}.json"
        former = read_progress(project, run_id) or {}
        self.state: State = {"run_id": run_id, "state": "starting", "started": time.time(), **known}
        self.state |= {"epochs": former.get("epochs", []), "steps": former.get("steps", [])}
        self.state |= {"pid": os.getpid(), "born": started_at()}
        if JOB_VARIABLE in os.environ:
            self.state["job"] = os.environ[JOB_VARIABLE]
        elif "job" in former:
            self.state |= {"job": former["job"], "resumed": True}
        self.update()

    def update(self, **changes: Any) -> None:
        """Change what the file says."""
        self.state |= {**changes, "updated": time.time()}
        with atomic_write(self.path, durable=False) as part:
            part.write_text(json.dumps(self.state), encoding="utf-8")


def trains_now(state: State) -> bool:
    """Whether the process that wrote a state still trains; one that was killed had no time to say that it ended."""
    return state["state"] in RUNNING and "born" in state and is_alive(state["pid"], state["born"])


def checkpoint_folder(project: Project, run_id: str) -> Path:
    """Where a run keeps its checkpoints and its epoch log until it has finished."""
    return project.cache / "training" / run_id


def stop_file(folder: Path) -> Path:
    """The file in a run's folder of checkpoints that ends the run, once it is there."""
    return folder / "stop"


def request_stop(project: Project, run_id: str) -> str:
    """End a run, in whichever process it is, after its present batch; return what will happen."""
    file = stop_file(checkpoint_folder(project, run_id))
    # The folder may not be there before the first epoch is over.
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch()
    return "It ends after the present batch, then it is tested and saved."


def read_progress(project: Project, run_id: str) -> State | None:
    """Return what a run, or a trial, last said of itself, None when it never did."""
    for folder in (_folder(project), _trials(project)):
        with suppress(FileNotFoundError, ValueError):
            state: State = json.loads((folder / f"{run_id}.json").read_text(encoding="utf-8"))
            return state
    return None


def progress_of_theme(project: Project, theme: str) -> list[State]:
    """Return the states of a theme's latest trainings, the newest first; trials of studies are none."""
    found = [state for state in _latest(project) if state.get("theme") == theme]
    return sorted(found, key=lambda state: -state["started"])


def progress_by_job(project: Project) -> dict[str, State]:
    """Return the states of the latest runs that jobs began, by the job's id."""
    return {state["job"]: state for state in reversed(_latest(project)) if "job" in state}


def _latest(project: Project) -> list[State]:
    files = sorted(_folder(project).glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    states = (read_progress(project, path.stem) for path in files[:_KEPT])
    return [state for state in states if state is not None]


def _folder(project: Project) -> Path:
    return project.cache / "progress"


def _trials(project: Project) -> Path:
    return _folder(project) / "trials"

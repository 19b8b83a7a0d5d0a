"""How far a training is, as a small file that any process of the project can read: panels, other kernels, the shell."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from workbench.paths import Project
from workbench.training.distributed import is_alive, started_at

State = dict[str, Any]
RUNNING = ("starting", "training", "testing")
"""The states of a run that goes on."""

LAUNCH_VARIABLE = "WORKBENCH_LAUNCH"
"""Names the launch in the background that a process is part of."""
_KEPT = 50
_ATTEMPTS = 40
_PAUSE_SECONDS = 0.05


class ProgressFile:
    """Writes the state of one run to `db/cache/progress/RUN.json`; every write replaces the whole file.

    A run that is gone on with keeps its epochs and stays part of the launch in the background that began it.
    """

    def __init__(self, project: Project, run_id: str, **known: Any) -> None:
        self.path = _folder(project) / f"{run_id}.json"
        former = read_progress(project, run_id) or {}
        self.state: State = {"run_id": run_id, "state": "starting", "started": time.time(), **known}
        self.state |= {"epochs": former.get("epochs", []), "pid": os.getpid(), "born": started_at()}
        if LAUNCH_VARIABLE in os.environ:
            self.state["launch"] = os.environ[LAUNCH_VARIABLE]
        elif "launch" in former:
            self.state |= {"launch": former["launch"], "resumed": True}
        self.update()

    def update(self, **changes: Any) -> None:
        """Change what the file says."""
        self.state |= {**changes, "updated": time.time()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(f".{os.getpid()}.part")
        partial.write_text(json.dumps(self.state), encoding="utf-8")
        put_in_place(partial, self.path)


def trains_now(state: State) -> bool:
    """Whether the process that wrote a state still trains; one that was killed had no time to say that it ended."""
    return state["state"] in RUNNING and "born" in state and is_alive(state["pid"], state["born"])


def put_in_place(partial: Path, target: Path) -> None:
    """Move a file to where it belongs; Windows refuses that while somebody reads the one that is there."""
    for _ in range(_ATTEMPTS):
        try:
            os.replace(partial, target)
            return
        except PermissionError:
            time.sleep(_PAUSE_SECONDS)
    os.replace(partial, target)


def read_progress(project: Project, run_id: str) -> State | None:
    """Return what a run last said of itself, None when it never did."""
    try:
        state: State = json.loads((_folder(project) / f"{run_id}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return state


def progress_of_theme(project: Project, theme: str) -> list[State]:
    """Return the states of a theme's latest runs, the newest first."""
    found = [state for state in _latest(project) if state.get("theme") == theme]
    return sorted(found, key=lambda state: -state["started"])


def progress_by_launch(project: Project) -> dict[str, State]:
    """Return the states of the latest runs that launches in the background began, by the launch's id."""
    return {state["launch"]: state for state in reversed(_latest(project)) if "launch" in state}


def _latest(project: Project) -> list[State]:
    files = sorted(_folder(project).glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    states = (read_progress(project, path.stem) for path in files[:_KEPT])
    return [state for state in states if state is not None]


def _folder(project: Project) -> Path:
    return project.cache / "progress"

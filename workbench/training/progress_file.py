"""How far a training is, as a small file that any process of the project can read: panels, other kernels, the shell."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from workbench.paths import Project

State = dict[str, Any]
_KEPT = 50


class ProgressFile:
    """Writes the state of one run to `db/cache/progress/RUN.json`; every write replaces the whole file."""

    def __init__(self, project: Project, run_id: str, **known: Any) -> None:
        self.path = _folder(project) / f"{run_id}.json"
        self.state: State = {"run_id": run_id, "state": "starting", "started": time.time(), "epochs": [], **known}
        self.update()

    def update(self, **changes: Any) -> None:
        """Change what the file says."""
        self.state |= {**changes, "updated": time.time(), "pid": os.getpid()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        partial = self.path.with_suffix(f".{os.getpid()}.part")
        partial.write_text(json.dumps(self.state), encoding="utf-8")
        os.replace(partial, self.path)


def read_progress(project: Project, run_id: str) -> State | None:
    """Return what a run last said of itself, None when it never did."""
    try:
        state: State = json.loads((_folder(project) / f"{run_id}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return state


def progress_of_theme(project: Project, theme: str) -> list[State]:
    """Return the states of a theme's latest runs, the newest first."""
    files = sorted(_folder(project).glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    states = [read_progress(project, path.stem) for path in files[:_KEPT]]
    found = [state for state in states if state is not None and state.get("theme") == theme]
    return sorted(found, key=lambda state: -state["started"])


def _folder(project: Project) -> Path:
    return project.cache / "progress"

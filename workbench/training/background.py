"""Trainings in the background: programs that run the training notebook and outlive browser and kernel.

Each leaves three files of one stem under `runs/`: the executed notebook, its log (`.log`) and a record (`.launch.json`)
from which any process of the project can tell how it stands.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil

from workbench.errors import NotFoundError, WorkbenchError, unknown_name
from workbench.notebooks import check_parameters, find_notebook
from workbench.paths import Project
from workbench.training.distributed import is_alive
from workbench.training.progress_file import LAUNCH_VARIABLE, RUNNING, State, progress_by_launch, put_in_place

NOTEBOOK = "03_train"
RECORD = ".launch.json"
_SHOWN = 30
_BORN_WITHIN_S = 60
_LOG_BYTES = 20_000


def launch(project: Project, parameters: Mapping[str, Any]) -> str:
    """Start the training notebook with these parameters in a program of its own and return the launch's id.

    Settings are checked first: raises ConfigError for wrong ones and NotFoundError for an unknown theme or network,
    before anything is started or written.
    """
    from workbench.store import open_store
    from workbench.store.themes import get_theme
    from workbench.training.plan import read_settings

    notebook = find_notebook(NOTEBOOK, project)
    check_parameters(notebook, parameters)
    params, _ = read_settings(
        project, theme=parameters.get("theme"), params_file=parameters.get("params_file"),
        overrides=parameters.get("overrides"), num_epochs=parameters.get("num_epochs"),
        run_name=parameters.get("run_name"),
    )  # fmt: skip
    store = open_store(project)
    try:
        with store.read() as session:
            get_theme(params.theme, session=session)
    finally:
        store.close()
    values = {**parameters, "theme": params.theme}
    record = _new_record(project, params.theme)
    started = {"parameters": values, "started": time.time(), "state": "running"}
    write_record(record, started)
    environment = {**os.environ, "WORKBENCH_ROOT": str(project.root), LAUNCH_VARIABLE: _id_of(record)}
    try:
        with _log(record).open("wb") as log:
            # A session of its own: what ends the kernel, or the server, does not reach it.
            process = subprocess.Popen(
                [sys.executable, "-m", "workbench.training.launched", str(record)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=project.root, env=environment,
                start_new_session=True,
            )  # fmt: skip
    except OSError as error:
        write_record(record, {**started, "state": "failed", "error": str(error), "ended": time.time()})
        raise WorkbenchError(f"The training could not be started: {error}.") from None
    _children.append(process)
    return _id_of(record)


def launches(project: Project) -> list[State]:
    """Return how each of the last thirty launches stands, the newest first.

    A row holds `id`, `parameters`, `started` and `ended` (seconds since 1970, `ended` only then), `notebook`, and
    `state`: running, complete, stopped, failed, interrupted, or lost when its program is gone without a word. A failed
    one holds `error`, a finished one `result`; `progress` is what its run said last, once there is one. A launch that
    was cut off is what became of its run where somebody went on with it.
    """
    _reap()
    records = sorted(project.runs.glob(f"*{RECORD}"), reverse=True)[:_SHOWN]
    progress = progress_by_launch(project)
    return [row for row in (_row(record, progress) for record in records) if row is not None]


def log_of(project: Project, launch_id: str) -> str:
    """Return the end of what a launch has printed, at most 20,000 bytes."""
    path = _log(_record(project, launch_id))
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _LOG_BYTES))
        return stream.read().decode("utf-8", "replace")


def stop_launch(project: Project, launch_id: str, *, at_once: bool = False) -> str:
    """Ask a launch to end, and return what will happen.

    A training ends after its present batch and is tested and saved; one that has not begun ends at once. `at_once`
    interrupts a training, too: its run then keeps the checkpoint of its last whole epoch. Raises WorkbenchError when
    the launch does not run.
    """
    from workbench.training.run import request_stop

    _reap()
    row = _row(_record(project, launch_id), progress_by_launch(project))
    if row is None or row["state"] != "running":
        raise WorkbenchError("This training does not run any more, so there is nothing to stop.")
    progress = row.get("progress")
    if progress is not None and progress["state"] in RUNNING:
        if not at_once:
            return request_stop(project, progress["run_id"])
        if _descends(progress["pid"], row["pid"]):
            os.kill(progress["pid"], signal.SIGINT)
            if not progress["epochs"]:
                return "It is interrupted before its first epoch was over; there is no checkpoint yet."
            return "It is interrupted; its run keeps the checkpoint of the last whole epoch."
    # SIGINT lets papermill end its kernel and keep the notebook.
    os.kill(row["pid"], signal.SIGINT)
    return "It ends before its training has begun."


def write_record(record: Path, content: State) -> None:
    """Replace a record in one step."""
    partial = record.with_suffix(f".{os.getpid()}.part")
    partial.write_text(json.dumps(content, default=str), encoding="utf-8")
    put_in_place(partial, record)


def read_record(record: Path) -> State | None:
    """Return a record, None when it is gone or half a file from elsewhere."""
    try:
        content: State = json.loads(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return content


_children: list[subprocess.Popen[bytes]] = []


def _reap() -> None:
    """Take note of ended programs that this process started, so that they do not look alive."""
    _children[:] = [process for process in _children if process.poll() is None]


def _row(record: Path, progress: Mapping[str, State]) -> State | None:
    content = read_record(record)
    if content is None:
        return None
    launch_id = _id_of(record)
    row = {"id": launch_id, **content, "notebook": str(record.parent / f"{launch_id}.ipynb")}
    if launch_id in progress:
        row["progress"] = progress[launch_id]
    if row["state"] == "running" and not _alive(content):
        row["state"] = "lost"
    now = row.get("progress", {})
    if now.get("resumed") and now["state"] in ("complete", "stopped"):
        row |= {"state": now["state"], "error": ""}
    return row


def _alive(content: State) -> bool:
    if "pid" not in content:
        return time.time() - float(content["started"]) < _BORN_WITHIN_S
    return is_alive(content["pid"], content["born"])


def _descends(pid: int, ancestor: int) -> bool:
    """Whether a process is one of the launch's: numbers of processes come round."""
    try:
        return any(parent.pid == ancestor for parent in psutil.Process(pid).parents())
    except psutil.Error:
        return False


def _new_record(project: Project, theme: str) -> Path:
    project.runs.mkdir(parents=True, exist_ok=True)
    when = datetime.now().strftime("%Y%m%d-%H%M%S")
    stem = f"{when}-{NOTEBOOK}-{''.join(sign if sign.isalnum() or sign in '-_' else '_' for sign in theme)}"
    number = 1
    while True:
        path = project.runs / f"{stem}{'' if number == 1 else f'-{number}'}{RECORD}"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path


def _log(record: Path) -> Path:
    return record.with_name(f"{_id_of(record)}.log")


def _id_of(record: Path) -> str:
    return record.name.removesuffix(RECORD)


def _record(project: Project, launch_id: str) -> Path:
    known = {_id_of(path): path for path in project.runs.glob(f"*{RECORD}")}
    if launch_id not in known:
        raise NotFoundError(unknown_name("training", launch_id, known))
    return known[launch_id]

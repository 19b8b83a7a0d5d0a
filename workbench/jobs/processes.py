"""Processes: recognized by id and start, given this process's code and project, and ended."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import uuid
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from workbench.paths import Project

_SAME_START_SECONDS = 2.0
_POLITENESS = 10
_AUTOGROUP = Path("/proc/self/autogroup")


def started_at() -> float:
    """When this process began, in seconds since 1970, as `is_alive` wants it."""
    return float(psutil.Process().create_time())


def give_way() -> None:
    """Put this process behind those in which people wait for something.

    Linux may share the processor among sessions first, and look at nice values only within one: a job has a session of
    its own, which would get as much as all of Jupyter, so the session gives way, too.
    """
    if not hasattr(os, "nice"):
        return
    os.nice(_POLITENESS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            _AUTOGROUP.write_text(str(_POLITENESS))


def is_alive(pid: int, started: float) -> bool:
    """Whether the process of this machine that began at `started` still runs; process ids are reused.

    The start is counted from the machine's own, which moves by a second or so when its clock is set.
    """
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) <= _SAME_START_SECONDS
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def process_identity() -> dict[str, Any]:
    """Name this process so that another one can tell whether it still lives."""
    return {"machine": _machine(), "pid": os.getpid(), "started": started_at()}


def is_gone(process: dict[str, Any]) -> bool:
    """Whether a process is known to be gone: it ran on this machine, and is no more."""
    return process["machine"] == _machine() and not is_alive(process["pid"], process["started"])


def _machine() -> str:
    node = uuid.getnode()
    # Where there is no network card, each process is given a number of its own, with this bit set.
    drawn = node >> 40 & 1
    return socket.gethostname() if drawn else f"{socket.gethostname()}-{node:x}"


def is_descendant(pid: int, ancestor: int) -> bool:
    """Whether a process is another one, or was started by it, by one of its children, and so on."""
    try:
        process = psutil.Process(pid)
        return pid == ancestor or any(parent.pid == ancestor for parent in process.parents())
    except psutil.Error:
        return False


def same_code(project: Project) -> dict[str, str]:
    """Return the environment variables by which a process finds the project and the code of this one."""
    # This package's folder comes first: MLflow puts the copy of it that a loaded model carries before all else.
    paths = [str(Path(__file__).parents[2]), *(path for path in sys.path if path)]
    return {"WORKBENCH_ROOT": str(project.root), "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths))}


def wait_or_kill(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Give a process that was asked to end some time for it, then end it."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

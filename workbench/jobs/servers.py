"""Servers on loopback beside a notebook: started once in a process, up when asked for, gone with that process."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from workbench.errors import WorkbenchError
from workbench.jobs.ports import free_port
from workbench.jobs.processes import same_code

if TYPE_CHECKING:
    from workbench.paths import Project

PATIENCE_SECONDS = 90
_running: dict[Hashable, Server] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Server:
    """A running server, its port on loopback, and what it says on its standard error."""

    port: int
    process: subprocess.Popen[bytes]
    log: IO[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """End the server; it ends by itself when this process does."""
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()


def serve(
    name: str,
    project: Project,
    command: Callable[[int], Sequence[str]],
    *,
    environment: Mapping[str, str] | None = None,
    variant: str = "",
) -> Server:
    """Return this process's server of a name and a variant, started when there is none; it answers when this returns.

    `command` returns the command that serves on a port. Raises WorkbenchError when the server does not come up.
    """
    key = (name, str(project.root), variant)
    with _lock:
        found = _running.get(key)
        if found is None or found.process.poll() is not None:
            found = _running[key] = _start(name, project, command, environment or {})
        return found


def _start(
    name: str, project: Project, command: Callable[[int], Sequence[str]], environment: Mapping[str, str]
) -> Server:
    port = free_port()
    # A file, not a pipe: nobody reads what a server says once it is up, and a full pipe would halt it.
    log = tempfile.TemporaryFile()  # noqa: SIM115 - it lives as long as the server
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.jobs.with_parent", *command(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=log,
        env={**os.environ, **environment, **same_code(project)},
    )
    server = Server(port, process, log)
    atexit.register(server.stop)
    _wait(name, server)
    return server


def _wait(name: str, server: Server) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            server.log.seek(0)
            said = server.log.read().decode(errors="replace").strip().splitlines()[-3:]
            raise WorkbenchError(f"The {name} server ended at once: {' '.join(said)}")
        try:
            with urllib.request.urlopen(server.url, timeout=2):
                return
        except urllib.error.HTTPError:
            return  # it answers, and wants to know who asks
        except OSError:
            time.sleep(0.1)
    server.stop()
    raise WorkbenchError(f"The {name} server did not answer within {PATIENCE_SECONDS} s. Try `workbench {name}`.")

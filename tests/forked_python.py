"""Processes of their own that start at once: forked from a server which has imported what their code begins with.

Run as a program this file is the server; `ForkingServer` starts it, and `ForkedPython` is like `subprocess.Popen`.
"""

import ast
import contextlib
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from tests.forked_popen import run_to_its_end

_OF_A_STORE = (
    "alembic.command",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
"""What opening a store imports."""


class ForkingServer:
    """Starts Python on some code in milliseconds; the first code that needs a library waits for its import."""

    def __init__(self, environment):
        self._folder = tempfile.TemporaryDirectory(prefix="workbench-fork-")
        self._address = str(Path(self._folder.name) / "socket")
        self._server = subprocess.Popen(
            [sys.executable, __file__, self._address], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._server.stdout.readline()  # it listens

    def start(self, code, arguments, environment):
        """Return a process in the present folder that runs the code as its main program."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._address)
        pipes = [os.pipe(), os.pipe(), os.pipe()]
        theirs, ours = [pipes[0][0], pipes[1][1], pipes[2][1]], [pipes[0][1], pipes[1][0], pipes[2][0]]
        socket.send_fds(connection, [b"."], theirs)
        request = {"code": code, "arguments": arguments, "environment": environment, "folder": os.getcwd()}
        connection.sendall(json.dumps(request).encode() + b"\n")
        for descriptor in theirs:
            os.close(descriptor)
        return ForkedPython(connection, *ours)

    def close(self):
        self._server.communicate()
        self._folder.cleanup()


class ForkedPython:
    """A started process with pipes for text; the leader of a process group of its own."""

    def __init__(self, connection, stdin, stdout, stderr):
        self._connection = connection
        self._messages = connection.makefile()
        self.stdin, self.stdout, self.stderr = os.fdopen(stdin, "w"), os.fdopen(stdout), os.fdopen(stderr)
        self.pid = int(self._messages.readline())
        self.returncode = None

    def _has_ended(self):
        waiting = select.poll()  # select() knows no file descriptors above 1,023
        waiting.register(self._connection, select.POLLIN)
        return bool(waiting.poll(0))

    def poll(self):
        if self.returncode is None and self._has_ended():
            self.wait()
        return self.returncode

    def wait(self):
        if self.returncode is None:
            self.returncode = int(self._messages.readline())
            self._connection.close()
        return self.returncode

    def kill(self):
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def communicate(self, given=None):
        with contextlib.suppress(BrokenPipeError):
            self.stdin.write(given or "")
            self.stdin.close()
        errors = []
        reader = threading.Thread(target=lambda: errors.append(self.stderr.read()))
        reader.start()
        output = self.stdout.read()
        reader.join()
        self.wait()
        return output, errors[0]

    def close(self):
        """End the process and what belongs to it."""
        self.kill()
        self.wait()
        for stream in (self.stdin, self.stdout, self.stderr):
            with contextlib.suppress(BrokenPipeError):
                stream.close()
        self._messages.close()


def serve(address):
    """Fork for every request until standard input ends; returns in the child, with the request."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen()
    print("listening", flush=True)
    while True:
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the dead leave nothing behind
        if sys.stdin in select.select([sys.stdin, listener], [], [])[0]:
            sys.exit()
        connection, _ = listener.accept()
        _, descriptors, *_ = socket.recv_fds(connection, 1, 3)
        request = json.loads(connection.makefile().readline())
        _import_what_it_begins_with(request["code"])
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            child = os.fork()
            if not child:
                connection.close()
                _become(request, descriptors)
                return request
            for descriptor in descriptors:
                os.close(descriptor)
            connection.sendall(b"%d\n" % child)
            _, status = os.waitpid(child, 0)
            with contextlib.suppress(BrokenPipeError):  # who asked for it may be gone
                connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
            os._exit(0)
        connection.close()
        for descriptor in descriptors:
            os.close(descriptor)


def _import_what_it_begins_with(code):
    known = len(sys.modules)
    for statement in ast.parse(code).body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            break
        exec(compile(ast.Module([statement], []), "<imports>", "exec"), {})
    if len(sys.modules) > known:
        if "workbench.store" in sys.modules:
            for name in _OF_A_STORE:
                importlib.import_module(name)
        # What is imported lives as long as the server: no child's collector looks at it, and copies its pages by that.
        gc.collect()
        gc.freeze()


def _become(request, descriptors):
    os.setsid()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    # A shell's background jobs ignore Ctrl+C, and their children with them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in [name for name in os.environ if name.startswith("WORKBENCH_")]:
        del os.environ[name]
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = ["-c", *request["arguments"]]
    random.seed()


if __name__ == "__main__":
    _program = compile(serve(sys.argv[1])["code"], "<code>", "exec")
    run_to_its_end(lambda: exec(_program, {"__name__": "__main__"}))
